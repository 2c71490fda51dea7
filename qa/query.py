"""The words of a question that must or must not be in a passage: "quoted phrases" and -words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.errors import QuestionError
from embeddings.lexical import plain_words
from qa.question import checked

__all__ = ["Phrase", "Query", "parse"]

_PHRASE = re.compile('["“”„«]([^"“”„«»]+)["“”»]')
_QUOTED_QUESTION = re.compile('["“„«]([^"“”„«»]+[?؟])["”»]')
_EXCLUDED = re.compile(r"(?<!\S)[-−]([^\W_][^\s\"“”„«»]*)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as they were written, and the plain words (see `plain_words`) that stand in that order where it stands."""

    written: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question taken apart.

    ``text`` is what is compared in meaning and words: the question without quotation marks and excluded words. Each of
    ``phrases`` must stand in a passage, each of ``excluded`` must not.
    """

    text: str
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()


def parse(question: str) -> Query:
    """Take a question apart; raises QuestionError where nothing is left to search for."""
    asked = _unwrapped(checked(question))
    phrases = _phrases(_PHRASE.findall(asked))
    bare = _PHRASE.sub(r"\1", asked)
    outside = _PHRASE.sub(" ", asked)
    excluded = _EXCLUDED.findall(outside)
    for match in excluded:
        bare = re.sub(rf"(?<!\S)[-−]{re.escape(match)}(?!\S)", " ", bare)
    text = " ".join(bare.split())
    if not plain_words(text):
        raise QuestionError("the question only excludes words. Say what to look for too.")
    return Query(text, phrases, _phrases(excluded))


def _phrases(written: Sequence[str]) -> tuple[Phrase, ...]:
    found = (Phrase(text.strip(" .,;:!?…؟،"), tuple(plain_words(text))) for text in written)
    return tuple(phrase for phrase in found if phrase.words)


def _unwrapped(question: str) -> str:
    """A question that stands in quotation marks as a whole, without them: nobody looks for it word for word."""
    whole = _QUOTED_QUESTION.fullmatch(question.strip())
    return whole[1] if whole else question
