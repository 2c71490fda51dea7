"""Which errors are about a request, how a refusal names them, and what of the others may leave this computer."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from embeddings.errors import (
    FilterError,
    FolderError,
    NotReady,
    OpeningFailed,
    OutOfHandles,
    PageMissing,
    QAError,
    QuestionError,
    ReaderError,
    SourceChanged,
    SourceGone,
    SpanError,
    StoreError,
    UnknownSource,
    UnreadableFile,
)
from qa.library.library import Library, State


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of refusal: its name, its title for people, its status in HTTP; whether it is about this computer."""

    name: str
    title: str
    status: int
    here: bool = False


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
    OutOfHandles: Kind("busy", "No more files can be opened", 503),
    OpeningFailed: Kind("not-ready", "The documents cannot be asked", 503, here=True),
    NotReady: Kind("not-ready", "The documents cannot be asked yet", 503),
    FolderError: Kind("folder", "The documents folder cannot be read", 503, here=True),
    StoreError: Kind("index", "The index cannot be used", 503, here=True),
}
UNREAD = "the documents could not be read; the terminal of the server says why."
"""What a caller over HTTP is told of an error about this computer: a folder, a model, a disk."""

logger = logging.getLogger(__name__)


def kind_of(error: QAError) -> Kind | None:
    """Return the kind that an error is of; None where it is none that a request can meet."""
    return next((kind for family, kind in _KINDS.items() if isinstance(error, family)), None)


def public_message(error: QAError, otherwise: str = UNREAD) -> str:
    """Return the message of an error about a request; log one about this computer, and return its public message.

    Where it has none, that is ``otherwise``.
    """
    kind = kind_of(error)
    if kind and not kind.here:
        return str(error)
    logger.error("a request failed: %s", error)
    return error.public or otherwise


def public_state(library: Library) -> State:
    """Return the state of a library without the details of its problem, which the library has logged."""
    return replace(library.state, problem=library.state.problem and (library.public_problem or UNREAD))
