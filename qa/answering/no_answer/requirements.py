"""What a question names: the names, numbers and dates that a passage with the answer can be expected to have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from embeddings.words import is_ordinary_word, is_stop_word, word_spans
from qa.language.dates import Day, every_date
from qa.language.names import LINKS, Mention, named, spoken
from qa.language.numbers import SCALES

__all__ = ["Date", "Demand", "Figure", "Name", "demanded"]

_JOINED = re.compile(r"[-‐‑][eio][-‐‑]", re.IGNORECASE)  # Lashkar-e-Jhangvi is one name
_SMALL_WORDS = LINKS | {"e", "i", "o"}
_SMALL = re.compile(r"\b[a-z]{3,9}\b")
_MONTH_OF_YEAR = re.compile(r"(?<![\w.,:/-])(?P<year>1\d{3}|20\d\d)-(?P<month>0[1-9]|1[0-2])(?![\w/-])")
_FIGURE = re.compile(
    r"(?<![\w.,:/#°-])\d{1,15}(?:[.,]\d{1,6}){0,5}(?![\w:/°]|[.,]\d|-\w)(?:\s+(?P<scale>" + "|".join(SCALES) + r")\b)?",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[-‐‑](?:[^\W\d_]|\d{1,3})(?![\w'’-])")  # ISIS-K, COVID-19
_POSSESSIVE = re.compile(r"['’][sS]?$")
_OF_A_COUNTRY = re.compile(r"\w{3,}(?:ish|ian|ean|ese|can|i)")  # Turkish, Pakistani: a word, not the country's name
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written, and the plain words in which it stands: without "the", "of" and the like."""

    text: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is written, and its value."""

    text: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Date:
    """A date as it is written, and what it says."""

    text: str
    day: Day


Demand: TypeAlias = Name | Figure | Date


def demanded(question: str) -> tuple[Demand, ...]:
    """Names, then numbers, then dates, each once, in order; numbers of which it is plain what they are worth."""
    dates = _dates(question)
    rest = list(question)
    for date in dates:
        rest[date.day.start : date.day.end] = " " * (date.day.end - date.day.start)
    figures = _figures("".join(rest))
    names = {frozenset(name.words): name for name in reversed(_names(question))}
    whole = [name for name in names.values() if not any(set(name.words) < other for other in names)]
    once = {figure.value: figure for figure in reversed(figures)}
    days = {(date.day.year, date.day.month, date.day.day): date for date in reversed(dates)}
    return (*reversed(whole), *reversed(once.values()), *reversed(days.values()))


def _names(question: str) -> list[Name]:
    spans = word_spans(question)
    found: list[tuple[int, int]] = []
    for mention in named(question):
        start, end = _span(mention, spans)
        if _may_be_cut(mention, question):
            continue
        if letter := _LETTER.match(question, end):
            end = letter.end()
        joined = found and _JOINED.fullmatch(question[found[-1][1] : start])
        found.append((found.pop()[0] if joined else start, end))
    names = [_name(question[start:end]) for start, end in found]
    return [name for name in names if not _is_of_a_country(name.words)]


def _name(written: str) -> Name:
    words = tuple(word for word, _, _ in word_spans(written))
    needed = tuple(word for word in words if word not in _SMALL_WORDS and not is_stop_word(word))
    return Name(spoken(_POSSESSIVE.sub("", written)), needed or words)


def _may_be_cut(mention: Mention, question: str) -> bool:
    """Whether a name may begin a word earlier: the first word of "Abbey Gate attack" has a capital in any case."""
    first = word_spans(question)[0]
    beside = mention.place == 1 and question[first[1]].isupper() and not is_stop_word(first[0])
    return beside and all(map(is_ordinary_word, mention.words))


def _span(mention: Mention, spans: list[tuple[str, int, int]]) -> tuple[int, int]:
    return spans[mention.place][1], spans[mention.place + len(mention.words) - 1][2]


def _is_of_a_country(words: tuple[str, ...]) -> bool:
    return len(words) == 1 and is_ordinary_word(words[0]) and _OF_A_COUNTRY.fullmatch(words[0]) is not None


def _dates(question: str) -> list[Date]:
    """The dates; months in small letters too, where the question has no capitals."""
    text = question
    if not any(map(str.isupper, question[1:])):
        text = _SMALL.sub(lambda match: match[0].capitalize(), question)
    months = [
        Day(match.start(), match.end(), int(match["year"]), int(match["month"]), None)
        for match in _MONTH_OF_YEAR.finditer(text)
    ]
    found = [day for day in every_date(text) if not any(month.start <= day.start < month.end for month in months)]
    days = sorted([*found, *months], key=lambda day: day.start)
    return [Date(" ".join(question[day.start : day.end].split()), day) for day in days]


def _figures(question: str) -> list[Figure]:
    found = []
    for match in _FIGURE.finditer(question):
        (digits, *_) = match[0].split()
        value = _value(digits)
        if value is not None:
            times = SCALES[match["scale"].lower()] if match["scale"] else 1
            found.append(Figure(" ".join(match[0].split()), value * times))
    return found


def _value(digits: str) -> Decimal | None:
    """What digits are worth; None where they may be read in two ways, as "1.200" and "1,5"."""
    if _GROUPED.fullmatch(digits):
        return Decimal(digits.replace(",", ""))
    whole, _, fraction = digits.partition(".")
    if "," in digits or "." in fraction or (len(fraction) == 3 and len(whole) < 4):
        return None
    return Decimal(digits)
