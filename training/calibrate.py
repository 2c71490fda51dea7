"""From what the network says to a probability that the passage answers, measured on questions it was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from embeddings.errors import DatasetError
from training.reading import Reading

__all__ = ["Calibrated", "calibrate", "expected_error"]

_BINS = 10


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Weights of a logistic regression (Platt 1999) over what `Reading` says."""

    answered: float
    span: float
    share: float
    offset: float

    def probability(self, reading: Reading) -> float:
        """That the passage answers the question, 0 to 1."""
        total = self.answered * reading.answered + self.span * reading.span + self.share * reading.share + self.offset
        return 1 / (1 + exp(-max(-500.0, min(500.0, total))))


def calibrate(answered: Sequence[Reading], others: Sequence[Reading]) -> Calibrated:
    """Fit on as many answered as unanswered questions, whatever their number: both count the same in all."""
    from sklearn.linear_model import LogisticRegression

    if not answered or not others:
        raise DatasetError(
            f"to calibrate, answered and unanswered questions are needed: there are {len(answered)} and {len(others)}"
        )
    signals = np.asarray([[one.answered, one.span, one.share] for one in (*answered, *others)])
    truth = np.repeat([1, 0], [len(answered), len(others)])
    model = LogisticRegression(class_weight="balanced").fit(signals, truth)
    first, second, third = (float(weight) for weight in model.coef_[0])
    return Calibrated(first, second, third, float(model.intercept_[0]))


def expected_error(probabilities: Sequence[float], truth: Sequence[bool]) -> float:
    """The expected calibration error in ten bins of equal width (Naeini et al. 2015); NaN for no questions."""
    if not probabilities:
        return float("nan")
    stated, true = np.asarray(probabilities), np.asarray(truth, dtype=float)
    bins = np.minimum((stated * _BINS).astype(int), _BINS - 1)
    gaps = [abs(stated[bins == one].sum() - true[bins == one].sum()) for one in range(_BINS)]
    return float(sum(gaps) / len(stated))
