"""Fit how what a reader says becomes a probability, on questions it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.errors import DatasetError
from qa.reading.calibrated import Calibrated
from qa.reading.types import Reading

__all__ = ["calibrate", "expected_error", "probability"]

_BINS = 10


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


def probability(calibrated: Calibrated, reading: Reading) -> float:
    """The probability that a calibration gives a reading that was made without it."""
    return calibrated.probability(reading.answered, reading.span_margin, reading.share)


def expected_error(probabilities: Sequence[float], truth: Sequence[bool]) -> float:
    """The expected calibration error in ten bins of equal width (Naeini et al. 2015); NaN for no questions."""
    if not probabilities:
        return float("nan")
    stated, true = np.asarray(probabilities), np.asarray(truth, dtype=float)
    bins = np.minimum((stated * _BINS).astype(int), _BINS - 1)
    gaps = [abs(stated[bins == one].sum() - true[bins == one].sum()) for one in range(_BINS)]
    return float(sum(gaps) / len(stated))
