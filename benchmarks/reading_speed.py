"""The extra time that a reader takes: searching alone, reading until certain, reading all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from benchmarks.asked import DEPTH
from qa.query.syntax import parse
from qa.reading import Enough, PassageReader
from qa.reading.calibration import Nearness
from qa.reading.reranker import read_combined
from qa.retrieval.retriever import Retriever

__all__ = ["Times", "reading_times", "times_of"]

WARM_UP = 5  # questions
SEARCH, UNTIL, ALL = "the search alone", "with reading until certain", "with reading all"


@dataclass(frozen=True, slots=True)
class Times:
    """The seconds a question that half of them, and nine of ten, stay below."""

    p50: float
    p90: float


def reading_times(
    retriever: Retriever,
    reader: PassageReader,
    nearness: Nearness,
    questions: Sequence[str],
    clock: Callable[[], float] = perf_counter,
) -> dict[str, Times]:
    """Measure whole questions, and the time that reading alone adds; the encoder must not remember questions."""
    until = None if reader.limit is None else Enough.of(reader.limit)
    seconds: dict[str, list[float]] = {SEARCH: [], "reading until certain": [], "reading all": []}
    for number, question in enumerate([*questions[:WARM_UP], *questions]):
        start = clock()
        hits = retriever.search(question, DEPTH)
        found = clock()
        asked = parse(question).whole
        # in turns first and second: whatever is warm from reading before then helps both alike
        took = {}
        for enough in (None, until) if number % 2 else (until, None):
            begin = clock()
            read_combined(reader, asked, hits, nearness, enough)
            took[enough] = clock() - begin
        if number >= min(WARM_UP, len(questions)):
            for name, value in zip(seconds, (found - start, took[until], took[None]), strict=True):
                seconds[name].append(value)
    return times_of(seconds)


def times_of(seconds: Mapping[str, Sequence[float]]) -> dict[str, Times]:
    """Return the times of the parts, and of the search with each way to read."""
    search, until, every = (np.asarray(own) for own in seconds.values())
    parts = dict(zip(seconds, (search, until, every), strict=True))
    whole = {**parts, UNTIL: search + until, ALL: search + every}
    return {name: Times(*(float(value) for value in np.percentile(own, (50, 90)))) for name, own in whole.items()}
