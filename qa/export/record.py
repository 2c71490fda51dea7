"""What is exported: answers in the order asked, with all that is needed to check them and to ask them again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias, get_args

from embeddings.errors import ExportError
from embeddings.types import Document, Metadata
from qa.types.answers import Answer
from qa.types.quotes import Quote
from qa.types.settings import Settings

Role: TypeAlias = Literal["cited", "related"]
ROLES: tuple[Role, ...] = get_args(Role)

_KEY = 12  # hexadecimal digits: with a million quotes, two of them share a key with a probability of 0.002


class Answering(Protocol):
    """What has answered: it says what its answers are made with, and what it knows of a document."""

    @property
    def settings(self) -> Settings:
        """Return what the answers are made with now."""

    def document(self, document_id: str) -> Document | None:
        """Return a document as the index has it, or None where no document has this id."""


@dataclass(frozen=True, slots=True)
class QuotedDocument:
    """A document that is quoted, and what it says about itself."""

    document_id: str
    path: str
    title: str
    sha256: str
    metadata: Metadata

    @property
    def key(self) -> str:
        """Return the name of this version of the document in lists of sources."""
        return f"d-{_digest({'path': self.path, 'sha256': self.sha256})}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """Answers in the order asked; ``made`` is the date of the export in ISO 8601; ``sources`` are what is quoted."""

    answers: tuple[Answer, ...]
    made: str
    settings: Settings
    sources: tuple[QuotedDocument, ...]

    def __post_init__(self) -> None:
        try:
            datetime.fromisoformat(self.made)
        except ValueError as error:
            expected = "the date of an export is ISO 8601, like 2026-01-31T12:00:00"
            raise ExportError(f"{expected}, found {self.made!r}.") from error
        known = {(source.path, source.sha256) for source in self.sources}
        for answer in self.answers:
            for _, quote in quotes_of(answer):
                if (quote.path, quote.sha256) not in known:
                    raise ValueError(f"{quote.path} is quoted but is not among the sources")

    @classmethod
    def of(cls, answerer: Answering, answers: Sequence[Answer], *, made: str) -> Conversation:
        """Combine answers with their documents' metadata from the answerer's index.

        Of a document that is no longer in the index, or has changed since the answer, only path and title are given.
        """
        quotes = [quote for answer in answers for _, quote in quotes_of(answer)]
        return cls(tuple(answers), made, answerer.settings, tuple(_sources(answerer, quotes)))


@dataclass(frozen=True, slots=True)
class Recorded:
    """A quote read back from an export: the question it was shown for, and its key.

    ``words`` are what the export shows. ``problem`` says why it is not what was exported: then somebody edited it, and
    ``quote`` is None where nothing can be made of it. ``role`` is "cited" for what answers and for where the same is
    said, "related" for passages that are near.
    """

    question: str
    key: str
    words: str
    quote: Quote | None
    problem: str = ""
    role: Role = "cited"


def quotes_of(answer: Answer) -> Iterator[tuple[str, Quote]]:
    """Yield every quote of an answer in reading order, with its role: citation, also, related."""
    for citation in answer.citations:
        yield "citation", citation.source
        yield from (("also", quote) for quote in citation.also)
    yield from (("related", quote) for quote in answer.related)


def quote_key(quote: Quote) -> str:
    """Return a quote's name, made of its words, place and file's digest: it is the same in every export.

    The key covers all that an export shows of the quote: an edited part no longer fits the key.
    """
    return f"q-{_digest(quote.to_dict())}"


def _digest(value: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:_KEY]


def _sources(answerer: Answering, quotes: Sequence[Quote]) -> Iterator[QuotedDocument]:
    first: dict[tuple[str, str], Quote] = {}
    for quote in quotes:
        first.setdefault((quote.path, quote.sha256), quote)
    for quote in first.values():
        document = answerer.document(quote.document_id)
        same = document is not None and document.sha256 == quote.sha256
        said = document.metadata if document is not None and same else Metadata()
        yield QuotedDocument(quote.document_id, quote.path, quote.title, quote.sha256, said)
