"""From what a reader says of a passage to the probability that it answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from qa.odds import check_weights, sigmoid

__all__ = ["UNCALIBRATED", "Calibrated"]


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
        """That the passage answers the question, 0 to 1."""
        return sigmoid(self.answered * answered + self.span * span_margin + self.share * share + self.offset)


UNCALIBRATED = Calibrated(answered=1.0, span=0.0, share=0.0, offset=0.0)
"""The network's own logit as a probability: an order, measured on nothing."""
