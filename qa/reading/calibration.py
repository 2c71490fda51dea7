"""Probabilities and their log-odds, and what similarity and the place in the search add to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import exp, log

HEAVIEST = 1e6
"""No weight is further from 0: sums of such weights times logits stay finite, and no overflow passes for certainty."""

_FURTHEST = 500.0  # beyond it a float holds 0 or 1 either way, and exp would overflow
_CERTAIN = 1e-9  # a probability nearer to 0 or 1 is taken for this, so that its log-odds are finite


def sigmoid(logit: float) -> float:
    """Return 1 / (1 + e^-logit)."""
    return 1 / (1 + exp(-max(-_FURTHEST, min(_FURTHEST, logit))))


def log_odds(probability: float) -> float:
    """Return ln(p / (1 - p)), finite for 0 and 1 too."""
    held = max(_CERTAIN, min(1 - _CERTAIN, probability))
    return log(held / (1 - held))


def check_weights(weights: Mapping[str, float]) -> None:
    """Raise ValueError where a weight, given by name, is not finite or beyond `HEAVIEST`."""
    for name, value in weights.items():
        if not abs(value) <= HEAVIEST:
            raise ValueError(f'"{name}" is {value}, expected a finite number from {-HEAVIEST:.0f} to {HEAVIEST:.0f}')


@dataclass(frozen=True, slots=True)
class Nearness:
    """What is added to the log-odds that a reader states.

    ``weight`` times how far the similarity of the marked sentence is above ``centre``, and ``rank`` times how far the
    retriever's score of the passage is below that of its best one, a number up to 0.

    >>> round(Nearness(5.0, 0.5).probability(0.5, 0.7), 3)
    0.731
    """

    weight: float = 0.0
    centre: float = 0.0
    rank: float = 0.0

    def __post_init__(self) -> None:
        check_weights(asdict(self))

    def probability(self, stated: float, similarity: float, behind: float = 0.0) -> float:
        """Return the reader's probability with similarity and the place in the search added."""
        added = self.weight * (similarity - self.centre) + self.rank * behind
        return sigmoid(log_odds(stated) + added) if added else stated


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Weights of a logistic regression (Platt 1999) over the logit, the words' margin and the best sentence's share."""

    answered: float
    span: float
    share: float
    offset: float

    def __post_init__(self) -> None:
        check_weights(asdict(self))

    def probability(self, answered: float, span_margin: float, share: float) -> float:
        """Return the probability, 0 to 1, that the passage answers the question."""
        return sigmoid(self.answered * answered + self.span * span_margin + self.share * share + self.offset)


UNCALIBRATED = Calibrated(answered=1.0, span=0.0, share=0.0, offset=0.0)
"""The network's own logit as a probability: an order, measured on nothing."""
