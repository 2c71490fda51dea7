"""A number as a spreadsheet shows it by the code of its format: 0.58 as 58%, 44260 as 2021-03-05."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from embeddings.formats.tables.heads import DATE, NUMBER

_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 14: "y-m-d", 15: "y-m-d",
    16: "y-m-d", 17: "y-m", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "y-m-d h:mm", 37: "#,##0",
    38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 48: "0.0E+0",
    **dict.fromkeys([*range(27, 37), *range(50, 59)], "y-m-d"),
}  # fmt: skip
"""The formats without a code in the file: ECMA-376, part 1, 18.8.30."""
_PIECE = re.compile(
    r'"([^"]*)"|\\(.)|[_*].|\[\$([^\]-]*)[^\]]*\]|(\[[hms]+\])|\[[^\]]*\]|([#0?][#0?,.]*(?:E[+-]0+)?)|(.)',
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\[[<>=]")
_LONGEST_CODE = 255
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - sheets know no zones
_LAST_DAY, _FALSE_LEAP_DAY = 2_958_466, 60  # 1900 has a 29 February in sheets
_LARGEST = 10**15
_PLAIN = 15  # digits


def code_of(number_format: str, own: Mapping[str, str]) -> str:
    """Return the code of a format, of the file's own or of those that every program knows."""
    if number_format in own:
        return own[number_format]
    return _BUILT_IN.get(int(number_format), "") if number_format.isdecimal() else ""


def shown(written: str, code: str, *, since_1904: bool = False) -> tuple[str, str]:
    """Return what is shown of a number in a file, and its kind: a number or a date.

    Dates are in ISO 8601, as far as the format shows them. A code that is too rare to be known shows the number alone.
    """
    if not code and written.isdecimal() and len(written) < _PLAIN:
        return str(int(written)), NUMBER
    try:
        number = Decimal(written)
    except InvalidOperation:
        return written, NUMBER
    sections = code.split(";")
    if not number.is_finite() or abs(number) >= _LARGEST or len(code) > _LONGEST_CODE or _CONDITION.search(code):
        return _general(number), NUMBER
    section = sections[0]
    if number < 0 and len(sections) > 1:
        number, section = -number, sections[1]
    elif not number and len(sections) > 2:
        section = sections[2]
    pieces, signs = _pieces(section)
    if "general" in signs or section == "@" or not code:
        return _general(number), NUMBER
    if set(signs) & set("ymdhs"):
        return _date(number, signs, since_1904=since_1904), DATE
    return _number(number, pieces), NUMBER


@lru_cache(maxsize=256)
def _pieces(section: str) -> tuple[list[re.Match[str]], str]:
    """Return the pieces of a code, and its bare signs, in small letters and without those of half days."""
    pieces = [*_PIECE.finditer(section)]
    signs = "".join(piece[4] or piece[6] or "" for piece in pieces).lower()
    return pieces, signs.replace("am/pm", "").replace("a/p", "")


def _general(number: Decimal) -> str:
    if number.is_finite() and abs(number) < _LARGEST and number == number.to_integral_value():
        return f"{int(number)}"
    return f"{float(number):.11g}".upper()


def _number(number: Decimal, pieces: list[re.Match[str]]) -> str:
    """Return a number with what its format puts around it; fractions and divided numbers are shown as they are."""
    places = [piece[5] for piece in pieces if piece[5]]
    if len(places) > 1:
        return _general(number)
    percent = sum(piece[6] == "%" for piece in pieces)
    around = [piece[1] or piece[2] or piece[3] or piece[6] or "" for piece in pieces]
    if places:
        around[next(at for at, piece in enumerate(pieces) if piece[5])] = _digits(abs(number) * 100**percent, places[0])
    return ("-" if number < 0 and places else "") + "".join(around).strip()


def _digits(number: Decimal, places: str) -> str:
    mantissa, exponent, _ = places.partition("E") if "E" in places else places.upper().partition("E")
    whole, _, fraction = mantissa.partition(".")
    if exponent:
        return f"{number:.{len(fraction)}E}" if not number else f"{float(number):.{len(fraction)}E}"
    thousands = len(mantissa) - len(mantissa.rstrip(","))
    fraction = fraction.rstrip(",")
    number = number.scaleb(-3 * thousands).quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    text = f"{number:,f}" if "," in whole.rstrip(",") else f"{number:f}"
    before, _, after = text.partition(".")
    while after and fraction[len(after) - 1] != "0" and after.endswith("0"):
        after = after[:-1]
    before = before.zfill(whole.count("0")) if "," not in before else before
    return f"{before}.{after}" if after else before


def _date(number: Decimal, signs: str, *, since_1904: bool) -> str:
    if not 0 <= number < _LAST_DAY:
        return _general(number)
    seconds = int((number * 86400).to_integral_value(ROUND_HALF_UP))
    elapsed, second = "[" in signs, "s" in signs
    if elapsed or signs.strip(" 0.:") in ("mms", "ms", "mmss", "m:ss", "mm:ss"):
        minutes, rest = divmod(seconds, 60)
        clock = f"{minutes // 60}:{minutes % 60:02}" if "h" in signs else f"{minutes:02}"
        return f"{clock}:{rest:02}" if second else clock
    if not since_1904 and 1 <= number < _FALSE_LEAP_DAY:
        seconds += 86400
    moment = (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(seconds=seconds)
    time = f"{moment:%H:%M:%S}" if second else f"{moment:%H:%M}" if "h" in signs else ""
    if not set(signs) & set("yd") and time:
        return time
    year_alone, month = "y" in signs and "m" not in signs and "d" not in signs, "y" in signs and "d" not in signs
    day = f"{moment:%Y}" if year_alone else f"{moment:%Y-%m}" if month else f"{moment:%Y-%m-%d}"
    return f"{day} {time}".strip()
