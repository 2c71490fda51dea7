"""The words of a text, and what they are reduced to: stop words, lemma, stem, and the terms that are searched."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

TOKENIZER_VERSION = 3
"""Raised whenever the same text would give other terms."""

_ACCENTS = (  # of Latin, Greek and Cyrillic, of Hebrew, of Arabic: a word is the same without them
    "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed"
)
_ACCENT = re.compile(f"[{_ACCENTS}]")
_SIGNS = "".join(  # vowel signs of Indic scripts, Thai and others are parts of a word; the marks of symbols are not
    sign
    for sign in map(chr, (*range(0x700, 0x20D0), *range(0x2100, 0xFE00), *range(0xFE10, 0x12000)))
    if unicodedata.category(sign) in ("Mn", "Mc")
)
_MARKED = rf"[^\W_]+(?:(?![\0-\u02ff])[{_ACCENTS}{_SIGNS}][^\W_]*)*"  # most text has none: that is told at once
_WORD = re.compile(rf"{_MARKED}(?:['’]{_MARKED})*")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTH_ABBREVIATIONS = {month[:3]: month for month in MONTHS if month != "may"} | {"sept": "september"}
NAME_LINKS = frozenset(["of", "de", "del", "der", "da", "van", "von", "bin", "ibn", "ul", "al", "el", "la", "le"])
"""Small words that stand inside names."""
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_LOOKED_AT, _FEWEST = 10_000, 2  # characters by which a language is told, and stop words: one may be part of a name


def terms(text: str) -> list[str]:
    """Return the content words of a text in order, each reduced to its lemma ("led" to "lead") and stemmed.

    Case, accents and possessives are taken away first, hyphens divide, and months are written out in dates. Stop words
    are left out, unless nothing else is there.
    """
    return [term for _, term in content_words(text)]


def content_words(text: str) -> list[tuple[str, str]]:
    """Return the content words of a text as they are written, in order, each with its term (see `terms`)."""
    written = _WORD.findall(text)
    words = _with_full_months([_plain(word) for word in written])
    content = [place for place, word in enumerate(words) if word not in _stop_words()] or range(len(words))
    stemmed: list[str] = _stemmer().stemWords([_lemma(words[place]) for place in content])
    return [(written[place], term) for place, term in zip(content, stemmed, strict=True)]


def plain_words(text: str) -> list[str]:
    """Return the words of a text in order, as `terms` compares them but neither stemmed nor left out."""
    return [_plain(word) for word in _WORD.findall(text)]


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """Return the plain words of a text with their spans."""
    return [(_plain(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]


def _with_full_months(words: list[str]) -> list[str]:
    """Return the words with "Nov" as "november" where a number stands beside it, as in "16 Nov. 1989" and "Sept 11"."""
    full = list(words)
    for place, word in enumerate(words):
        beside = words[max(place - 1, 0) : place + 2]
        if word in MONTH_ABBREVIATIONS and any(other.isdecimal() for other in beside):
            full[place] = MONTH_ABBREVIATIONS[word]
    return full


def forms_of(word: str) -> list[str]:
    """Return the terms a plain word may have in an index: its own, and that of the month it may be short for."""
    return list(dict.fromkeys(term for form in (word, MONTH_ABBREVIATIONS.get(word, word)) for term in terms(form)))


def is_stop_word(word: str) -> bool:
    """Return whether a plain word is left out of the terms of a text."""
    return word in _stop_words()


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the language whose stop words a text has most of; English unless another has more.

    The beginning is looked at. A language that is not known here counts as English.
    """
    words = [word.casefold() for word in _WORD.findall(text[:_LOOKED_AT])]
    counts = {code: sum(word in stop for word in words) for code, stop in stop_words().items()}
    return max(counts, key=lambda code: (counts[code] if counts[code] >= _FEWEST else 0, code == "en"))


@lru_cache(maxsize=1)
def stop_words() -> dict[str, frozenset[str]]:
    """Return the stop words of the languages that are told apart, by ISO 639-1 code."""
    from bm25s import stopwords

    return {
        "en": _stop_words(),
        "de": frozenset(stopwords.STOPWORDS_GERMAN),
        "es": frozenset(stopwords.STOPWORDS_SPANISH),
        "fr": frozenset(stopwords.STOPWORDS_FRENCH),
        "it": frozenset(stopwords.STOPWORDS_ITALIAN),
        "nl": frozenset(stopwords.STOPWORDS_DUTCH),
        "pt": frozenset(stopwords.STOPWORDS_PORTUGUESE),
        "tr": frozenset(stopwords.STOPWORDS_TURKISH),
    }


def is_ordinary_word(word: str) -> bool:
    """Return whether a plain word stands in an English dictionary, so that it need not be a name."""
    import simplemma

    return is_stop_word(word) or simplemma.is_known(word, lang="en")


def without_accents(text: str) -> str:
    """Return a text in small letters without the accents of its letters; what else it consists of stays as it is."""
    return _ACCENT.sub("", unicodedata.normalize("NFD", text.casefold()))


def unaccented(text: str) -> str:
    """Return a text without the accents of its letters, each sign as the plain one that it is a form of."""
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text))


@lru_cache(maxsize=100_000)
def _plain(word: str) -> str:
    return unaccented(_POSSESSIVE.sub("", word).casefold()).replace("’", "'")


@lru_cache(maxsize=100_000)
def _lemma(word: str) -> str:
    import simplemma

    return simplemma.lemmatize(word, lang="en").casefold()


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    from bm25s.stopwords import STOPWORDS_EN_PLUS

    return frozenset(STOPWORDS_EN_PLUS)
