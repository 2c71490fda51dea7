"""Reading no further than needed: where the first passages settle it, the rest is left unread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.reading.types import PassageReader, PassageText, Reading

__all__ = ["FIRST", "Enough", "read_until"]

FIRST = 6  # passages that are always read
_LITTLE = 0.1  # of the limit: where none of the first passages reaches this part of it, reading on finds nothing


@dataclass(frozen=True, slots=True)
class Enough:
    """The probabilities that settle whether there is an answer.

    From ``certain`` upward a passage answers, and what stands behind it cannot take that back. Where all are below
    ``hopeless``, hardly ever one behind them answers: docs/decisions.md says how that was measured.
    """

    certain: float
    hopeless: float

    def __post_init__(self) -> None:
        if not 0 <= self.hopeless <= self.certain <= 1:
            raise ValueError(f"0 <= hopeless <= certain <= 1 is wanted: {self.hopeless}, {self.certain}")

    @classmethod
    def of(cls, *limits: float) -> Enough:
        """Enough for each of these limits."""
        return cls(max(limits), _LITTLE * min(limits))

    def is_settled_by(self, stated: Sequence[float]) -> bool:
        """Whether these probabilities of the first passages, at least one, leave nothing to look for."""
        return not self.hopeless <= max(stated) < self.certain


def read_until(
    reader: PassageReader,
    question: str,
    texts: Sequence[PassageText],
    enough: Enough | None = None,
    *,
    first: int = FIRST,
) -> list[Reading]:
    """Readings of the first passages where these settle it, else of all.

    A list shorter than ``texts`` says that the rest was not read. The passages are given best first. By default, it is
    enough for the reader's limit. A reader that was not calibrated reads them all: its probabilities settle nothing.
    """
    if first < 1:
        raise ValueError(f"first must be at least 1: {first}")
    if reader.limit is None:
        return reader.read(question, texts)
    begun = reader.read(question, texts[:first])
    settled = enough or Enough.of(reader.limit)
    if len(texts) <= first or settled.is_settled_by([reading.probability for reading in begun]):
        return begun
    return begun + reader.read(question, texts[first:])
