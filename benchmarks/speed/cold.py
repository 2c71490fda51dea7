"""From nothing to the first answer: a new process each time; and what the name alone costs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.speed.documents import paragraphs, write_articles
from benchmarks.speed.figures import Measured, best, ratio_to_best, spread
from benchmarks.speed.indexes import peer_indexes, product_index
from benchmarks.speed.peers import PEERS
from benchmarks.speed.plan import Plan
from benchmarks.speed.process import Asked, environment
from benchmarks.speed.serve import OURS

__all__ = ["IN_PYTHON", "by_turns", "cold_start", "first_answer", "imports"]

BY_COMMAND, IN_PYTHON = "seeds-qa, `qa ask`", "seeds-qa, Python"
_QUESTION = "When did the 1973 oil crisis begin?"
_LEFT_OUT = ("LangChain ensemble", "Haystack hybrid")  # the same indexes, opened more slowly
_IMPORT = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def by_turns(runs: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, list[float]]:
    """Run each once unmeasured, then all in turns so many times, each first equally often; return the seconds."""
    names = list(runs)
    for name in names:
        runs[name]()
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(repeats):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            seconds[name].append(runs[name]())
    return seconds


def first_answer(name: str, plan: Plan, place: Path, seeds: Path, question: str) -> float:
    """Return the seconds from the start of a process to its first answer. Raises RuntimeError where it has none."""
    words = [name, str(plan.model), str(place), str(seeds)]
    with Asked("benchmarks.speed.serve", words) as process:
        process.told()
        answer = process.ask(question=question, way="ask" if name == OURS else "search")
        seconds = time.perf_counter() - process.began
    if not answer["found"]:
        raise RuntimeError(f"{name} found nothing for {question!r}")
    return seconds


def _command(seeds: Path, place: Path) -> float:
    """Return the seconds of the whole command, its end included."""
    words = ["ask", _QUESTION, "--seeds", str(seeds), "--index", str(place), "--json"]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "qa.interfaces.cli.main", *words], env=environment(), capture_output=True, check=True
    )
    seconds = time.perf_counter() - start
    if not json.loads(done.stdout)["citations"]:
        raise RuntimeError(f"qa ask cites nothing for {_QUESTION!r}")
    return seconds


def cold_start(plan: Plan) -> Measured:
    """Measure from the start of a process to the first cited answer; of peers, to the first passages found."""
    seeds = plan.folder(f"cold/articles-{plan.cold}")
    write_articles(seeds, paragraphs(plan.cold))
    place, passages = product_index(plan, "cold", seeds)
    runs: dict[str, Callable[[], float]] = {
        BY_COMMAND: lambda: _command(seeds, place),
        IN_PYTHON: lambda: first_answer(OURS, plan, place, seeds, _QUESTION),
    }
    indexes = peer_indexes(plan, "cold", passages)
    for name, peer in PEERS.items():
        if name not in _LEFT_OUT:
            runs[name] = lambda name=name, peer=peer: first_answer(  # type: ignore[misc]
                name, plan, indexes[peer.index], seeds, _QUESTION
            )
    seconds = by_turns(runs, plan.repeats)
    middle = {name: median(own) for name, own in seconds.items()}
    peers = {name: middle[name] for name in middle if name in PEERS}
    shares = {name: ratio_to_best(value, peers) for name, value in middle.items()}
    with Asked("benchmarks.speed.serve", [OURS, str(plan.model), str(place), str(seeds)]) as process:
        process.told()
        process.ask(question=_QUESTION, way="ask")
        heavy = process.ask()
    values = {"`qa ask`, of the best peer": shares[BY_COMMAND], "Python, of the best peer": shares[IN_PYTHON]}
    return Measured(
        key="cold",
        title="Cold start",
        columns=("system", "s, median (lowest–highest)", "of the best peer"),
        lines=tuple((name, spread(own), f"{shares[name]:.2f}") for name, own in seconds.items()),
        values={**values, "heavy libraries loaded": float(len(heavy))},
        bars={**dict.fromkeys(values, 0.15), "heavy libraries loaded": 0.0},
        notes=(
            (
                f"{plan.repeats} runs each, in turns, after one unmeasured; {plan.cold} paragraphs, index saved. "
                f"The best peer is {best(peers)}. Heavy libraries in our process: {', '.join(heavy) or 'none'}."
            ),
        ),
        raw={"seconds": seconds, "heavy": heavy},
    )


def imports(plan: Plan) -> Measured:
    """Measure what ``import qa`` takes beside ``import numpy``."""
    seconds = by_turns({name: lambda name=name: _import(name) for name in ("numpy", "qa")}, 3 * plan.repeats)  # type: ignore[misc]
    return import_row(seconds)


def import_row(seconds: Mapping[str, Sequence[float]]) -> Measured:
    """Return the row of these seconds; the bar is 0.15 of numpy's and 50 ms."""
    numpy, ours = median(seconds["numpy"]), median(seconds["qa"])
    return Measured(
        key="imports",
        title="Import",
        columns=("module", "ms, median (lowest–highest)"),
        lines=tuple((name, spread([1000 * value for value in own])) for name, own in seconds.items()),
        values={"`import qa`, ms": 1000 * ours},
        bars={"`import qa`, ms": 1000 * (0.15 * numpy + 0.05)},
        raw={"seconds": {name: list(own) for name, own in seconds.items()}},
    )


def _import(module: str) -> float:
    words = [sys.executable, "-c", _IMPORT.format(module)]
    return float(subprocess.run(words, env=environment(), capture_output=True, check=True).stdout)
