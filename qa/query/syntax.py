"""The words of a question that must or must not be in a passage: "quoted phrases" and -words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.errors import QuestionError
from embeddings.words import as_read, plain_words

LONGEST_QUESTION = 2000
"""Characters; the encoder reads about 256 words, and what is longer is a document, not a question."""

_WORD = re.compile(r"[^\W_]")
_PAIRS = ('"([^"]+)"', "“([^“”]+)”", "[„”]([^„“”]+)[“”]", "«([^«»]+)»", "»([^«»]+)«")  # what is inside may hold others
_QUOTED = re.compile("|".join(_PAIRS))
_BEGINS = r"(?<![^\s(\[{])"
_NUMBER = r"\d[\d.,:/–-]*[°º%]?[CFK]?(?![^\s.,;:!?)\]])"
_PART = re.compile(
    rf"(?:{_BEGINS}(?P<minus>[-−])|(?<![^\s(\[{{,;:،/−–—-]))(?:{_QUOTED.pattern})(?![^\W_])"
    rf"|(?<!\S)[-−](?!{_NUMBER})(?P<word>[^\W_][^\s\"“”„«»]*)"
)
_ABOUT = re.compile(r"\s\(about: (?P<words>[^()]+)\)\s*$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as they were written, and the plain words (see `plain_words`) that stand in that order where it stands."""

    written: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question taken apart.

    ``text`` is what is compared in meaning and words: the question without the quotation marks of phrases and without
    excluded words. Each of ``phrases`` must stand in a passage, each of ``excluded`` must not. ``about`` are words
    beside the question, "(about: the strike)" at its end: what the conversation is about.
    """

    text: str
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    about: str = ""

    @property
    def whole(self) -> str:
        """Return the question and what it is about, in one text."""
        return f"{self.text} {self.about}".rstrip()


def parse(question: str) -> Query:
    """Take a question apart; raises QuestionError where nothing is left to search for.

    A quotation mark opens at the start, after white space, a bracket, a comma or a dash, and closes where no letter or
    digit follows: 6" is an inch sign. A number after a minus sign is a number: -40 excludes nothing, -"40" does.
    """
    phrases: list[str] = []
    excluded: list[str] = []

    def taken(match: re.Match[str]) -> str:
        if match["word"]:
            excluded.append(match["word"])
            return " "
        (phrases if match["minus"] is None else excluded).append(_inside(match))
        return _inside(match) if match["minus"] is None else " "

    asked, about = apart(checked(question))
    text = " ".join(_PART.sub(taken, unwrapped(asked)).split())
    if not plain_words(text):
        raise QuestionError("the question only excludes words. Say what to look for too.")
    return Query(text, _phrases(phrases), _phrases(excluded), " ".join(about.replace(",", " ").split()))


def apart(question: str) -> tuple[str, str]:
    """Return the question without the words it is about, and these; a question that is nothing else stays whole."""
    found = _ABOUT.search(question)
    if found is None or not plain_words(question[: found.start()]) or not plain_words(found["words"]):
        return question, ""
    return question[: found.start()], found["words"]


def unwrapped(question: str) -> str:
    """Return a question that stands in quotation marks as a whole, without them: nobody looks for it word for word."""
    whole = _QUOTED.fullmatch(question.strip())
    text = "" if whole is None else whole[whole.lastindex or 0]
    return text if text.endswith(("?", "؟")) else question


def outside(question: str) -> str:
    """Return the question with spaces for phrases and excluded words, so that every other word keeps its offset."""
    return _PART.sub(lambda match: " " * len(match[0]), question)


def _inside(quoted: re.Match[str]) -> str:
    """Return what stands between the quotation marks, of whichever kind they are."""
    return next(text for text in quoted.groups()[-len(_PAIRS) - 1 :] if text)


def _phrases(written: Sequence[str]) -> tuple[Phrase, ...]:
    found = (Phrase(text.strip(" .,;:!?…؟،"), tuple(plain_words(text))) for text in written)
    return tuple(phrase for phrase in found if phrase.words)


def checked(question: str) -> str:
    """Return the question as it is read, on one line, without control characters.

    Raises QuestionError where nothing is searched.
    """
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters, at most {LONGEST_QUESTION:,} are searched. Ask one thing."
        )
    clean = " ".join("".join(" " if _is_control(character) else character for character in as_read(question)).split())
    if not clean:
        raise QuestionError("the question is empty. Ask something, for example: Who leads the PTM?")
    if not _WORD.search(clean):
        raise QuestionError("the question holds no word and no number. Ask in words.")
    return clean


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")
