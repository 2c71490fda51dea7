"""The only importer of matplotlib: how deep one must look to find the relevant passages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import DatasetError, MissingExtra
from qa.evaluation.scoring import rankings, recall_at
from qa.evaluation.statistics import interval
from qa.evaluation.types import DEPTH, Outcome, Question

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUFFIXES = (".png", ".svg")
DEPTHS = (1, 2, 3, 5, 10, 20, 30, 50, DEPTH)

Rankings = Mapping[str, Sequence[str]]


def require_matplotlib() -> None:
    """Raise MissingExtra with the line that installs it, where it is not installed."""
    try:
        import matplotlib  # noqa: F401, ICN001
    except ImportError as error:
        raise MissingExtra("--plot needs matplotlib. In the program's folder: pip install '.[plot]'") from error


def plot_recall(path: Path, title: str, outcomes: Sequence[Outcome], others: Mapping[str, Rankings]) -> None:
    """Write recall over the depth looked at, with its 95 % interval, for our ranking and others by name.

    The suffix says the format, .svg or .png. The same rankings give the same SVG. Raise MissingExtra and DatasetError.
    """
    require_matplotlib()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    questions = [outcome.question for outcome in outcomes]
    with mpl.rc_context({"svg.hashsalt": "seeds-qa"}):
        figure = Figure(figsize=(7, 4.5), layout="constrained")
        axes = figure.subplots()
        for name, found in {"qa": rankings(outcomes), **others}.items():
            _curve(axes, name, questions, found)
        axes.set(title=title, xlabel="passages looked at", ylabel="recall (share of the relevant passages found)")
        axes.set(xscale="log", xlim=(0.95, DEPTH * 1.05), ylim=(None, 1.01))
        axes.set_xticks(DEPTHS, [str(depth) for depth in DEPTHS])
        axes.minorticks_off()
        axes.grid(alpha=0.3)
        axes.legend(loc="lower right", title="mean and 95 % interval")
        try:
            figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix.casefold() == ".svg" else None)
        except OSError as error:
            raise DatasetError(f"the plot cannot be written at {path}: {error.strerror or error}.") from error


def _curve(axes: Axes, name: str, questions: Sequence[Question], found: Rankings) -> None:
    table = recall_at(questions, found, DEPTHS)
    bounds = [interval(column) for column in table.T]
    (line,) = axes.plot(DEPTHS, table.mean(axis=0), marker="o", markersize=3, label=name)
    lows, highs = zip(*bounds, strict=True)
    axes.fill_between(DEPTHS, lows, highs, color=line.get_color(), alpha=0.15, linewidth=0)
