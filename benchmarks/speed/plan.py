"""What is measured, how much of it, and where the files lie that it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

__all__ = ["Plan", "whole"]

_PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@dataclass(frozen=True, slots=True)
class Plan:
    """The sizes of all rows; ``place`` is a folder that is kept, ``model`` that of the weights, the same for all.

    ``repeats`` are measured runs of each system, after one that is not. Sizes are counts, but for ``picture`` (bytes
    of the picture in each large file) and ``seconds`` (of people asking at once).
    """

    place: Path
    model: Path
    repeats: int = 5
    cold: int = 600
    warm: int = 2_000
    asked: int = 200
    indexed: int = 300
    files: int = 1_000
    large_files: int = 5_000
    picture: int = 400_000
    resident: int = 100_000
    growth: tuple[int, ...] = (1_000, 10_000, 100_000)
    pictures: Path = _PICTURES
    people: int = 30
    seconds: float = 60.0
    later: int = 2_000

    def folder(self, name: str) -> Path:
        """Return a folder of this name, which is made; what lies there already stays."""
        folder = self.place / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def small(self) -> Plan:
        """Return a plan for a trial of some minutes, in a place of its own; its figures say nothing."""
        return replace(
            self,
            place=self.place / "small",
            repeats=2,
            cold=100,
            warm=300,
            asked=20,
            indexed=30,
            files=60,
            large_files=50,
            resident=2_000,
            growth=(1_000, 3_000),
            pictures=self.place / "small",
            people=5,
            seconds=5.0,
            later=50,
        )


def whole(plan: Plan) -> Plan:
    """Return the plan with a million passages at the end of the growth; this takes an hour, and 20 GB of memory."""
    return replace(plan, growth=(*plan.growth, 1_000_000))
