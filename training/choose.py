"""The numbers that a reader is used with, chosen on the choosing halves of several sets of questions, by the worst set.

Calibration serves what a user sees: first all passages that are read give the weights that order them, then the first
passages alone give the probability. Every set counts alike, and so do questions with an answer and without. Without an
answer are the near-misses that people wrote, and all other questions once more with the passages left out that answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from benchmarks.answers import IN_KEYWORDS
from benchmarks.asked import Asked, Seen, best, surest
from benchmarks.outcomes import cites_right, left_out, outcome_of, shows_right
from benchmarks.parts import Kinds
from benchmarks.reliability import auroc
from embeddings.errors import DatasetError
from qa.reading.calibration import Calibrated, Nearness
from training.calibrate import Both, crossed, fitted, stated

__all__ = ["CAUTIONS", "NEAR", "ON", "Chosen", "bins_of", "choose", "limits_of", "restated"]

CAUTIONS = (50, 60, 70, 80, 90, 95, 98)
PRECISE, LET = 0.85, 0.18
"""Of the answers of each set, the first quotes that are right at least; of the near-misses, those answered at most."""
FOUND, FOREIGN = 0.93, 0.04
"""Of the right passages among the first two, those that are cited at least in each set; of questions about something
else, those that get a quote at most."""
SHARES = tuple(share / 100 for share in range(80, 2, -1))
"""Of the limit, from which passages may answer: those that are tried."""
NEAR = "squad20-a"
"""The set whose near-misses, written by people, say what a caution is."""
ON = "SQuAD 2.0, SelQA, TyDi QA, OneStopQA, MTRAG and our own"
"""The questions, as a user is told."""

_KNOWN = 40  # answers of all sets that are counted with those of each: the share of a small set is a guess
_STEPS = 20  # the probabilities that a bin may begin with are twentieths
_FEWEST = 30  # answers in a bin: with fewer, a rate is a guess
_DIGITS = 4

Sets = Mapping[str, Kinds]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The calibration, the caution, the limit by caution, and the share of it from which passages may answer.

    ``measured`` goes into the reader's description; ``figures`` describe the choice.
    """

    calibrated: Calibrated
    nearness: Nearness
    caution: int
    limits: dict[int, float]
    uncertain: float
    measured: dict[str, Any]
    figures: dict[str, float]

    @property
    def limit(self) -> float:
        """Return the limit of the default caution."""
        return self.limits[self.caution]


def choose(sets: Sets) -> Chosen:
    """Choose all numbers on what was found for the questions of each set, by its name."""
    if NEAR not in sets or not sets[NEAR].near or not all(kinds.answerable for kinds in sets.values()):
        raise DatasetError(
            f"to choose a limit, answerable questions of every set and near-misses of {NEAR} are needed, and one kind "
            "is missing"
        )
    both = fitted({name: (kinds.answerable, _without(kinds), kinds.off) for name, kinds in sets.items()})
    said = {name: restated(kinds, both) for name, kinds in sets.items()}
    near = [surest(asked) for asked in said[NEAR].near]
    caution = _caution(_typed(said), near)
    limits = limits_of(near, caution)
    uncertain = _uncertain(_typed(said), limits[caution])
    measured = {**_measured(said, limits, caution, uncertain), "nearness": asdict(both[1])}
    return Chosen(*both, caution, limits, uncertain, measured, _figures(sets, said, limits[caution], uncertain))


def restated(kinds: Kinds, both: Both) -> Kinds:
    """Return the same readings with the probabilities of another calibration."""
    return Kinds(
        *(
            tuple(tuple(replace(one, probability=stated(both, one, asked[0].score)) for one in asked) for asked in own)
            for own in (kinds.answerable, kinds.near, kinds.off)
        )
    )


def limits_of(near: Sequence[float], *own: int) -> dict[int, float]:
    """Return, for CAUTIONS and ``own``, ascending, the probability that so many of 100 stay below, rounded up."""
    scale = 10**_DIGITS
    wanted = sorted({*CAUTIONS, *own})
    return {caution: float(np.ceil(np.quantile(near, caution / 100) * scale) / scale) for caution in wanted}


def bins_of(probable: Sequence[float], truth: Sequence[bool]) -> list[dict[str, float]]:
    """Group answers of like probability, enough in each, from the lowest: from which, how many right, of how many."""
    values, true = np.asarray(probable), np.asarray(truth)
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


