"""The signals of the candidates into one score, and what each of them gives to it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embeddings.index.order import ranks
from qa.retrieval.signals import Signals
from qa.types.hits import Part

Floats = npt.NDArray[np.float64]
Points = dict[str, Floats]

ABOUT = "about"  # the part of a question that says what it is about

# Chosen on every second question of one set and checked on others; see docs/decisions/retrieval.md.
WEIGHTS = {"passage": 0.07, "sentence": 0.07, "words": 0.3, "proximity": 0.5, "coverage": 0.4}


def points(found: Signals) -> Points:
    """Return what each part adds to each candidate's score, its weight times its value; the score is the sum.

    The value of passage and sentence is the cosine as a standard score over the passages of the index, so that vectors
    count for little where they tell nothing apart, whatever range a model's cosines have. That of words is BM25 as a
    share of the highest of any passage. Proximity and coverage are shares already. None depends on which passages are
    searched, so a filter changes no score.
    """
    scale = found.scale
    spread, words = scale.spread or np.inf, scale.words or np.inf
    return {
        "passage": WEIGHTS["passage"] * (found.passage - scale.centre) / spread,
        "sentence": WEIGHTS["sentence"] * (found.sentence - scale.centre) / spread,
        "words": WEIGHTS["words"] * found.words / words,
        "proximity": WEIGHTS["proximity"] * found.proximity,
        "coverage": WEIGHTS["coverage"] * found.coverage,
    }


def with_about(given: Points, beside: Points) -> Points:
    """Return a question's points and, as one more part, the points with what it is about."""
    return {**given, ABOUT: np.sum(list(beside.values()), axis=0)}


def parts_at(found: Signals, given: Points, chosen: npt.NDArray[np.int64]) -> list[tuple[Part, ...]]:
    """Return the parts of the chosen candidates, in their order."""
    columns = [(name, getattr(found, name), WEIGHTS[name], given[name]) for name in WEIGHTS]
    columns += [(ABOUT, given[ABOUT], 1.0, given[ABOUT])] if ABOUT in given else []
    placed = [(*column, ranks(column[1])) for column in columns]
    return [
        tuple(
            Part(name, float(scores[at]), int(places[at]), weight, float(worth[at]))
            for name, scores, weight, worth, places in placed
        )
        for at in chosen
    ]
