"""Making an index, and bringing it up to date after one changed file."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from statistics import median

from benchmarks.speed.documents import paragraphs, write_paragraphs
from benchmarks.speed.figures import Measured, best, ratio_to_best, spread
from benchmarks.speed.indexes import WARM_UP, product_index
from benchmarks.speed.peers import INDEXES
from benchmarks.speed.plan import Plan
from benchmarks.speed.process import apart
from benchmarks.speed.serve import OURS

__all__ = ["Rounds", "indexing", "make_again", "make_product", "reindexing_row"]

Rounds = Mapping[str, Sequence[float]]
_OPENED, _RUNNING = "opened again", "in a running program"
_SETTLED_S = 3.0
"""Seconds after which a file that was written counts as one that is not being written any more."""


def indexing(plan: Plan) -> list[Measured]:
    """Measure passages a second of all, and of ours what one changed file takes."""
    work = plan.place / "indexing" / "work"
    seeds = plan.folder(f"indexing/paragraphs-{plan.indexed}")
    write_paragraphs(seeds, paragraphs(plan.indexed))
    _, passages = product_index(plan, "indexing", seeds)
    given = {"model": plan.model, "passages": passages}
    seconds: dict[str, list[float]] = {name: [] for name in (OURS, *INDEXES)}
    counts: dict[str, int] = {}
    for _ in range(plan.repeats):
        _empty(work)
        took, counts = apart("benchmarks.speed.indexing:make_product", seeds=seeds, work=work)
        seconds[OURS].append(took)
        for kind in INDEXES:
            places = {"place": work / kind, "warm": work / f"{kind}-warm"}
            seconds[kind].append(apart("benchmarks.speed.indexes:make_peer", kind=kind, **places, **given))
    many = plan.folder(f"indexing/paragraphs-{plan.files}")
    write_paragraphs(many, paragraphs(plan.files))
    _empty(work)
    again = apart("benchmarks.speed.indexing:make_again", seeds=many, work=work, repeats=plan.repeats)
    shutil.rmtree(work)
    return [indexing_row(seconds, counts), reindexing_row(again, plan.files)]


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def make_product(seeds: str, work: str) -> tuple[float, dict[str, int]]:
    """Make the index of a folder; return the seconds from the encoder being loaded, and the counts.

    Libraries are loaded before.
    """
    from qa import Retriever

    small, place = Path(work) / "small", Path(work) / "seeds-qa"
    small.mkdir()
    for name, text in WARM_UP:
        (small / f"{name}.md").write_text(text, encoding="utf-8")
    Retriever.open(small, index=Path(work) / "small-index")
    start = time.perf_counter()
    retriever = Retriever.open(seeds, index=place)
    return time.perf_counter() - start, retriever.index.manifest.counts


def make_again(seeds: str, work: str, repeats: int) -> dict[str, list[float]]:
    """Make an index once; so many times change a file and bring it up to date, in each way; return the seconds."""
    from qa import Retriever

    folder, place = Path(work) / "seeds", Path(work) / "seeds-qa-again"
    shutil.copytree(seeds, folder)
    time.sleep(_SETTLED_S)
    seconds: dict[str, list[float]] = {"whole": [make_product(str(folder), work)[0]], _OPENED: [], _RUNNING: []}
    shutil.move(Path(work) / "seeds-qa", place)
    running = Retriever.open(folder, index=place)
    files = cycle(sorted(folder.glob("*.md")))
    for _ in range(repeats):
        before = running.index_id
        for way in (_RUNNING, _OPENED):
            _change(next(files))
            start = time.perf_counter()
            running = running.refreshed() if way == _RUNNING else Retriever.open(folder, index=place)
            seconds[way].append(time.perf_counter() - start)
            if running.index_id == before:
                raise RuntimeError("a changed file was not noticed")
            before = running.index_id
    return seconds


def _change(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "\nOne more sentence stands here now.\n", encoding="utf-8")


def indexing_row(seconds: Rounds, counts: Mapping[str, int]) -> Measured:
    """Return the row of the rates; the bar is twice the best peer's."""
    rates = {name: counts["passages"] / median(own) for name, own in seconds.items()}
    share = ratio_to_best(rates[OURS], {name: rates[name] for name in rates if name != OURS}, highest=True)
    name_of_best = best({name: rates[name] for name in rates if name != OURS}, highest=True)
    return Measured(
        key="indexing",
        title="Indexing",
        columns=("system", "passages a second", "s, median (lowest–highest)"),
        lines=tuple((name, f"{rates[name]:.1f}", spread(own)) for name, own in seconds.items()),
        values={"passages a second, of the best peer": share},
        bars={"passages a second, of the best peer": 2.0},
        least=frozenset({"passages a second, of the best peer"}),
        notes=(
            (
                f"{counts['passages']:,} passages in {counts['documents']:,} Markdown files. Ours reads them, encodes "
                f"{counts['sentences']:,} sentences besides and writes the index; peers encode passages and save. The "
                f"libraries are loaded before, the model is not. The best peer is {name_of_best}."
            ),
        ),
        raw={"seconds": {name: list(own) for name, own in seconds.items()}, "counts": dict(counts)},
    )


def reindexing_row(seconds: Rounds, files: int) -> Measured:
    """Return the row of the update; the bar is a fiftieth of the whole time, for opening the index again."""
    whole = median(seconds["whole"])
    shares = {f"{name}, %": 100 * median(own) / whole for name, own in seconds.items() if name != "whole"}
    return Measured(
        key="reindexing",
        title=f"One changed file in {files:,}",
        columns=("what", "s, median (lowest–highest)"),
        lines=tuple((name, spread(own)) for name, own in seconds.items()),
        values=shares,
        bars=dict.fromkeys(shares, 2.0),
        notes=(
            "One paragraph a file; the whole once. Opened again: `Retriever.open`; running: `Retriever.refreshed`.",
        ),
        raw={"seconds": {name: list(own) for name, own in seconds.items()}},
    )
