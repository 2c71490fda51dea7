"""The signals of the candidates into one score, and what each of them gives to it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from qa.fusion import min_max, ranks
from qa.signals import Signals
from qa.types import Part

__all__ = ["WEIGHTS", "Points", "parts_at", "points"]

Floats = npt.NDArray[np.float64]
Points = dict[str, Floats]

# Chosen on every second question of one set and checked on others; see docs/decisions.md.
MEANING, WORDS, PROXIMITY, COVERAGE = 0.44, 0.19, 0.25, 0.12
WEIGHTS = {"passage": MEANING, "sentence": MEANING, "words": WORDS, "proximity": PROXIMITY, "coverage": COVERAGE}


def points(found: Signals) -> Points:
    """What each part gives to the score of each candidate; the score is their sum.

    Passage and sentence are cosines, whose sum is brought to 0..1 over the candidates; so are the words (BM25).
    Proximity and coverage are shares already.
    """
    passage, sentence = _in_shares(found.passage, found.sentence)
    return {
        "passage": MEANING * passage,
        "sentence": MEANING * sentence,
        "words": WORDS * min_max(found.words),
        "proximity": PROXIMITY * found.proximity,
        "coverage": COVERAGE * found.coverage,
    }


def parts_at(found: Signals, given: Points, chosen: npt.NDArray[np.int64]) -> list[tuple[Part, ...]]:
    """The parts of the chosen candidates, in their order."""
    columns = [(name, getattr(found, name), WEIGHTS[name], given[name]) for name in WEIGHTS]
    placed = [(*column, ranks(column[1])) for column in columns]
    return [
        tuple(
            Part(name, float(scores[at]), int(places[at]), weight, float(worth[at]))
            for name, scores, weight, worth, places in placed
        )
        for at in chosen
    ]


def _in_shares(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Two scores moved and stretched alike, so that their sum is `min_max` of their sum."""
    total = one + other
    if not len(total):
        return one, other
    low, span = int(np.argmin(total)), float(np.ptp(total))
    if span == 0:
        return (one / total, other / total) if total[0] > 0 else (np.zeros_like(one), np.zeros_like(other))
    return (one - one[low]) / span, (other - other[low]) / span
