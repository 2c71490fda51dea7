"""Raised and lowered marks: a footnote's number never becomes part of the number beside it."""

from __future__ import annotations

import re

_ORDINAL = re.compile(r"(st|nd|rd|th|er|re|ers|res|ème|eme|o|os|as|º|ª)", re.IGNORECASE)
_WORD_END = re.compile(r"[^\W\d_]{2,}")  # of an abbreviation: Mme
_UNIT = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]|[mcdkµn]m|dam|ft|yd|mi|(?<=\d )in)$")
_TIMES_TEN = re.compile("[\u00d7\u00b7\u22c5x*]\\s*10$")
_POWER = re.compile("[-+\u2212\u2013]?\\d{1,3}")
_SLASHES = ("/", "\u2044")
_DIGITS_UP = str.maketrans(
    "0123456789+-\u2212\u2013", "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207a\u207b\u207b\u207b"
)


def written(before: str, mark: str, after: str = "", *, lowered: bool = False) -> str:
    """Return how a raised or lowered piece of text is written between what is before and after it.

    A power of a unit, of a letter or of ten becomes the raised digits of Unicode (m³). The end of an ordinal or of an
    abbreviation stays (21st, Mme), as does what is lowered below a letter (CO2). Everything else with a letter or a
    digit is the mark of a note and stands in brackets: 47[12].
    """
    inner, last = mark.strip(), before[-1:]
    if not any(map(str.isalnum, inner)) or (inner[0] in "[(" and inner[-1] in "])"):
        return mark
    if lowered and not last.isdigit():
        return mark
    if after[:1] in _SLASHES and not lowered:  # of a fraction
        return f" {mark}" if last.isdigit() else mark
    if not lowered:
        if (last.isdigit() and _ORDINAL.fullmatch(inner)) or (last.isalpha() and _WORD_END.fullmatch(inner)):
            return mark
        if _POWER.fullmatch(inner) and (_UNIT.search(before) or _TIMES_TEN.search(before)):
            return mark.translate(_DIGITS_UP)
    space = " " if after[:1].isalnum() and mark == mark.rstrip() else ""
    return mark.replace(inner, f"[{inner}]", 1) + space
