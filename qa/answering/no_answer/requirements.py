"""What a question names: the names, numbers and dates that a passage with the answer can be expected to have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from embeddings.words import (
    MONTHS,
    is_ordinary_word,
    is_stop_word,
    language_of,
    plain_words,
    stop_words,
    terms,
    word_spans,
)
from qa.language.dates import every_date
from qa.language.names import named, spoken
from qa.query.syntax import Phrase, Query

Kind: TypeAlias = Literal["name", "number", "year", "date"]

_JOINED = re.compile(r"[-‐‑][eio][-‐‑]", re.IGNORECASE)  # Lashkar-e-Jhangvi is one name
_SUFFIX = re.compile(r"[-‐‑](?:[^\W\d_]|\d{1,3})(?![\w'’-])")  # ISIS-K, COVID-19
_POSSESSIVE = re.compile(r"['’][sS]?$")
_NUMBER = re.compile(r"(?<![\w.,:/#°-])\d+(?:[.,]\d+)*(?![\w:/°]|[.,]\d|-\w)")
_SAYING_LITTLE = (
    "also another date day else far give happen know large long many may mean month much often old one say tell year"
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A phrase of the question that the answer's passage can be expected to have.

    A date's words stand in any order. ``iso`` is a date as documents give theirs, "2019-05"; empty where it has no
    year.
    """

    kind: Kind
    phrase: Phrase
    iso: str = ""


def requirements(query: Query) -> tuple[Requirement, ...]:
    """Return quoted phrases and names, then numbers, then dates, each once.

    A name within another one is left out, and so is what stands beside the question: "(about: the strike)".
    """
    dates = list(_dates(query.text))
    rest = list(query.text)
    for _, start, end in dates:
        rest[start:end] = " " * (end - start)
    names = {frozenset(phrase.words): phrase for phrase in (*query.phrases, *map(_phrase, _names(query.text)))}
    whole = [
        phrase
        for words, phrase in names.items()
        if words and not any(words < other for other in names) and not _UNSPACED.search(phrase.written)
    ]
    numbers = [_phrase(match[0]) for match in _NUMBER.finditer("".join(rest))]
    found: Iterable[Requirement] = (
        *(Requirement("name", phrase) for phrase in whole),
        *(Requirement("number", phrase) for phrase in numbers),
        *(date for date, _, _ in dates),
    )
    return tuple(dict.fromkeys(found))


_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts without spaces: what stands between two signs is no word, so nothing is said of it."""


def words_of(text: str) -> dict[str, str]:
    """Return the words that say what a text is about, in order: plain word to the word as it is written."""
    found: dict[str, str] = {}
    little = set(terms(_SAYING_LITTLE))
    small = stop_words()[language_of(text)]
    for plain, start, end in word_spans(text):
        if (
            len(plain) > 1
            and not _UNSPACED.search(plain)
            and not is_stop_word(plain)
            and plain not in small
            and not little & set(terms(plain))
        ):
            found.setdefault(plain, _POSSESSIVE.sub("", text[start:end]))
    return found


def _phrase(written: str) -> Phrase:
    return Phrase(written, tuple(plain_words(written)))


def _names(question: str) -> list[str]:
    spans = word_spans(question)
    found: list[tuple[int, int]] = []
    for mention in named(question):
        if mention.place == 1 and _may_begin_before(mention.words, question):
            continue
        start, end = spans[mention.place][1], spans[mention.place + len(mention.words) - 1][2]
        if suffix := _SUFFIX.match(question, end):
            end = suffix.end()
        joined = found and _JOINED.fullmatch(question[found[-1][1] : start])
        found.append((found.pop()[0] if joined else start, end))
    return [spoken(_POSSESSIVE.sub("", question[start:end])) for start, end in found]


def _may_begin_before(words: tuple[str, ...], question: str) -> bool:
    """Return whether the first word of a question may belong to a name: it has a capital in any case."""
    (first, start, _), *_ = word_spans(question)
    return question[start].isupper() and not is_stop_word(first) and all(map(is_ordinary_word, words))


def _dates(question: str) -> Iterator[tuple[Requirement, int, int]]:
    for day in every_date(question):
        parts = (day.year, day.month, day.day) if day.year else ()
        iso = "-".join(f"{part:02}" for part in parts if part is not None)
        written = " ".join(question[day.start : day.end].split())
        month = MONTHS[day.month - 1] if day.month else None
        words = tuple(str(part) for part in (month, day.day, day.year) if part is not None)
        yield Requirement("date" if day.month else "year", Phrase(written, words), iso), day.start, day.end
