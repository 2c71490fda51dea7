"""The arithmetic of the rows: percentiles, ratios to the best peer, and whether a bar is met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

__all__ = ["Measured", "best", "percentile", "ratio_to_best", "spread"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One row of the result: a table, and the figures that the bar is about.

    ``values`` are what was measured, by name; ``bars`` are the highest or (``least``) the lowest that each may be.
    ``raw`` is all that was measured, ready for JSON. ``notes`` are sentences on how.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    values: dict[str, float]
    bars: dict[str, float]
    notes: tuple[str, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)
    least: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if stray := self.bars.keys() - self.values.keys():
            raise ValueError(f"there is a bar for what was not measured: {', '.join(sorted(stray))}")
        if any(len(line) != len(self.columns) for line in self.lines):
            raise ValueError(f"a line of {self.key} has not {len(self.columns)} cells")

    def met(self, name: str) -> bool | None:
        """Return whether a value keeps its bar; None where it has none."""
        if name not in self.bars:
            return None
        value, bar = self.values[name], self.bars[name]
        return value >= bar if name in self.least else value <= bar


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share (0 to 1) of the values does not exceed, between two values where it lies there.

    >>> percentile([1.0, 2.0, 3.0, 4.0, 5.0], 0.95)
    4.8
    """
    if not values or not 0 <= share <= 1:
        raise ValueError(f"no percentile {share} of {len(values)} values")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (place - below) * (ordered[above] - ordered[below]), 12)


def best(figures: Mapping[str, float], *, highest: bool = False) -> str:
    """Return the name of the lowest figure, or of the highest; the first of equal ones."""
    return (max if highest else min)(figures, key=figures.__getitem__)


def ratio_to_best(ours: float, peers: Mapping[str, float], *, highest: bool = False) -> float:
    """Return our figure as a share of the best peer's: of the lowest, or of the highest."""
    return ours / peers[best(peers, highest=highest)]


def spread(values: Sequence[float]) -> str:
    """Return the median of seconds with the lowest and the highest, for a table."""
    return f"{median(values):.3g} ({min(values):.3g}–{max(values):.3g})"
