"""Several scores of the same candidates into one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["min_max", "ranks", "top_rows"]

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
