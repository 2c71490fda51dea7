"""What the source pane shows: a document as numbered paragraphs, a quote marked among its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from embeddings.documents.corpus import Corpus
from embeddings.documents.headings import heading_at
from embeddings.types import Document, Metadata
from qa.types.phrasing import counted
from qa.types.quotes import Quote

AROUND = 150  # paragraphs shown before and after the quote; a long document is not sent whole


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph of the source pane; ``heading`` and ``page`` where a new one begins above it.

    A heading that is a passage has the number 0.
    """

    number: int
    start: int
    end: int
    text: str
    heading: str = ""
    page: str = ""
    before: str = ""
    marked: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """Where what is shown comes from: a turn, by its serial number, and its citation's, or 0 for a related passage.

    ``link`` is the query of a link to it, and ``as_image`` whether the page is shown as a picture.
    """

    turn: int = 0
    number: int = 0
    citations: int = 0
    related: int | None = None
    link: str = ""
    as_image: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A document around a quote, or why it cannot be shown; without a quote the document from its beginning."""

    problem: str = ""
    document: Document | None = None
    quote: Quote | None = None
    about: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    left_out_before: int = 0
    left_out_after: int = 0
    pages: tuple[int, ...] = ()
    by_ocr: bool = False
    shown: Shown = Shown()


def about(corpus: Corpus, quote: Quote) -> tuple[str, str]:
    """Return outlet, else author, and date that a quote's document states of itself; empty where it states none."""
    document = corpus.document(quote.document_id)
    said = document.metadata if document else Metadata()
    return said.outlet or said.author or "", said.date or ""


def view_of(corpus: Corpus, quote: Quote, shown: Shown | None = None) -> View:
    """Return the document of a quote, with its neighbours; the quote is marked in its paragraph."""
    document = corpus.document(quote.document_id)
    if document is None:
        return View(problem=f"{quote.path} is no longer in the index.")
    if document.sha256 != quote.sha256:  # the same offsets would mark other words
        return View(problem=f"{quote.path} was read again since it was quoted, and is another one now. Ask again.")
    rows, passage = corpus.passage_rows(document.id), corpus.passage_at(document.id, quote.start, quote.end)
    at = corpus.row_of(passage) if passage else rows.start
    window = range(max(rows.start, at - AROUND), min(rows.stop, at + AROUND + 1))
    return _view(corpus, document, window, quote, shown or Shown())


def document_view(corpus: Corpus, document_id: str, shown: Shown | None = None) -> View:
    """Return a document from its beginning, nothing marked."""
    document = corpus.document(document_id)
    if document is None:
        return View(problem="That document is no longer in the index.")
    rows = corpus.passage_rows(document.id)
    return _view(corpus, document, rows[: 2 * AROUND + 1], None, shown or Shown())


def _view(corpus: Corpus, document: Document, window: range, quote: Quote | None, shown: Shown) -> View:
    rows, said = corpus.passage_rows(document.id), document.metadata
    about = [said.outlet, said.author, said.date, document.source]
    return View(
        document=document,
        quote=quote,
        about=(*(field for field in about if field), counted(corpus.paragraph_count(rows), "paragraph")),
        items=tuple(_items(corpus, document, window, quote)),
        left_out_before=corpus.paragraph_count(range(rows.start, window.start)),
        left_out_after=corpus.paragraph_count(range(window.stop, rows.stop)),
        pages=_pages(document, quote),
        by_ocr=quote.is_by_ocr if quote else any(page.ocr for page in document.pages),
        shown=shown,
    )


def _pages(document: Document, quote: Quote | None) -> tuple[int, ...]:
    """Return the pages that a quote stands on; only a PDF has pages that can be shown."""
    if quote is None:
        return ()
    first, last = document.page_at(quote.start), document.page_at(quote.end - 1)
    return tuple(range(first.number, last.number + 1)) if first and last and not first.label else ()


def _items(corpus: Corpus, document: Document, window: range, quote: Quote | None) -> list[Item]:
    items: list[Item] = []
    heading, page, row_above = "", "", ""
    for row in window:
        passage = corpus.passage(row)
        at = document.page_at(passage.start)
        on_page = (at.label or f"page {at.number}") if at else ""
        is_quoted = quote is not None and passage.start == quote.paragraph.start
        cut = (quote.start - passage.start, quote.end - passage.start) if quote and is_quoted else (0, 0)
        items.append(
            Item(
                number=passage.number,
                start=passage.start,
                end=passage.end,
                text=passage.text,
                heading=passage.heading if passage.heading not in (heading, document.title, row_above) else "",
                page=on_page if on_page != page else "",
                before=passage.text[: cut[0]],
                marked=passage.text[slice(*cut)],
                after=passage.text[cut[1] :],
            )
        )
        within = heading_at(document, passage.start)
        heading, page = within.text if within else passage.heading, on_page
        row_above = passage.text.rpartition("\n")[2]  # the heads of the rows below it
    return items
