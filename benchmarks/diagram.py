"""The reliability diagram: stated probability against truth, and how often each was stated."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.reliability import BINS, Bin
from qa.evaluation.plot import require_matplotlib

__all__ = ["draw_reliability"]


def draw_reliability(file: Path, title: str, found: Sequence[Bin]) -> Path:
    """Write it as SVG or PNG, by the suffix; the same bins give the same SVG. Raises MissingExtra."""
    require_matplotlib()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.hashsalt": "seeds-qa"}):
        figure = Figure(figsize=(5.5, 6), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        above.plot((0, 1), (0, 1), linestyle="--", color="grey", label="as stated")
        above.plot([one.stated for one in found], [one.true for one in found], marker="o", label="mean of each tenth")
        above.set(title=title, ylabel="share of right answers", ylim=(-0.02, 1.02), xlim=(-0.02, 1.02))
        above.grid(alpha=0.3)
        above.legend(loc="upper left")
        below.bar([one.start for one in found], [one.number for one in found], width=0.9 / BINS, align="edge")
        below.set(xlabel="stated probability of the first passage", ylabel="questions")
        figure.savefig(file, dpi=150, metadata={"Date": None} if file.suffix == ".svg" else None)
    return file
