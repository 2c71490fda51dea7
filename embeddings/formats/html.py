"""Web pages: the main text, without what stands around it."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.blocks import Block, assemble
from embeddings.formats.decode import decode, normalise
from embeddings.formats.metadata import from_fields
from embeddings.formats.page.data import DATES, article_body, declared_date
from embeddings.formats.page.main_part import all_blocks, main_part
from embeddings.formats.page.seen import as_seen
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
_BREAK_HERE = re.compile(r"<wbr\s*/?>", re.IGNORECASE)  # taken for one that has an end, it would swallow what follows
_BEGINNING = 50  # characters in which trafilatura looks for "html"; without it, it takes a lone paragraph for no page

_MANY = 5_000  # parts of a page
_FAILURES = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def read(data: bytes, *, declared: str | None = None, sheets: str = "") -> Parsed:
    """Return the main text with headings, and the page's metadata. Raises UnreadableFile if there is no main text.

    ``declared`` is the encoding that is said outside the page, ``sheets`` are style sheets kept beside it.
    """
    page, remarks = _decoded(data, declared)
    try:
        return _read(page, remarks, sheets)
    except _FAILURES as error:
        raise UnreadableFile(f"the page cannot be taken apart ({type(error).__name__})") from error


def whole(data: bytes, *, sheets: str = "") -> tuple[list[Block], int]:
    """Return all that a page shows as blocks, not its main text alone, and how many hidden parts were left out.

    ``sheets`` is as for `read`.
    """
    return _all(_decoded(data, None)[0], sheets)


def read_whole(page: str) -> Parsed:
    """Return all that a page shows, such as a mail: no main text is looked for. The text may be empty."""
    try:
        blocks, hidden = _all(f"<html><body>{page}", "")
    except _FAILURES as error:
        raise UnreadableFile(f"the page cannot be taken apart ({type(error).__name__})") from error
    text, headings = assemble(blocks)
    return Parsed(text, headings=headings, notes=_note(hidden))


def _all(page: str, sheets: str) -> tuple[list[Block], int]:
    from trafilatura.utils import load_html

    tree = load_html(page)
    if tree is None or tree.find("body") is None:
        return [], 0
    hidden = as_seen(tree, sheets)
    return all_blocks(tree), hidden


def _note(hidden: int) -> tuple[str, ...]:
    return (f"left out {hidden} parts that the page hides",) if hidden else ()


def charset_of(data: bytes) -> str | None:
    """Return the encoding that a page declares, if it does."""
    declared = _CHARSET.search(data[:_CHARSET_WITHIN])
    return declared[1].decode("ascii", "replace") if declared else None


def _decoded(data: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the page as text, and notes; what is declared outside the page counts before what it says itself."""
    decoded, notes = decode(data, declared=declared or charset_of(data))
    page = _BREAK_HERE.sub("", normalise(decoded))
    return page if "html" in page[:_BEGINNING].lower() else f"<html>{page}", notes


def _read(page: str, remarks: tuple[str, ...], sheets: str) -> Parsed:
    from trafilatura.utils import load_html

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it reports, the errors here say
    tree = load_html(page)
    if tree is None:
        raise UnreadableFile(_NOTHING)
    day, whole, notes = declared_date(tree), article_body(tree), remarks + _note(as_seen(tree, sheets))
    document = _extract(deepcopy(tree), keep_more=False)
    text, headings = assemble(_found(tree, document))
    if len(text) < _SHORT and (second := _extract(deepcopy(tree), keep_more=True)):
        more, its_headings = assemble(_found(tree, second))
        if len(more) > len(text):
            document, text, headings = second, more, its_headings
    if len(whole) > _MORE * len(text) and _goes_on(text, headings, whole):
        text, headings = assemble([*(Block(heading.text, heading.level) for heading in headings[:1]), Block(whole)])
        notes += ("the text is the one that the page holds for machines; it shows less",)
    if not text:
        raise UnreadableFile(_NOTHING)
    return Parsed(text, *_said(document, day), headings, notes=notes)


def _found(tree: Any, document: Document | None) -> list[Block]:
    return main_part(tree, "".join(map(str, document.body.itertext()))) if document else []


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
        fast=sum(1 for _ in tree.iter("p", "li", "div")) > _MANY,  # else others are asked too, one for a long time
        recall=keep_more,
        comments=False,
        formatting=False,
        with_metadata=True,
        date_params=dict(DATES),
    )
    options.min_extracted_size = 1  # its own rescue of short pages brings the navigation back
    document = bare_extraction(tree, options=options)
    return None if isinstance(document, dict) else document


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
