"""Plain text: one title at most, and paragraphs."""

from __future__ import annotations

from embeddings.formats.base import Parsed
from embeddings.formats.decode import decode, normalise
from embeddings.types import Heading

_TITLE_LENGTH = 150
_SENTENCE_ENDS = (".", "!", "?", ":", ";", ",")


def read(data: bytes) -> Parsed:
    """Return the text; a short first line that is alone and ends unlike a sentence is title and heading."""
    text = normalise(decode(data))
    blank = len(text) - len(text.lstrip())
    start = text.rfind("\n", 0, blank) + 1
    end = text.find("\n", blank)
    title = text[blank:end].rstrip()
    if end < 0 or len(title) > _TITLE_LENGTH or title.endswith(_SENTENCE_ENDS):
        return Parsed(text)
    next_end = text.find("\n", end + 1)
    stands_alone = next_end > 0 and not text[end:next_end].strip() and text[next_end:].strip()
    if not stands_alone:
        return Parsed(text)
    return Parsed(text, title, headings=(Heading(start, end, 1, title),))
