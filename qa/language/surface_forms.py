"""How a number or a date of a question may be written in a passage: rather too many ways than too few."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal

from qa.language.dates import MONTHS, Day
from qa.language.numbers import SCALES, SMALL, TENS
from qa.language.tokens import listed

__all__ = ["day_patterns", "day_writings", "number_writings", "written_as", "year_pattern", "year_writings"]

_UNITS = listed(
    "k m mn mln bn tn tr b km kg cm mm kmh mph mi ft in lb lbs g l s h hr hrs min am pm st nd rd th x c f w kw mw gw "
    "mg ml px p usd pkr rs"
)
_MARKS = [
    *((mark, 10**6) for mark in ("m", "mn", "mln", "mil", "mio")),
    *(("k", 1_000), ("lac", 10**5), ("cr", 10**7), ("bn", 10**9), ("b", 10**9), ("tn", 10**12), ("tr", 10**12)),
]
_PARTS = {
    Decimal("0.5"): ("half a",),
    Decimal("0.25"): ("quarter of a", "quarter"),
    Decimal("0.75"): ("three quarters of a",),
}
_WORD_OF = {value: word for word, value in {**SMALL, **TENS}.items()}
_SCRIPTS = [{ord("0") + digit: zero + digit for digit in range(10)} for zero in (0x660, 0x6F0, 0x966, 0xFF10)]
"""Digits of Arabic, Persian and Urdu, Hindi, and of full width."""
_STEPS = [("billion", 10**9), ("million", 10**6), ("thousand", 1_000), ("hundred", 100)]
_ROUND = 3  # digits that are not 0 in a number of millions that is written out
_LETTERS = ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i")
_ROMAN = list(zip(_LETTERS, (1_000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), strict=True))
_CALLED = {
    Decimal("0.5"): ["half"],
    Decimal(1): ["single", "first", "once"],
    Decimal(2): ["couple", "pair", "both", "twins", "twice", "second"],
    Decimal(3): ["trio", "triplets", "thrice", "third"],
    Decimal(6): ["half a dozen"],
    Decimal(12): ["dozen"],
    Decimal(20): ["score"],
}
_FRACTIONS = {Decimal("0.5"): "½", Decimal("0.25"): "¼", Decimal("0.75"): "¾"}
_DASHES = "\u2010-\u2015\u2212-"
_GAP = rf"[\s\u00a0\u2009\u202f·'’{_DASHES}]+"
_ORDINALS = {1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth"}


def number_writings(value: Decimal) -> list[str]:
    """In digits with and without signs between, in words, as "1.2 million", as dozens, with a unit behind."""
    plain = [*_in_digits(value), *_in_words(value), *_in_scripts(str(value)), *_roman(value)]
    for name, scale in SCALES.items():
        many = value / scale
        plain += [f"{part} {name}" for part in _PARTS.get(many, ())]
        if value >= scale and many == round(many, 5):
            digits, marks = _in_digits(many), [name, *(mark for mark, of in _MARKS if of == scale)]
            plain += [f"{written} {name}" for written in _in_words(many)]
            plain += [f"{written}{space}{mark}" for mark in marks for written in digits for space in ("", " ")]
            plain += [name, f"a {name}"] if many == 1 else []
    if value and value % 12 == 0 and value <= 144:
        plain += [f"{written} dozen" for written in (*_in_digits(value / 12), *_in_words(value / 12))]
    plain += _CALLED.get(value, [])
    with_unit = [f"{written}{unit}" for written in _in_digits(value) for unit in sorted(_UNITS)]
    return list(dict.fromkeys([*plain, *with_unit]))


def written_as(writings: Iterable[str]) -> re.Pattern[str]:
    """Finds a number where it is written in one of these ways; inside a longer number it does not stand."""
    ways = sorted(map(_gaps, writings), key=len, reverse=True)
    return re.compile(rf"(?<!\d)(?<!\d[.,])(?:{'|'.join(ways)})(?!\d|[.,]\d)", re.IGNORECASE)


def year_writings(year: int) -> list[str]:
    """Give "2019", "2018-19", "FY19", "twenty nineteen", each as the words it consists of."""
    digits = [*_in_scripts(str(year)), f"{year - 1} {year % 100:02}", f"fy{year % 100:02}"]
    hundreds, rest = divmod(year, 100)
    spoken = [f"{one} {other}" for one in _words(hundreds) for other in _words(rest)] if hundreds and rest > 9 else []
    return [*digits, *_words(year), *spoken, *_roman(year)]


def year_pattern(year: int) -> re.Pattern[str]:
    """Finds the year in two digits: "'19", "12.5.19", "May-19", "1918–19"."""
    months = "|".join(month[:3] for month in MONTHS)
    before = rf"['‘’]|(?:\d|\b(?:{months})[a-z]*)\s?[./{_DASHES}]\s?"
    return re.compile(rf"(?:{before}){year % 100:02}(?!\d)", re.IGNORECASE)


def day_patterns(day: Day) -> list[re.Pattern[str]]:
    """What must all stand in one passage where the date does: its month and its day, in words or digits."""
    found = []
    if day.month is not None:
        name = MONTHS[day.month - 1]
        short = f"{name[:3]}|sept" if name == "september" else name[:3]
        written = rf"(?<![^\W\d_])(?:{name}|{short})(?![^\W\d_])|(?<!\d)0?{day.month}(?!\d)"
        foreign = r"\A(?!.*\bthe\b)"  # of a text in another language the months are not known
        found.append(re.compile(f"{written}|{foreign}", re.IGNORECASE | re.DOTALL))
    if day.day is not None:
        words = _day_in_words(day.day)
        found.append(re.compile(rf"(?<!\d)0?{day.day}(?!\d)|(?<!\w){_gaps(words)}(?!\w)", re.IGNORECASE))
    return found


def day_writings(day: int) -> list[str]:
    """Give "5", "05", "5th", "fifth"."""
    return [str(day), f"{day:02}", *(f"{day}{ending}" for ending in ("st", "nd", "rd", "th")), _day_in_words(day)]


def _in_digits(value: Decimal) -> list[str]:
    whole, _, fraction = f"{value.normalize():f}".partition(".")
    by_threes = f"{int(whole):,}"
    groups = [whole, by_threes, by_threes.replace(",", " "), by_threes.replace(",", "."), _by_lakhs(whole)]
    ends = [f"{point}{fraction}" for point in ".,·"] if fraction else ["", ".0"]
    written = [f"{group}{end}" for group in dict.fromkeys(groups) for end in ends]
    written += [f"{one}0" for one in written if fraction]
    sign = _FRACTIONS.get(value % 1)
    if not sign:
        return written
    before = "" if whole == "0" else whole
    return [*written, f"{before}{sign}", f"{before} {unicodedata.normalize('NFKD', sign).replace('⁄', '/')}"]


def _in_scripts(digits: str) -> list[str]:
    return [digits, *(digits.translate(script) for script in _SCRIPTS)]


def _roman(value: Decimal | int) -> list[str]:
    """Give "xiv"; nothing for one letter, which says too little."""
    if not 1 < value < 4_000 or value % 1:
        return []
    written = ""
    for sign, worth in _ROMAN:
        times, value = divmod(int(value), worth)
        written += sign * times
    return [written] if written[1:] else []


def _by_lakhs(whole: str) -> str:
    """Digits in the Indian grouping: 12,34,567."""
    head, last = whole[:-3], whole[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), last])


def _in_words(value: Decimal) -> list[str]:
    whole = int(value)
    if whole >= 10**12 or (whole >= 10**6 and len(str(whole).rstrip("0")) > _ROUND):
        return []
    plain = list(_words(whole))
    if value == whole:
        return [*plain, *(words.replace(" ", "") for words in plain)]
    return [f"{words} and a half" for words in plain] if value % 1 == Decimal("0.5") else []


def _words(value: int) -> Iterator[str]:
    """Give "one hundred five" and "one hundred and five"; a gap may be a hyphen."""
    if value in _WORD_OF:
        yield _WORD_OF[value]
    elif value < 100:
        yield f"{_WORD_OF[value - value % 10]} {_WORD_OF[value % 10]}"
    else:
        name, scale = next((name, scale) for name, scale in _STEPS if value >= scale)
        for head in [*_words(value // scale), *(["a", ""] if value // scale == 1 else [])]:
            if value % scale == 0:
                yield f"{head} {name}".strip()
            else:
                ends = (f"{link}{rest}" for rest in _words(value % scale) for link in (" ", " and "))
                yield from (f"{head} {name}{end}".strip() for end in ends)


def _day_in_words(day: int) -> str:
    (words,) = _words(day)
    head, _, last = words.rpartition(" ")
    unit = day if day < 20 else day % 10
    ending = _ORDINALS.get(unit) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{head} {ending}".strip()


def _gaps(written: str) -> str:
    return _GAP.join(map(re.escape, written.split()))
