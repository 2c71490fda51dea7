"""One spelling of what is written in several: "Łódź" and "Lodz", "I.S.K.P." and "ISKP", "YouTube" and "You Tube"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from embeddings.words import is_ordinary_word, is_stop_word, unaccented
from qa.conversation.mentions import LINKS

__all__ = ["folded", "pieces", "squeezed", "stands_as", "written_in"]

_SINGLE = dict(zip("łŁøØđĐðÐħĦı", "lLoOdDdDhHi", strict=True))
_LETTERS = str.maketrans({**_SINGLE, "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ß": "ss"})
_SILENT = re.compile("[\u00ad\u02b0-\u02ff\u200b-\u200f\u2060-\u2064\ufeff]")  # inside a word: hyphens unseen, ʿ, ʻ
_APART = "|".join(sorted(LINKS | {"e", "i", "o", "the"}))  # may stand between two words of a name
_INSIDE = r"[-‐‑.'’‘`\s]{0,2}"  # F-16, U. S., You Tube, Sana'a
_ANEW = re.compile(r"(?<![-‐‑.])\s(.)")  # what begins behind a space alone
_BETWEEN = rf"(?:['’]s?)?[\W_]*(?:(?:{_APART})[\W_]+)*"
_LONGEST = 40  # letters of a word that is looked for in pieces
_INITIALS = 6  # letters that an abbreviation with a point after each may have


def folded(text: str) -> str:
    """A text without the accents and the unseen signs of its words; Latin letters as plain ones."""
    return text if text.isascii() else _SILENT.sub("", unaccented(text)).translate(_LETTERS)


def squeezed(word: str) -> str:
    """The letters and digits of a word, folded and small: "sanaa" of "Sana'a"."""
    return "".join(filter(str.isalnum, folded(word).casefold()))


def pieces(word: str) -> Iterator[tuple[str, ...]]:
    """What a squeezed word may have been divided into by a sign or a space: two parts, or its letters.

    A stop word is not looked for; it divides only what is no other word: "to", "ronto", but not "he", "rat".
    """
    for place in range(1, len(word) if len(word) <= _LONGEST else 0):
        parts = word[:place], word[place:]
        sought = tuple(part for part in parts if not is_stop_word(part))
        if len(sought) == 2 or (sought and not is_ordinary_word(sought[0])):
            yield sought
    letters = tuple(letter for letter in word if not is_stop_word(letter))
    if 1 < len(word) <= _INITIALS and letters:
        yield letters


def written_in(words: Sequence[str]) -> re.Pattern[str]:
    """Finds plain words, one after the other, in a folded text; each is a group."""
    groups = [f"({_INSIDE.join(map(re.escape, squeezed(word) or word))})" for word in words]
    return re.compile(rf"(?<![^\W_]){_BETWEEN.join(groups)}(?:['’]?s)?(?![^\W_])", re.IGNORECASE)


def stands_as(words: Sequence[str]) -> Callable[[str], bool]:
    """Whether a name stands in a text; a word of the dictionary is a part of it only with a capital."""
    pattern = written_in(words)
    ordinary = [is_ordinary_word(word) for word in words]

    def stands(text: str) -> bool:
        plain = folded(text)
        return any(
            all(_is_name(written, capital=word) for written, word in zip(match.groups(), ordinary, strict=True))
            and not _goes_on(plain[match.end() : match.end() + 1])
            for match in pattern.finditer(plain)
        )

    return stands


def _is_name(written: str, *, capital: bool) -> bool:
    """Whether a word is written as one of a name: "You Tube", but not "I ran" for Iran."""
    return (not capital or any(map(str.isupper, written))) and not any(map(str.islower, _ANEW.findall(written)))


def _goes_on(sign: str) -> bool:
    return sign != "" and unicodedata.category(sign).startswith("M")
