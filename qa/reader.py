"""Hits to the answering sentences, or to the statement that there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from embeddings.errors import ReaderError
from qa.calibration import Calibration
from qa.confidence import Measured
from qa.types.confidence import ReadBy
from qa.types.hits import Hit, SentenceScore, nearest

__all__ = ["CITED", "Mark", "Read", "Reader", "SimilarityReader"]

CITED = 3  # hits that may be cited; the rest is related at most
NEARLY = 0.75  # a further hit is cited only if its fused score is at least this part of the first cited one's


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence that answers, in a hit; ``words`` are the exact ones, as offsets in the document's text."""

    hit: Hit
    sentence: SentenceScore
    words: tuple[int, int] | None = None

    @property
    def probability(self) -> float | None:
        """That the passage answers; None where that was not measured."""
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
    """Reads hits for an answer."""

    @property
    def caveat(self) -> str:
        """What a user must know to trust the verdict; empty where it was measured."""
        ...

    @property
    def description(self) -> str:
        """How it decides whether a sentence answers, in one line for those who read an export."""
        ...

    @property
    def depth(self) -> int:
        """How many hits it looks at, where there are so many."""
        ...

    @property
    def read_by(self) -> ReadBy | None:
        """What an answer says of it; None where it is only the nearest sentence that is marked."""
        ...

    @property
    def measured(self) -> Measured | None:
        """What it did in our tests; None where it was not measured."""
        ...

    def load(self) -> None:
        """Load what would else be loaded by the first question."""
        ...

    def at(self, caution: int) -> Reader:
        """The same reader, which refuses so many of 100 unanswerable questions. Raises ReaderError."""
        ...

    def read(self, question: str, hits: Sequence[Hit]) -> Read:
        """The hits in the order in which they answer, and the answering sentences in them."""
        ...


class SimilarityReader:
    """Marks the sentence nearest to the question; abstains where even that one is too far.

    The sentence of a passage is the one with the highest cosine + coverage: right in 0.84 of the questions of SQuAD 2.0
    dev, first half, given the right paragraph (cosine alone 0.78; see docs/decisions.md). Whether it answers is decided
    by a `Calibration`, which is measured for one model; without one nothing is held back.
    """

    depth = CITED
    read_by = None

    def __init__(self, calibration: Calibration | None) -> None:
        self.calibration = calibration

    @property
    def caveat(self) -> str:
        """That no threshold was measured, where none was."""
        if self.calibration is not None:
            return ""
        return "No threshold was measured for this model: the nearest passages are shown whether they answer or not."

    @property
    def description(self) -> str:
        """What is added up, and the threshold."""
        limits = self.calibration
        if limits is None:
            return f"SimilarityReader: {self.caveat}"
        return (
            f"SimilarityReader: {limits.similarity:g} × similarity + {limits.coverage:g} × coverage of the sentence "
            f"is at least {limits.threshold:g}"
        )

    @property
    def measured(self) -> Measured | None:
        """The figures of the calibration."""
        limits = self.calibration
        return None if limits is None else Measured(limits.answered, limits.near_miss, limits.off_topic, on=limits.on)

    def load(self) -> None:
        """Nothing is to be loaded."""

    def at(self, caution: int) -> Reader:
        """Raise ReaderError: there is one threshold."""
        raise ReaderError(
            f"a caution ({caution}) needs a trained reader, and the documents are asked without one: leave it out."
        )

    def read(self, question: str, hits: Sequence[Hit]) -> Read:  # noqa: ARG002 - the hits have been compared with it
        """The hits in their order; the answering sentences, at most one of a hit, in the order of the hits."""
        marks = [Mark(hit, nearest(hit)) for hit in hits[:CITED]]
        near = [mark for mark in marks if self._answers(mark.sentence)]
        return Read(tuple(hits), tuple(mark for mark in near if mark.hit.score >= NEARLY * near[0].hit.score))

    def _answers(self, score: SentenceScore) -> bool:
        limits = self.calibration
        if limits is None:
            return True
        return limits.similarity * score.similarity + limits.coverage * score.coverage >= limits.threshold
