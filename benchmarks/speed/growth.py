"""How size, time, memory and recall grow with the passages: synthetic texts and vectors, the encoding left out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.speed.figures import Measured
from benchmarks.speed.plan import Plan
from benchmarks.speed.process import apart
from qa.evaluation.plot import require_matplotlib

__all__ = ["bend", "draw_growth", "growth", "growth_row"]

_WORDS = 8  # of a sentence: a million passages must be made in memory
_QUESTIONS = 200
_BENT = 2.0
_COLUMNS = (
    *(
        "passages",
        "MiB on disk",
        "build, s",
        "build, peak MiB",
        "open, s",
        "p50, ms",
        "p95, ms",
        "PSS, MiB",
        "RSS, MiB",
    ),
    *("recall@10, passages", "recall@10, sentences"),
)


def growth(plan: Plan) -> Measured:
    """Measure each size in processes of its own, and draw them."""
    found = {size: _measured(plan, size) for size in plan.growth}
    draw_growth(found, plan.pictures / "speed-growth.svg")
    return growth_row(found)


def _measured(plan: Plan, size: int) -> dict[str, Any]:
    shape = {"passages": size, "words": _WORDS}
    folder = plan.folder(f"growth/{size}")
    place = folder / "seeds-qa"
    built = apart("benchmarks.speed.made_up:build", shape=shape, folder=folder, place=place, real=False)
    apart("benchmarks.speed.made_up:truth", shape=shape, folder=folder, number=_QUESTIONS)
    found = apart("benchmarks.speed.made_up:search", folder=folder, place=place, number=_QUESTIONS)
    shutil.rmtree(place)
    return {**built, **found}


def bend(sizes: Sequence[int], values: Sequence[float]) -> int | None:
    """Return the first size at which a figure is more than twice that of the size before; None where none is."""
    steps = zip(sizes[1:], values, values[1:], strict=False)
    return next((size for size, before, after in steps if after > _BENT * before), None)


def growth_row(found: Mapping[int, Mapping[str, float]]) -> Measured:
    """Return the row of what was measured by size; the bars are on the lowest recall and on the largest size."""
    largest = max(found)
    recalls = [own[f"recall of {kind}"] for own in found.values() for kind in ("passages", "sentences")]
    bent = bend(list(found), [own["p95"] for own in found.values()])
    values = {"lowest recall@10": min(recalls), f"p95 at {largest:,} passages, ms": 1000 * found[largest]["p95"]}
    return Measured(
        key="growth",
        title="Growth",
        columns=_COLUMNS,
        lines=tuple((f"{size:,}", *_cells(own)) for size, own in found.items()),
        values=values,
        bars=dict(zip(values, (0.97, 50.0), strict=True)),
        least=frozenset({"lowest recall@10"}),
        notes=(
            (
                f"Synthetic passages of six sentences of {_WORDS} words (Zipf), clustered vectors, {_QUESTIONS} "
                "questions without encoding. The build is all but reading and encoding. Recall is against exact search."
            ),
            f"p95 more than doubles first at {bent:,} passages." if bent else "p95 doubles at none of these steps.",
        ),
        raw={str(size): dict(own) for size, own in found.items()},
    )


def _cells(own: Mapping[str, float]) -> tuple[str, ...]:
    return (
        f"{own['bytes'] / 2**20:,.0f}",
        f"{own['seconds']:.1f}",
        f"{own['peak']:,.0f}",
        f"{own['opened']:.2f}",
        f"{1000 * own['p50']:.1f}",
        f"{1000 * own['p95']:.1f}",
        f"{own['pss']:,.0f}",
        f"{own['rss']:,.0f}",
        f"{own['recall of passages']:.3f}",
        f"{own['recall of sentences']:.3f}",
    )


def draw_growth(found: Mapping[int, Mapping[str, float]], file: Path) -> None:
    """Draw time of a search, memory, and size on disk over the passages, all in powers of ten."""
    require_matplotlib()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.2), layout="constrained")
    sizes = list(found)
    panels = {
        "search, ms": {"p50": 1000.0, "p95": 1000.0},
        "memory (PSS), MiB": {"pss": 1.0},
        "on disk, MiB": {"bytes": 2.0**-20},
    }
    for axes, (title, lines) in zip(figure.subplots(1, len(panels)), panels.items(), strict=True):
        for name, factor in lines.items():
            axes.plot(sizes, [factor * own[name] for own in found.values()], marker="o", label=name)
        axes.set(xscale="log", yscale="log", xlabel="passages", title=title)
        axes.grid(visible=True, alpha=0.3)
        if len(lines) > 1:
            axes.legend()
    file.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": "seeds-qa"}):
        figure.savefig(file, metadata={"Date": None})
