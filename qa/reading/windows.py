"""A long passage in pieces of whole sentences that a network reads in full."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

MOST_WINDOWS = 16  # about 5,000 tokens: a passage of the splitter has a few hundred, and a megabyte must not hang


def windows(begins: NDArray[np.int64], ends: NDArray[np.int64], *, total: int, budget: int) -> list[tuple[int, int]]:
    """Return spans of at most ``budget`` tokens each, in order; at least one, and at most MOST_WINDOWS.

    Sentences are spans of tokens ``begins`` to ``ends``, in order. A piece begins with the last sentence of the one
    before where there is room, since a pronoun there may speak of it; a sentence longer than the budget is divided.
    """
    if total <= budget or not len(begins):
        return list(islice(_divided(0, total, budget), MOST_WINDOWS))
    return list(islice(_pieces(begins, ends, budget), MOST_WINDOWS))


def _pieces(begins: NDArray[np.int64], ends: NDArray[np.int64], budget: int) -> Iterator[tuple[int, int]]:
    first = 0
    while first < len(begins):
        start = int(begins[first])
        last = max(first + 1, int(np.searchsorted(ends, start + budget, side="right")))
        yield from _divided(start, int(ends[last - 1]), budget)
        if last >= len(begins):
            return
        again = last - 1 > first and ends[last] - begins[last - 1] <= budget
        first = last - 1 if again else last


def _divided(start: int, end: int, budget: int) -> Iterator[tuple[int, int]]:
    if end <= start:
        yield start, end
    for place in range(start, end, budget):
        yield place, min(place + budget, end)
