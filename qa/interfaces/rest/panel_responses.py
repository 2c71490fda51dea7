"""What comes back about the documents panel, described."""

from __future__ import annotations

from pydantic import Field

from qa.interfaces.rest.library_responses import StateBody
from qa.interfaces.rest.problems import Problem
from qa.interfaces.rest.responses import Body

__all__ = ["PanelListingBody", "PanelStateBody", "SentBody", "SentProblem", "SyncBody"]


class CountedStateBody(StateBody):
    """How far the index is, and how much is in it; nothing while it is not ready."""

    revision: str = Field(description="Another one after each change of the documents; empty before there are any.")
    documents: int
    passages: int
    left_out: int


class AcceptedBody(Body):
    """What may be sent: the largest size of each ending in bytes, how many files at once, and of what size in all."""

    suffixes: dict[str, int]
    files: int
    total: int


class PanelStateBody(CountedStateBody):
    """The state, and what may be sent; null where the server takes no documents."""

    upload: AcceptedBody | None


class SyncBody(CountedStateBody):
    """The state after another look at the folder, and whether anything had changed."""

    changed: bool


class ShownBody(Body):
    """A document as the panel lists it, with what was remarked when it was read."""

    id: str
    path: str
    title: str
    outlet: str | None
    author: str | None
    date: str | None
    passages: int
    notes: list[str]


class PassedOverBody(Body):
    """A file that was not indexed, and why."""

    path: str
    reason: str


class PanelListingBody(Body):
    """The documents, and what was left out, of one revision."""

    revision: str
    documents: list[ShownBody]
    left_out: list[PassedOverBody]


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
