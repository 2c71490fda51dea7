"""What a reader says of a passage, counted with how near the sentences are to the question.

A small reader knows whether a sentence is the answer to a question of this form, the vectors whether it is about the
same. Together they are right more often than either. And a reader is less sure of questions in other words than those
of the documents, without being wrong more often; docs/decisions.md has the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp

from qa.odds import Nearness
from qa.reading import PassageReader, PassageText, Reading
from qa.types.hits import SentenceScore, Trace

__all__ = ["NEAR", "NearReader", "counted_with", "in_common", "read_as_named", "shared_out"]

NEAR = 2.0
"""Of similarity + coverage of a sentence, beside the logarithm of its share."""


@dataclass(frozen=True, slots=True)
class NearReader:
    """Another reader, whose readings count with the nearness of the sentences; implements `PassageReader`.

    ``traces`` say of each text that may be read how near its sentences are, and by which name it calls what is asked
    for.
    """

    reader: PassageReader
    nearness: Nearness
    traces: Mapping[PassageText, Trace]

    @property
    def name(self) -> str:
        """The other reader's."""
        return self.reader.name

    @property
    def digest(self) -> str:
        """The other reader's."""
        return self.reader.digest

    @property
    def limit(self) -> float | None:
        """The other reader's."""
        return self.reader.limit

    def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
        """One reading for each passage, in their order."""
        traces, shared = [self.traces[text] for text in texts], in_common(self.traces.values())
        found = read_as_named(self.reader, question, texts, traces)
        return [
            counted_with(self.nearness, one, trace.sentences, shared) for one, trace in zip(found, traces, strict=True)
        ]


def read_as_named(
    reader: PassageReader, question: str, texts: Sequence[PassageText], traces: Sequence[Trace]
) -> list[Reading]:
    """One reading for each passage, in their order; each with the question under the name that it uses itself.

    A reader of single passages cannot know that another one says what PTM stands for.
    """
    asked = [trace.asked_as or question for trace in traces]
    found: dict[int, Reading] = {}
    for one in dict.fromkeys(asked):
        own = [place for place, other in enumerate(asked) if other == one]
        found.update(zip(own, reader.read(one, [texts[place] for place in own]), strict=True))
    return [found[place] for place in range(len(texts))]


def in_common(traces: Iterable[Trace]) -> float:
    """The share of the question's words in the passage that has most of them; 1 for a question of no content words."""
    return max((trace.shared for trace in traces), default=1.0)


def counted_with(nearness: Nearness, reading: Reading, scores: Sequence[SentenceScore], shared: float) -> Reading:
    """The reading with its shares and its probability as they are with the sentences' nearness and the shared words."""
    shares = shared_out(reading, scores)
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    similarity = nearness.centre if best is None else scores[best].similarity
    probability = nearness.probability(reading.probability, similarity, shared)
    words = reading.span if best == reading.sentence else None  # they stand in the sentence that was best before
    return replace(reading, probability=probability, sentences=shares, span=words)


def shared_out(reading: Reading, scores: Sequence[SentenceScore]) -> tuple[float, ...]:
    """The share of each sentence of a passage in the answer, as the reader and the search together have it.

    Each share is multiplied by e^(NEAR * (similarity + coverage)); together they are as much as before. What the reader
    gave nothing gets nothing.
    """
    whole = sum(reading.sentences)
    nearness = [score.similarity + score.coverage for score in scores]
    most = max(nearness, default=0.0)
    raised = [share * exp(NEAR * (near - most)) for share, near in zip(reading.sentences, nearness, strict=True)]
    total = sum(raised)
    return tuple(whole * one / total for one in raised) if total else reading.sentences
