"""What an evaluation says: figures with intervals, misses, wrong verdicts, and a comparison with another run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Wrong: TypeAlias = Literal["refused", "answered"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over ``n`` questions, from 0 to 1, with the ends of its 95 % interval."""

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Miss:
    """A question whose first passage is not a relevant one.

    ``rank`` is that of the best relevant passage, from 1, or None where none was found; ``expected`` is that passage.
    """

    id: str
    question: str
    expected: str
    expected_text: str
    rank: int | None
    first: str | None
    first_text: str


@dataclass(frozen=True, slots=True)
class WrongVerdict:
    """A question that was refused though a passage answers it, or answered (with ``sentence``) though none does."""

    id: str
    question: str
    verdict: Wrong
    sentence: str


@dataclass(frozen=True, slots=True)
class MetricDifference:
    """Ours minus theirs in one metric, the 95 % interval of the difference, and the two-sided p-value.

    ``significant`` is at the level 0.05 with Holm's correction over the metrics.
    """

    name: str
    ours: float
    theirs: float
    difference: float
    low: float
    high: float
    p: float
    significant: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Another run over the same queries; ``missing`` of them it does not have, and gets 0 for."""

    run: str
    missing: int
    differences: tuple[MetricDifference, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation says; the same index, questions and program give the same bytes."""

    dataset: str
    model: str
    index_id: str
    passages: int
    judged: int
    unanswerable: int
    figures: tuple[Figure, ...]
    misses: tuple[Miss, ...]
    wrong_verdicts: tuple[WrongVerdict, ...]
    comparison: Comparison | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)
