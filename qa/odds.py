"""Probabilities and their log-odds, and what similarity adds to them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite, log

__all__ = ["Nearness", "log_odds", "sigmoid"]

_FURTHEST = 500.0  # beyond it a float holds 0 or 1 either way, and exp would overflow
_CERTAIN = 1e-9  # a probability nearer to 0 or 1 is taken for this, so that its log-odds are finite


def sigmoid(logit: float) -> float:
    """1 / (1 + e^-logit)."""
    return 1 / (1 + exp(-max(-_FURTHEST, min(_FURTHEST, logit))))


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), finite for 0 and 1 too."""
    held = max(_CERTAIN, min(1 - _CERTAIN, probability))
    return log(held / (1 - held))


@dataclass(frozen=True, slots=True)
class Nearness:
    """What the similarity of the marked sentence adds to the log-odds: ``weight`` times how far above ``centre`` it is.

    >>> round(Nearness(5.0, 0.5).probability(0.5, 0.7), 3)
    0.731
    """

    weight: float = 0.0
    centre: float = 0.0

    def __post_init__(self) -> None:
        if not (isfinite(self.weight) and isfinite(self.centre)):
            raise ValueError(f"weight and centre are finite numbers: {self}")

    def probability(self, stated: float, similarity: float) -> float:
        """The probability that a reader stated, with the similarity (cosine) of the sentence that is marked."""
        if not self.weight:
            return stated
        return sigmoid(log_odds(stated) + self.weight * (similarity - self.centre))
