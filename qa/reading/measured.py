"""What was measured of a reader: how often such an answer was right, and how many wrong ones each caution lets through.

It is kept as the object ``measured`` in a reader's description; see docs/decisions/reading.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from reprlib import repr as short
from typing import Any, TypeVar

from embeddings.errors import ModelNotFound, ReaderError
from embeddings.records import read_json, read_record
from qa.reading.calibration import Nearness
from qa.types.confidence import Confidence

T = TypeVar("T")
Shares = tuple[float, float, float]
"""Answered of the answerable, the near-misses and the questions about other things."""

REMEDY = "Install the program again, export the reader anew, or give another folder."
"""What to do where the files of a reader are not as expected."""

_DIGITS = 4
_ABSENT: Any = None  # what a field holds that may be missing from a file, and may not be null there


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of our tests with a probability from ``least`` up to that of the next bin, and how many were right."""

    least: float = field(metadata={"alias": "from"})  # as JSON calls it
    right: int
    of: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What a reader did on the questions that its probabilities and limits were fitted on, none of which trained it.

    ``answered`` is the share of answerable questions that got an answer; ``near_miss`` and ``off_topic`` the share of
    unanswerable ones that got one all the same: about the same people and places, and about other things. ``bins``
    ascend. ``limits`` ascend too: how many of 100 near-misses get no sure answer, and the probability from which a
    passage is then taken to answer. ``caution`` is the share that the three are of, and the limit. ``uncertain``
    is the share of a limit from which passages are quoted as such that may answer. ``on`` names the questions that it
    was measured on, where they are public. ``nearness`` is what was counted with a reading.
    ``shares`` are the three for each caution, where they were measured.

    >>> measured = Measured(0.9, 0.1, 0.01, (Bin(0.5, 150, 200), Bin(0.9, 38, 40)), ((80, 0.5), (90, 0.6)))
    >>> print(measured.confidence(0.95))
    Such a quote was right in about 9 of 10 tests.
    >>> measured.limit(85)
    0.55
    """

    answered: float
    near_miss: float
    off_topic: float
    bins: tuple[Bin, ...] = ()
    limits: tuple[tuple[int, float], ...] = ()
    caution: int | None = None
    uncertain: float = 1.0
    on: str = ""
    nearness: Nearness = field(default_factory=Nearness)
    shares: tuple[tuple[int, Shares], ...] = ()

    def __post_init__(self) -> None:
        if not self.on.isprintable():
            raise ValueError(f'"on" is {short(self.on)}, expected a text without control characters')
        shares = [self.answered, self.near_miss, self.off_topic, *(share for _, own in self.shares for share in own)]
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError(f"shares are between 0 and 1: {shares}")
        if not 0 < self.uncertain <= 1:
            raise ValueError(f'"uncertain" is {self.uncertain}, expected a share of the limit, above 0 and up to 1')
        for bin_ in self.bins:
            Confidence(bin_.right, bin_.of, bin_.least)
        if any(one.least >= other.least for one, other in pairwise(self.bins)):
            raise ValueError(f"bins ascend: {self.bins}")
        if any(one[0] >= other[0] or one[1] > other[1] for one, other in pairwise(self.limits)):
            raise ValueError(f"who refuses more has the higher limit: {self.limits}")
        if not all(0 < share < 100 and 0 <= limit <= 1 for share, limit in self.limits):
            raise ValueError(f"limits are probabilities, for shares of 100: {self.limits}")
        first, last = (self.limits[0][0], self.limits[-1][0]) if self.limits else (1, 99)
        if self.caution is not None and not first <= self.caution <= last:
            raise ValueError(
                f"the caution is {short(self.caution)}, expected one from {first} to {last}, as its table has"
            )

    def __str__(self) -> str:
        """Return one sentence with the three shares."""
        answered, near, off = (_hundredths(share) for share in (self.answered, self.near_miss, self.off_topic))
        return (
            f"In our tests {answered} of 100 questions that the documents answer were answered, and so were {near} of "
            f"100 that they do not answer though they speak of the same, and {off} of 100 about other things."
        )

    def confidence(self, probability: float | None) -> Confidence | None:
        """Return how often answers of this probability were right; None where that was not measured."""
        found = None if probability is None else [bin_ for bin_ in self.bins if bin_.least <= probability]
        return Confidence(found[-1].right, found[-1].of, found[-1].least) if found else None

    def at(self, caution: int) -> Measured:
        """Return the same with the shares of another caution.

        Between two measured ones they lie on the straight line, 4 digits; where they were measured for none, they stay.
        Raises ReaderError outside the table of limits.
        """
        self.limit(caution)
        if not self.shares:
            return self
        answered, near_miss, off_topic = (
            _between([(one, own[place]) for one, own in self.shares], caution) for place in range(3)
        )
        return replace(self, answered=answered, near_miss=near_miss, off_topic=off_topic, caution=caution)

    def limit(self, caution: int) -> float:
        """Return the probability with which ``caution`` of 100 unanswerable questions get no sure answer, 4 digits.

        Between two measured ones it lies on the straight line. Raises ReaderError outside them.
        """
        if not isinstance(caution, int):
            raise ReaderError(
                "the caution is a whole number, how many of 100 unanswerable questions get no sure answer; "
                f"found {caution!r}."
            )
        if not self.limits:
            raise ReaderError("no table of cautions was measured for this reader: leave the caution out.")
        first, last = self.limits[0][0], self.limits[-1][0]
        if not first <= caution <= last:
            raise ReaderError(
                f"the caution is how many of 100 unanswerable questions get no sure answer, from {first} to {last}, "
                f"found {caution}."
            )
        return _between(self.limits, caution)


@dataclass(frozen=True, slots=True)
class _Three:
    answered: float = field(metadata={"ge": 0, "le": 1})
    near_miss: float = field(metadata={"ge": 0, "le": 1})
    off_topic: float = field(metadata={"ge": 0, "le": 1})


@dataclass(frozen=True, slots=True)
class _Written(_Three):
    """The object ``measured`` as a description has it; it may have other fields."""

    bins: tuple[Bin, ...]
    limits: dict[str, float]
    caution: int | None
    uncertain: float = 1.0
    on: str = ""
    nearness: dict[str, Any] = field(default_factory=dict)
    shares: dict[str, _Three] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Description:
    measured: _Written = _ABSENT
    limit: float = _ABSENT


def measured_in(description: Path) -> Measured | None:
    """Return what a reader's description says was measured; None where it has no ``measured``. Raises ModelNotFound."""
    try:
        row = read_json(_Description, description.read_bytes(), ValueError, others=True)
        if row.measured is _ABSENT:
            return None
        measured = _measured(row.measured)
        if row.limit is not _ABSENT:
            _agrees(measured, row.limit)
    except (OSError, ValueError) as error:
        raise ModelNotFound(
            f'{description}: "measured" is not what was measured of a reader: {error}. {REMEDY}'
        ) from error
    return measured


