"""PDF: the text layer, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from threading import Lock
from typing import Any

from embeddings.errors import UnreadableFile
from embeddings.readers.base import Parsed
from embeddings.readers.decode import normalise
from embeddings.readers.metadata import clean, split_tags, unique
from embeddings.readers.pdf_layout import Line, Pages, paragraphs, usual_gap, vocabulary, without_running_lines
from embeddings.types import Metadata, Page

__all__ = ["read"]

_PDFIUM = Lock()  # pdfium keeps state of its own and is not thread-safe
_MAX_PAGES = 20_000

_UNMAPPED = "\ufffd"
_HYPHEN_MARKS = frozenset({0x02, 0xFFFE})  # pdfium's own, for a hyphen at the end of a line
_HYPHENS = ("-", "\u2010", "\u00ad")
_LINE_ENDS = frozenset({0x0A, 0x0D})
_ANOTHER_LINE = 0.5  # of a character's height

_JUNK_TITLE = re.compile(
    r"untitled.*|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|rtf|odt|pdf|indd|qxd|tex|dvi|pptx?|xlsx?)"
    r"|(?:document|slide|layout|presentation)\s*\d*|powerpoint presentation|\W*",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")


def read(data: bytes) -> Parsed:
    """The paragraphs of each page, and the page map; a note counts running heads and page numbers left out.

    Raises UnreadableFile where the file is encrypted, damaged, or has no text.
    """
    with _PDFIUM:
        pages, info, notes = _extracted(data)
    if not any(pages):
        raise UnreadableFile("no text layer: it looks like a scan; run OCR first, e.g. with ocrmypdf")
    empty = [number for number, page in enumerate(pages, start=1) if not page]
    if empty:
        notes.append(f"no text on {_listed(empty)}: perhaps pictures or scans")
    kept, left_out = without_running_lines(pages)
    if left_out:
        notes.append(f"left out {left_out} running heads and page numbers")
    text, page_map = _laid_out(kept)
    if _UNMAPPED in text:
        notes.append(f"{text.count(_UNMAPPED)} characters have no known meaning; they are shown as {_UNMAPPED}")
    title = clean(info["Title"])
    junk = title is None or _JUNK_TITLE.fullmatch(title)
    metadata = Metadata(clean(info["Author"]), _day(info["CreationDate"]), tags=unique(split_tags(info["Keywords"])))
    return Parsed(text, None if junk else title, metadata, pages=page_map, notes=tuple(notes))


def _extracted(data: bytes) -> tuple[Pages, dict[str, str], list[str]]:
    """The lines of all pages, the document's information, and notes about pages that cannot be opened."""
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        if error.err_code in {FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY}:
            raise UnreadableFile("the PDF is encrypted; save a copy without password") from error
        raise UnreadableFile("it is no PDF, or a damaged one; open it in a PDF viewer and save it again") from error
    pages: Pages = []
    damaged: list[int] = []
    try:
        if not 0 < len(document) <= _MAX_PAGES:
            raise UnreadableFile(f"the PDF has {len(document)} pages, expected 1 to {_MAX_PAGES}")
        for index in range(len(document)):
            try:
                pages.append(list(_lines(document, index)))
            except PdfiumError:
                pages.append([])
                damaged.append(index + 1)
        info = {key: document.get_metadata_value(key) for key in ("Title", "Author", "CreationDate", "Keywords")}
    finally:
        document.close()
    return pages, info, [f"{_listed(damaged)} cannot be opened"] if damaged else []


def _lines(document: Any, index: int) -> Iterator[Line]:
    """The lines of a page that are not blank."""
    from pypdfium2 import raw

    page = document[index]
    try:
        text_page = page.get_textpage()
        try:
            characters: list[tuple[int, int]] = []
            for at in range(text_page.count_chars()):
                code = raw.FPDFText_GetUnicode(text_page, at)
                generated = code == 0x20 and raw.FPDFText_IsGenerated(text_page, at) == 1
                hyphen = code in _HYPHEN_MARKS
                if hyphen or code in _LINE_ENDS or (generated and _line_ends(text_page, at)):
                    yield from _line(text_page, characters, hyphen=hyphen)
                    characters = []
                else:
                    characters.append((at, code))
            yield from _line(text_page, characters, hyphen=False)
        finally:
            text_page.close()
    finally:
        page.close()


