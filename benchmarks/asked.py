"""Questions asked of an index, with a reading of every passage found. All figures come from the same readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from embeddings.errors import QuestionError
from embeddings.words import word_spans
from qa.query.syntax import parse
from qa.reading import PassageReader, Reading
from qa.reading.calibration import Nearness
from qa.reading.early_stopping import FIRST, Enough
from qa.reading.reranker import DIGITS, combined, evidence, read_hits
from qa.retrieval.retriever import Retriever
from qa.types.hits import Hit, nearest

__all__ = [
    "DEPTH",
    "Answers",
    "Asked",
    "Asker",
    "Seen",
    "best",
    "marked_by",
    "order",
    "surest",
    "until",
]

DEPTH = 20
"""Passages that are read of what the retriever finds."""

Span = tuple[int, int]
Answers = Mapping[str, Sequence[Span]]
"""Where the answers to a question stand, by passage."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A passage that was found: the retriever's score, the reader's figures, and the truth.

    ``gold`` tells whether the passage holds a part of an answer, ``right`` whether what the product quotes of it does,
    and ``near_right`` whether the sentence that similarity marks does; its cosine is ``similarity``. ``marked`` is the
    cosine of the reader's sentence. ``evidence`` is the F1 of the words quoted, against those of the answers.
    """

    passage: str
    score: float
    probability: float
    answered: float
    span_margin: float
    share: float
    right: bool
    near_right: bool = False
    similarity: float = 0.0
    marked: float = 0.0
    gold: bool = False
    evidence: float = 0.0


Asked = tuple[Seen, ...]
"""What was found for one question, in the retriever's order."""


class Asker:
    """A retriever that keeps copies apart, and a reader of what it finds."""

    def __init__(self, retriever: Retriever, reader: PassageReader, nearness: Nearness | None = None) -> None:
        self._retriever, self._reader, self._nearness = retriever, reader, nearness or Nearness()

    def ask(self, question: str, answers: Answers) -> Asked:
        """Return the first passages. A text without words gives none."""
        try:
            hits = self._retriever.search(question, DEPTH, collapse=False)
        except QuestionError:
            return ()
        readings = read_hits(self._reader, parse(question).whole, hits)
        return tuple(
            _seen(hit, self._combined(hit, said, hits[0].score), said, answers)
            for hit, said in zip(hits, readings, strict=True)
        )

    def _combined(self, hit: Hit, said: Reading, best: float) -> Reading:
        return combined(self._nearness, said, hit.trace.sentences, hit.score - best)


def _seen(hit: Hit, reading: Reading, said: Reading, answers: Answers) -> Seen:
    spans = answers.get(hit.passage.document_id, ())
    near = nearest(hit)
    marked = hit.trace.sentences[reading.sentence]
    quoted = _quoted(hit, reading)
    return Seen(
        passage=hit.passage.document_id,
        score=hit.score,
        probability=reading.probability,
        answered=reading.answered,
        span_margin=reading.span_margin,
        share=said.share,
        right=_holds(quoted, spans),
        near_right=_holds((near.sentence.start, near.sentence.end), spans),
        similarity=near.similarity,
        marked=marked.similarity,
        gold=_holds((hit.passage.start, hit.passage.end), spans),
        evidence=_evidence(hit, quoted, spans),
    )


def _quoted(hit: Hit, reading: Reading) -> Span:
    scores = [replace(one, share=own) for one, own in zip(hit.trace.sentences, reading.sentences, strict=True)]
    found = evidence(scores)
    return found[0].sentence.start, found[-1].sentence.end


def _evidence(hit: Hit, quoted: Span, answers: Sequence[Span]) -> float:
    """Return the F1 of the words quoted, 0 where no word is quoted rightly."""
    if not _holds((hit.passage.start, hit.passage.end), answers):
        return 0.0
    begin = hit.passage.start
    words = [(begin + start, begin + end) for _, start, end in word_spans(hit.passage.text)]
    said, true = ([_holds(word, spans) for word in words] for spans in ((quoted,), answers))
    both = sum(one and other for one, other in zip(said, true, strict=True))
    return 2 * both / (sum(said) + sum(true)) if both else 0.0


def marked_by(reading: Reading, hit: Hit) -> Span:
    """Return the sentence of a hit that the product marks, the first of equals."""
    own = hit.trace.sentences[combined(Nearness(), reading, hit.trace.sentences).sentence].sentence
    return own.start, own.end


def _holds(sentence: Span, answers: Sequence[Span]) -> bool:
    return any(start < sentence[1] and sentence[0] < end for start, end in answers)


def order(asked: Asked) -> list[Seen]:
    """Sort by the probability as it is told, highest first, as the product does; equals keep their order."""
    return sorted(asked, key=lambda seen: -round(seen.probability, DIGITS))


def best(asked: Asked) -> Seen | None:
    """Return the first in that order; None where nothing was found."""
    return order(asked)[0] if asked else None


def surest(asked: Asked) -> float:
    """Return the highest probability, rounded as in the product; 0 where nothing was found.

    A question is answered where it reaches the limit.
    """
    return round(max((seen.probability for seen in asked), default=0.0), DIGITS)


def until(asked: Asked, enough: Enough, *, first: int = FIRST) -> Asked:
    """Return what is known if reading ends early (see `read_until`): the rest counts like the worst that was read."""
    begun, rest = asked[:first], asked[first:]
    if not rest or not enough.is_settled_by([seen.probability for seen in begun]):
        return asked
    worst = min(seen.probability for seen in begun)
    return (*begun, *(replace(seen, probability=worst) for seen in rest))