def _measured(row: _Written) -> Measured:
    return Measured(
        answered=row.answered,
        near_miss=row.near_miss,
        off_topic=row.off_topic,
        bins=row.bins,
        limits=_by_caution("limits", row.limits),
        shares=tuple((caution, astuple(own)) for caution, own in _by_caution("shares", row.shares)),
        caution=row.caution,
        uncertain=row.uncertain,
        on=row.on,
        nearness=read_record(Nearness, row.nearness, lambda what: ValueError(f'"measured.nearness": {what}')),
    )


def _by_caution(name: str, table: Mapping[str, T]) -> tuple[tuple[int, T], ...]:
    """Return the rows of a table, cautions ascending."""
    for caution in table:
        if not (caution.isascii() and caution.isdigit() and len(caution) <= 2):
            raise ValueError(f'"{name}" has the caution {short(caution)}, expected hundredths such as "90"')
    return tuple(sorted((int(caution), value) for caution, value in table.items()))


def _agrees(measured: Measured, limit: float) -> None:
    """Raise ValueError where the reader's own limit is not that of its caution."""
    if measured.caution is None or not measured.limits:
        return
    expected = measured.limit(measured.caution)
    if round(limit, _DIGITS) != expected:
        raise ValueError(f'"limit" is {limit}, expected {expected}, which is that of the caution {measured.caution}')


def _between(table: Sequence[tuple[int, float]], caution: int) -> float:
    """Return the value on the straight line between two rows, 4 digits; beyond the table that of its nearest row."""
    for (below, low), (above, high) in pairwise(table):
        if below <= caution <= above:
            return round(low + (high - low) * (caution - below) / (above - below), _DIGITS)
    return round(table[0 if caution <= table[0][0] else -1][1], _DIGITS)


def _hundredths(share: float) -> str:
    return f"{100 * share:.0f}" if share == 0 or share >= 0.01 else "less than 1"
