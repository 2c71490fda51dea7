"""Why a hit stands where it stands."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from embeddings.types import Sentence

__all__ = ["Part", "SentenceScore", "Trace"]


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
class SentenceScore:
    """How near a sentence is to the question.

    ``similarity`` is the cosine of their vectors; ``coverage`` the share of the question's terms that stand in it, each
    weighted by its rarity (inverse document frequency), 0 to 1. ``share`` is its share in the answer that the passage
    may hold, as a trained reader sees it; None where none read the passage.
    """

    sentence: Sentence
    similarity: float
    coverage: float
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Trace:
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

    @property
    def shared(self) -> float:
        """The share of the question's content words that are matched; 1 where it has none."""
        words = len(self.matched) + len(self.missing)
        return len(self.matched) / words if words else 1.0

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, ready for JSON."""
        sentences = [
            {
                **asdict(score.sentence),
                "similarity": score.similarity,
                "coverage": score.coverage,
                "share": score.share,
            }
            for score in self.sentences
        ]
        return {
            "parts": [asdict(part) for part in self.parts],
            "matched": list(self.matched),
            "missing": list(self.missing),
            "sentences": sentences,
            "aliases": list(self.aliases),
        }
