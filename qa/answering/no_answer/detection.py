"""Whether a text holds any date, number or name at all: rather said once too often than once too seldom."""

from __future__ import annotations

import re
from collections.abc import Collection

from embeddings.words import is_ordinary_word, is_stop_word, word_spans
from qa.language.dates import MONTHS
from qa.language.numbers import SCALES, SMALL, TENS
from qa.language.tokens import listed
from qa.language.word_variants import may_be_people

__all__ = ["may_hold_date", "may_hold_name", "may_hold_number"]

_ENGLISH = re.compile(r"\bthe\b", re.IGNORECASE)  # of other languages neither months nor numbers are known
_COUNTING = re.compile(
    rf"\b(?:{'|'.join([*SMALL, *TENS, *SCALES])}|dozen|half|quarter|third|couple|pair|both|single|once|twice|thrice"
    r"|double|triple|first|second|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\w+teenth|\w+tieth|\w+teen|\w+fold"
    r"|no|none|nobody|nothing|neither|nil|alone|sole|lone|solo|only|duo|trio|quartet|quintet|sextet|twin|triplet|score)s?\b",
    re.IGNORECASE,
)
_SHORT = listed("jan feb mar apr jun jul aug sep sept oct nov dec")
_MONTH = re.compile(rf"\b(?:{'|'.join([*MONTHS, *sorted(_SHORT)])})\b", re.IGNORECASE)
_DAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?s?\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|overnight|ago|now|currently|recent(?:ly)?|nowadays|since|until|years?|months?"
    r"|weeks?|days?|decades?|centur(?:y|ies)|spring|summer|autumn|fall|winter|eve|christmas|easter|ramadan|eid|noon"
    r"|midnight|morning|evening|hours?|\w+ties|nights?|nightfall|dawn|dusk|sunrise|sunset|afternoon|weekends?|fortnight"
    r"|(?:dai|week|month|year|night|hour|fortnight|quarter|annual|recent|former|previous|ear|current)ly|annual|every"
    r"|last|next|previous|later|earlier|before|after|afterwards|during|while|when|then|once|soon|always|never|ever"
    r"|war|peace|reign|rule|era|ages?|aged|period|time|times|moment|minutes?|seasons?|quarter|mid|anniversary|birthday"
    r"|millenni(?:um|a)|medieval|ancient|antiquity|prehistoric|colonial|holidays?|festival|diwali|nowruz|muharram)\b",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"\b[IVXLCDM]{2,}\b")


_NO_DAY = re.compile(r"(?<![\w.,/:'’-])(?:3[2-9]|[4-9]\d)(?!\w|[.,/:-]\d)")  # 48 members: neither day nor year


def may_hold_number(text: str) -> bool:
    """Whether anything in a text may be a number, in digits of any script or in English words."""
    if any(map(str.isnumeric, text)) or not _ENGLISH.search(text):
        return True
    return any(pattern.search(text) for pattern in (_COUNTING, _ROMAN))


def may_hold_date(text: str) -> bool:
    """Whether anything in a text may say when: a number, a month, a day of the week, "two years ago"."""
    if any(map(str.isnumeric, _NO_DAY.sub("", text))) or not _ENGLISH.search(text):
        return True
    return any(pattern.search(text) for pattern in (_MONTH, _DAY, _TIME, _ROMAN))


def may_hold_name(text: str, known: Collection[str]) -> bool:
    """Whether anything in a text may be a name beside these plain words: a capital, no dictionary's word, a people."""
    return any(
        plain not in known
        and not is_stop_word(plain)
        and (_has_capital(text[start:end]) or not is_ordinary_word(plain) or may_be_people(plain))
        for plain, start, end in word_spans(text)
    )


def _has_capital(word: str) -> bool:
    return any(map(str.isupper, word))
