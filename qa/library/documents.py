"""What is indexed and what was left out; a document or a span of it, compared with its file."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from embeddings.documents.corpus import Corpus
from embeddings.errors import SourceChanged, SpanError, UnknownSource
from embeddings.index.store import Index
from embeddings.types import Document, Heading, Page, Sentence
from qa.answering.answerer import Answerer
from qa.types.quotes import Quote
from qa.types.serialize import Plain

_NAMED = 5


@dataclass(frozen=True, slots=True)
class DocumentEntry(Plain):
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


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that was not indexed, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing(Plain):
    """The documents of an index and what was left out, both by path."""

    documents: tuple[DocumentEntry, ...]
    left_out: tuple[LeftOut, ...]
    index_id: str


def list_documents(index: Index) -> Listing:
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
    return DocumentEntry(
        id=document.id,
        title=document.title,
        path=document.source,
        passages=len(corpus.passage_rows(document.id)),
        pages=sum(not page.label for page in document.pages),
        sha256=document.sha256,
        **asdict(document.metadata),
    )


@dataclass(frozen=True, slots=True)
class PassagePlace:
    """Where a passage is: its number from 1 (0 for a heading), its span in the text, and the heading above it."""

    number: int
    start: int
    end: int
    heading: str


@dataclass(frozen=True, slots=True)
class OpenedDocument(Plain):
    """A whole document, compared with its file; offsets count code points of ``text``."""

    document: DocumentEntry
    text: str
    headings: tuple[Heading, ...]
    pages: tuple[Page, ...]
    passages: tuple[PassagePlace, ...]
    index_id: str


@dataclass(frozen=True, slots=True)
class SourceQuote(Plain):
    """A span of a document in its paragraph, compared with the file."""

    document: DocumentEntry
    quote: Quote
    index_id: str


def open_document(answerer: Answerer, document_id: str, *, sha256: str | None = None) -> OpenedDocument:
    """Return a document of the index; ``sha256`` is the digest it must have, where one is given.

    Raises UnknownSource where no document has the id, and SourceChanged where the file is another one now.
    """
    retriever = answerer.retriever
    corpus = retriever.index.corpus
    document = document_in(corpus, document_id, sha256)
    answerer.sources.check_document(document)
    passages = (corpus.passage(row) for row in corpus.passage_rows(document.id))
    return OpenedDocument(
        document=entry_of(corpus, document),
        text=document.text,
        headings=document.headings,
        pages=document.pages,
        passages=tuple(
            PassagePlace(passage.number, passage.start, passage.end, passage.heading) for passage in passages
        ),
        index_id=retriever.index_id,
    )


def quote_span(answerer: Answerer, document_id: str, start: int, end: int, *, sha256: str | None = None) -> SourceQuote:
    """Quote a span, which must lie in one paragraph; ``sha256`` as in `open_document`.

    Raises UnknownSource, SourceChanged, and SpanError where the span is empty or in no paragraph.
    """
    retriever = answerer.retriever
    corpus = retriever.index.corpus
    document = document_in(corpus, document_id, sha256)
    passage = corpus.passage_at(document.id, start, end)
    if passage is None:
        raise SpanError(_not_in_one(corpus, document, start, end))
    quote = Quote.of(document, passage, Sentence(start, end, document.text[start:end]))
    answerer.sources.check(quote)
    return SourceQuote(entry_of(corpus, document), quote, retriever.index_id)


def document_in(corpus: Corpus, document_id: str, sha256: str | None) -> Document:
    """Return a document of a corpus; raises UnknownSource and SourceChanged as `open_document` does."""
    document = corpus.document(document_id)
    if document is None:
        raise UnknownSource(f"no document has the id {document_id[:100]!r}. The list of documents gives their ids.")
    if sha256 is not None and sha256 != document.sha256:
        raise SourceChanged(
            f"{document.source} has the sha256 {document.sha256} now, asked for is {sha256[:100]}. "
            "Ask the question again for today's quotes."
        )
    return document


def _not_in_one(corpus: Corpus, document: Document, start: int, end: int) -> str:
    """Say why a span cannot be quoted."""
    length = len(document.text)
    if not 0 <= start < end <= length:
        return f"the span must have 0 <= start < end <= {length}, found {start} to {end}."
    passages = map(corpus.passage, corpus.passage_rows(document.id))
    touched = [f"{one.start} to {one.end}" for one in passages if one.start < end and start < one.end]
    there = f"it touches the paragraphs {', '.join(touched[:_NAMED])}" if touched else "it touches none"
    return f"the span {start} to {end} does not lie in one paragraph: {there}. Name a span within one."
