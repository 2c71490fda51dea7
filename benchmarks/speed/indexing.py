"""Making an index, and bringing it up to date after one changed file."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.speed.documents import paragraphs, write_paragraphs
from benchmarks.speed.figures import Measured, best, ratio_to_best, spread
from benchmarks.speed.indexes import WARM_UP, product_index
from benchmarks.speed.peers import INDEXES
from benchmarks.speed.plan import Plan
from benchmarks.speed.process import apart
from benchmarks.speed.serve import OURS

__all__ = ["Rounds", "indexing", "make_product", "reindexing_row"]

Rounds = Mapping[str, Sequence[float]]
_SETTLED_S = 3.0
"""Seconds after which a file that was written counts as one that is not being written any more."""


def indexing(plan: Plan) -> tuple[Measured, Measured]:
    """Measure passages a second of all, and of ours what one changed file takes."""
    seeds = plan.folder(f"indexing/paragraphs-{plan.files}")
    write_paragraphs(seeds, paragraphs(plan.files))
    work = plan.place / "indexing" / "work"
    _, passages = product_index(plan, "indexing", seeds)
    seconds: dict[str, list[float]] = {name: [] for name in (OURS, *INDEXES)}
    again: dict[str, list[float]] = {"whole": [], "opened again": [], "in a running program": []}
    counts = {}
    for _ in range(plan.repeats):
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        made = apart("benchmarks.speed.indexing:make_product", seeds=seeds, work=work)
        seconds[OURS].append(made["whole"])
        counts = made["counts"]
        for name, own in again.items():
            own.append(made[name])
        for kind in INDEXES:
            given = {"kind": kind, "model": plan.model, "passages": passages}
            took = apart("benchmarks.speed.indexes:make_peer", place=work / kind, warm=work / f"{kind}-warm", **given)
            seconds[kind].append(took)
    shutil.rmtree(work, ignore_errors=True)
    return indexing_row(seconds, counts), reindexing_row(again, plan.files)


def make_product(seeds: str, work: str) -> dict[str, object]:
    """Make the index of a folder, change one file, bring it up to date in both ways; return seconds and counts.

    Libraries are loaded before. The time of a whole index begins with the encoder being loaded.
    """
    from qa import Retriever

    small, folder, place = Path(work) / "small", Path(work) / "seeds", Path(work) / "seeds-qa"
    small.mkdir()
    for name, text in WARM_UP:
        (small / f"{name}.md").write_text(text, encoding="utf-8")
    Retriever.open(small, index=Path(work) / "small-index")
    shutil.copytree(seeds, folder)
    time.sleep(_SETTLED_S)
    start = time.perf_counter()
    retriever = Retriever.open(folder, index=place)
    whole = time.perf_counter() - start
    files = sorted(folder.glob("*.md"))
    _change(files[len(files) // 2])
    start = time.perf_counter()
    running = retriever.refreshed()
    refreshed = time.perf_counter() - start
    _change(files[len(files) // 3])
    start = time.perf_counter()
    opened = Retriever.open(folder, index=place)
    reopened = time.perf_counter() - start
    if len({retriever.index_id, running.index_id, opened.index_id}) < 3:
        raise RuntimeError("a changed file was not noticed")
    took = {"whole": whole, "in a running program": refreshed, "opened again": reopened}
    return {**took, "counts": opened.index.manifest.counts}


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
        notes=("One paragraph a file. Opened again: `Retriever.open`; in a running program: `Retriever.refreshed`.",),
        raw={"seconds": {name: list(own) for name, own in seconds.items()}},
    )
