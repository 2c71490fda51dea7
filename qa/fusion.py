"""Several scores of the same candidates into one order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa.signals import Signals
from qa.types import Part

__all__ = ["MEANING_WEIGHT", "WORDS_WEIGHT", "Fused", "fuse", "min_max", "ranks", "top_rows"]

MEANING_WEIGHT = 0.6  # of the passage's and its best sentence's cosine; measured, see docs/decisions.md
WORDS_WEIGHT = 0.4  # of BM25

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def min_max(scores: npt.ArrayLike) -> Floats:
    """Scores moved and stretched to 0..1; all 1 where they are equal and positive, all 0 where they are equal and not.

    Min-max normalisation of one result list, as in Lee 1997, "Analyses of multiple evidence combination".
    """
    values = np.asarray(scores, dtype=np.float64)
    if not len(values):
        return values
    low, high = values.min(), values.max()
    if low == high:
        return np.full(len(values), float(high > 0))
    scaled: Floats = (values - low) / (high - low)
    return scaled


def top_rows(scores: npt.ArrayLike, k: int) -> Rows:
    """Rows of the k highest scores, best first, equal scores by lower row."""
    values = np.asarray(scores)
    return np.lexsort((np.arange(len(values)), -values))[:k].astype(np.int64)


def ranks(scores: npt.ArrayLike) -> Rows:
    """Rank of each score, from 1 for the highest; equal scores by position."""
    order = top_rows(scores, len(np.asarray(scores)))
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(1, len(order) + 1)
    return places


@dataclass(frozen=True, slots=True)
class Fused:
    """The fused scores of the candidates, and their order, best first; equal scores by lower row."""

    signals: Signals
    scores: Floats
    order: Rows

    def parts(self, place: int) -> tuple[Part, ...]:
        """What each search says of a candidate; the shares of the parts add up to its score."""
        found = self.signals
        together = found.passage + found.sentence
        least = int(np.argmin(together))
        width = float(np.ptp(together))
        parts = []
        for name, scores in (("passage", found.passage), ("sentence", found.sentence)):
            flat = MEANING_WEIGHT * float(min_max(together)[place]) / 2
            share = MEANING_WEIGHT * float(scores[place] - scores[least]) / width if width else flat
            parts.append(Part(name, float(scores[place]), int(ranks(scores)[place]), share))
        words = WORDS_WEIGHT * float(min_max(found.words)[place])
        parts.append(Part("words", float(found.words[place]), int(ranks(found.words)[place]), words))
        return tuple(parts)


def fuse(signals: Signals) -> Fused:
    """Add up the min-max normalised cosine (passage + best sentence) and BM25, weighted."""
    meaning = min_max(signals.passage + signals.sentence)
    scores = MEANING_WEIGHT * meaning + WORDS_WEIGHT * min_max(signals.words)
    return Fused(signals, scores, top_rows(scores, len(scores)))
