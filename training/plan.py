"""The length and the rate of a reader's training."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["Plan"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The length and the rate of a training.

    The rate rises over ``warm`` steps, stays, and falls to 0 in a straight line over the last ``cool`` part of the
    steps: until then the number of steps may still be changed. ``start`` tells which trained weights it begins with,
    empty for those of the encoder. ``ranking`` weighs the loss on pairs, where the examples come in pairs: 0 for none.
    """

    seed: int = 1
    batch: int = 32
    steps: int = 3000
    rate: float = 1e-4
    warm: int = 100
    cool: float = 0.25
    decay: float = 0.01
    start: str = ""
    ranking: float = 0.0

    def __post_init__(self) -> None:
        if min(self.batch, self.steps, self.warm) < 1 or self.rate <= 0 or not 0 < self.cool <= 1:
            raise ValueError(f"a plan needs a batch, steps, warm and a rate above 0, and cool in (0, 1]: {self}")
        if self.ranking < 0 or (self.ranking and self.batch % 2):
            raise ValueError(f"the weight of the ranking is not below 0, and a batch holds whole pairs: {self}")

    @property
    def cooling(self) -> int:
        """Return the step from which the rate falls."""
        return self.steps - round(self.cool * self.steps)

    def rate_at(self, step: int) -> float:
        """Return the learning rate of one step, counted from 0."""
        rising = min(1.0, (step + 1) / self.warm)
        falling = min(1.0, (self.steps - step) / max(1, self.steps - self.cooling))
        return self.rate * min(rising, falling)

    def may_follow(self, other: Plan, step: int) -> bool:
        """Return whether this plan may take over from another at a step: they agree in all that has been done."""
        same = replace(self, steps=other.steps) == other
        return same and (self.steps == other.steps or step <= min(self.cooling, other.cooling))
