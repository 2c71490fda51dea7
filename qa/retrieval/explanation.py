"""Why hits stand in the order they stand in: what is worked out of their traces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from qa.types.hits import Hit, SentenceScore, nearest

_SEEN = 0.0005  # points; less is 0.000 in words


@dataclass(frozen=True, slots=True)
class Lead:
    """By how many points a hit is above the next: in all, and in each part, below 0 where the next has more.

    The part that makes the greatest difference comes first; equals in the order of the trace.
    """

    points: float
    parts: tuple[tuple[str, float], ...]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, ready for JSON."""
        return {"points": self.points, "parts": dict(self.parts)}


def leads(hits: Sequence[Hit]) -> list[Lead | None]:
    """Give the lead of each hit over the next one; None for the last."""
    over = [_lead(hit, following) for hit, following in pairwise(hits)]
    return [*over, None] if hits else []


def best_sentence(hit: Hit) -> SentenceScore | None:
    """Give the sentence that would be marked (see `qa.reading.similarity.nearest`); None where the trace has none."""
    return nearest(hit) if hit.trace.sentences else None


def explained(hit: Hit, lead: Lead | None) -> dict[str, Any]:
    """Give a hit ready for JSON, its trace with the best sentence's offsets and the lead."""
    value, best = hit.to_dict(), best_sentence(hit)
    value["trace"]["best"] = None if best is None else {"start": best.sentence.start, "end": best.sentence.end}
    value["trace"]["above_next"] = None if lead is None else lead.to_dict()
    return value


def in_words(lead: Lead) -> str:
    """Say "0.120 above the next: words +0.100, proximity +0.050, passage −0.030"."""
    parts = ", ".join(f"{name} {_signed(points)}" for name, points in lead.parts if abs(points) >= _SEEN)
    if abs(lead.points) < _SEEN:
        return f"level with the next: {parts or 'no part differs'}"
    return f"{lead.points:.3f} above the next: {parts}"


def _lead(hit: Hit, following: Hit) -> Lead:
    others = {part.name: part.points for part in following.trace.parts}
    parts = [(part.name, part.points - others[part.name]) for part in hit.trace.parts]
    return Lead(hit.score - following.score, tuple(sorted(parts, key=lambda part: -abs(part[1]))))


def _signed(points: float) -> str:
    return f"{points:+.3f}".replace("-", "−")
