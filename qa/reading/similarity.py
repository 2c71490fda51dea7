"""The reader without weights: the sentence nearest to the question answers, or none does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.encoding.models import DEFAULT_MODEL
from embeddings.errors import ReaderError
from qa.reading.measured import Measured
from qa.reading.types import CITED, Mark, Read, Reader
from qa.types.hits import Hit, SentenceScore, nearest

NEARLY = 0.75  # a further hit is cited only if its fused score is at least this part of the first cited one's


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights and threshold for the marked sentence, and what they did on questions that did not choose them.

    A sentence answers where ``similarity * its cosine + coverage * its coverage >= threshold`` (a logistic regression's
    linear part). ``answered`` is the share of answerable questions that got an answer; ``near_miss`` and ``off_topic``
    the share of unanswerable ones that got one all the same: about the same people and places, and about other things.
    ``on`` names the public questions.
    """

    model: str
    similarity: float
    coverage: float
    threshold: float
    answered: float
    near_miss: float
    off_topic: float
    on: str = ""


class SimilarityReader:
    """A reader that marks the sentence nearest to the question, and abstains where that one is too far.

    The sentence of a passage is the one with the highest cosine + coverage: right in 0.84 of the questions of SQuAD 2.0
    dev, first half, given the right paragraph (cosine alone 0.78; see docs/decisions/answering.md). Whether it answers
    is decided by a `Calibration`, which is measured for one model; without one nothing is held back.
    """

    depth = CITED
    read_by = None

    def __init__(self, calibration: Calibration | None) -> None:
        self.calibration = calibration

    @property
    def caveat(self) -> str:
        """Say that no threshold was measured, where none was."""
        if self.calibration is not None:
            return ""
        return "No threshold was measured for this model: the nearest passages are shown whether they answer or not."

    @property
    def description(self) -> str:
        """Say what is added up, and the threshold."""
        limits = self.calibration
        if limits is None:
            return f"SimilarityReader: {self.caveat}"
        return (
            f"SimilarityReader: {limits.similarity:g} × similarity + {limits.coverage:g} × coverage of the sentence "
            f"is at least {limits.threshold:g}"
        )

    @property
    def measured(self) -> Measured | None:
        """Return the figures of the calibration."""
        limits = self.calibration
        return None if limits is None else Measured(limits.answered, limits.near_miss, limits.off_topic, on=limits.on)

    def load(self) -> None:
        """Do nothing: there are no weights."""

    def at(self, caution: int) -> Reader:
        """Raise ReaderError: there is one threshold."""
        raise ReaderError(
            f"a caution ({caution}) needs a trained reader, and the documents are asked without one: leave it out."
        )

    def read(self, question: str, hits: Sequence[Hit]) -> Read:  # noqa: ARG002 - the hits have been compared with it
        """Return the hits in their order; the answering sentences, at most one of a hit, in the order of the hits."""
        near = [hit for hit in hits[:CITED] if self._answers(nearest(hit))]
        good = [hit for hit in near if hit.score >= NEARLY * near[0].score]
        return Read(tuple(hits), tuple(Mark(hit, nearest(hit).sentence) for hit in good))

    def _answers(self, score: SentenceScore) -> bool:
        limits = self.calibration
        if limits is None:
            return True
        return limits.similarity * score.similarity + limits.coverage * score.coverage >= limits.threshold


def calibration_for(model: str) -> Calibration | None:
    """Return the calibration of a model, by its name; None where none was measured."""
    return next((measured for measured in _MEASURED if measured.model == model), None)


# Written by: python -m benchmarks.calibrate (SQuAD 2.0 dev, first half; chosen on every second article).
_MEASURED = (
    Calibration(
        DEFAULT_MODEL,
        similarity=19.694,
        coverage=10.276,
        threshold=14.079,
        answered=0.921,
        near_miss=0.824,
        off_topic=0.036,
        on="SQuAD 2.0",
    ),
)
