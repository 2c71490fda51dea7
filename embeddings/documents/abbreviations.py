"""Abbreviations and other names that the documents define themselves.

"Pashtun Tahafuz Movement (PTM)" defines an abbreviation, "Ozgur Altun, also known as Abu Yasir At-Turki" another name.
Abbreviations are found with the algorithm of Schwartz and Hearst 2003, "A simple algorithm for identifying abbreviation
definitions in biomedical text".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, islice

from embeddings.words import NAME_LINKS, as_read, is_ordinary_word

_BRACKETS = re.compile(r"\(([^()\n]{2,80})\)|\[([^\[\]\n]{2,80})\]")
_BEFORE = re.compile(r"[^.;:!?()\[\]\n]*$")
_SPACE = r"[ \t\u00a0]*\n?[ \t\u00a0]*"  # a line may end, a paragraph may not
_ALSO = re.compile(rf"\b(?:(?:also|otherwise)[ \n]known[ \n]as|alias|aka|a\.k\.a\.)(?={_SPACE}\w)")
_WORD = r"[^\W\d_][\w'’-]{0,40}"
_NAME = rf"{_WORD}(?:[ \u00a0]{_WORD}){{0,6}}"
_BEFORE_ALSO = re.compile(rf"(?<![\w'’-])({_NAME}),?{_SPACE}$")
_AFTER_ALSO = re.compile(rf"{_SPACE}({_NAME})(?![\w'’-])")
_AROUND = 120  # characters that are looked at on both sides
_INSIDE_NAMES = NAME_LINKS | {"the"}
MOST = 1_000  # definitions that are taken of one document
_LOOKED_AT = 20_000  # brackets, and words like "also known as", of one document: three seconds at most
_SHORT = re.compile(r"[\w .&/'’-]*\w\.?")
_SMALL_WORDS = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with"}


@dataclass(frozen=True, slots=True, order=True)
class Alias:
    """Two names of one thing, as one document gives them; ``short`` is the abbreviation or the other name."""

    short: str
    long: str


def definitions(text: str) -> list[Alias]:
    """Return the definitions of a text, each once, in order of first occurrence; MOST at most."""
    found = sorted(islice(chain(_abbreviations(text), _other_names(text)), MOST), key=lambda item: item[0])
    return list(dict.fromkeys(alias for _, alias in found))


def _abbreviations(text: str) -> Iterator[tuple[int, Alias]]:
    for match in islice(_BRACKETS.finditer(text), _LOOKED_AT):
        inside = re.split(r"[,;]", match[1] or match[2])[0].strip()
        before = _BEFORE.search(text, max(0, match.start() - 300), match.start())
        words = before[0].split() if before else []
        if _is_short(inside):
            long = _long_form(inside, words)
            if long is not None:
                yield match.start(), Alias(inside, long)
        elif words and _is_short(words[-1]):  # PTM (Pashtun Tahafuz Movement)
            long = _long_form(words[-1], inside.split())
            if long == inside:
                yield match.start(), Alias(words[-1], inside)


def _other_names(text: str) -> Iterator[tuple[int, Alias]]:
    for match in islice(_ALSO.finditer(text), _LOOKED_AT):
        before = _BEFORE_ALSO.search(text[max(0, match.start() - _AROUND) : match.start()])
        after = _AFTER_ALSO.match(text[match.end() : match.end() + _AROUND])
        if before and after:
            one, other = _capitals(before[1].split(), last=True), _capitals(after[1].split(), last=False)
            if one and other and one != other:
                yield match.start(), Alias(other, one)


def _capitals(words: list[str], *, last: bool) -> str:
    """Return the longest name that ends or begins some words: capitalised, with small words only inside.

    It is empty where the name would be a single word of the dictionary.
    """
    taken: list[str] = []
    for word in reversed(words) if last else words:
        if not word[0].isupper() and word not in _INSIDE_NAMES:
            break
        taken.append(word)
    while taken and not taken[-1][0].isupper():
        taken.pop()
    if not taken or not taken[0][0].isupper() or (len(taken) == 1 and is_ordinary_word(taken[0].casefold())):
        return ""
    return " ".join(reversed(taken) if last else taken)


def _is_short(text: str) -> bool:
    """Return whether this has 2 to 10 characters in 1 or 2 words, a letter or digit first, and two capitals."""
    within = 2 <= len(text) <= 10 and len(text.split()) <= 2 and text[0].isalnum()
    return within and sum(character.isupper() for character in text) >= 2 and bool(_SHORT.fullmatch(text))


def _long_form(short: str, words: list[str]) -> str | None:
    """Return the shortest run of words before the short form with its characters in order, the first at a word's start.

    It has at most min(n + 5, 2n) words for n characters, as in the paper.
    """
    letters = [character.casefold() for character in short if character.isalnum()]
    most = min(len(letters) + 5, 2 * len(letters))
    candidate = " ".join(words[-most:])
    place = len(candidate)
    for position in range(len(letters) - 1, -1, -1):
        place = _match(candidate.casefold(), letters[position], place, first=position == 0)
        if place < 0:
            return None
    start = candidate.rfind(" ", 0, place) + 1
    long = candidate[start:].strip(" ,\"'“”‘’")
    clean = len(long) > len(short) and short not in long.split() and "/" not in long
    return long if clean and _is_spelled_by(letters, long) else None


def _is_spelled_by(letters: list[str], long: str) -> bool:
    """Return whether a long form is accepted; stricter than the paper, which takes "Approximately 30" for "ARMY".

    Either the words' initials spell the short form, or there are at least two words, neither commas nor figures, and
    the initials give at least half of the letters in their order.
    """
    words = [word for word in re.split(r"[\s–-]+", long.casefold()) if word and word not in _SMALL_WORDS]
    initials = [word[0] for word in words]
    if initials == letters:
        return True
    if len(words) < 2 or re.search(r"[,\d]", long):
        return False
    blocks = SequenceMatcher(None, letters, initials, autojunk=False).get_matching_blocks()
    return 2 * sum(block.size for block in blocks) >= len(letters)


def _match(text: str, letter: str, before: int, *, first: bool) -> int:
    """Return the last place of a letter before a place; a short form's first letter must begin a word with content."""
    place = text.rfind(letter, 0, before)
    while first and place >= 0 and not _begins_content(text, place):
        place = text.rfind(letter, 0, place)
    return place


def _begins_content(text: str, place: int) -> bool:
    if place > 0 and text[place - 1].isalnum():
        return False
    return text[place:].split(" ", 1)[0].strip(",") not in _SMALL_WORDS


@dataclass(frozen=True, slots=True)
class Definition:
    """An alias with the ids of the documents that define it, in their order."""

    alias: Alias
    documents: tuple[str, ...]


def collect(documents: Iterable[tuple[str, str]]) -> tuple[Definition, ...]:
    """Return the definitions of a corpus of (document id, text): each alias once, in order of first definition."""
    grouped: dict[Alias, dict[str, None]] = {}
    for document_id, text in documents:
        for alias in definitions(as_read(text)):
            grouped.setdefault(alias, {})[document_id] = None
    return tuple(Definition(alias, tuple(ids)) for alias, ids in grouped.items())
