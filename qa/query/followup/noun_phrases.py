"""The things a question speaks of without a name: "the raid", "the attack on Mastung", "ISKP's video"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from embeddings.words import is_stop_word, word_spans

__all__ = ["Thing", "things"]


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


LONGEST, LONGEST_NAME = 3, 4  # words of a thing, and of the name behind its "of"
_BEFORE_A_VERB = _listed("do does did will would can could shall should may might must")
_BEFORE_A_PARTICIPLE = _listed("is are was were has have had")
_OF = _listed("of on in at against between near for")
_NO_THING = _listed(
    "last next past same first second most least best way fact case question answer reason result rest time year years "
    "month week day today yesterday tomorrow happen happened begin end start exactly following people number name names"
)
_PEOPLE = _listed("people men women children police")
_NEAR = re.compile(r"[ ]|[-‐‑]")  # what may stand between two words of one thing


@dataclass(frozen=True, slots=True)
class Thing:
    """Words of a question, from number ``first`` to ``last``, that stand for a thing; ``several``: in the plural."""

    first: int
    last: int
    text: str
    several: bool


@dataclass(frozen=True, slots=True)
class _Word:
    plain: str
    start: int
    end: int
    name: bool
    near: bool  # to the word before


def things(question: str) -> list[Thing]:
    """The things, in order; only those of which it is plain where their words end."""
    spans = word_spans(question)
    words: list[_Word] = []
    for plain, start, end in spans:
        near = bool(words) and _NEAR.fullmatch(question[words[-1].end : start]) is not None
        words.append(_Word(plain, start, end, question[start].isupper() and bool(words), near))
    found: list[Thing] = []
    counted = _counted(words, question)
    if counted:
        found.append(counted)
    for place in range(len(words) - 1):
        if (not found or place > found[-1].last) and (thing := _thing(words, place, question)):
            found.append(thing)
    return found


def _counted(words: Sequence[_Word], text: str) -> Thing | None:
    """What "How many ISKP fighters died?" counts: the ISKP fighters."""
    plain = [word.plain for word in words]
    many = next((place for place in range(len(plain) - 2) if plain[place : place + 2] == ["how", "many"]), None)
    if many is None:
        return None
    for last in range(many + 2, min(many + 2 + LONGEST, len(words))):
        if not words[last].near or not _is_of_things(words[last]):
            return None
        if words[last].plain in _PEOPLE or _is_plural(words[last].plain):
            return Thing(many + 2, last, f"the {text[words[many + 2].start : words[last].end]}", several=True)
    return None


def _thing(words: Sequence[_Word], place: int, text: str) -> Thing | None:
    """The thing whose article, or whose owner's name, is the word at ``place``."""
    owner = words[place].name and re.search(r"s['’]$|['’]s$", text[words[place].start : words[place].end])
    if not (owner or words[place].plain == "the"):
        return None
    last = place
    while last + 1 < len(words) and words[last + 1].near and _is_of_things(words[last + 1]):
        last += 1
    count = last - place
    if not 0 < count <= LONGEST:
        return None
    named = _named(words, last)
    before = words[place - 1].plain if place else ""
    if before in _BEFORE_A_VERB and not (named > last and named + 1 < len(words)):
        last, named = (last - 1, last - 1) if count > 1 else (last, last)  # its last word is the question's verb
    elif before in _BEFORE_A_PARTICIPLE and count > 1 and words[last].plain.endswith(("ed", "ing")):
        last, named = last - 1, last - 1
    own = words[place + 1 : last + 1]
    if all(word.name for word in own) or any(word.plain in _NO_THING for word in own):
        return None
    return Thing(place, named, text[words[place].start : words[named].end], _is_plural(words[last].plain))


def _is_of_things(word: _Word) -> bool:
    return not is_stop_word(word.plain) and not word.plain.isdecimal()


def _named(words: Sequence[_Word], last: int) -> int:
    """The number of the last word with a name behind it: "the attack on Mastung"; ``last`` where there is none."""
    after = list(words[last + 1 :])
    if not after or after[0].plain not in _OF or not after[0].near:
        return last
    end = 1 + (len(after) > 1 and after[1].plain == "the")
    count = 0
    while end + count < len(after) and after[end + count].name and after[end + count].near and count < LONGEST_NAME:
        count += 1
    return last + end + count if count else last


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))
