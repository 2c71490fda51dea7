"""What comes back about the documents panel, described."""

from __future__ import annotations

from dataclasses import dataclass

from qa.library.library import State


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedState(State):
    """How far the index is, and how much is in it: three counts, 0 while it is not ready.

    The revision is another one after each change of the documents; empty before there are any.
    """

    revision: str
    documents: int
    passages: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """What may be sent: the largest size of a file of each suffix, in bytes."""

    suffixes: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelStateBody(CountedState):
    """The state, and what may be sent; null where the server takes no documents."""

    upload: Accepted | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncBody(CountedState):
    """The state after another look at the folder, and whether anything had changed."""

    changed: bool


@dataclass(frozen=True, slots=True)
class PanelDocument:
    """A document as the panel lists it, with what was remarked when it was read."""

    id: str
    path: str
    title: str
    outlet: str | None
    author: str | None
    date: str | None
    passages: int
    notes: list[str]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that was not indexed, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class PanelListingBody:
    """The documents, and what was left out, of one revision."""

    revision: str
    documents: list[PanelDocument]
    left_out: list[PassedOver]


@dataclass(frozen=True, slots=True)
class SentBody:
    """What became of a file: its name made safe, and the path where it lies, or lay already.

    The passages are null until it is indexed; the note is what is worth knowing about it, and the problem what kept
    the index from being brought up to date.
    """

    name: str
    path: str
    title: str
    note: str
    passages: int | None
    problem: str
