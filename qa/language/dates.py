"""Dates in a sentence: days, months and years that are written out, not those that lean on another day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from embeddings.words import MONTH_ABBREVIATIONS, MONTHS, ReadText, as_read
from qa.language.lexicon import WEEKDAYS
from qa.language.values import Relation

_NAMES = "|".join(name.capitalize() for name in (*MONTHS, *MONTH_ABBREVIATIONS))
_MONTH = rf"(?:{_NAMES}|{_NAMES.upper()})"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:1\d{3}|20\d\d)"
_DATE = re.compile(
    rf"(?<![\w.,/:$-])(?:(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|(?P<d1>{_DAY})\s+(?:of\s+)?(?P<m1>{_MONTH})\b\.?(?:,?\s+(?P<y1>{_YEAR})\b)?"
    rf"|(?P<m2>{_MONTH})\b\.?\s+(?P<d2>{_DAY})\b(?:,?\s+(?P<y2>{_YEAR})\b)?"
    rf"|(?P<m3>{_MONTH})\b\.?,?\s+(?:of\s+)?(?P<y3>{_YEAR})\b"
    rf"|(?P<y4>{_YEAR}))(?![\w%]|[-\u2013\u2014/]\d|[.,]\d|\s?(?:BC|AD|CE|BCE)\b)"
)
_LEANING = re.compile(
    r"\b(?:before|after|until|till|by|since|from|between|through|to|than|following)\s+(?:\w+\s+)?$", re.IGNORECASE
)
_BOUND = re.compile(r"\b(?:before|after|until|till|by|since|from|between|through)\s+$", re.IGNORECASE)
_SPAN = re.compile(r"(?:[-\u2013\u2014]\s*|\b(?:from|between)\s[^,;.]*\b(?:to|and|until)\s+)$", re.IGNORECASE)
_AND_ON = re.compile(r"\.?\s*(?:[-\u2013]|to\b|until\b)\s*\d")
_IN = re.compile(r"(?:\b(?:in|of|during|year|around|about|circa|early|late|mid)\s+|mid-|\()$", re.IGNORECASE)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAYS)})\b", re.IGNORECASE)
_REPORTED = re.compile(
    rf"\b(?:said|told|announced|reported|confirmed)\b(?:\s+\w+){{0,3}}\s+{_WEEKDAY.pattern}", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date where it stands; what it does not say of year, month and day is None."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None

    def relation(self, other: object) -> Relation:
        """Return "same", "different", or "unclear" where they share no part, so that nothing can be compared."""
        if not isinstance(other, Day):
            return "unclear"
        pairs = [(self.year, other.year), (self.month, other.month), (self.day, other.day)]
        both = [(mine, theirs) for mine, theirs in pairs if mine is not None and theirs is not None]
        if any(mine != theirs for mine, theirs in both):
            return "different"
        return "same" if both else "unclear"


def dates(text: str) -> list[Day]:
    """Return the dates of a text, in order, without those that bound another one: "before 2021", "1914 to 1918"."""
    read = ReadText.of(text)
    return [_placed(day, read) for day in _found(read.text) if not _bounds_another(day, read.text)]


def every_date(text: str) -> list[Day]:
    """Return all dates of a text, in order, those that bound another one too; a year alone where it plainly is one."""
    read = ReadText.of(text)
    return [_placed(day, read) for day in _found(read.text)]


def _found(text: str) -> list[Day]:
    found = []
    for match in _DATE.finditer(text):
        before, day = _before(match.start(), text), _day(match)
        if day is not None and (day.month is not None or _IN.search(before) or _BOUND.search(before)):
            found.append(day)  # else "1500 people"
    return found


def _placed(day: Day, read: ReadText) -> Day:
    """Return a date of a text as it is read, where it is written."""
    start, end = read.span(day.start, day.end)
    return replace(day, start=start, end=end)


def weekdays(text: str) -> frozenset[str]:
    """Return the days of the week that a text names, without those on which somebody "said on Saturday"."""
    return frozenset(match[0].lower() for match in _WEEKDAY.finditer(_REPORTED.sub("", as_read(text))))


def _bounds_another(day: Day, text: str) -> bool:
    before, after = _before(day.start, text), text[day.end : day.end + 12]
    return any(pattern.search(before) for pattern in (_LEANING, _SPAN)) or _AND_ON.match(after) is not None


def _before(place: int, text: str) -> str:
    return text[max(0, place - 60) : place]


def _day(match: re.Match[str]) -> Day | None:
    span = match.start(), match.end() - match[0].endswith(".")  # of "Aug." where no year follows
    if match["iso"]:
        parts = [int(part) for part in match["iso"].split("-")]
        return Day(*span, *parts) if 1 <= parts[1] <= 12 and 1 <= parts[2] <= 31 else None
    years = match["y1"] or match["y2"] or match["y3"] or match["y4"]
    months = match["m1"] or match["m2"] or match["m3"]
    days = match["d1"] or match["d2"]
    day = int(re.sub(r"\D", "", days)) if days else None
    if day is not None and not 1 <= day <= 31:
        return None
    month = next((number for number, name in enumerate(MONTHS, 1) if months and name[:3] == months[:3].lower()), None)
    return Day(*span, int(years) if years else None, month, day)
