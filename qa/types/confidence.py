"""How much an answer can be trusted, and which reader gave it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Confidence:
    """How many answers as probable as this one were right in our tests: ``right`` of ``of``.

    They had a probability from ``least`` up to the next such group.

    >>> print(Confidence(184, 204, 0.9))
    Such a quote was right in about 9 of 10 tests.
    >>> Confidence(184, 204, 0.9).counts
    '184 of 204 test questions whose first quote had a probability from 0.90'
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
        """Return one sentence in tenths; never all, and never none."""
        tenths = round(10 * self.right / self.of)
        how_many = {0: "fewer than 1", 10: "more than 9"}.get(tenths, f"about {tenths}")
        return f"Such a quote was right in {how_many} of 10 tests."

    @property
    def counts(self) -> str:
        """Return the numbers behind the sentence."""
        return f"{self.right} of {self.of} test questions whose first quote had a probability from {self.least:.2f}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {"words": str(self), "right": self.right, "of": self.of, "from": self.least}


@dataclass(frozen=True, slots=True)
class ReadBy:
    """The reader that an answer comes from: the same name and digest, limit and caution give the same answer.

    ``limit`` is the probability from which a passage was taken to answer, ``uncertain`` the one from which it is quoted
    as one that may; ``caution`` is how many of 100 unanswerable questions are not answered with this limit. Each is
    None where it was not measured.

    >>> ReadBy("a reader", "ab12", 0.6, 90).to_dict()["caution"]
    90
    """

    name: str
    digest: str
    limit: float | None = field(default=None, metadata={"ge": 0, "le": 1})
    caution: int | None = None
    uncertain: float | None = field(default=None, metadata={"ge": 0, "le": 1})

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return asdict(self)
