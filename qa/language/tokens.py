"""Words of a sentence with their places, as the search compares them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from embeddings.words import is_stop_word, terms, word_spans

_ALIKE = dict.fromkeys(("die", "dead", "death"), "kill")  # of a toll: "killed 41", "41 died", "41 dead"


@dataclass(frozen=True, slots=True)
class Token:
    """A word: plain (small letters, no accents), its term (empty for a stop word), where it stands, what stands before.

    ``after_sign`` says that punctuation stands between it and the word before.
    """

    plain: str
    term: str
    start: int
    end: int
    after_sign: bool


@lru_cache(maxsize=100_000)
def term_of(plain: str) -> str:
    """Return the term of one plain word, one for killed and dead; empty for a stop word."""
    term = "" if is_stop_word(plain) else next(iter(terms(plain)), "")
    return _ALIKE.get(term, term)


def listed(words: str) -> frozenset[str]:
    """Return the words of a list that is written as one text."""
    return frozenset(words.split())


@lru_cache(maxsize=16)
def terms_listed(words: str) -> frozenset[str]:
    """Return the terms of the words of such a list."""
    return frozenset(map(term_of, words.split())) - {""}


@lru_cache(maxsize=200)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a text in order."""
    found: list[Token] = []
    last = 0
    for plain, start, end in word_spans(text):
        found.append(Token(plain, term_of(plain), start, end, bool(found) and not text[last:start].isspace()))
        last = end
    return tuple(found)
