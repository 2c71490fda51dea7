"""How much an answer can be trusted, and which reader gave it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_FEW = 100  # answers; of fewer the number itself is said


@dataclass(frozen=True, slots=True)
class Confidence:
    """How many answers as probable as this one were right in our tests: ``right`` of ``of``.

    They had a probability from ``least`` up to the next such group.

    >>> print(Confidence(184, 204, 0.9))
    In our tests 9 of 10 such answers were right.
    """

    right: int
    of: int
    least: float = field(metadata={"alias": "from"})  # as JSON calls it

    def __post_init__(self) -> None:
        if not (0 <= self.right <= self.of and self.of >= 1 and 0 <= self.least <= 1):
            raise ValueError(
                f"{self.right} of {self.of} answers were right from the probability {self.least}, expected none to all "
                "of at least 1, and a probability from 0 to 1"
            )

    def __str__(self) -> str:
        """Return one sentence that never says more than was measured."""
        if self.of < _FEW:
            return f"In our tests {self.right} of {self.of} such answers were right."
        hundredths = 100 * self.right // self.of
        right, of = (hundredths // 10, 10) if hundredths % 10 == 0 and hundredths < 100 else (hundredths, 100)
        return f"In our tests {right} of {of} such answers were right."

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {"words": str(self), "right": self.right, "of": self.of, "from": self.least}


@dataclass(frozen=True, slots=True)
class ReadBy:
    """The reader that an answer comes from: the same name and digest, limit and caution give the same answer.

    ``limit`` is the probability from which a passage was taken to answer, ``caution`` how many of 100 unanswerable
    questions are refused with it; each None where it was not measured.

    >>> ReadBy("a reader", "ab12", 0.6, 90).to_dict()["caution"]
    90
    """

    name: str
    digest: str
    limit: float | None = field(default=None, metadata={"ge": 0, "le": 1})
    caution: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {"name": self.name, "digest": self.digest, "limit": self.limit, "caution": self.caution}
