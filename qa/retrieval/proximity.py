"""How near to each other the words of a question stand in a passage."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embeddings.types import Occurrences

WINDOW = 5  # terms; two that stand further apart say nothing together

Floats = npt.NDArray[np.float64]

_APART = 1 << 32  # more than any passage is long


def proximity(places: Occurrences, rarity: Floats, passages: int) -> Floats:
    """Return (passages,) sums over neighbouring question terms: the commoner one's rarity by the distance.

    The distance is that of the nearest two places, counted in terms (stop words left out), in either order; 1 where
    they are neighbours in the passage too. Pairs of neighbouring query terms within a window, as in the sequential
    dependence model of Metzler and Croft 2005, "A Markov random field model for term dependencies"; the weight by
    rarity over distance follows Rasolofo and Savoy 2003, "Term proximity scoring for keyword-based retrieval systems".
    """
    total = np.zeros(passages)
    keys = places.passage * _APART + places.position
    of_term = [keys[places.term == term] for term in range(len(rarity))]
    for term in range(len(rarity) - 1):
        one, other = of_term[term], of_term[term + 1]
        if len(one) and len(other):
            distance = _nearest(one, other)
            near = distance <= WINDOW
            best = np.zeros(passages)
            np.maximum.at(best, one[near] // _APART, 1.0 / distance[near])
            total += min(rarity[term], rarity[term + 1]) * best
    return total


def _nearest(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for each of some ascending numbers the distance to the nearest of others, ascending too."""
    after = np.searchsorted(other, one)
    above = np.abs(other[np.minimum(after, len(other) - 1)] - one)
    below = np.abs(one - other[np.maximum(after - 1, 0)])
    nearest: npt.NDArray[np.int64] = np.minimum(above, below)
    return nearest
