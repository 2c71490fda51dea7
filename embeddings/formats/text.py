"""Plain text: one title at most, and paragraphs."""

from __future__ import annotations

from embeddings.formats.base import Parsed
from embeddings.formats.decode import decode, normalise

_TITLE_LENGTH = 150
_SENTENCE_ENDS = tuple(".!?:;,\u06d4\u061f\u0964\u3002\u2026")
_CLOSING = "\"')]}\u201d\u2019\u00bb\u203a"


def read(data: bytes) -> Parsed:
    """Return the text; a short first line that is alone and ends unlike a sentence is the title too."""
    decoded, notes = decode(data)
    text = normalise(decoded)
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    title = text[start:end].rstrip()
    next_end = text.find("\n", end + 1)
    alone = 0 <= end < next_end and not text[end:next_end].strip() and text[next_end:].strip()
    like_a_sentence = title.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)
    return Parsed(text, title if alone and len(title) <= _TITLE_LENGTH and not like_a_sentence else None, notes=notes)
