"""Hits to the answering sentences, or to the statement that there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.calibration import Calibration
from qa.types import Hit, SentenceScore

__all__ = ["Mark", "Reader", "SimilarityReader", "nearest"]

READ = 3  # hits that may be cited; the rest is related at most
NEARLY = 0.75  # a further hit is cited only if its fused score is at least this part of the first cited one's


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence that answers, in a hit."""

    hit: Hit
    sentence: SentenceScore


class Reader(Protocol):
    """Reads hits for an answer."""

    @property
    def caveat(self) -> str:
        """What a user must know to trust the verdict; empty where it was measured."""
        ...

    def read(self, hits: Sequence[Hit]) -> list[Mark]:
        """The answering sentences, at most one of a hit, best first; empty where the hits do not answer."""
        ...


class SimilarityReader:
    """Marks the sentence nearest to the question; abstains where even that one is too far.

    The sentence of a passage is the one with the highest cosine + coverage: right in 0.84 of the questions of SQuAD 2.0
    dev, first half, given the right paragraph (cosine alone 0.78; see docs/decisions.md). Whether it answers is decided
    by a `Calibration`, which is measured for one model; without one nothing is held back.
    """

    def __init__(self, calibration: Calibration | None) -> None:
        self.calibration = calibration

    @property
    def caveat(self) -> str:
        """That no threshold was measured, where none was."""
        if self.calibration is not None:
            return ""
        return "No threshold was measured for this model: the nearest passages are shown whether they answer or not."

    def read(self, hits: Sequence[Hit]) -> list[Mark]:
        """The answering sentences, at most one of a hit, in the order of the hits."""
        marks = [Mark(hit, nearest(hit)) for hit in hits[:READ]]
        near = [mark for mark in marks if self._answers(mark.sentence)]
        return [mark for mark in near if mark.hit.score >= NEARLY * near[0].hit.score]

    def _answers(self, score: SentenceScore) -> bool:
        limits = self.calibration
        if limits is None:
            return True
        return limits.similarity * score.similarity + limits.coverage * score.coverage >= limits.threshold


def nearest(hit: Hit) -> SentenceScore:
    """The sentence of a hit that is marked: the highest cosine + coverage; the first of equals."""
    return max(hit.trace.sentences, key=lambda score: score.similarity + score.coverage)
