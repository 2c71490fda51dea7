"""The step from a reader's scores to a probability, fitted on questions it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from benchmarks.asked import Seen
from benchmarks.reliability import expected_error
from embeddings.errors import DatasetError
from qa.reading.calibration import Calibrated, Nearness
from qa.reading.types import Reading

__all__ = ["Both", "calibrate", "crossed", "equal_error", "fitted", "probability", "stated"]

_LOOSE = 100.0  # hardly any pull to 0: a cosine is small beside a logit, and would be held back by it

Floats = npt.NDArray[np.float64]
Both = tuple[Calibrated, Nearness]
"""A calibration of readings, and what similarity and words in common add to it."""


def calibrate(answered: Sequence[Reading], others: Sequence[Reading]) -> Calibrated:
    """Fit on as many answered as unanswered questions, whatever their number: both count the same in all."""
    from sklearn.linear_model import LogisticRegression

    if not answered or not others:
        raise DatasetError(
            f"to calibrate, answered and unanswered questions are needed: there are {len(answered)} and {len(others)}"
        )
    signals = np.asarray([[one.answered, one.span_margin, one.share] for one in (*answered, *others)])
    truth = np.repeat([1, 0], [len(answered), len(others)])
    model = LogisticRegression(class_weight="balanced").fit(signals, truth)
    first, second, third = (float(weight) for weight in model.coef_[0])
    return Calibrated(first, second, third, float(model.intercept_[0]))


def fitted(answerable: Sequence[Seen], near: Sequence[Seen]) -> Both:
    """Fit the probability that the marked sentence of the first passage is right; both kinds of questions count alike.

    Some answerable questions too are answered wrongly, so truth depends on what was marked, not on what was asked. The
    similarity of the marked sentence and the share of words in common are fitted with the reading, about their means:
    without them the reading still states a probability.
    """
    from sklearn.linear_model import LogisticRegression

    seen = (*answerable, *near)
    counts = (len(answerable), len(near))
    weights = np.repeat([len(seen) / 2 / max(1, count) for count in counts], counts)
    signals = _signals(seen)
    centres = np.average(signals[:, -2:], axis=0, weights=weights)
    signals[:, -2:] -= centres
    model = LogisticRegression(C=_LOOSE).fit(signals, [one.right for one in seen], sample_weight=weights)
    first, second, third, marked, shared = (float(weight) for weight in model.coef_[0])
    nearness = Nearness(marked, float(centres[0]), shared, float(centres[1]))
    return Calibrated(first, second, third, float(model.intercept_[0])), nearness


def crossed(answerable: Sequence[Seen], near: Sequence[Seen]) -> dict[str, float]:
    """Return the error of both ways to calibrate, each fitted on one half of the questions and measured on the other.

    The halves follow the order of the questions, so that they are about other paragraphs and mostly other articles.
    Platt's is a logistic regression over what the reader says; isotonic regression (Zadrozny and Elkan 2002) uses its
    result.
    """
    halves = [(own[: len(own) // 2], own[len(own) // 2 :]) for own in (answerable, near)]
    ways: dict[str, list[float]] = {"Platt": [], "isotonic": []}
    truth: list[bool] = []
    for first, second in ((0, 1), (1, 0)):
        own, other = [half[first] for half in halves], [half[second] for half in halves]
        if len({seen.right for part in own for seen in part}) < 2:
            return {}
        both = fitted(*own)
        learnt, asked = [*own[0], *own[1]], [*other[0], *other[1]]
        ways["Platt"] += [stated(both, seen) for seen in asked]
        ways["isotonic"] += _isotonic(both, learnt, asked)
        truth += [seen.right for seen in asked]
    true = np.asarray(truth, dtype=float)
    figures: dict[str, float] = {}
    for name, values in ways.items():
        figures[f"crossed calibration error, {name}"] = expected_error(values, true)
        figures[f"crossed squared error, {name}"] = float(np.mean((np.asarray(values) - true) ** 2))
    return figures


def equal_error(answerable: Sequence[float], near: Sequence[float]) -> dict[str, float]:
    """Return the limit where as many answerable questions are refused as near-misses answered, and that share."""
    limits = np.unique([*answerable, *near])
    refused = np.searchsorted(np.sort(answerable), limits, side="left") / len(answerable)
    let = 1 - np.searchsorted(np.sort(near), limits, side="left") / len(near)
    place = int(np.abs(refused - let).argmin())
    return {"limit": float(limits[place]), "error": float(refused[place] + let[place]) / 2}


def probability(calibrated: Calibrated, reading: Reading) -> float:
    """Return the probability that a calibration gives a reading that was made without it."""
    return calibrated.probability(reading.answered, reading.span_margin, reading.share)


def _isotonic(both: Both, learnt: Sequence[Seen], asked: Sequence[Seen]) -> list[float]:
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
    model.fit([stated(both, seen) for seen in learnt], [float(seen.right) for seen in learnt])
    found: list[float] = model.predict([stated(both, seen) for seen in asked]).tolist()
    return found


def stated(both: Both, seen: Seen) -> float:
    """Return the probability that a calibration gives what was seen without it."""
    calibrated, nearness = both
    alone = calibrated.probability(seen.answered, seen.span_margin, seen.share)
    return nearness.probability(alone, seen.marked, seen.shared)


def _signals(seen: Sequence[Seen]) -> Floats:
    return np.asarray([[one.answered, one.span_margin, one.share, one.marked, one.shared] for one in seen])
