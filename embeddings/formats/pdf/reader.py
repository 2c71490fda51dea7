"""PDF: the text layer, page by page."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.metadata import clean, is_junk, split_tags, unique
from embeddings.formats.ocr import INSTALL, engine_name
from embeddings.formats.pdf.engine import opened
from embeddings.formats.pdf.glyphs import UNMAPPED
from embeddings.formats.pdf.layout import (
    Pages,
    goes_on,
    joint,
    paragraphs,
    usual_gap,
    vocabulary,
)
from embeddings.formats.pdf.running import without_running_lines
from embeddings.formats.pdf.scanned import unreadable
from embeddings.types import Metadata, Page
from embeddings.words import is_ordinary_word

_MAX_PAGES = 20_000
_OCR = "OCR would read them, e.g. ocrmypdf --force-ocr"
_FEWEST_LETTERS, _KNOWN = 30, 0.1  # of what was guessed: letters in words, and the share of words of the dictionary

_DATE = re.compile(r"(?:D:)?(\d{4})(\d{2})?(\d{2})?")


def read(data: bytes) -> Parsed:
    """Return each page's paragraphs, and the page map; a note counts running heads and page numbers left out.

    Raises UnreadableFile where the file is encrypted, damaged, or has no text.
    """
    pages, by_ocr, info, notes = _extracted(data)
    empty = [number for number, page in enumerate(pages, start=1) if not page]
    if empty:
        less = "" if engine_name() else f"; the extra ocr reads those. {INSTALL}"
        notes.append(f"no text on {_listed(empty)}: perhaps pictures or scans{less}")
    kept, left_out = without_running_lines(pages)
    if left_out:
        notes.append(f"left out {left_out} running heads and page numbers")
    text, page_map = _laid_out(kept)
    page_map = tuple(replace(page, ocr=page.number in by_ocr) for page in page_map)
    unmapped = [page.number for page in page_map if UNMAPPED in text[page.start : page.end]]
    if unmapped:
        notes.append(
            f"{text.count(UNMAPPED)} characters on {_listed(unmapped)} have no known meaning; they are shown as "
            f"{UNMAPPED}. {_OCR}"
        )
    title = clean(info["Title"])
    junk = title is None or is_junk(title)
    author = clean(info["Author"])
    metadata = Metadata(
        None if author and is_junk(author) else author,
        _day(info["CreationDate"]),
        tags=unique(split_tags(info["Keywords"])),
    )
    return Parsed(text, None if junk else title, metadata, pages=page_map, notes=tuple(notes))


def _extracted(data: bytes) -> tuple[Pages, Collection[int], dict[str, str], list[str]]:
    """Return the lines of all pages, which of them were read by OCR, the document's information, and notes.

    Raises UnreadableFile where no page has text.
    """
    with opened(data) as pdf:
        if not 0 < len(pdf) <= _MAX_PAGES:
            raise UnreadableFile(f"the PDF has {len(pdf)} pages, expected 1 to {_MAX_PAGES}")
        read = [pdf.lines(index) for index in range(len(pdf))]
        info = {key: pdf.said(key) for key in ("Title", "Author", "CreationDate", "Keywords")}
        hidden, by_ocr, failed = sorted(pdf.has_hidden), pdf.scanner.read, pdf.scanner.failed
        odd = [number for number, words in sorted(pdf.guessed.items()) if _make_no_words(words)]
    if not any(read):
        raise unreadable(failed)
    damaged = [number for number, lines in enumerate(read, start=1) if lines is None]
    notes = [f"{_listed(damaged)} cannot be opened"] if damaged else []
    notes += [f"left out text on {_listed(hidden)} that no viewer shows"] if hidden else []
    notes += [f"a font on {_listed(odd)} does not tell what its characters mean. {_OCR}"] if odd else []
    if scans := [number for number, page in by_ocr.items() if page.words]:
        notes.append(
            f"read by OCR ({engine_name()}): {_listed(scans)}; letters and digits may be wrong, look at the page"
        )
    notes += [f"{_listed([number])} was not read by OCR: {why}" for number, why in failed.items()]
    return [lines or [] for lines in read], frozenset(scans), info, notes


def _make_no_words(said: Sequence[str]) -> bool:
    """Return whether hardly any of these is a word, as where the meaning of characters was guessed and wrong."""
    words = [word for text in said for word in re.findall(r"[^\W\d_]{3,}", text)]
    known = sum(is_ordinary_word(word.casefold()) for word in words)
    return sum(map(len, words)) >= _FEWEST_LETTERS and known < _KNOWN * len(words)


def _laid_out(pages: Pages) -> tuple[str, tuple[Page, ...]]:
    """Return the text of all pages, and each page's span in it.

    A blank line stands between two pages; where a paragraph goes on, what stands between two of its lines.
    """
    gap, words = usual_gap(pages), vocabulary(pages)
    page_map: list[Page] = []
    parts: list[str] = []
    at, before = 0, None
    for number, lines in enumerate(pages, start=1):
        page = "\n\n".join(paragraphs(lines, gap, words))
        if page and before and goes_on(before, lines, gap):
            if before[-1].broken:
                parts[-1], at = parts[-1][:-1], at - 1  # without its hyphen
                page_map[-1] = replace(page_map[-1], end=at)
            between = joint(parts[-1], page, broken=before[-1].broken, words=words)
        else:
            between = "\n\n" if page and parts else ""
        parts += [between, page] if page else []
        at += len(between)
        page_map.append(Page(number, at, at + len(page)))
        at += len(page)
        before = lines or None
    return "".join(parts), tuple(page_map)


def _day(written: str) -> str | None:
    """Return the day of a PDF date like D:20210304050607+01'00'; a missing part is 1; None if unreadable."""
    found = _DATE.match(written)
    if not found:
        return None
    try:
        return date(*(int(part or 1) for part in found.groups())).isoformat()
    except ValueError:
        return None


def _listed(numbers: Sequence[int]) -> str:
    """Return e.g. ``page 3``, ``pages 1, 2 and 5``; at most ten are named."""
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    named = [str(number) for number in numbers[:10]]
    rest = len(numbers) - len(named)
    last = f"{rest} more" if rest else named.pop()
    return f"pages {', '.join(named)} and {last}"
