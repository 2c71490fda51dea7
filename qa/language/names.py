"""What a text names: people, places, parties, things, as it writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from embeddings.words import NAME_LINKS, ReadText, as_read, is_ordinary_word, is_stop_word, word_spans
from qa.language.lexicon import CALENDAR, INSTITUTIONS, TITLES
from qa.language.tokens import listed
from qa.language.values import Relation

LONGEST = 8  # words of a name
ALIKE = 0.7  # of the letters of two words: Pashteen and Pashtin may be one name
_SIGNS = "-‐‑'’&."  # inside a word
_JOINS = re.compile(r"[ ]|[-‐‑]|[’']|\. |\.|&| & ")  # what may stand between two words of one name
_BEFORE_PLACES = listed("in at near from to into across around outside inside")
_BEGINS = re.compile(r"(?<!\b[A-Z])[.?!:]\s*[\"“„«'‘(]*$")
_POSSESSIVE = re.compile(r"['’][sS]?$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it is written, with "the" where that stands before it.

    ``place`` is the number of its first word in the text, from 0; ``person``: it can be one. ``start`` and ``end`` are
    its span, without "the" and "'s".
    """

    text: str
    words: tuple[str, ...]
    place: int
    person: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands; ``words`` are its plain words without titles."""

    start: int
    end: int
    words: tuple[str, ...]

    def relation(self, other: object) -> Relation:
        """Return "same" where one has all the words of the other, "unclear" where they share or nearly share one."""
        if not isinstance(other, Name):
            return "unclear"
        mine, theirs = set(self.words), set(other.words)
        if mine <= theirs or theirs <= mine:
            return "same"
        if mine & theirs or _initials(self, other) or _initials(other, self):
            return "unclear"
        alike = any(SequenceMatcher(None, one, two).ratio() >= ALIKE for one in mine for two in theirs)
        return "unclear" if alike else "different"


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    plain: str
    start: int
    end: int
    name: bool


def named(text: str, *, sentence: bool = False) -> list[Mention]:
    """Return the names in a text, in order: words with capitals where these mean something, else of no dictionary.

    An ordinary word has the capital of a beginning, and is no name. In a ``sentence``, which is no question, it is part
    of the name that follows: "Islamic State".
    """
    read = ReadText.of(text)
    words = list(_words(read.text, sentence=sentence))
    mentions = [_mention(run, words, read.text) for run in _runs(words, read.text)]
    placed = (read.span(mention.start, mention.end) for mention in mentions)
    return [replace(one, start=start, end=end) for one, (start, end) in zip(mentions, placed, strict=True)]


def names(text: str) -> list[Name]:
    """Return the names of a sentence by their capitals, in order, without titles that stand alone.

    There is none in a text that is all in capitals.
    """
    if is_in_capitals(text) or not any(map(str.isupper, text)):
        return []
    found = [
        Name(mention.start, mention.end, tuple(word for word in mention.words if not _says_little(word)))
        for mention in named(text, sentence=True)
    ]
    return [name for name in found if name.words]


def is_in_capitals(text: str) -> bool:
    """Return whether capitals tell nothing here."""
    letters = [sign for sign in text if sign.isalpha()]
    return sum(sign.isupper() for sign in letters) > 0.6 * len(letters)


def spoken(text: str) -> str:
    """Return the words of a text, a space between: no brackets, no quotation marks, no sign before or behind a word."""
    kept = "".join(character if _is_spoken(character) else " " for character in as_read(text))
    return " ".join(word for token in kept.split() if (word := token.strip(_SIGNS)))


def _is_spoken(character: str) -> bool:
    return character in _SIGNS or unicodedata.category(character)[0] in "LMN"


def _says_little(word: str) -> bool:
    return word in TITLES or is_stop_word(word)


def _words(text: str, *, sentence: bool) -> Iterator[_Word]:
    spans = word_spans(text)
    capitals = not text.isupper() and any(map(str.isupper, text))  # otherwise they say nothing
    after = False  # whether the word behind is a name
    found: list[_Word] = []
    for number, (plain, start, end) in reversed([*enumerate(spans)]):
        word = text[start:end]
        first = number == 0 or bool(_BEGINS.search(text[max(0, start - 8) : start]))
        part = sentence and after and text[end : end + 1] == " "
        after = _is_name(word, plain, first=first and not part, capitals=capitals)
        found.append(_Word(word, plain, start, end, after))
    return reversed(found)


def _is_name(word: str, plain: str, *, first: bool, capitals: bool) -> bool:
    if (
        is_stop_word(plain)
        or is_stop_word(plain.partition("'")[0])
        or plain in CALENDAR
        or not plain[:1].isalpha()
        or not 1 < len(plain) <= 40
    ):
        return False
    if capitals and any(map(str.isupper, word)):
        return not first or not word[1:].islower() or not is_ordinary_word(plain)
    return not capitals and not is_ordinary_word(plain)


def _runs(words: Sequence[_Word], text: str) -> Iterator[list[int]]:
    run: list[int] = []
    for number, word in enumerate(words):
        joined = run and _joined(words, run[-1], number, text)
        if word.name and not (joined and len(run) < LONGEST):
            if run:
                yield run
            run = [number]
        elif word.name:
            run = list(range(run[0], number + 1))
    if run:
        yield run


def _joined(words: Sequence[_Word], last: int, number: int, text: str) -> bool:
    """Return whether two words stand in one name: side by side, or with "of the", "bin", "W." or the like between."""
    between = words[last + 1 : number]
    gaps = [
        text[one.end : other.start] for one, other in zip(words[last:number], words[last + 1 : number + 1], strict=True)
    ]
    links = [word.plain for word in between]
    initial = len(between) == 1 and len(links[0]) == 1 and between[0].text.isupper() and not is_stop_word(links[0])
    return all(map(_JOINS.fullmatch, gaps)) and (
        not links or links == ["of", "the"] or (len(links) == 1 and links[0] in NAME_LINKS) or initial
    )


def _mention(run: Sequence[int], words: Sequence[_Word], text: str) -> Mention:
    first, last = words[run[0]], words[run[-1]]
    before = [word.plain for word in words[max(0, run[0] - 2) : run[0]]]
    the = before[-1:] == ["the"]
    written = _POSSESSIVE.sub("", text[first.start : last.end])
    plain = tuple(words[number].plain for number in run)
    place = bool(set(before[-2 if the else -1 :]) & _BEFORE_PLACES)
    short = any(words[n].text.isupper() and len(words[n].plain) > 1 for n in run)
    person = not (the or place or short or len(run) > 4 or any(word in INSTITUTIONS for word in plain))
    said = f"the {spoken(written)}" if the else spoken(written)
    return Mention(said, plain, run[0], person, first.start, first.start + len(written))


def _initials(short: Name, long: Name) -> bool:
    return len(short.words) == 1 and len(long.words) > 1 and short.words[0] == "".join(word[0] for word in long.words)
