"""What can be asked: a question is checked once, before anything is searched."""

from __future__ import annotations

import re
import unicodedata

from embeddings.errors import QuestionError

__all__ = ["LONGEST_QUESTION", "checked"]

LONGEST_QUESTION = 2000
"""Characters; the encoder reads about 256 words, and what is longer is a document, not a question."""

_WORD = re.compile(r"[^\W_]")


def checked(question: str) -> str:
    """Give the question on one line, without control characters; raises QuestionError where nothing can be searched."""
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters, at most {LONGEST_QUESTION:,} are searched. Ask one thing."
        )
    clean = " ".join("".join(" " if _is_control(character) else character for character in question).split())
    if not clean:
        raise QuestionError("the question is empty. Ask something, for example: Who leads the PTM?")
    if not _WORD.search(clean):
        raise QuestionError("the question holds no word and no number. Ask in words.")
    return clean


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")