def _typed(sets: Sets) -> Sets:
    """Return the sets without those in keywords: these are fitted on too, and choose no limit."""
    return {name: kinds for name, kinds in sets.items() if not name.endswith(IN_KEYWORDS)}


def _without(kinds: Kinds) -> tuple[Asked, ...]:
    """Return what was found for questions without an answer: near-misses, and the others without what answers them."""
    return (*kinds.near, *(asked for own in kinds.answerable if (asked := left_out(own))))


def _caution(said: Sets, near: Sequence[float]) -> int:
    """Return the lowest caution with which answers are as often right, and near-misses as seldom answered, as asked."""
    least = round(100 * (1 - LET))
    for caution in range(least, max(CAUTIONS)):
        limit = limits_of(near, caution)[caution]
        counts = [_right_of(kinds.answerable, limit) for kinds in said.values()]
        whole = sum(right for right, _ in counts) / max(1, sum(of for _, of in counts))
        if all((right + _KNOWN * whole) / (of + _KNOWN) >= PRECISE for right, of in counts):
            return caution
    return max(CAUTIONS)


def _right_of(answerable: Iterable[Asked], limit: float) -> tuple[int, int]:
    """Return how many first quotes are right, of how many answers."""
    firsts = [one.right for asked in answerable if (one := best(asked)) is not None and one.probability >= limit]
    return sum(firsts), len(firsts)


def _uncertain(said: Sets, limit: float) -> float:
    """Return the largest share with which each set's right passages are cited, as long as few foreign ones are."""
    chosen = 1.0
    for share in SHARES:
        foreign = [asked for kinds in said.values() for asked in kinds.off]
        if _share([surest(asked) >= share * limit for asked in foreign]) > FOREIGN:
            return chosen
        chosen = share
        if all(_found(kinds.answerable, limit, share * limit) >= FOUND for kinds in said.values()):
            return chosen
    return chosen


def _found(answerable: Iterable[Asked], limit: float, uncertain: float) -> float:
    shown = [asked for asked in answerable if shows_right(asked)]
    return _share([cites_right(outcome_of(asked, limit, uncertain)) for asked in shown])


def _measured(said: Sets, limits: dict[int, float], caution: int, uncertain: float) -> dict[str, Any]:
    """Return what `qa.reading.measured` reads, and the shares of every caution; each set counts alike."""
    shares = {
        each: {
            "answered": _share([_answered(kinds.answerable, limit) for kinds in _typed(said).values()]),
            "near_miss": _answered(said[NEAR].near, limit),
            "off_topic": _answered([asked for kinds in said.values() for asked in kinds.off], limit),
        }
        for each, limit in limits.items()
    }
    firsts = _firsts(said)
    return {
        **shares[caution],
        "bins": bins_of([one.probability for one in firsts], [one.right for one in firsts]),
        "caution": caution,
        "on": ON,
        "limits": {str(each): limit for each, limit in limits.items()},
        "questions": {name: [len(kinds.answerable), len(kinds.near), len(kinds.off)] for name, kinds in said.items()},
        "shares": {str(each): own for each, own in shares.items()},
        "uncertain": uncertain,
    }


def _firsts(said: Sets) -> list[Seen]:
    """Return the first passages of all questions, answerable or not."""
    asked = [one for kinds in said.values() for one in (*kinds.answerable, *_without(kinds))]
    return [one for each in asked if (one := best(each)) is not None]


def _answered(asked: Sequence[Asked], limit: float) -> float:
    return _share([surest(one) >= limit for one in asked])


def _share(values: Sequence[float]) -> float:
    return round(sum(values) / max(1, len(values)), _DIGITS)


def _figures(sets: Sets, said: Sets, limit: float, uncertain: float) -> dict[str, float]:
    """Measure the choice where it was made, and both ways to calibrate on questions they were not fitted on."""
    figures: dict[str, float] = {}
    for name, kinds in said.items():
        verdicts = [outcome_of(asked, limit, uncertain * limit) for asked in kinds.answerable]
        figures[f"{name}: answered"] = _share([one.verdict == "answered" for one in verdicts])
        right, of = _right_of(kinds.answerable, limit)
        figures[f"{name}: first quote right, of the answered"] = right / max(1, of)
        figures[f"{name}: right passage cited, of those among the first two"] = _found(
            kinds.answerable, limit, uncertain * limit
        )
    sure = [[surest(asked) for asked in own] for own in (said[NEAR].answerable, said[NEAR].near)]
    figures["AUROC against near-misses"] = auroc(*sure)
    own = sets[NEAR]
    return {**figures, **crossed(own.answerable, _without(own))}
