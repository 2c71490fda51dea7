"""Whether a text holds any date, number or name at all: rather said once too often than once too seldom."""

from __future__ import annotations

import re
from collections.abc import Collection

from embeddings.lexical import is_ordinary_word, is_stop_word, word_spans
from qa.values.dates import MONTHS
from qa.values.numbers import SCALES, SMALL, TENS
from qa.values.tokens import listed

__all__ = ["may_hold_date", "may_hold_name", "may_hold_number"]

_ENGLISH = re.compile(r"\bthe\b", re.IGNORECASE)  # of other languages neither months nor numbers are known
_COUNTING = re.compile(
    rf"\b(?:{'|'.join([*SMALL, *TENS, *SCALES])}|dozen|half|quarter|third|couple|pair|both|single|once|twice|thrice"
    r"|double|triple|first|second|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\w+teenth|\w+tieth|\w+teen|\w+fold)s?\b",
    re.IGNORECASE,
)
_SHORT = listed("jan feb mar apr jun jul aug sep sept oct nov dec")
_MONTH = re.compile(rf"\b(?:{'|'.join([*MONTHS, *sorted(_SHORT)])})\b", re.IGNORECASE)
_DAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?s?\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|overnight|ago|now|currently|recent(?:ly)?|nowadays|since|until|years?|months?"
    r"|weeks?|days?|decades?|centur(?:y|ies)|spring|summer|autumn|fall|winter|eve|christmas|easter|ramadan|eid|noon"
    r"|midnight|morning|evening|hours?|\w+ties)\b",
    re.IGNORECASE,
)


_NO_DAY = re.compile(r"(?<![\w.,/:'’-])(?:3[2-9]|[4-9]\d)(?!\w|[.,/:-]\d)")  # 48 members: neither day nor year


def may_hold_number(text: str) -> bool:
    """Whether anything in a text may be a number, in digits of any script or in English words."""
    return any(map(str.isnumeric, text)) or not _ENGLISH.search(text) or bool(_COUNTING.search(text))


def may_hold_date(text: str) -> bool:
    """Whether anything in a text may say when: a number, a month, a day of the week, "two years ago"."""
    if any(map(str.isnumeric, _NO_DAY.sub("", text))) or not _ENGLISH.search(text):
        return True
    return any(pattern.search(text) for pattern in (_MONTH, _DAY, _TIME))


def may_hold_name(text: str, known: Collection[str]) -> bool:
    """Whether anything in a text may be a name beside these plain words: a capital, or a word of no dictionary."""
    return any(
        plain not in known
        and not is_stop_word(plain)
        and (_has_capital(text[start:end]) or not is_ordinary_word(plain))
        for plain, start, end in word_spans(text)
    )


def _has_capital(word: str) -> bool:
    return any(map(str.isupper, word))
