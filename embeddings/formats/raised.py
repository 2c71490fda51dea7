"""Raised and lowered marks: a footnote's number never becomes part of the number or the name beside it."""

from __future__ import annotations

import re

_ORDINAL = re.compile(r"(st|nd|rd|th|er|re|ers|res|ème|eme|e|o|os|as|º|ª)", re.IGNORECASE)
_COUNTED = re.compile(r"(?:\d|\b[IVXLC]+|\b[Nn])$")  # 21st, XIXe, No
_WORD_END = re.compile(r"[^\W\d_]{2,}")
_ABBREVIATED = re.compile(r"(?<!\w)\w{1,2}$")  # Mme, Dr
_UNIT = re.compile(r"(?<![^\W\d_])(?:[mnrxyz]|(?:(?<=[\d/])|(?<=\d ))[b-z]|[mcdkµn]m|dam|ft|yd|mi|(?<=\d )in)$")
_MONEY = re.compile(r"[$€£¥]\s?[\d.,]+\s?\w$")
_UNIT_POWER = re.compile("[2-9]|[-+\u2212\u2013][1-9]")
_FORMULA = re.compile("(?:^|[^\\w.])[^\\W\\d_]{1,3}$")
_EQUALS = re.compile("[=\u2248\u2264\u2265<>\u00d7]")
_TIMES_TEN = re.compile("[\u00d7\u00b7\u22c5x*]\\s*10$")
_TEN = re.compile(r"(?<![\d.,])10$")
_POWER = re.compile("[-+\u2212\u2013]?\\d{1,3}")
_TEN_POWER = re.compile("[3-9]|1\\d|2[0-4]|[-\u2212\u2013]\\d\\d?")
_CHARGE = re.compile("\\d?[+\u2212\u2013-]")
_CHARGED = re.compile(r"[A-Za-z]\d?$")
_ISOTOPE, _ELEMENT = re.compile(r"\d{1,3}m?"), re.compile(r"[A-Z][a-z]?(?![^\W\d_])")
_TERM = re.compile("\\w+(?:\\s*[-+\u2212\u2013*/]\\s*\\w+)+")
_SLASHES = ("/", "\u2044")
_TITLES = frozenset({"Dr", "Jr", "Me", "Mr", "Ms", "Sr", "St"})
_DEGREE = re.compile(r"\s?[CFNSEW]\b")
_MARKS = {"TM": "\u2122", "SM": "\u2120"}
_DIGITS_UP = str.maketrans(
    "0123456789+-\u2212\u2013", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b\u207b"
)


def written(before: str, mark: str, after: str = "", *, lowered: bool = False) -> str:
    """Return how a raised or lowered piece of text is written between what is before and after it.

    A power of a unit, of ten, or in a formula becomes the raised digits of Unicode (m³). The end of an ordinal or of an
    abbreviation stays (21st, Mme), as does what is lowered below a letter (CO2). Everything else with a letter or a
    digit is the mark of a note and stands in brackets: 47[12], Group A[1].
    """
    inner, last = mark.strip(), before[-1:]
    if not any(map(str.isalnum, inner)) or (inner[0] in "[(" and inner[-1] in "])") or (lowered and not last.isdigit()):
        return mark
    if not lowered:
        if after[:1] in _SLASHES:  # of a fraction
            return f" {mark}" if last.isdigit() else mark
        said = _said(before, inner, after)
        if said is not None:
            return mark.replace(inner, said, 1)
    space = " " if after[:1].isalnum() and mark == mark.rstrip() else ""
    return mark.replace(inner, f"[{inner}]", 1) + space


def _said(before: str, mark: str, after: str) -> str | None:
    """Return how a raised mark is written that belongs to the word before it; None for that of a note."""
    last = before[-1:]
    if mark == "o" and last.isdigit() and _DEGREE.match(after):
        return "\u00b0"
    title = last + mark in _TITLES and not before[-2:-1].isalnum()
    shortened = _WORD_END.fullmatch(mark) and _ABBREVIATED.search(before) and last.isalpha()
    if mark in _MARKS or title or shortened or (_ORDINAL.fullmatch(mark) and _COUNTED.search(before)):
        return _MARKS.get(mark, mark)
    if _is_power(before, mark, after):
        return mark.translate(_DIGITS_UP)
    return f"^({mark})" if _TERM.fullmatch(mark) and not mark[0].isdigit() and last.isalnum() else None


def _is_power(before: str, mark: str, after: str) -> bool:
    """Return whether a raised mark is a power, the charge of an ion or the number of an isotope."""
    if _UNIT_POWER.fullmatch(mark) and _UNIT.search(before) and not _MONEY.search(before):
        return True
    if _TIMES_TEN.search(before) or _TEN.search(before):
        return bool((_POWER if _TIMES_TEN.search(before) else _TEN_POWER).fullmatch(mark))
    if _CHARGE.fullmatch(mark):
        return bool(_CHARGED.search(before))
    if _UNIT_POWER.fullmatch(mark) and _FORMULA.search(before):
        return bool(_EQUALS.search(before[-8:]) or _EQUALS.match(after.lstrip()))
    return bool(before[-1:] in " (" and before and _ISOTOPE.fullmatch(mark) and _ELEMENT.match(after))
