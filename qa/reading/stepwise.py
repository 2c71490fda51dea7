"""Reading no further than needed: where one of the first passages answers for certain, the rest is left unread."""

from __future__ import annotations

from collections.abc import Sequence

from qa.reading.types import PassageReader, PassageText, Reading

__all__ = ["FIRST", "read_until"]

FIRST = 6  # passages that are always read


def read_until(
    reader: PassageReader,
    question: str,
    texts: Sequence[PassageText],
    *,
    first: int = FIRST,
    certain: float | None = None,
) -> list[Reading]:
    """Readings of the first passages, or of all where none of the first reaches the probability ``certain``.

    A list shorter than ``texts`` says that the rest was not read. The passages are given best first. By default,
    ``certain`` is the reader's limit: the passage then counts as an answer, and what stands behind it cannot take that
    back. A reader that was not calibrated reads them all, since its probabilities are no certainty.
    """
    if first < 1 or (certain is not None and not 0 <= certain <= 1):
        raise ValueError(f"first must be at least 1 and certain a probability: {first}, {certain}")
    if reader.limit is None:
        return reader.read(question, texts)
    enough = reader.limit if certain is None else certain
    begun = reader.read(question, texts[:first])
    if any(reading.probability >= enough for reading in begun):
        return begun
    return begun + reader.read(question, texts[first:]) if len(texts) > first else begun
