"""What comes back about the documents panel, described."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from qa.interfaces.rest.problems import Problem
from qa.library.library import State

__all__ = ["PanelListingBody", "PanelStateBody", "SentBody", "SentProblem", "SyncBody"]


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
    """What may be sent: the largest size of each suffix in bytes, how many files at once, and of what size in all."""

    suffixes: dict[str, int]
    files: int
    total: int


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


class Body(BaseModel):
    """An object with exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class AddedBody(Body):
    """A file that was added: the name that was sent, and where it lies now; passages are null until it is indexed."""

    name: str
    path: str
    title: str
    passages: int | None
    note: str


class PresentBody(Body):
    """A file whose content is among the documents already, and where."""

    name: str
    path: str


class RefusedBody(Body):
    """A file that was not added, and why."""

    name: str
    reason: str


class SentBody(Body):
    """What became of the files that were sent; the problem is what kept the index from being brought up to date."""

    added: list[AddedBody]
    present: list[PresentBody]
    refused: list[RefusedBody]
    problem: str


class SentProblem(Problem):
    """Why the rest was not taken, and what became of the files before it."""

    added: list[AddedBody] = Field(default=[])
    present: list[PresentBody] = Field(default=[])
    refused: list[RefusedBody] = Field(default=[])
    problem: str = ""
