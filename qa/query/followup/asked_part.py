"""Which part of a text asks: people write sentences before and after a question, and several questions at once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embeddings.documents.splitter import sentence_spans
from embeddings.words import plain_words
from qa.language.answer_type import asking
from qa.language.lexicon import QUESTION_WORDS
from qa.language.names import named
from qa.query.followup.pronouns import telling
from qa.query.intent import intent_of
from qa.query.syntax import apart, outside

_ASKS = re.compile(r"[?؟][\s\"”’»)!?.]*$")
_TO_YOU = re.compile(
    r"\W*(?:(?:and|so|but|ok|hi|hello)\W+)*(?:can|could|may|would|will|do|did|are|have)\s+(?:you|i|we)\b", re.IGNORECASE
)
OF_US = re.compile(r"\b(?:i|me|my|we|us|our|you|your)\b", re.IGNORECASE)
"""Who asks, of themselves: it says nothing of what is asked."""
_A_THING = re.compile(r"\b(?:the|an?)\s+[a-z]", re.IGNORECASE)
_IS_THAT_SO = re.compile(
    r"\W*(?:and\s+)?(?:is|was)\s+(?:it|this|that)\s+(?:so|true|right|correct|real)\W*", re.IGNORECASE
)
_BEGINS = QUESTION_WORDS | {"tell"}


@dataclass(frozen=True, slots=True)
class Parts:
    """The question that is asked, what is said beside it, and further ones; the text where it stands alone."""

    question: str
    said: str = ""
    others: tuple[str, ...] = ()


def parts_of(text: str) -> Parts:
    """Take a text apart: the first sentence that asks something is the question.

    "Can you help me?" asks nothing of the documents. A text stays whole that asks nothing, whose question says nothing
    by itself ("Is that so?"), and that has phrases, excluded words or "(about: ...)" outside its question.
    """
    sentences = [text[start:end] for start, end in sentence_spans(text, 0, len(text))]
    asked = [one for one in sentences if _ASKS.search(one)]
    asked = asked or [one for one in sentences if _begins_to_ask(one)]
    real = [one for one in asked if not _is_small_talk(one)] or asked
    if len(sentences) < 2 or not real or not _says_something(real[0]) or apart(text)[1]:
        return Parts(text)
    said = " ".join(one for one in sentences if one not in asked and _speaks_of_something(one))
    beside = " ".join(one for one in sentences if one != real[0])
    return Parts(text) if outside(beside) != beside else Parts(real[0], said, tuple(real[1:]))


def _speaks_of_something(sentence: str) -> bool:
    return bool(named(sentence, sentence=True)) or (bool(_A_THING.search(sentence)) and not OF_US.search(sentence))


def _says_something(question: str) -> bool:
    return telling(question) > 0 and not _IS_THAT_SO.fullmatch(question)


def _begins_to_ask(sentence: str) -> bool:
    return bool(_BEGINS & {*plain_words(sentence)[:1]}) and asking(sentence) is not None


def _is_small_talk(sentence: str) -> bool:
    return intent_of(sentence) is not None or (bool(_TO_YOU.match(sentence)) and asking(sentence) is None)
