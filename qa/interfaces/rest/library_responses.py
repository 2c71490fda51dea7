"""What comes back about the documents and the index, described."""

from __future__ import annotations

from typing import Literal

from qa.interfaces.rest.responses import Body, QuoteBody, SpanBody

__all__ = ["ListingBody", "QuotedBody", "SourceBody", "StatusBody"]


class DocumentBody(Body):
    """A document without its text; null or empty where its file does not say."""

    id: str
    title: str
    path: str
    date: str | None
    author: str | None
    outlet: str | None
    url: str | None
    tags: list[str]
    passages: int
    pages: int
    sha256: str


class LeftOutBody(Body):
    """A file that was not indexed, and why."""

    source: str
    reason: str


class ListingBody(Body):
    """What is indexed, and what was left out."""

    documents: list[DocumentBody]
    left_out: list[LeftOutBody]
    index_id: str


class HeadingBody(SpanBody):
    """A heading: the span of its lines, and its text without markup."""

    level: int
    text: str


class PageBody(SpanBody):
    """A page of a paged document."""

    number: int


class PlaceBody(SpanBody):
    """Where a passage is."""

    number: int
    heading: str


class SourceBody(Body):
    """A whole document, compared with its file; offsets count code points of ``text``."""

    document: DocumentBody
    text: str
    headings: list[HeadingBody]
    pages: list[PageBody]
    passages: list[PlaceBody]
    index_id: str


class QuotedBody(Body):
    """A span of a document in its paragraph, compared with the file."""

    document: DocumentBody
    quote: QuoteBody
    index_id: str


class StateBody(Body):
    """How far the index is: what is being done, and ``done`` of ``total`` of it; the problem where it failed."""

    phase: Literal["opening", "ready", "failed"]
    doing: str
    done: int
    total: int
    problem: str


class IndexBody(Body):
    """The index that answers."""

    index_id: str
    model: str
    documents: int
    passages: int


class StatusBody(Body):
    """Whether the documents can be asked."""

    state: StateBody
    index: IndexBody | None
    version: str
