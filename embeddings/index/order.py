"""Rows in the order of their scores."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from embeddings.types import Rows

_FEW = 4  # of the rows at most a quarter: to find these takes less time than to sort all


def top_rows(scores: npt.ArrayLike, k: int) -> Rows:
    """Return the rows of the k highest scores, best first, equal scores by lower row. No score is a NaN."""
    values = np.asarray(scores)
    if k < len(values) // _FEW:
        rows = np.flatnonzero(values >= np.partition(values, -k)[-k]) if k else np.empty(0, dtype=np.int64)
    else:
        rows = np.arange(len(values))
    return rows[np.lexsort((rows, -values[rows]))[:k]].astype(np.int64)


def ranks(scores: npt.ArrayLike) -> Rows:
    """Return the rank of each score, from 1 for the highest; equal scores by position."""
    order = top_rows(scores, len(np.asarray(scores)))
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(1, len(order) + 1)
    return places
