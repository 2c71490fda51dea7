"""Web pages: the main text, without what stands around it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.blocks import Block, assemble
from embeddings.formats.decode import decode, normalise
from embeddings.formats.metadata import from_fields
from embeddings.formats.page_as_seen import as_seen
from embeddings.formats.page_data import DATES, article_body, declared_date
from embeddings.types import Heading, Metadata

if TYPE_CHECKING:
    from trafilatura.settings import Document

_SHORT = 250  # characters; below, the extractor's second way is tried, which keeps more
_MORE = 1.1  # times as long as the text that is shown is the one that the page holds for machines, where that goes on
_BEGINNING_OF_TEXT, _END = 20, 40  # characters
_NOTHING = "no main text was found in this page; save the article's text as .txt"
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
_UNSEEN = ("head", "title", "style", "script", "noscript", "template")
_FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def read(data: bytes) -> Parsed:
    """Return the main text with headings, and the page's metadata. Raises UnreadableFile if there is no main text."""
    decoded, remarks = decode(data, declared=charset_of(data))
    page = normalise(decoded)
    if "html" not in page[:_BEGINNING].lower():
        page = f"<html>{page}"
    try:
        return _read(page, remarks)
    except _FAILURES as error:
        raise UnreadableFile(f"the page cannot be taken apart ({type(error).__name__})") from error


def charset_of(data: bytes) -> str | None:
    """Return the encoding that a page declares, if it does."""
    declared = _CHARSET.search(data[:_CHARSET_WITHIN])
    return declared[1].decode("ascii", "replace") if declared else None


def read_whole(page: str) -> Parsed:
    """Return all that a page shows, such as a mail: no main text is looked for. The text may be empty.

    A table row that holds a table, or one cell, is there for the layout.
    """
    from trafilatura.utils import load_html

    try:
        tree = load_html(f"<html><body>{page}")
        if tree is None:
            return Parsed("")
        notes = as_seen(tree)
        for element in [*tree.iter(*_UNSEEN)]:
            element.drop_tree()
        for row in [*tree.iter("tr")]:
            if row.find(".//table") is not None or len(row.findall("td")) < 2:
                for part in (row, *row.findall("td")):
                    part.tag = "div"
        text, headings = assemble(_blocks(tree))
    except _FAILURES as error:
        raise UnreadableFile(f"the page cannot be taken apart ({type(error).__name__})") from error
    return Parsed(text, headings=headings, notes=notes)


def _read(page: str, remarks: tuple[str, ...]) -> Parsed:
    from trafilatura.utils import load_html

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it reports, the errors here say
    tree = load_html(page)
    if tree is None:
        raise UnreadableFile(_NOTHING)
    day, whole, notes = declared_date(tree), article_body(tree), remarks + as_seen(tree)
    document = _extract(deepcopy(tree), keep_more=False)
    text, headings = assemble(_with_heading(tree, _blocks(document.body))) if document else ("", ())
    if len(text) < _SHORT and (second := _extract(tree, keep_more=True)):
        more, its_headings = assemble(_blocks(second.body))
        if len(more) > len(text):
            document, text, headings = second, more, its_headings
    if len(whole) > _MORE * len(text) and _goes_on(text, headings, whole):
        text, headings = assemble([*(Block(heading.text, heading.level) for heading in headings[:1]), Block(whole)])
        notes += ("the text is the one that the page holds for machines; it shows less",)
    if not text:
        raise UnreadableFile(_NOTHING)
    return Parsed(text, *_said(document, day), headings, notes=notes)


def _goes_on(text: str, headings: Sequence[Heading], whole: str) -> bool:
    """Return whether a whole text begins as the one that is shown does, and goes on behind its end."""
    start = headings[0].end if headings and not headings[0].start else 0
    shown, meant = " ".join(text[start:].split()), " ".join(whole.split())
    return shown[:_BEGINNING_OF_TEXT] in meant and meant[-_END:] not in shown


def _extract(tree: Any, *, keep_more: bool) -> Document | None:
    """Return what trafilatura extracts from the page, whose tree it changes; None where it finds nothing."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Extractor

    options = Extractor(
        output_format="python",
        recall=keep_more,
        comments=False,
        formatting=False,
        with_metadata=True,
        date_params=dict(DATES),
    )
    options.min_extracted_size = 1  # its own rescue of short pages brings the navigation back
    document = bare_extraction(tree, options=options)
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


def _with_heading(tree: Any, blocks: Iterator[Block]) -> Iterator[Block]:
    """Yield the blocks, and before them the page's heading where the extractor took it for no part of the text."""
    kept = [*blocks]
    headings = [*tree.iter("h1")]
    title = " ".join((tree.findtext(".//title") or "").split())
    text = " ".join("".join(headings[0].itertext()).split()) if len(headings) == 1 else ""
    if text and title.startswith(text) and text not in (" ".join(block.text.split()) for block in kept):
        yield Block(text, 1)
    yield from kept


def _said(document: Document | None, day: str | None) -> tuple[str | None, Metadata]:
    """Return the title and what else the page says about itself."""
    if document is None:
        return from_fields({"date": day or ""})
    said = {
        "title": document.title,
        "author": document.author,
        "date": day,
        "outlet": document.sitename,
        "url": document.url,
        "tags": ";".join([*(document.tags or ()), *(document.categories or ())]),
    }
    return from_fields({name: value or "" for name, value in said.items()})
