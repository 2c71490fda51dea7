"""What comes back about the documents panel, described."""

from __future__ import annotations

from pydantic import Field

from qa.interfaces.rest.library_responses import StateBody
from qa.interfaces.rest.responses import Body

__all__ = ["PanelListingBody", "PanelStateBody", "SentBody", "SyncBody"]


class CountedStateBody(StateBody):
    """How far the index is, and how much is in it; nothing while it is not ready."""

    revision: str = Field(description="Another one after each change of the documents; empty before there are any.")
    documents: int
    passages: int
    left_out: int


class AcceptedBody(Body):
    """What may be sent: the largest size of a file of each suffix, in bytes."""

    suffixes: dict[str, int]


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


class SentBody(Body):
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
