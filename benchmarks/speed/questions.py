"""Questions to systems that are open: to ten hits, and to a cited answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

from benchmarks.speed.documents import asked, paragraphs, write_articles
from benchmarks.speed.figures import Measured, best, percentile, ratio_to_best
from benchmarks.speed.indexes import peer_indexes, product_index
from benchmarks.speed.peers import PEERS
from benchmarks.speed.plan import Plan
from benchmarks.speed.process import Asked
from benchmarks.speed.serve import OURS
from benchmarks.speed.turns import seconds_by_turns

__all__ = ["answer_row", "answers", "search_row", "searches"]

_SEARCH, _ANSWER = "search", "search, reading, checking"


def searches(plan: Plan) -> Measured:
    """Measure a question to ten hits, each system in a process of its own, in turns question by question."""
    seeds = plan.folder(f"warm/articles-{plan.warm}")
    write_articles(seeds, paragraphs(plan.warm))
    place, passages = product_index(plan, "warm", seeds)
    indexes = peer_indexes(plan, "warm", passages)
    with ExitStack() as stack:
        ways = {OURS: _asked(stack, [OURS, str(plan.model), str(place), str(seeds)])}
        for name, peer in PEERS.items():
            ways[name] = _asked(stack, [name, str(plan.model), str(indexes[peer.index])])
        seconds = seconds_by_turns(ways, asked(plan.asked))
    return search_row(seconds, f"{plan.warm:,} paragraphs")


def search_row(seconds: Mapping[str, Sequence[float]], over: str) -> Measured:
    """Return the row of these seconds a question; the bar is the fastest peer's search by vectors alone."""
    figures = {name: {share: percentile(own, share) for share in (0.5, 0.95)} for name, own in seconds.items()}
    dense = {share: {name: figures[name][share] for name, peer in PEERS.items() if peer.dense} for share in (0.5, 0.95)}
    shares = {
        f"{said}, of the fastest peer's": ratio_to_best(figures[OURS][share], dense[share])
        for said, share in (("p50", 0.5), ("p95", 0.95))
    }
    return Measured(
        key="search",
        title="Question to ten hits",
        columns=("system", "p50, ms", "p95, ms"),
        lines=tuple((name, _ms(own[0.5]), _ms(own[0.95])) for name, own in figures.items()),
        values=shares,
        bars=dict.fromkeys(shares, 1.0),
        notes=(
            (
                f"{len(seconds[OURS]):,} questions over {over}, the question's encoding included. The fastest peer by "
                f"vectors alone is {best(dense[0.5])} (p50), {best(dense[0.95])} (p95)."
            ),
        ),
        raw={"seconds": {name: list(own) for name, own in seconds.items()}},
    )


def answers(plan: Plan) -> Measured:
    """Measure what reading adds to a search: a cited answer and ten hits in turns, in one process."""
    seeds = plan.folder(f"warm/articles-{plan.warm}")
    write_articles(seeds, paragraphs(plan.warm))
    place, _ = product_index(plan, "warm", seeds)
    with Asked("benchmarks.speed.serve", [OURS, str(plan.model), str(place), str(seeds)]) as process:
        process.told()
        ways: dict[str, Callable[[str], float]] = {
            _SEARCH: lambda question: float(process.ask(question=question, way="search")["seconds"]),
            _ANSWER: lambda question: float(process.ask(question=question, way="ask")["seconds"]),
        }
        return answer_row(seconds_by_turns(ways, asked(plan.asked)))


def answer_row(seconds: Mapping[str, Sequence[float]]) -> Measured:
    """Return the row of these seconds a question; the bar is 120 ms more than a search."""
    figures = {name: [percentile(own, share) for share in (0.5, 0.95)] for name, own in seconds.items()}
    more = 1000 * (figures[_ANSWER][0] - figures[_SEARCH][0])
    return Measured(
        key="answer",
        title="Question to cited answer",
        columns=("what", "p50, ms", "p95, ms"),
        lines=tuple((name, *map(_ms, own)) for name, own in figures.items()),
        values={"p50 above the search, ms": more},
        bars={"p50 above the search, ms": 120.0},
        notes=(f"{len(seconds[_ANSWER]):,} questions, each both ways in turns.",),
        raw={"seconds": {name: list(own) for name, own in seconds.items()}},
    )


def _asked(stack: ExitStack, words: Sequence[str]) -> Callable[[str], float]:
    process = stack.enter_context(Asked("benchmarks.speed.serve", words))
    process.told()
    return lambda question: float(process.ask(question=question, way="search")["seconds"])


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f}"
