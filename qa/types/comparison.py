"""What several documents say to one question: the same, or something else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from qa.types.serialize import Plain, plain_fields

Kind: TypeAlias = Literal["number", "date", "name"]


@dataclass(frozen=True, slots=True)
class ValuePlace:
    """Where a cited document gives a value: ``document.text[start:end] == value``, inside the quote of the citation."""

    citation: int
    document_id: str
    path: str
    start: int
    end: int
    value: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or len(self.value) != self.end - self.start:
            raise ValueError(f"the value {self.value!r} cannot stand at {self.start}..{self.end} of {self.path}")


@dataclass(frozen=True, slots=True)
class Agreement(Plain):
    """Citations that say the same in several documents, ``documents`` of them.

    ``kind`` is "wording" where one citation stands word for word elsewhere and no value was asked for; ``places`` are
    empty then, and else where each citation gives the value.

    >>> here, there = ValuePlace(1, "a", "a.md", 10, 14, "2007"), ValuePlace(2, "b", "b.md", 3, 7, "2007")
    >>> Agreement("number", 2, (1, 2), (here, there)).value
    '2007'
    """

    kind: Kind | Literal["wording"]
    documents: int
    citations: tuple[int, ...]
    places: tuple[ValuePlace, ...] = ()

    def __post_init__(self) -> None:
        if self.documents < 2 or not self.citations:
            raise ValueError(f"{self.documents} document(s) cannot agree, in the citations {self.citations}")

    @property
    def value(self) -> str:
        """Return the value as the first of them writes it; empty where only the wording is the same."""
        return self.places[0].value if self.places else ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {"kind": self.kind, "value": self.value, **plain_fields(self)}


@dataclass(frozen=True, slots=True)
class Side(Plain):
    """One value of a difference, and where it is given; the first place is that of the lowest citation."""

    places: tuple[ValuePlace, ...]

    def __post_init__(self) -> None:
        if not self.places:
            raise ValueError("a side of a difference needs a place where it is said")

    @property
    def value(self) -> str:
        """Return the value as the first of its documents writes it."""
        return self.places[0].value

    @property
    def citations(self) -> tuple[int, ...]:
        """Return the numbers of the citations that give the value."""
        return tuple(place.citation for place in self.places)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {"value": self.value, "citations": list(self.citations), **plain_fields(self)}


@dataclass(frozen=True, slots=True)
class Difference(Plain):
    """Documents that give different values for what was asked; the side of the first citation comes first.

    >>> here, there = ValuePlace(1, "a", "a.md", 10, 14, "2007"), ValuePlace(2, "b", "b.md", 3, 7, "2008")
    >>> [side.value for side in Difference("number", (Side((here,)), Side((there,)))).sides]
    ['2007', '2008']
    """

    kind: Kind
    sides: tuple[Side, ...]

    def __post_init__(self) -> None:
        if len(self.sides) < 2:
            raise ValueError(f"a difference has two sides or more, found {len(self.sides)}")
