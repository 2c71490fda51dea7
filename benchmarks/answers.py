"""What a user gets for questions of every kind: answered, uncertain, or not in the documents, set by set.

    QA_DATA=folder python -m benchmarks.answers [--folder READER] [--most QUESTIONS] [--chosen]

Asks the reporting half of each set of `benchmarks.question_sets`, as typed and in keywords; with ``--chosen`` the half
that the limits were chosen on. Writes ``answers-<commit>.md`` and ``.json`` into ``benchmarks/results``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.asked import Asked, Asker, Seen, order, surest, until
from benchmarks.machine import setting
from benchmarks.outcomes import cites_right, left_out, outcome_of, shows_right
from benchmarks.parts import Kinds
from benchmarks.question_sets import SETS, Put, QuestionSet, open_set
from benchmarks.reliability import area, share
from benchmarks.remembered import RememberedReader
from benchmarks.shared import SharedEncoder, default_cache
from benchmarks.tables import table, with_interval
from embeddings.encoding.encoder import open_encoder
from embeddings.encoding.models import find_model
from embeddings.errors import QAError
from embeddings.types import Encoder
from qa.evaluation.result import Figure
from qa.evaluation.scoring import figure
from qa.reading import Enough, open_reader
from qa.reading.calibration import Nearness
from qa.reading.measured import Measured, measured_in
from qa.reading.reranker import RerankingReader
from qa.reading.trained.files import DESCRIPTION, describe
from qa.reading.trained.reader import SHIPPED
from qa.reading.types import PassageReader

__all__ = ["IN_KEYWORDS", "Limits", "collect", "figures_of", "main"]

RESULTS = Path(__file__).parent / "results"
MOST = 300  # questions of a kind and set; of those in keywords half as many
FOREIGN_TO = ("seeds", "mtrag-un-dev")
"""Indexes that the questions of the other sets are asked of, as questions about something else."""
IN_KEYWORDS = ", keywords"
"""How the names of sets in keywords end."""
EVIDENCE = ("selqa-dev", "onestopqa-a")
"""Sets whose answers are all that an answer rests on, in whole sentences or more."""
_EVERY = 4  # of the questions of other sets


@dataclass(frozen=True, slots=True)
class Limits:
    """The probabilities from which a passage answers, and from which it may."""

    limit: float
    uncertain: float


def _limits_of(reader: PassageReader, measured: Measured) -> Limits:
    """Return the limits that the product has with a reader."""
    said = RerankingReader(reader, measured).read_by
    return Limits(said.limit or 0.0, said.uncertain or 0.0)


def collect(reader: PassageReader, nearness: Nearness | None, *, chooses: bool, most: int = MOST) -> dict[str, Kinds]:
    """Return what is found for the questions of one half, by set, and by set and IN_KEYWORDS."""
    encoder, places = open_encoder(), default_cache()
    shared: dict[str, SharedEncoder] = {}

    def encoder_of(name: str) -> Encoder:
        shared[name] = SharedEncoder(encoder, places, f"{name}-answers")
        return shared[name]

    found: dict[str, Kinds] = {}
    sets = {name: _half(open_set(name, encoder_of), chooses=chooses).some(most) for name in SETS}
    for name, own in sets.items():
        print(f"{name}: {len(own.answerable)} questions, {len(own.near)} near-misses", file=sys.stderr, flush=True)
        asker = Asker(own.retriever, reader, nearness)
        others = [one for other in sets if other not in FOREIGN_TO for one in sets[other].answerable[::_EVERY]]
        foreign = [asker.ask(one.text, {}) for one in others] if name in FOREIGN_TO else []
        found[name] = _asked(own, asker, foreign)
        found[f"{name}{IN_KEYWORDS}"] = _asked(own.some(most // 2).in_keywords(), asker, [])
        shared[name].save()
    return found


def _half(own: QuestionSet, *, chooses: bool) -> QuestionSet:
    def kept(put: Sequence[Put]) -> tuple[Put, ...]:
        return tuple(one for one in put if one.chooses == chooses)

    return replace(own, answerable=kept(own.answerable), near=kept(own.near))


def _asked(own: QuestionSet, asker: Asker, foreign: Sequence[Asked]) -> Kinds:
    return Kinds(
        tuple(asker.ask(one.text, one.answers) for one in own.answerable),
        tuple(asker.ask(one.text, {}) for one in own.near),
        tuple(foreign),
    )


def figures_of(kinds: Kinds, limits: Limits, name: str = "") -> dict[str, Figure]:
    """Measure one set, as the product reads: no further than it needs."""
    enough = Enough.of(limits.limit)
    answerable, near, off = (
        [until(asked, enough) for asked in own] for own in (kinds.answerable, kinds.near, kinds.off)
    )
    outcomes = [outcome_of(asked, limits.limit, limits.uncertain) for asked in answerable]
    shown = [shows_right(asked) for asked in answerable]
    cited = [cites_right(one) for one in outcomes]
    sure = [one for one in outcomes if one.verdict == "answered"]
    found = {
        "right passage among the first two": share(shown),
        "of these, among the first two citations": share([own for own, seen in zip(cited, shown, strict=True) if seen]),
        "answered": share([one.verdict == "answered" for one in outcomes]),
        "first quote right, of the answered": share([one.cited[0].right for one in sure]) if sure else None,
        "uncertain": share([one.verdict == "uncertain" for one in outcomes]),
        "nDCG@10 gained by the reader": figure("nDCG@10", [_ndcg(order(one)) - _ndcg(one) for one in answerable]),
    }
    if name.removesuffix(IN_KEYWORDS) in EVIDENCE:
        right = [next((one.evidence for one in asked if one.gold), None) for asked in answerable]
        found["words of the evidence in the right passage, F1"] = figure(
            "F1", [one for one in right if one is not None]
        )
    empty = [left_out(asked) for asked in kinds.answerable]
    found["without its answer: answered"] = share([surest(asked) >= limits.limit for asked in empty])
    if near:
        found["near-misses: answered"] = share([surest(asked) >= limits.limit for asked in near])
        found["AUROC against near-misses"] = area(*([surest(asked) for asked in own] for own in (answerable, near)))
    if off:
        found["other topics: answered"] = share([surest(asked) >= limits.limit for asked in off])
        found["other topics: not in the documents"] = share([surest(asked) < limits.uncertain for asked in off])
    return {name: one for name, one in found.items() if one is not None}


def _ndcg(ranked: Sequence[Seen]) -> float:
    """Return nDCG@10 where the relevant passages are those that were found; the others are the same for both orders."""
    gains = [float(one.gold) for one in ranked]
    discounts = 1 / np.log2(np.arange(2, 12))
    best = sum(discounts[: int(sum(gains))])
    return float(np.dot(gains[:10], discounts[: len(gains[:10])]) / best) if best else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; return 0, or 1 where there is nothing to measure with."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--folder", type=Path, default=SHIPPED, help="an exported reader; the one that is shipped")
    parser.add_argument("--most", type=int, default=MOST, help="questions of a kind and set, evenly spread")
    parser.add_argument(
        "--chosen", action="store_true", help="the half that the limits were chosen on; nothing is written"
    )
    options = parser.parse_args(arguments)
    try:
        reader, measured = open_reader(find_model(), folder=options.folder), measured_in(options.folder / DESCRIPTION)
        if reader is None or measured is None:
            print(f"there is no measured reader in {options.folder}: train one, or name its folder", file=sys.stderr)
            return 1
        where = setting()
        limits = _limits_of(reader, measured)
        remembered = RememberedReader(reader, describe(options.folder), default_cache())
        kinds = collect(remembered, measured.nearness, chooses=options.chosen, most=options.most)
    except QAError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    found = {name: figures_of(own, limits, name) for name, own in kinds.items()}
    page = (
        f"# What a user gets for a question\n\nCommit {where.commit}, {where.date}; {where.processor}, {where.cores} "
        f"cores. The reader: {reader.name}, {reader.digest[:12]}. A passage answers from {limits.limit:.3f}, and may "
        f"from {limits.uncertain:.3f}.\n\n{_table(found)}\n"
    )
    print(page)
    if not options.chosen:
        RESULTS.mkdir(parents=True, exist_ok=True)
        file = RESULTS / f"answers-{where.commit}.md"
        file.write_text(page, encoding="utf-8")
        values = {name: {what: asdict(one) for what, one in own.items()} for name, own in found.items()}
        file.with_suffix(".json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    return 0


def _table(found: Mapping[str, Mapping[str, Figure]]) -> str:
    names = list(dict.fromkeys(what for own in found.values() for what in own))
    rows = ((name, *(with_interval(own[what]) if what in own else "" for what in names)) for name, own in found.items())
    return table(("set", *names), rows)


if __name__ == "__main__":
    raise SystemExit(main())
