"""The numbers that a reader is used with, chosen on questions that neither train nor report.

Calibration serves what a user sees: the first passage of the twenty that are read. The weight of the reading beside the
retriever's score is the one that ranks best; the limits are those that refuse a share of the near-misses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from benchmarks.asked import Asked, Seen, best, order, surest
from benchmarks.parts import Kinds
from benchmarks.reliability import auroc
from benchmarks.tasks import evenly
from embeddings.errors import DatasetError
from qa.reading.calibration import Calibrated, Nearness
from training.calibrate import Both, crossed, equal_error, fitted, stated

__all__ = ["CAUTION", "CAUTIONS", "ON", "WEIGHTS", "Chosen", "bins_of", "caution_of", "choose", "limits_of", "restated"]

WEIGHTS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 1.0)
CAUTIONS = (50, 60, 70, 80, 90, 95, 98)
CAUTION, USEFUL = 90, 0.5
"""How many of 100 unanswerable questions are refused: those that are measured, and the one that a reader is used with
where it still answers this share of the answerable questions. Where it does not, as many near-misses are answered as
answerable questions refused."""

ON = "SQuAD 2.0"
"""The questions of the calibrating articles, as a user is told."""

_ROUNDS = 4  # calibration and order depend on each other; they stand still after two or three
_STEPS = 20  # the probabilities that a bin may begin with are twentieths
_FEWEST = 30  # answers in a bin: with fewer, a rate is a guess
_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Chosen:
    """The calibration, the weight of the log-odds beside the retriever's score, and the probability by caution.

    ``measured`` goes into the reader's description; ``figures`` describe the choice.
    """

    calibrated: Calibrated
    nearness: Nearness
    weight: float
    caution: int
    limits: dict[int, float]
    measured: dict[str, Any]
    figures: dict[str, float]

    @property
    def limit(self) -> float:
        """Return the limit of the default caution."""
        return self.limits[self.caution]


def choose(kinds: Kinds, start: Calibrated, paragraphs: Sequence[str]) -> Chosen:
    """Choose all numbers; ``paragraphs`` are right for the answerable questions, ``start`` is a first calibration."""
    if not kinds.answerable or not kinds.near:
        raise DatasetError(
            "to choose a limit, answerable questions and near-misses are needed, and one kind is missing"
        )
    weight, (calibrated, nearness) = _together(kinds, (start, Nearness()), paragraphs)
    said = _all(kinds, (calibrated, nearness))
    answerable, near = ([surest(asked) for asked in own] for own in (said.answerable, said.near))
    caution = caution_of(answerable, near)
    limits = limits_of(near, caution)
    measured = {**_measured(said, weight, limits, caution), "nearness": asdict(nearness)}
    return Chosen(calibrated, nearness, weight, caution, limits, measured, _figures(said, weight))


def caution_of(answerable: Sequence[float], near: Sequence[float]) -> int:
    """Return CAUTION where it is useful, else the caution of equal errors, in whole hundredths."""
    if _share([value >= limits_of(near)[CAUTION] for value in answerable]) >= USEFUL:
        return CAUTION
    limit = equal_error(answerable, near)["limit"]
    return min(max(CAUTIONS), max(min(CAUTIONS), round(100 * _share([value < limit for value in near]))))


def restated(asked: Asked, both: Both) -> Asked:
    """Return the same readings with the probabilities of another calibration."""
    return tuple(replace(seen, probability=stated(both, seen)) for seen in asked)


def limits_of(near: Sequence[float], *own: int) -> dict[int, float]:
    """Return, for CAUTIONS and ``own``, ascending, the probability that so many of 100 stay below, rounded up."""
    scale = 10**_DIGITS
    wanted = sorted({*CAUTIONS, *own})
    return {caution: float(np.ceil(np.quantile(near, caution / 100) * scale) / scale) for caution in wanted}


def bins_of(stated: Sequence[float], truth: Sequence[bool]) -> list[dict[str, float]]:
    """Group answers of like probability, enough in each, from the lowest: from which, how many right, of how many."""
    values, true = np.asarray(stated), np.asarray(truth)
    found: list[dict[str, float]] = []
    above = np.inf
    for step in range(_STEPS - 1, -1, -1):
        least = step / _STEPS
        own = (values >= least) & (values < above)
        if own.sum() >= _FEWEST:
            found.insert(0, {"from": least, "right": int(true[own].sum()), "of": int(own.sum())})
            above = least
    rest = values < above
    if not found:
        return [{"from": 0.0, "right": int(true.sum()), "of": len(values)}] if len(values) else []
    if rest.any():  # too few for a bin of their own
        first = found[0]
        first.update(
            {"from": 0.0, "right": first["right"] + int(true[rest].sum()), "of": first["of"] + int(rest.sum())}
        )
    return found


def _weight(kinds: Kinds, paragraphs: Sequence[str]) -> float:
    """Return the weight that puts the right sentence first most often, and then the right paragraph highest.

    Of equals the middle one is taken: it is the least likely to lie at an edge.
    """
    worth = []
    for weight in WEIGHTS:
        ordered = [order(asked, weight) for asked in kinds.answerable]
        first = sum(own[0].right for own in ordered if own)
        high = sum(_reciprocal(own, name) for own, name in zip(ordered, paragraphs, strict=True))
        worth.append((first, round(high, _DIGITS)))
    good = [weight for weight, own in zip(WEIGHTS, worth, strict=True) if own == max(worth)]
    return good[len(good) // 2]


def _reciprocal(ordered: Sequence[Seen], paragraph: str) -> float:
    return next((1 / rank for rank, seen in enumerate(ordered, start=1) if seen.passage == paragraph), 0.0)


def _together(kinds: Kinds, start: Both, paragraphs: Sequence[str]) -> tuple[float, Both]:
    """Return a weight that is best with its own calibration, and that calibration.

    Each depends on the other: steeper log-odds weigh more.
    """
    both = start
    weight = _weight(_all(kinds, both), paragraphs)
    for _ in range(_ROUNDS):
        both = _settled(kinds, both, weight)
        again = _weight(_all(kinds, both), paragraphs)
        if again == weight:
            return weight, both
        weight = again
    return weight, _settled(kinds, both, weight)


def _settled(kinds: Kinds, start: Both, weight: float) -> Both:
    """Return the calibration of the first passages, in the order that it makes itself."""
    both = start
    for _ in range(_ROUNDS):
        answerable, near = _firsts(_all(kinds, both), weight)
        if len({seen.right for seen in (*answerable, *near)}) < 2:
            return both
        both = fitted(answerable, near)
    return both


def _firsts(kinds: Kinds, weight: float) -> tuple[list[Seen], list[Seen]]:
    """Return the first passages of both kinds of questions."""
    answerable, near = (
        [seen for asked in own if (seen := best(asked, weight)) is not None] for own in (kinds.answerable, kinds.near)
    )
    return answerable, near


def _all(kinds: Kinds, both: Both) -> Kinds:
    return Kinds(*(tuple(restated(asked, both) for asked in own) for own in (kinds.answerable, kinds.near, kinds.off)))


def _measured(said: Kinds, weight: float, limits: dict[int, float], caution: int) -> dict[str, Any]:
    """Return what `qa.reading.measured` reads, and the shares of every caution."""
    shares = {
        each: {
            name: _share([surest(asked) >= limit for asked in own])
            for name, own in (("answered", said.answerable), ("near_miss", said.near), ("off_topic", said.off))
        }
        for each, limit in limits.items()
    }
    answerable, near = _firsts(said, weight)
    drawn = _balanced(answerable, near)
    return {
        **shares[caution],
        "bins": bins_of([seen.probability for seen in drawn], [seen.right for seen in drawn]),
        "caution": caution,
        "on": ON,
        "limits": {str(each): limit for each, limit in limits.items()},
        "questions": {"answerable": len(said.answerable), "near_miss": len(said.near), "off_topic": len(said.off)},
        "shares": {str(each): own for each, own in shares.items()},
        "weight": weight,
    }


def _share(values: Sequence[bool]) -> float:
    return round(sum(values) / max(1, len(values)), _DIGITS)


def _balanced(answerable: Sequence[Seen], near: Sequence[Seen]) -> list[Seen]:
    """Return equally many of both, evenly spread: the share of right answers depends on how many questions have one."""
    number = min(len(answerable), len(near))
    return [*evenly(answerable, number), *evenly(near, number)]


def _figures(said: Kinds, weight: float) -> dict[str, float]:
    """Measure the choice where it was made, and both ways to calibrate on questions they were not fitted on."""
    sure = [[surest(asked) for asked in own] for own in (said.answerable, said.near, said.off)]
    answerable, near = _firsts(said, weight)
    return {
        "right sentence at the very top": float(np.mean([seen.right for seen in answerable])),
        "AUROC against near-misses": auroc(sure[0], sure[1]),
        "AUROC against other topics": auroc(sure[0], sure[2]),
        **{f"at equal errors, {name}": value for name, value in equal_error(sure[0], sure[1]).items()},
        **crossed(answerable, near),
    }
