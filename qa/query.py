"""The words of a question that must or must not be in a passage: "quoted phrases" and -words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embeddings.errors import QuestionError
from embeddings.lexical import plain_words
from qa.question import checked

__all__ = ["Query", "parse"]

_PHRASE = re.compile('["“”„«]([^"“”„«»]+)["“”»]')
_QUOTED_QUESTION = re.compile('["“„«]([^"“”„«»]+[?؟])["”»]')
_EXCLUDED = re.compile(r"(?<!\S)[-−]([^\W_][^\s\"“”„«»]*)")


@dataclass(frozen=True, slots=True)
class Query:
    """A question taken apart.

    ``text`` is what is compared in meaning and words: the question without quotation marks and excluded words.
    ``phrases`` are sequences of plain words (see `plain_words`) of which each must stand in a passage in that order;
    ``excluded`` are such sequences that must not.
    """

    text: str
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()


def parse(question: str) -> Query:
    """Take a question apart; raises QuestionError where nothing is left to search for."""
    asked = _unwrapped(checked(question))
    phrases = tuple(tuple(plain_words(match)) for match in _PHRASE.findall(asked))
    bare = _PHRASE.sub(r"\1", asked)
    outside = _PHRASE.sub(" ", asked)
    excluded = tuple(tuple(plain_words(match)) for match in _EXCLUDED.findall(outside))
    for match in _EXCLUDED.findall(outside):
        bare = re.sub(rf"(?<!\S)[-−]{re.escape(match)}(?!\S)", " ", bare)
    text = " ".join(bare.split())
    if not plain_words(text):
        raise QuestionError("the question only excludes words. Say what to look for too.")
    return Query(text, tuple(filter(None, phrases)), tuple(filter(None, excluded)))


def _unwrapped(question: str) -> str:
    """A question that stands in quotation marks as a whole, without them: nobody looks for it word for word."""
    whole = _QUOTED_QUESTION.fullmatch(question.strip())
    return whole[1] if whole else question
