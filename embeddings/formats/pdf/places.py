"""The way back: which character of a PDF page each character of its text is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from embeddings.formats.pdf.layout import Line
from embeddings.formats.pdf.running import ways_to_keep

Places: TypeAlias = tuple[int | None, ...]
"""For each code point of a page's text the number of its character on the page; None for what stands between lines."""

_AFTER_WHOLE = (" ", "\n\n")  # what `paragraphs` puts between two lines
_AFTER_BROKEN = ("", "-", "-\n\n")


def places_of(lines: Sequence[Line], text: str) -> Places | None:
    """Return the places of a page's text, as the reader gave it, in the page's lines; None unless one way fits.

    Which lines are running heads cannot be known from one page, so all ways are tried that spell the text exactly.
    """
    found = {way for kept in ways_to_keep(lines) if (way := _spelled(kept, text)) is not None}
    return found.pop() if len(found) == 1 else None


def _spelled(lines: Sequence[Line], text: str) -> Places | None:
    """Return the places if the lines, with what is put between them, are the text; None where they are not."""
    if not lines or not text.startswith(lines[0].text):
        return None
    places: list[int | None] = list(_own(lines[0]))
    for above, line in pairwise(lines):
        joints = _AFTER_BROKEN if above.broken else _AFTER_WHOLE
        joint = next((joint for joint in joints if text.startswith(joint + line.text, len(places))), None)
        if joint is None:
            return None
        places += [*[None] * len(joint), *_own(line)]
    left = text[len(places) :]  # of a word broken at the end of the page, its hyphen or nothing
    return (*places, *[None] * len(left)) if left == "" or (left == "-" and lines[-1].broken) else None


def _own(line: Line) -> Places:
    return line.places or (None,) * len(line.text)
