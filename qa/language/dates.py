"""Dates in a sentence: days, months and years that are written out, not those that lean on another day."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.language.values import Relation

__all__ = ["MONTHS", "Day", "dates", "every_date", "weekdays"]

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name[:3]: number for number, name in enumerate(MONTHS, start=1)}
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?)"
)
_MONTH = rf"(?:{_MONTH}|{_MONTH.upper()})"
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
_IN = re.compile(r"(?:\b(?:in|of|during|year|around|about|circa|early|late|mid)\s+|mid-|\()$", re.IGNORECASE)
_REPORTED = re.compile(
    r"\b(?:said|told|announced|reported|confirmed)\b(?:\s+\w+){0,3}\s+(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Day:
    """A date where it stands; what it does not say of year, month and day is None."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None

    def relation(self, other: object) -> Relation:
        """Give "same", "different", or "unclear" where they share no part, so that nothing can be compared."""
        if not isinstance(other, Day):
            return "unclear"
        pairs = [(self.year, other.year), (self.month, other.month), (self.day, other.day)]
        both = [(mine, theirs) for mine, theirs in pairs if mine is not None and theirs is not None]
        if any(mine != theirs for mine, theirs in both):
            return "different"
        return "same" if both else "unclear"


def dates(text: str) -> list[Day]:
    """All dates of a text, in order, without those that only bound another one ("before 2021", "1914 to 1918")."""
    found = []
    for match in _DATE.finditer(text):
        before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 12]
        if _LEANING.search(before) or _SPAN.search(before) or re.match(r"\s*(?:[-\u2013]|to\b|until\b)\s*\d", after):
            continue
        day = _day(match)
        if day is not None and (day.month is not None or _IN.search(before)):  # else "1500 people"
            found.append(day)
    return found


def every_date(text: str) -> list[Day]:
    """All dates of a text, in order, those that bound another one too; a year alone where it plainly is one."""
    found = []
    for match in _DATE.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()]
        day = _day(match)
        if day is not None and (day.month is not None or _IN.search(before) or _BOUND.search(before)):
            found.append(day)
    return found


def weekdays(text: str) -> frozenset[str]:
    """The days of the week that a text names, without those on which somebody "said on Saturday"."""
    return frozenset(match[1].lower() for match in _WEEKDAY.finditer(_REPORTED.sub("", text)))


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
    return Day(*span, int(years) if years else None, _MONTHS[months[:3].lower()] if months else None, day)
