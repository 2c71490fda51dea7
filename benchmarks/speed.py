"""The time of a search beside the simplest one, measured in turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

import numpy as np

from embeddings.index.store import Index
from embeddings.types import Encoder

__all__ = ["BASE", "dense_only", "median_times"]

BASE = "encoding + passage vectors"
WARM_UP = 20  # questions


def dense_only(index: Index, encoder: Encoder, depth: int) -> Callable[[str], object]:
    """Return our own simplest search: the question's vector against the passages' vectors."""
    return lambda question: index.passage_vectors.search(encoder.encode_query(question)[None, :], depth)


def median_times(
    searches: Mapping[str, Callable[[str], object]],
    questions: Sequence[str],
    clock: Callable[[], float] = perf_counter,
) -> dict[str, float]:
    """Return median seconds a question of each search.

    The searches take turns question by question, and each comes first equally often, so that other work of the machine
    affects all alike. The first questions are also asked once before, unmeasured.
    """
    names = list(searches)
    for question in questions[:WARM_UP]:
        for name in names:
            searches[name](question)
    times: dict[str, list[float]] = {name: [] for name in names}
    for turn, question in enumerate(questions):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            start = clock()
            searches[name](question)
            times[name].append(clock() - start)
    return {name: float(np.median(values)) for name, values in times.items()}
