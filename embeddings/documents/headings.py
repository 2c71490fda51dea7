"""The headings of a document: what stands above a place, and the spans of those that say something of their own."""

from __future__ import annotations

import re
from bisect import bisect_right

from embeddings.documents.paragraphs import SCRAP_WORDS, Span
from embeddings.formats.signs import BETWEEN_CELLS
from embeddings.types import Document, Heading

_WORD, _FIGURE = re.compile(r"\w+"), re.compile(r"\d")
_NUMBERING = re.compile(r"^(?:\d+[.)])+\d*\s*")
_TOPIC = re.compile(r"^\W?(?:how|what|when|where|which|who|whom|whose|why)\b|[?؟？]\W?$", re.IGNORECASE)
_MARKUP = "#=-* \t\n"
_NAMED = ": "  # behind a head that a row of a sheet says itself
_TWO_ROWS = 2  # line ends between two rows
_FAR = 10_000  # characters above a row in which its heads are looked for


def heading_at(document: Document, offset: int) -> Heading | None:
    """Return the heading that an offset lies in."""
    nearest = _nearest(document, offset)
    return nearest if nearest and offset < nearest.end else None


def heading_above(document: Document, offset: int) -> str:
    """Return what a passage that starts at an offset stands below: in a table its heads, else the nearest heading.

    It is empty where there is none, and in a heading.
    """
    nearest = _nearest(document, offset)
    if nearest and nearest.end > offset:
        return ""
    return _heads(document.text, offset, nearest.end if nearest else 0) or (nearest.text if nearest else "")


def spans_that_say(document: Document) -> list[Span]:
    """Return the spans, without markup, of the headings that say something, as "Bomb kills 47 in Gereshk" does.

    They have as many words as a paragraph must have, or one less and a figure. What is put like a question, as in "Why
    the army left", says nothing. Of several headings of one wording the first counts.
    """
    found: dict[str, Span] = {}
    for heading in document.headings:
        said = _NUMBERING.sub("", heading.text, count=1)
        enough = len(_WORD.findall(said)) >= SCRAP_WORDS - bool(_FIGURE.search(said))
        if enough and not _TOPIC.search(said) and heading.text not in found:
            span = _without_markup(document.text, heading)
            if span:
                found[heading.text] = span
    return list(found.values())


def _heads(text: str, offset: int, top: int) -> str:
    """Return the row of heads above a row of a table: the first one, where it has as many cells and no figure."""
    end = text.find("\n", offset)
    row = text[offset : len(text) if end < 0 else end]
    cells = row.count(BETWEEN_CELLS)
    first, start, lowest = "", offset, max(top, offset - _FAR)
    while cells:
        above = text[lowest:start].rstrip()
        line = above[above.rfind("\n") + 1 :]
        if BETWEEN_CELLS not in line or text[lowest + len(above) : start].count("\n") > _TWO_ROWS:
            break
        first, start = line, lowest + len(above) - len(line)
    are_heads = first.count(BETWEEN_CELLS) == cells and not _FIGURE.search(first) and _NAMED not in first
    is_whole = start > lowest or lowest == top
    says_them = row.startswith(first.partition(BETWEEN_CELLS)[0] + _NAMED)  # as rows of a sheet do
    return " ".join(first.split()) if are_heads and is_whole and not says_them else ""


def _nearest(document: Document, offset: int) -> Heading | None:
    begun = bisect_right(document.headings, offset, key=lambda heading: heading.start)
    return document.headings[begun - 1] if begun else None


def _without_markup(text: str, heading: Heading) -> Span | None:
    """Return the span of a heading's text; where marks stand in it, of its line; nothing where that is not one line."""
    at = text.find(heading.text, heading.start, heading.end)
    if at >= 0:
        return at, at + len(heading.text)
    line = text[heading.start : heading.end].strip(_MARKUP)
    start = text.find(line, heading.start)
    return (start, start + len(line)) if line and "\n" not in line else None
