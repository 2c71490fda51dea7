"""Reading no further than needed: where the first passages settle it, the rest is left unread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from qa.reading.types import Reading

T = TypeVar("T")

FIRST = 6  # passages that are always read
_LITTLE = 0.1  # of the limit: where none of the first passages reaches this part of it, reading on finds nothing


@dataclass(frozen=True, slots=True)
class Enough:
    """The probabilities that settle whether there is an answer.

    From ``certain`` upward a passage answers, and what stands behind it cannot take that back. Where all are below
    ``hopeless``, hardly ever one behind them answers: docs/decisions/reading.md says how that was measured.
    """

    certain: float
    hopeless: float

    def __post_init__(self) -> None:
        if not 0 <= self.hopeless <= self.certain <= 1:
            raise ValueError(f"0 <= hopeless <= certain <= 1 is wanted: {self.hopeless}, {self.certain}")

    @classmethod
    def of(cls, *limits: float) -> Enough:
        """Return what is enough for each of these limits."""
        return cls(max(limits), _LITTLE * min(limits))

    def is_settled_by(self, stated: Sequence[float]) -> bool:
        """Tell whether these probabilities of the first passages, at least one, leave nothing to look for."""
        return not self.hopeless <= max(stated) < self.certain


def read_until(
    read: Callable[[Sequence[T]], list[Reading]], items: Sequence[T], enough: Enough | None, *, first: int = FIRST
) -> list[Reading]:
    """Return readings of the first items where these settle it, else of all; without ``enough`` nothing does.

    A list shorter than ``items``, which are given best first, says that the rest was not read.
    """
    if first < 1:
        raise ValueError(f"first must be at least 1: {first}")
    if enough is None:
        return read(items)
    begun = read(items[:first])
    if len(items) <= first or enough.is_settled_by([reading.probability for reading in begun]):
        return begun
    return begun + read(items[first:])
