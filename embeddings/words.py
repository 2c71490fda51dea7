"""The words of a text, and what they are reduced to: stop words, lemma, stem, and the terms that are searched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from embeddings.dictionary import is_known, lemma

TOKENIZER_VERSION = 4
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
_LETTER = r"[^\W\d_]"
# P.T.M. and J. K., the last of a word with its point
_POINTED = rf"(?=\w\.)(?<![\w.])(?:(?:{_LETTER}\.)+{_LETTER}\b\.?(?!\w)|(?:[A-Z]\.[ \u00a0])+[A-Z]\.(?![\w.]))"
_SHORT = re.compile(_POINTED)
_WORD = re.compile(rf"{_POINTED}(?:['’]s\b)?|{_MARKED}(?:['’]{_MARKED})*")
_UNSEEN = "\u00ad\u034f\u061c\u180b-\u180e\u200d-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
_PLAIN = {  # of signs that are written in another way: the digits of all scripts, wide letters, ligatures, apostrophes
    **{sign: str(unicodedata.decimal(sign)) for sign in re.findall(r"\d", "".join(map(chr, range(0x80, 0x11000))))},
    **{
        sign: unicodedata.normalize("NFKC", sign) for sign in map(chr, (*range(0xFB00, 0xFB07), *range(0xFF01, 0xFF5F)))
    },
    "\u066b": ".",
    "\u066c": ",",
}
_OTHERWISE = re.compile(
    # what joins no letters divides words, in scripts that are written so
    rf"[{_UNSEEN}]|\u200c(?![\u0600-\u08ff\ufb50-\ufeff])|\u200b(?![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])"
    rf"|[{''.join(_PLAIN)}]|[’‘‛ʼʻ`´](?<={_LETTER}.)(?={_LETTER})"
)
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTH_ABBREVIATIONS = {month[:3]: month for month in MONTHS if month != "may"} | {"sept": "september"}
_MONTHS_BY_NUMBER = {f"{number:02}": month for number, month in enumerate(MONTHS, start=1)}
_NAMES_OF_MONTHS = frozenset((*MONTHS, *MONTH_ABBREVIATIONS))
_DAY, _YEAR = re.compile(r"(\d+)(?:st|nd|rd|th)?"), re.compile(r"1\d{3}|20\d\d")
NAME_LINKS = frozenset(["of", "de", "del", "der", "da", "van", "von", "bin", "ibn", "ul", "al", "el", "la", "le"])
"""Small words that stand inside names."""
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)
_LOOKED_AT, _FEWEST = 10_000, 2  # characters by which a language is told, and stop words: one may be part of a name


def as_read(text: str) -> str:
    """Return a text as it is read, whatever it is written with: the one form that is searched and read in its place.

    Signs that are not seen are left out (soft hyphens, joiners, marks of direction); digits of all scripts, wide
    letters, ligatures and the apostrophes between letters are the plain ones.
    """
    return text if text.isascii() else _OTHERWISE.sub(lambda match: _plain_sign(match[0]), text)


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as it is read (see `as_read`), and the place of each of its characters in the text as it is written."""

    text: str
    places: Sequence[int]

    @classmethod
    def of(cls, written: str) -> ReadText:
        """Read a text."""
        read = as_read(written)
        if read == written:
            return cls(written, range(len(written)))
        places: list[int] = []
        last = 0
        for match in _OTHERWISE.finditer(written):
            places += [*range(last, match.start()), *[match.start()] * len(_plain_sign(match[0]))]
            last = match.end()
        return cls(read, [*places, *range(last, len(written))])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where some of it, not nothing, stands as it is written."""
        return self.places[start], self.places[end - 1] + 1


def _plain_sign(sign: str) -> str:
    return _PLAIN.get(sign, "'" if sign in "’‘‛ʼʻ`´" else "")


def without_points(text: str) -> str:
    """Return a text with "P.T.M." and "P. T. M." as "PTM"."""
    return _SHORT.sub(lambda match: re.sub(r"[. \u00a0]", "", match[0]), text)


def has_points(text: str) -> bool:
    """Return whether there is an abbreviation with points in a text."""
    return _SHORT.search(text) is not None


def terms(text: str) -> list[str]:
    """Return the content words of a text in order, each reduced to its lemma ("led" to "lead") and stemmed.

    The text is taken as it is read (see `as_read`), an abbreviation with points as without them. Case, accents and
    possessives are taken away first, hyphens divide, and months and days of dates are written in one way. Stop words
    are left out, unless nothing else is there.
    """
    return [term for _, term in content_words(text)]


def content_words(text: str) -> list[tuple[str, str]]:
    """Return the content words of a text as they are read, in order, each with its term (see `terms`)."""
    written = _WORD.findall(as_read(text))
    words = _with_full_months([_plain(word) for word in written])
    content = [place for place, word in enumerate(words) if word not in _stop_words()] or range(len(words))
    stemmed: list[str] = _stemmer().stemWords([lemma(words[place]) for place in content])
    return [(written[place], term) for place, term in zip(content, stemmed, strict=True)]


def plain_words(text: str) -> list[str]:
    """Return the words of a text in order, as `terms` compares them but neither stemmed nor left out."""
    return [_plain(word) for word in _WORD.findall(as_read(text))]


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """Return the plain words of a text with their spans."""
    read = ReadText.of(text)
    return [(_plain(match[0]), *read.span(*match.span())) for match in _WORD.finditer(read.text)]


def _with_full_months(words: list[str]) -> list[str]:
    """Return the words of dates alike: "16 Nov. 1989", "16th of November", "1989-11-16" have "16" and "november"."""
    full = list(words)
    for place, word in enumerate(words):
        beside = words[max(place - 1, 0) : place + 2]
        if word in MONTH_ABBREVIATIONS and any(_DAY.fullmatch(other) for other in beside):
            full[place] = MONTH_ABBREVIATIONS[word]
        elif word in _MONTHS_BY_NUMBER and len(beside) == 3 and _YEAR.fullmatch(beside[0]) and len(beside[2]) == 2:
            full[place] = _MONTHS_BY_NUMBER[word]
        elif (day := _DAY.fullmatch(word)) and {*words[max(place - 1, 0) : place + 3]} & _NAMES_OF_MONTHS:
            full[place] = day[1]
    return full


def forms_of(word: str) -> list[str]:
    """Return the terms a plain word may have in an index: its own, and that of the month or day it may stand for."""
    day, months = _DAY.fullmatch(word), MONTH_ABBREVIATIONS | _MONTHS_BY_NUMBER
    forms = (word, months.get(word, word), day[1] if day else word)
    return list(dict.fromkeys(term for form in forms for term in terms(form)))


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
    stopwords = _lists()
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
    return is_stop_word(word) or is_known(word)


def without_accents(text: str) -> str:
    """Return a text in small letters without the accents of its letters; what else it consists of stays as it is."""
    return _ACCENT.sub("", unicodedata.normalize("NFD", text.casefold()))


def unaccented(text: str) -> str:
    """Return a text without the accents of its letters, each sign as the plain one that it is a form of."""
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text))


@lru_cache(maxsize=100_000)
def _plain(word: str) -> str:
    return unaccented(_POSSESSIVE.sub("", without_points(word)).casefold()).replace("’", "'")


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    return frozenset(_lists().STOPWORDS_EN_PLUS)


@lru_cache(maxsize=1)
def _lists() -> ModuleType:
    """Return the lists of stop words of bm25s, without what the whole library imports."""
    package = find_spec("bm25s")
    file = Path(package.origin).with_name("stopwords.py") if package and package.origin else None
    found = spec_from_file_location("bm25s_stopwords", file) if file else None
    if found is None or found.loader is None:
        raise ImportError("bm25s is not installed; run pip install bm25s")
    lists = module_from_spec(found)
    found.loader.exec_module(lists)
    return lists
