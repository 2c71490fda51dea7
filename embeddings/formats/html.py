"""Web pages: the main text, without what stands around it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.blocks import Block, assemble
from embeddings.formats.decode import decode, normalise
from embeddings.formats.metadata import from_fields
from embeddings.types import Metadata

if TYPE_CHECKING:
    from trafilatura.settings import Document

_SHORT = 250  # characters; below, the extractor's second way is tried, which keeps more
_DATES: dict[str, Any] = {  # no guesses, and nothing that depends on today
    "original_date": True,
    "extensive_search": False,
    "max_date": "2100-01-01",
}
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
_CHARSET_WITHIN = 4096
_BEGINNING = 50  # characters in which trafilatura looks for "html"; without it, it takes a lone paragraph for no page

_SPACES = re.compile(r"\s+")
_HEADING = re.compile(r"h[1-6]")
_HEADING_LEVEL = 2  # of a heading that does not say
_BLOCKS = frozenset(
    {"graphic", "head", "item", "list", "p", "quote", "row", "table"}  # trafilatura's own
    | {"address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "figcaption", "figure"}
    | {"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol"}
    | {"section", "summary", "tbody", "tfoot", "thead", "tr", "ul"}
)
_ROWS = frozenset({"row", "tr"})
_CELLS = frozenset({"cell", "td", "th"})
_VERBATIM = frozenset({"code", "pre"})
_BREAKS = frozenset({"br", "lb"})
_FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def read(data: bytes) -> Parsed:
    """Return the main text with headings, and the page's metadata. Raises UnreadableFile if there is no main text."""
    declared = _CHARSET.search(data[:_CHARSET_WITHIN])
    page = normalise(decode(data, declared=declared[1].decode("ascii", "replace") if declared else None))
    if "html" not in page[:_BEGINNING].lower():
        page = f"<html>{page}"
    document = _extract(page, keep_more=False)
    text, headings = assemble(_blocks(document.body)) if document else ("", ())
    if len(text) < _SHORT and (second := _extract(page, keep_more=True)):
        more, its_headings = assemble(_blocks(second.body))
        if len(more) > len(text):
            document, text, headings = second, more, its_headings
    if not document or not text:
        raise UnreadableFile("no main text was found in this page; save the article's text as .txt")
    return Parsed(text, *_said(document), headings)


def _extract(page: str, *, keep_more: bool) -> Document | None:
    """Return what trafilatura extracts from the page; None where it finds nothing."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Extractor

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it reports, the errors here say
    options = Extractor(
        output_format="python",
        recall=keep_more,
        comments=False,
        formatting=False,
        with_metadata=True,
        date_params=dict(_DATES),
    )
    options.min_extracted_size = 1  # its own rescue of short pages brings the navigation back
    try:
        document = bare_extraction(page, options=options)
    except _FAILURES as error:
        raise UnreadableFile(f"the page cannot be taken apart ({type(error).__name__})") from error
    return None if isinstance(document, dict) else document


def _blocks(body: Any) -> Iterator[Block]:
    """Yield the extracted tree's blocks in order. A table row is one block. The content of other tags is kept."""
    from lxml.etree import iterwalk

    parts: list[str] = []
    rows = verbatim = 0
    for event, element in iterwalk(body, events=("start", "end")):
        tag = element.tag
        entering = event == "start"
        edge = tag in _BLOCKS or (tag in _VERBATIM and "\n" in "".join(element.itertext()))
        step = 1 if entering else -1
        if edge and not rows - (tag in _ROWS and not entering):
            text = "".join(parts)
            yield Block(" ".join(text.split()) if tag in _ROWS else text, 0 if entering else _level(element))
            parts = []
        elif edge or (tag in _BREAKS and rows and entering):
            parts.append(" ")
        elif tag in _BREAKS and entering:
            parts.append("\n")
        elif tag in _CELLS and entering and any(map(str.strip, parts)):
            parts.append(" | ")
        rows += step * (tag in _ROWS)
        verbatim += step * (tag in _VERBATIM)
        string = element.text if entering else element.tail
        if string and not (event == "end" and element is body):
            parts.append(string if verbatim else _SPACES.sub(" ", string))
    yield Block("".join(parts))


def _level(element: Any) -> int:
    named = _HEADING.fullmatch(element.get("rend") or "") if element.tag == "head" else _HEADING.fullmatch(element.tag)
    if named:
        return int(named[0][1])
    return _HEADING_LEVEL if element.tag == "head" else 0


def _said(document: Document) -> tuple[str | None, Metadata]:
    """Return the title and what else the page says about itself."""
    said = {
        "title": document.title,
        "author": document.author,
        "date": document.date,
        "outlet": document.sitename,
        "url": document.url,
        "tags": ";".join([*(document.tags or ()), *(document.categories or ())]),
    }
    return from_fields({name: value or "" for name, value in said.items()})
