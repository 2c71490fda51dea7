"""The figures of a reader as a page, and as values for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.machine import Setting
from benchmarks.reading_figures import Ranking
from benchmarks.reading_speed import Times
from benchmarks.reliability import Bin
from benchmarks.tables import table, with_interval
from qa.evaluation.result import Figure

__all__ = ["Result", "as_markdown", "as_values"]


@dataclass(frozen=True, slots=True)
class Result:
    """All measurements of one reader; ``shares`` are by the limit's name, with the limit itself."""

    reader: str
    articles: tuple[str, ...]
    foreign: float
    paragraph: Mapping[str, Figure]
    end_to_end: Mapping[str, Figure]
    rankings: Mapping[str, Ranking]
    shares: Mapping[str, tuple[float, Mapping[str, Figure]]]
    reliability: Sequence[Bin]
    times: Mapping[str, Times]


def as_values(setting: Setting, result: Result) -> dict[str, Any]:
    """Return plain values."""
    return {"setting": asdict(setting), **asdict(result)}


def as_markdown(setting: Setting, result: Result) -> str:
    """Return a page; numbers in brackets are 95 % intervals."""
    parts = [
        "# A reader on questions that chose nothing",
        _head(setting, result),
        "## In the right paragraph\n\n" + _figures(result.paragraph),
        "## End to end: the retriever's first twenty passages\n\n" + _figures(result.end_to_end),
        "## Ranking, nDCG@10\n\n" + _rankings(result.rankings),
        "## Who gets an answer\n\n" + _shares(result.shares),
        "## What was stated and what was true\n\n" + _bins(result.reliability),
        "## Time of a question\n\n" + _times(result.times),
    ]
    return "\n\n".join(parts) + "\n"


def _head(setting: Setting, result: Result) -> str:
    return (
        f"Commit {setting.commit}, {setting.date}; {setting.processor}, {setting.cores} cores, load {setting.load}; "
        f"torch {setting.packages.get('torch', '?')}. The reader: {result.reader}.\n\n"
        "Articles of squad20-a, in no training and no choice of a number: "
        f"{', '.join(result.articles)}. All paragraphs of the set are searched; {result.foreign:.1%} of the first "
        "passages are of an article that is not among these."
    )


def _figures(figures: Mapping[str, Figure]) -> str:
    return table(
        ("figure", "value", "questions"), ((name, with_interval(one), f"{one.n:,}") for name, one in figures.items())
    )


def _rankings(rankings: Mapping[str, Ranking]) -> str:
    rows = (
        (name, with_interval(one.with_reader), with_interval(one.without), _difference(one), f"{one.without.n:,}")
        for name, one in rankings.items()
    )
    return table(("questions of", "with the reader", "without", "gained", "questions"), rows)


def _difference(one: Ranking) -> str:
    gained = one.gained
    return f"{gained.value:+.3f} ({gained.low:+.3f} to {gained.high:+.3f}), p {one.p:.4f}"


def _shares(shares: Mapping[str, tuple[float, Mapping[str, Figure]]]) -> str:
    names = list(dict.fromkeys(name for _, own in shares.values() for name in own))
    rows = (
        (called, f"{limit:.3f}", *(with_interval(own[name]) if name in own else "–" for name in names))
        for called, (limit, own) in shares.items()
    )
    return table(("limit", "probability", *names), rows)


def _bins(found: Sequence[Bin]) -> str:
    rows = (
        (f"{one.start:.1f}–{one.end:.1f}", f"{one.stated:.3f}", f"{one.true:.3f}", f"{one.number:,}") for one in found
    )
    return table(("probability", "stated", "right", "questions"), rows)


def _times(times: Mapping[str, Times]) -> str:
    base = next(iter(times.values()))
    rows = (
        (name, f"{1000 * one.p50:.0f}", f"{1000 * one.p90:.0f}", f"{one.p50 / base.p50:.1f}")
        for name, one in times.items()
    )
    return table(("", "p50, ms", "p90, ms", "p50 as a multiple of the search"), rows)
