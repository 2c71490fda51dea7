"""How sure a verdict is: thresholds measured for one model, and the error that was measured with them."""

from __future__ import annotations

from dataclasses import dataclass

from embeddings.encoding.models import DEFAULT_MODEL

__all__ = ["Calibration", "calibration_for"]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights and threshold for the marked sentence, and what they did on questions that did not choose them.

    A sentence answers where ``similarity * its cosine + coverage * its coverage >= threshold`` (a logistic regression's
    linear part). ``answered`` is the share of answerable questions that got an answer; ``near_miss`` and ``off_topic``
    the share of unanswerable ones that got one all the same: about the same people and places, and about other things.
    ``on`` names the public questions.
    """

    model: str
    similarity: float
    coverage: float
    threshold: float
    answered: float
    near_miss: float
    off_topic: float
    on: str = ""


# Written by: python -m benchmarks.calibrate (SQuAD 2.0 dev, first half; chosen on every second article).
_MEASURED = (
    Calibration(
        DEFAULT_MODEL,
        similarity=19.694,
        coverage=10.276,
        threshold=14.079,
        answered=0.921,
        near_miss=0.824,
        off_topic=0.036,
        on="SQuAD 2.0",
    ),
)


def calibration_for(model: str) -> Calibration | None:
    """The calibration of a model, by its name; None where none was measured."""
    return next((measured for measured in _MEASURED if measured.model == model), None)
