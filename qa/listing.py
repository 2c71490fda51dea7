"""What is indexed and what was left out: the list of documents behind every door."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from embeddings.documents.corpus import Corpus
from embeddings.index.store import Index
from embeddings.types import Document
from qa.types.serialize import as_json

__all__ = ["DocumentEntry", "LeftOut", "Listing", "entry_of", "listed"]


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document without its text; None or empty where its file does not say.

    ``passages`` and ``pages`` are counts; 0 pages where the format has none.
    """

    id: str
    title: str
    path: str
    date: str | None
    author: str | None
    outlet: str | None
    url: str | None
    tags: tuple[str, ...]
    passages: int
    pages: int
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, ready for JSON."""
        return {**asdict(self), "tags": list(self.tags)}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that was not indexed, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The documents of an index and what was left out, both by path."""

    documents: tuple[DocumentEntry, ...]
    left_out: tuple[LeftOut, ...]
    index_id: str

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, ready for JSON."""
        return {
            "documents": [entry.to_dict() for entry in self.documents],
            "left_out": [asdict(item) for item in self.left_out],
            "index_id": self.index_id,
        }

    def to_json(self) -> str:
        """One object, keys in a fixed order: the same index gives the same bytes."""
        return as_json(self.to_dict())


def listed(index: Index) -> Listing:
    """List the documents of an index."""
    entries = [entry_of(index.corpus, document) for document in index.corpus.documents]
    left_out = {LeftOut(item.source, item.reason) for item in index.manifest.skipped}
    return Listing(
        documents=tuple(sorted(entries, key=lambda entry: entry.path)),
        left_out=tuple(sorted(left_out, key=lambda item: (item.source, item.reason))),
        index_id=index.manifest.index_id,
    )


def entry_of(corpus: Corpus, document: Document) -> DocumentEntry:
    """Describe one document of a corpus."""
    said = document.metadata
    return DocumentEntry(
        id=document.id,
        title=document.title,
        path=document.source,
        date=said.date,
        author=said.author,
        outlet=said.outlet,
        url=said.url,
        tags=said.tags,
        passages=len(corpus.passage_rows(document.id)),
        pages=len(document.pages),
        sha256=document.sha256,
    )
