"""Names in a sentence, and whether two of them may be of one bearer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from embeddings.words import is_ordinary_word, is_stop_word, plain_words
from qa.values.relation import Relation
from qa.values.tokens import listed

__all__ = ["Name", "is_in_capitals", "names"]

ALIKE = 0.7  # of the letters of two words: Pashteen and Pashtin may be one name

_PART = r"[^\W\d_a-z][\w'’.]*(?:-[\w'’]+)*"
_LINK = r"(?:\s+(?:al|ul|bin|ibn|de|da|del|von|van|of(?:\sthe)?)\b)?[\s-]+"
_NAME = re.compile(rf"(?<![\w'’-]){_PART}(?:{_LINK}{_PART}){{0,7}}")
_DAYS = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)
_TITLES = listed(
    "mr mrs ms dr sir lord lady general gen colonel col major maj captain capt lieutenant lt sergeant commander "
    "admiral brigadier marshal president prime minister chief king queen prince princess sheikh sheik mullah maulana "
    "mawlawi maulvi molvi imam ayatollah haji hajji sayed syed senator sen governor gov professor prof judge justice "
    "amir emir vice deputy former the chairman leader spokesman director secretary emperor pope saint st"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands; ``words`` are its plain words without titles."""

    start: int
    end: int
    words: tuple[str, ...]

    def relation(self, other: object) -> Relation:
        """Give "same" where one has all the words of the other, "unclear" where they share or nearly share one."""
        if not isinstance(other, Name):
            return "unclear"
        mine, theirs = set(self.words), set(other.words)
        if mine <= theirs or theirs <= mine:
            return "same"
        if mine & theirs or _initials(self, other) or _initials(other, self):
            return "unclear"
        alike = any(SequenceMatcher(None, one, two).ratio() >= ALIKE for one in mine for two in theirs)
        return "unclear" if alike else "different"


def names(text: str) -> list[Name]:
    """All names of a text by their capitals, in order, without days, months, and titles that stand alone.

    An ordinary word at the beginning of a sentence is none; nor is there one in a text that is all in capitals.
    """
    if is_in_capitals(text):
        return []
    found = []
    for match in _NAME.finditer(text):
        start, end = _trimmed(text, *match.span())
        words = tuple(word for word in plain_words(text[start:end]) if word not in _TITLES and not is_stop_word(word))
        if words and not set(words) <= _DAYS:
            found.append(Name(start, end, words))
    return found


def is_in_capitals(text: str) -> bool:
    """Whether capitals tell nothing here."""
    letters = [sign for sign in text if sign.isalpha()]
    return sum(sign.isupper() for sign in letters) > 0.6 * len(letters)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without an ordinary word that begins the sentence and has its capital from that, without "'s" and a full stop."""
    first = re.match(r"[\w'’]+", text[start:end])
    begins = not re.search(r"\w", text[:start]) or re.search(r"[.!?:\"“”]\s*[\"“”]?$", text[:start])
    if first and begins and (is_stop_word(first[0].lower()) or (first.end() == end - start and _is_ordinary(first[0]))):
        rest = re.search(r"[^\W_]", text[start + first.end() : end])
        start = start + first.end() + rest.start() if rest else end
    said = re.sub(r"(?:['’]s?|[.,'’])$", "", text[start:end])
    return start, start + len(said)


def _is_ordinary(word: str) -> bool:
    plain = plain_words(word)
    return all(part not in _TITLES and is_ordinary_word(part) for part in plain)


def _initials(short: Name, long: Name) -> bool:
    return len(short.words) == 1 and len(long.words) > 1 and short.words[0] == "".join(word[0] for word in long.words)
