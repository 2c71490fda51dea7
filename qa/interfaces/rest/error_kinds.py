"""Which errors are about a request, and how a refusal names them."""

from __future__ import annotations

from dataclasses import dataclass

from embeddings.errors import (
    FilterError,
    NotReady,
    PageMissing,
    QAError,
    QuestionError,
    ReaderError,
    SourceChanged,
    SourceGone,
    SpanError,
    UnknownSource,
    UnreadableFile,
)

__all__ = ["ABOUT_REQUEST", "Kind", "kind_of"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of refusal: its name, its title for people, its status in HTTP."""

    name: str
    title: str
    status: int


_KINDS: dict[type[QAError], Kind] = {
    QuestionError: Kind("question", "The question cannot be asked", 422),
    FilterError: Kind("filter", "No document has what a filter asks for", 422),
    ReaderError: Kind("reader", "The reader cannot do that", 422),
    SpanError: Kind("span", "The span cannot be quoted", 422),
    UnknownSource: Kind("unknown-source", "There is no such document", 404),
    SourceGone: Kind("source-gone", "The file is no longer in the folder", 404),  # before the family it is of
    SourceChanged: Kind("source-changed", "The file is no longer the one that is meant", 409),
    PageMissing: Kind("page", "There is no such page", 404),
    UnreadableFile: Kind("unreadable", "The page cannot be drawn", 422),
    NotReady: Kind("not-ready", "The documents cannot be asked yet", 503),
}
ABOUT_REQUEST = tuple(_KINDS)
"""Errors whose message may be told to anyone who asks; the others are about this computer."""


def kind_of(error: QAError) -> Kind | None:
    """The kind that an error is of; None where it is about this computer: a folder, a model, a disk."""
    return next((kind for family, kind in _KINDS.items() if isinstance(error, family)), None)
