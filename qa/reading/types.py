"""What a reader reads, and what it says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Protocol

from embeddings.types import Sentence
from embeddings.words import as_read
from qa.reading.measured import Measured
from qa.types.confidence import ReadBy
from qa.types.hits import Hit

Span = tuple[int, int]
CITED = 3  # hits that may be cited; the rest is related at most
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
        """Return the number of the sentence with the largest share, the first of equals; 0 where there is none."""
        return max(range(len(self.sentences)), key=self.sentences.__getitem__, default=0)

    @property
    def share(self) -> float:
        """Return the largest share."""
        return max(self.sentences, default=0.0)


class PassageReader(Protocol):
    """A reader of a question and a passage together."""

    @property
    def name(self) -> str:
        """Return the name that a user knows."""
        ...

    @property
    def digest(self) -> str:
        """Return a digest that changes whenever a reading may."""
        ...

    @property
    def limit(self) -> float | None:
        """Return the probability from which a passage is taken to answer; None for an uncalibrated reader.

        Without it the probabilities order passages, and say nothing about how often such an answer is right.
        """
        ...

    def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
        """Return one reading for each passage, in their order. The same question and passages give the same numbers."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """What answers in a hit: a sentence, or several side by side.

    ``words`` are the exact ones, as offsets in the document's text.
    """

    hit: Hit
    sentence: Sentence
    words: tuple[int, int] | None = None

    @property
    def probability(self) -> float | None:
        """Return how probably the passage answers; None where that was not measured."""
        return self.hit.citation.probability


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader makes of hits.

    ``hits`` are all of them in the order in which they answer; ``marks`` the answering sentences, best first, none
    where the hits do not answer; ``probability`` is that of the hit that answers most probably, whether it is marked or
    not, and None where no probability was measured.
    """

    hits: tuple[Hit, ...]
    marks: tuple[Mark, ...]
    probability: float | None = None


class Reader(Protocol):
    """A reader of hits for an answer."""

    @property
    def caveat(self) -> str:
        """Return what a user must know to trust the verdict; empty where it was measured."""
        ...

    @property
    def description(self) -> str:
        """Say in one line, for those who read an export, how the reader decides whether a sentence answers."""
        ...

    @property
    def depth(self) -> int:
        """Return how many hits the reader looks at, where there are so many."""
        ...

    @property
    def read_by(self) -> ReadBy | None:
        """Return what an answer says of the reader; None where only the nearest sentence is marked."""
        ...

    @property
    def measured(self) -> Measured | None:
        """Return what the reader did in our tests; None where it was not measured."""
        ...

    def load(self) -> None:
        """Load what would else be loaded by the first question."""
        ...

    def at(self, caution: int) -> Reader:
        """Return the same reader, sure of none of so many of 100 unanswerable questions. Raises ReaderError."""
        ...

    def read(self, question: str, hits: Sequence[Hit]) -> Read:
        """Return the hits in the order in which they answer, and the answering sentences in them."""
        ...


def readable(text: str) -> str:
    """Return the text as it is read (see `as_read`), halves of surrogate pairs, which no tokenizer takes, replaced."""
    return _HALF.sub("\ufffd", as_read(text))
