"""Which part of a text asks: people write sentences before and after a question, and several questions at once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embeddings.documents.splitter import sentence_spans
from embeddings.words import plain_words
from qa.language.answer_type import asking
from qa.language.lexicon import QUESTION_WORDS
from qa.language.names import named
from qa.query.followup.pronouns import pointers, telling
from qa.query.intent import intent_of
from qa.query.syntax import apart, outside

_ASKS = re.compile(r"[?؟][\s\"”’»)!?.]*$")
_TO_YOU = re.compile(
    r"\W*(?:(?:and|so|but|ok|hi|hello)\W+)*(?:(?:can|could|would|will|do|did|are|have)\s+you\b(?!\s+mean)|(?:can|may)\s+I\s+ask\b)",
    re.IGNORECASE,
)
OF_US = re.compile(r"\b(?:i|me|my|we|our|you|your|u(?!\.)|(?-i:us))\b", re.IGNORECASE)
"""Who asks, and who is asked."""
_A_THING = re.compile(r"\b(?:the|an?)\s+[a-z]", re.IGNORECASE)
_IS_THAT_SO = re.compile(
    r"\W*(?:and\s+)?(?:is|was)\s+(?:it|this|that)\s+(?:so|true|right|correct|real)\W*", re.IGNORECASE
)
_TELL_ME = re.compile(
    r"\b(?:(?:can|could|would|will)\s+you\s+(?:please\s+)?)?(?:tell|show|give)\s+(?:me|us)\b|\bdo\s+you\s+(?:know|have)\b",
    re.IGNORECASE,
)
_BEGINS = QUESTION_WORDS | {"tell"}


@dataclass(frozen=True, slots=True)
class Parts:
    """What is asked, and what is said beside it; the text as it is where nothing can be left out."""

    question: str
    said: str = ""


def parts_of(text: str) -> Parts:
    """Take a text apart into what it asks and what it says. "Can you help me?" asks nothing of the documents.

    A text stays whole that asks nothing, whose question says nothing by itself ("Is that so?") or is about who asks ("I
    am a veteran. What can I get?"), and that has phrases, excluded words or "(about: ...)" outside its question.
    """
    sentences = _sentences(text)
    asked = questions_in(text)
    beside = [one for one in sentences if one not in asked]
    left_out = " ".join(beside)
    if not asked or not beside or not _says_something(asked[0]) or apart(text)[1] or outside(left_out) != left_out:
        return Parts(text)
    question = " ".join(asked)
    if OF_US.search(_TELL_ME.sub("", question)):
        return Parts(text)
    names = [one for one in beside if named(one, sentence=True)]
    things = [one for one in beside if one not in names and _A_THING.search(one)]
    if any(one.sure for one in pointers(question)) and any(OF_US.search(one) for one in things):
        return Parts(text)  # "Tell me of the greenhouse effect. Is it bad?"
    return Parts(question, " ".join(one for one in beside if one in (*names, *things) and not _ASKS.search(one)))


def questions_in(text: str) -> list[str]:
    """Return the sentences of a text that ask something of the documents."""
    sentences = _sentences(text)
    asked = [one for one in sentences if _ASKS.search(one)] or [one for one in sentences if _begins_to_ask(one)]
    return [one for one in asked if not _is_small_talk(one)] or [one for one in asked if intent_of(one)]


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text))]


def _says_something(question: str) -> bool:
    return telling(question) > 0 and not _IS_THAT_SO.fullmatch(question)


def _begins_to_ask(sentence: str) -> bool:
    return bool(_BEGINS & {*plain_words(sentence)[:1]}) and asking(sentence) is not None


def _is_small_talk(sentence: str) -> bool:
    to_you = _TO_YOU.match(sentence) and asking(sentence) is None
    return intent_of(sentence) is not None or bool(to_you)