def _line_ends(text_page: Any, space: int) -> bool:
    """Does a space that pdfium put in stand for the end of a line: is there another base line on its other side."""
    if space + 1 >= text_page.count_chars():
        return False
    before, after = _box(text_page, space - 1), _box(text_page, space + 1)
    return abs(before[1] - after[1]) > _ANOTHER_LINE * (before[3] - before[1])


def _box(text_page: Any, at: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of the character's place in the font; zeros where pdfium knows none."""
    from pypdfium2 import PdfiumError

    try:
        left, bottom, right, top = text_page.get_charbox(at, loose=True)
    except PdfiumError:
        return (0.0, 0.0, 0.0, 0.0)
    return left, bottom, right, top


def _line(text_page: Any, characters: Sequence[tuple[int, int]], *, hyphen: bool) -> Iterator[Line]:
    """One line of these characters (index and code), or none where they are blank."""
    codes = [code for _, code in characters]
    text = " ".join(filter(None, _characters(codes).split(" "))).strip()
    broken = hyphen or (text.endswith(_HYPHENS) and text[-2:-1].isalnum())
    text = text if hyphen or not broken else text[:-1]
    if hyphen and not text:
        text, broken = "-", False
    inked = [at for at, code in characters if code != 0x20]
    if not text or not inked:
        return
    boxes = [_box(text_page, inked[place]) for place in (0, len(inked) // 2, -1)]
    (left, bottom, _, top), middle, last = boxes
    height = middle[3] - middle[1]
    if abs(last[1] - bottom) > abs(last[0] - left):  # it runs up or down the page
        upwards = last[1] > bottom
        yield Line(
            text, *((bottom, last[3], -left) if upwards else (-top, -last[1], left)), middle[2] - middle[0], broken
        )
    else:
        yield Line(text, left, last[2], middle[1], height, broken)


def _characters(codes: Sequence[int]) -> str:
    """The text of UTF-16 or Unicode values; without control characters, and with U+FFFD for what has no meaning."""
    units = b"".join(
        chr(code).encode("utf-16-le", "surrogatepass") if 0 < code <= 0x10FFFF else b"\xfd\xff"
        for code in codes
        if code == 0 or code >= 0x20 or code == 0x09
    )
    return normalise(units.decode("utf-16-le", "replace")).replace("\uffff", _UNMAPPED)


def _laid_out(pages: Pages) -> tuple[str, tuple[Page, ...]]:
    """The text of all pages with a blank line between them, and each page's span in it."""
    gap, words = usual_gap(pages), vocabulary(pages)
    page_map: list[Page] = []
    parts: list[str] = []
    at = 0
    for number, lines in enumerate(pages, start=1):
        page = "\n\n".join(paragraphs(lines, gap, words))
        if page and parts:
            at += 2
        page_map.append(Page(number, at, at + len(page)))
        at += len(page)
        parts += [page] if page else []
    return "\n\n".join(parts), tuple(page_map)


def _day(written: str) -> str | None:
    """The day of a PDF date such as D:20210304050607+01'00'; what is missing is the first of it; None if unreadable."""
    found = _DATE.match(written)
    if not found:
        return None
    try:
        return date(*(int(part or 1) for part in found.groups())).isoformat()
    except ValueError:
        return None


def _listed(numbers: Sequence[int]) -> str:
    """E.g. ``page 3``, ``pages 1, 2 and 5``; at most ten are named."""
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    named = [str(number) for number in numbers[:10]]
    rest = len(numbers) - len(named)
    last = f"{rest} more" if rest else named.pop()
    return f"pages {', '.join(named)} and {last}"
