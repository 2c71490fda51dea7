"""Figures of a reader, computed from its readings: each with its interval, similarity beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.asked import Asked, best, order, surest, until
from benchmarks.parts import Kinds, Marked
from benchmarks.reliability import Bin, area, bins, error_of, share
from qa.evaluation.metrics import per_query
from qa.evaluation.result import Figure
from qa.evaluation.statistics import interval, p_value
from qa.evaluation.types import Question
from qa.reading import Enough, Reading
from qa.reading.reranker import DIGITS

__all__ = [
    "Ranking",
    "answered",
    "as_read",
    "early",
    "end_to_end",
    "in_the_paragraph",
    "ranking",
    "reliability",
    "stated",
]

METRIC = "nDCG@10"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranking:
    """nDCG@10 with the reader and without, what it gained, and how often chance alone gives as much."""

    with_reader: Figure
    without: Figure
    gained: Figure
    p: float


def in_the_paragraph(asked: Sequence[Reading], near: Sequence[Reading], found: Sequence[Marked]) -> dict[str, Figure]:
    """Measure with the right paragraph given; ``found`` is what is marked there for the answerable questions."""
    positive, negative = ([one.probability for one in own] for own in (asked, near))
    truth = [*(one.right for one in found), *(False for _ in near)]
    return {
        "right sentence": share([one.right for one in found]),
        "right sentence by similarity": share([one.near for one in found]),
        "sentence with the words of an answer": share([one.said for one in found]),
        "AUROC against near-misses": area(positive, negative),
        "calibration error": error_of([*positive, *negative], truth),
    }


def as_read(kinds: Kinds, enough: Enough) -> Kinds:
    """Return what the product knows of the same questions: it reads no further than it needs."""
    return Kinds(*(tuple(until(one, enough) for one in own) for own in (kinds.answerable, kinds.near, kinds.off)))


def early(kinds: Kinds, limit: float) -> dict[str, Figure]:
    """Measure how often reading ends early, and how often the first passage is that of reading all."""
    asked = [*kinds.answerable, *kinds.near]
    short = [until(own, Enough.of(limit)) for own in asked]
    first = [(best(one), best(other)) for one, other in zip(asked, short, strict=True)]
    return {
        "reading ended early": share([own is not other for own, other in zip(asked, short, strict=True)]),
        "first passage as if all were read": share(
            [
                one is other or (one is not None and other is not None and one.passage == other.passage)
                for one, other in first
            ]
        ),
    }


def end_to_end(kinds: Kinds) -> dict[str, Figure]:
    """Measure over the passages that the retriever finds, in a new order."""
    firsts = [best(asked) for asked in kinds.answerable]
    sure = {name: [surest(asked) for asked in getattr(kinds, name)] for name in ("answerable", "near", "off")}
    near = {name: [_nearest(asked) for asked in getattr(kinds, name)] for name in ("answerable", "near", "off")}
    return {
        "right sentence at the very top": share([one is not None and one.right for one in firsts]),
        "right sentence at the very top by similarity": share([_near_right(asked) for asked in kinds.answerable]),
        "AUROC against near-misses": area(sure["answerable"], sure["near"]),
        "AUROC against near-misses by similarity": area(near["answerable"], near["near"]),
        "AUROC against other topics": area(sure["answerable"], sure["off"]),
        "AUROC against other topics by similarity": area(near["answerable"], near["off"]),
        "calibration error": error_of(*stated(kinds)),
    }


def stated(kinds: Kinds) -> tuple[list[float], list[bool]]:
    """Return the probability and truth of the first passage of every answerable question and near-miss."""
    firsts = [best(asked) for asked in (*kinds.answerable, *kinds.near)]
    return [0.0 if one is None else one.probability for one in firsts], [
        one is not None and one.right for one in firsts
    ]


def reliability(kinds: Kinds) -> list[Bin]:
    """Return the same in ten bins."""
    return bins(*stated(kinds))


def answered(kinds: Kinds, limit: float) -> dict[str, Figure]:
    """Return the shares answered, as a passage reaches the limit, and the share of answers with a right first quote.

    The first quote is the first passage in order that reaches the limit. A near-miss has no right answer.
    """
    own = {
        name: share([surest(asked) >= limit for asked in asked_of])
        for name, asked_of in (
            ("answerable", kinds.answerable),
            ("near-misses", kinds.near),
            ("other topics", kinds.off),
        )
    }
    firsts = [_first(asked, limit) for asked in kinds.answerable]
    right = [one for one in firsts if one is not None]
    return {**own, "right of the answered": share(right)} if right else own


def ranking(questions: Sequence[Question], found: Mapping[str, Asked]) -> Ranking:
    """Measure whether re-reading ranks better; ``found`` is by question, in the retriever's order."""
    names = {
        "with": {name: [one.passage for one in order(asked)] for name, asked in found.items()},
        "without": {name: [one.passage for one in asked] for name, asked in found.items()},
    }
    own, before = (per_query(questions, runs)[METRIC] for runs in names.values())
    return Ranking(_figure(own), _figure(before), _figure(own - before), p_value(own - before))


def _figure(values: Floats) -> Figure:
    return Figure(METRIC, float(values.mean()), *interval(values), len(values))


def _first(asked: Asked, limit: float) -> bool | None:
    """Return whether the first quote is right; None where none is given."""
    return next((seen.right for seen in order(asked) if round(seen.probability, DIGITS) >= limit), None)


def _nearest(asked: Asked) -> float:
    return max((seen.similarity for seen in asked), default=-1.0)


def _near_right(asked: Asked) -> bool:
    return bool(asked) and asked[0].near_right
