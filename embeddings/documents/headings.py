"""The headings of a document: the one above a place, and the spans of those that say something of their own."""

from __future__ import annotations

import re
from bisect import bisect_right

from embeddings.documents.paragraphs import SCRAP_WORDS, Span
from embeddings.types import Document, Heading

_WORD, _FIGURE = re.compile(r"\w+"), re.compile(r"\d")
_NUMBERING = re.compile(r"^(?:\d+[.)])+\d*\s*")
_TOPIC = re.compile(r"^\W?(?:how|what|when|where|which|who|whom|whose|why)\b|[?؟？]\W?$", re.IGNORECASE)
_MARKUP = "#=-* \t\n"


def heading_at(document: Document, offset: int) -> Heading | None:
    """Return the heading that an offset lies in."""
    nearest = _nearest(document, offset)
    return nearest if nearest and offset < nearest.end else None


def heading_above(document: Document, offset: int) -> str:
    """Return the text of the nearest heading that ends before the offset; empty where there is none, and in one."""
    nearest = _nearest(document, offset)
    return nearest.text if nearest and nearest.end <= offset else ""


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
