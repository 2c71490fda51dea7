"""What a reader reads, and what it says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Protocol

__all__ = ["PassageReader", "PassageText", "Reading", "Span", "readable"]

Span = tuple[int, int]
_ROUNDING = 1e-6
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage to be read: its document's title, its text, and where the sentences stand in that text, in order.

    Raises ValueError where a sentence lies outside the text or begins before the one in front of it ends.
    """

    title: str
    text: str
    sentences: tuple[Span, ...]

    def __post_init__(self) -> None:
        inside = all(0 <= start <= end <= len(self.text) for start, end in self.sentences)
        if not inside or any(before[1] > after[0] for before, after in pairwise(self.sentences)):
            raise ValueError(
                f"sentences must stand in order inside a text of {len(self.text)} characters: {self.sentences[:5]}"
            )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader says of one passage.

    ``probability`` that the passage answers the question, 0 to 1; ``sentences`` the share of each of its sentences in
    an answer that there may be, at most 1 together, 0 for one that was not read; ``span`` the likeliest words of the
    answer, in the passage's text and inside `sentence`, None where "no answer" is likelier or no words are marked.

    ``answered`` and ``span_margin`` are the logits behind it: that there is an answer, and by how much the best words
    of the best sentence stand above "no answer" (0 where the reader marks no words).
    """

    probability: float
    sentences: tuple[float, ...]
    span: Span | None
    answered: float
    span_margin: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.probability <= 1:
            raise ValueError(f"a probability is between 0 and 1: {self.probability}")
        if not all(map(isfinite, (self.answered, self.span_margin))):
            raise ValueError(f"logits are finite numbers: {self.answered}, {self.span_margin}")
        if not all(share >= 0 for share in self.sentences) or sum(self.sentences) > 1 + _ROUNDING:
            raise ValueError(f"shares are at least 0 and at most 1 together: {self.sentences[:5]}")

    @property
    def sentence(self) -> int:
        """The number of the sentence with the largest share, the first of equals; 0 where there is none."""
        return max(range(len(self.sentences)), key=self.sentences.__getitem__, default=0)

    @property
    def share(self) -> float:
        """The largest share."""
        return max(self.sentences, default=0.0)


class PassageReader(Protocol):
    """Reads a question and a passage together."""

    @property
    def name(self) -> str:
        """What a user knows it by."""
        ...

    @property
    def digest(self) -> str:
        """Changes whenever a reading may."""
        ...

    @property
    def limit(self) -> float | None:
        """The probability from which a passage is taken to answer; None where the reader was not calibrated.

        Without it the probabilities order passages, and say nothing about how often such an answer is right.
        """
        ...

    def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
        """One reading for each passage, in their order. The same question and passages give the same numbers."""
        ...


def readable(text: str) -> str:
    """The text with halves of surrogate pairs replaced, which no tokenizer takes; offsets stay."""
    return _HALF.sub("\ufffd", text)
