"""A large folder in which nothing changed: how much longer than a small one until the first answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.speed.cold import by_turns, first_answer
from benchmarks.speed.documents import paragraphs, write_articles, write_large
from benchmarks.speed.figures import Measured, spread
from benchmarks.speed.indexes import product_index
from benchmarks.speed.plan import Plan
from benchmarks.speed.serve import OURS

__all__ = ["nothing_changed", "unchanged_row"]

_LARGE, _SMALL = "large files", "cold start"


def nothing_changed(plan: Plan) -> Measured:
    """Measure the first answer over the large folder and over that of the cold start, in turns."""
    large = plan.folder(f"unchanged/files-{plan.large_files}")
    size = write_large(large, plan.large_files, plan.picture)
    small = plan.folder(f"cold/articles-{plan.cold}")
    write_articles(small, paragraphs(plan.cold))
    large_place, _ = product_index(plan, "unchanged", large)
    small_place, _ = product_index(plan, "cold", small)
    asked = f"How many crates does ledger {plan.large_files // 2} list?"
    runs = {
        _LARGE: lambda: first_answer(OURS, plan, large_place, large, asked),
        _SMALL: lambda: first_answer(OURS, plan, small_place, small, "When did the 1973 oil crisis begin?"),
    }
    seconds = by_turns(runs, plan.repeats)
    return unchanged_row(seconds, plan.large_files, size)


def unchanged_row(seconds: Mapping[str, Sequence[float]], files: int, size: int) -> Measured:
    """Return the row of these seconds; the bar is one second more."""
    more = median(seconds[_LARGE]) - median(seconds[_SMALL])
    return Measured(
        key="unchanged",
        title="Nothing changed",
        columns=("folder", "s, median (lowest–highest)"),
        lines=tuple((name, spread(own)) for name, own in seconds.items()),
        values={"s above the cold start": more},
        bars={"s above the cold start": 1.0},
        notes=(
            (
                f"{files:,} DOCX files of {size / 1e9:.2f} GB, each a sentence and a picture, in the cache of the "
                "system. From Python, to the first answer."
            ),
        ),
        raw={"seconds": {name: list(own) for name, own in seconds.items()}, "files": files, "bytes": size},
    )
