"""The step from a reader's scores to a probability, fitted on questions it was not trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from benchmarks.asked import Asked, Seen
from benchmarks.reliability import expected_error
from qa.reading.calibration import Calibrated, Nearness

__all__ = ["Both", "crossed", "fitted", "stated"]

_SIMILARITY = 3  # among the signals
_LOOSE = 100.0  # hardly any pull to 0: a cosine is small beside a logit, and would be held back by it

Both = tuple[Calibrated, Nearness]
"""A calibration of readings, and what similarity and the place in the search add to it."""


def fitted(sets: Mapping[str, Sequence[Sequence[Asked]]]) -> Both:
    """Fit the probability that the marked sentence of a passage is right, on what was found for several sets.

    Each set has kinds of questions, with an answer and without. Every kind of every set counts alike. All passages that
    were read give the weights, since these order them too. The first ones alone then give slope and offset, since
    theirs is the probability that a user sees. Similarity is fitted about its mean: without it the reading still states
    a probability.
    """
    from sklearn.linear_model import LogisticRegression

    asked = [(one, 1 / len(own)) for kinds in sets.values() for own in kinds for one in own if one]
    rows = [(seen, each[0].score, weight / len(each)) for each, weight in asked for seen in each]
    signals = np.asarray([_signals(seen, best) for seen, best, _ in rows])
    weights = np.asarray([weight for *_, weight in rows])
    centre = float(np.average(signals[:, _SIMILARITY], weights=weights))
    signals[:, _SIMILARITY] -= centre
    every = LogisticRegression(C=_LOOSE, max_iter=1000)
    every.fit(signals, [seen.right for seen, *_ in rows], sample_weight=weights * len(rows) / weights.sum())
    weighted = signals @ every.coef_[0]
    ends = np.cumsum([len(each) for each, _ in asked])
    firsts = [
        end - len(each) + int(np.argmax(weighted[end - len(each) : end]))
        for (each, _), end in zip(asked, ends, strict=True)
    ]
    own = np.asarray([weight for _, weight in asked])
    scaled = LogisticRegression(C=_LOOSE, max_iter=1000)
    truth = [rows[row][0].right for row in firsts]
    scaled.fit(weighted[firsts, None], truth, sample_weight=own * len(own) / own.sum())
    slope = float(scaled.coef_[0][0])
    answered, span, share, marked, behind = (float(slope * weight) for weight in every.coef_[0])
    nearness = Nearness(marked, centre, max(0.0, behind))
    return Calibrated(answered, span, share, float(scaled.intercept_[0])), nearness


def crossed(answerable: Sequence[Asked], others: Sequence[Asked]) -> dict[str, float]:
    """Return the error of the first probabilities, fitted on one half of the questions and measured on the other.

    The halves follow the order of the questions, so that they are about other paragraphs and mostly other articles.
    """
    halves = [(own[: len(own) // 2], own[len(own) // 2 :]) for own in (answerable, others)]
    found: list[float] = []
    truth: list[bool] = []
    for first, second in ((0, 1), (1, 0)):
        own, other = [half[first] for half in halves], [half[second] for half in halves]
        if len({seen.right for part in own for asked in part for seen in asked}) < 2:
            return {}
        both = fitted({"": (own[0], own[1])})
        for asked in (*other[0], *other[1]):
            sure = [(stated(both, seen, asked[0].score), seen.right) for seen in asked]
            if sure:
                probable, right = max(sure, key=lambda one: one[0])
                found.append(probable)
                truth.append(right)
    true = np.asarray(truth, dtype=float)
    return {
        "crossed calibration error": expected_error(found, true),
        "crossed squared error": float(np.mean((np.asarray(found) - true) ** 2)),
    }


def stated(both: Both, seen: Seen, best: float) -> float:
    """Return the probability that a calibration gives what was seen without it; ``best`` is the search's best score."""
    calibrated, nearness = both
    alone = calibrated.probability(seen.answered, seen.span_margin, seen.share)
    return nearness.probability(alone, seen.marked, seen.score - best)


def _signals(seen: Seen, best: float) -> list[float]:
    return [seen.answered, seen.span_margin, seen.share, seen.marked, seen.score - best]
