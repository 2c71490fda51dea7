"""Passages found, and why each has its rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from embeddings.types import Passage, Sentence
from qa.types.quotes import Citation, Quote
from qa.types.serialize import Plain, plain_fields


@dataclass(frozen=True, slots=True)
class Part:
    """What one signal says of a passage: its score, its rank among the candidates (from 1), its weight in the fusion.

    ``points`` is what it gives to the hit's score: the score is the sum of the points of all parts.
    """

    name: str
    score: float
    rank: int
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class SentenceScore(Plain):
    """How near a sentence is to the question.

    ``similarity`` is the cosine of their vectors; ``coverage`` the share of the question's terms that stand in it, each
    weighted by its rarity (inverse document frequency), 0 to 1. ``share`` is its share in the answer that the passage
    may hold, as a trained reader sees it; None where none read the passage.
    """

    sentence: Sentence
    similarity: float
    coverage: float
    share: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON, those of the sentence among them."""
        values = plain_fields(self)
        return {**values.pop("sentence"), **values}


@dataclass(frozen=True, slots=True)
class Trace(Plain):
    """Why a hit stands where it stands: each part, each sentence in order, and names that were taken for the same.

    ``matched`` are the content words of the question, as written, that stand in the passage, in the heading above it or
    in its document's title, in any form or under another name; ``missing`` are the others. ``asked_as`` is the question
    with the name that the passage uses, where that is not the one asked for.
    """

    parts: tuple[Part, ...]
    sentences: tuple[SentenceScore, ...]
    aliases: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    asked_as: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        values = plain_fields(self)
        return {name: values[name] for name in ("parts", "matched", "missing", "sentences", "aliases")}


@dataclass(frozen=True, slots=True)
class Hit(Plain):
    """A passage found; a higher score is better. Its citation quotes the whole passage, numbered by rank.

    >>> from qa.types.quotes import Paragraph
    >>> passage = Passage("1", 1, 0, 15, "", "Trains stopped.")
    >>> quote = Quote("1", "rail.txt", "Rail", "¶ 1", 0, 15, passage.text, "ab12", Paragraph(0, 15, passage.text))
    >>> hit = Hit(passage, 1.25, Citation(1, quote), Trace((), ()))
    >>> hit.to_dict()["rank"], hit.to_dict()["score"], hit.also
    (1, 1.25, ())
    """

    passage: Passage
    score: float
    citation: Citation
    trace: Trace

    @property
    def also(self) -> tuple[Quote, ...]:
        """Return the other passages found that say the same, best first."""
        return self.citation.also

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON: the citation's fields, the score, and the trace."""
        quotes = self.citation.to_dict()
        return {"rank": quotes.pop("number"), "score": self.score, **quotes, "trace": self.trace.to_dict()}


def nearest(hit: Hit) -> SentenceScore:
    """Return the sentence of a hit to mark: the highest share, else cosine + coverage; the first of equals."""
    return max(hit.trace.sentences, key=nearness)


def nearness(score: SentenceScore) -> tuple[float, float]:
    """Return the sort key of a passage's sentences: the share, where a trained reader read it, then the rest."""
    return score.share or 0.0, score.similarity + score.coverage
