"""Times of searches beside each other, measured in turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

import numpy as np

from embeddings.index.store import Index
from embeddings.types import Encoder

__all__ = ["BASE", "dense_only", "median_times", "seconds_by_turns"]

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
    """Return median seconds a question of each search, measured in turns (see `seconds_by_turns`)."""

    def timed(search: Callable[[str], object]) -> Callable[[str], float]:
        def run(question: str) -> float:
            start = clock()
            search(question)
            return clock() - start

        return run

    times = seconds_by_turns({name: timed(search) for name, search in searches.items()}, questions)
    return {name: float(np.median(values)) for name, values in times.items()}


def seconds_by_turns(
    searches: Mapping[str, Callable[[str], float]], questions: Sequence[str]
) -> dict[str, list[float]]:
    """Return the seconds of each question by search; a search tells how long it took.

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
            times[name].append(searches[name](question))
    return times
