"""Numbers in a sentence: digits and words, with what they are said to be of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.language.values import Relation

__all__ = ["SCALES", "SMALL", "TENS", "Number", "numbers"]

ROUGH = 0.05  # of a number: how far "about 53" and a round number of thousands may be from the true one

_UNDER_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
SMALL = {word: value for value, word in enumerate(_UNDER_TWENTY.split())}
_BY_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {word: 10 * value for value, word in enumerate(_BY_TENS.split(), start=2)}
SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
}
_DOZEN = {"dozen": 12, "half a dozen": 6, "half-a-dozen": 6, "a dozen": 12}
_SPACE = "[ \u00a0\u2009\u202f]"
_DIGITS = rf"(?:\d{{1,3}}(?:,\d{{2,3}})*,\d{{3}}|\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d{{1,12}})(?:\.\d{{1,6}})?"
_ONE_WORD = "|".join([*SMALL, *TENS])
_WORDS = rf"(?:{_ONE_WORD})(?:(?:-|\s+(?:and\s+)?)(?:{_ONE_WORD}|hundred|thousand|million|billion)){{0,8}}"
_SCALE = rf"(?:\s+(?P<scale>{'|'.join(SCALES)}|dozen)s?\b)?"
_TO = r"\s*(?:-|\u2013|\u2014|\bto\b)\s*"
_AND = r"\s+(?:and|to)\s+"
_CURRENCY = "US\\$|Rs\\.?|PKR|USD|EUR|[$€£₹]"
_LEAST = "at least|more than|over|above|no (?:fewer|less) than|not less than|upwards of|a minimum of"
_MOST = "at most|up to|as many as|as much as|fewer than|less than|under|below|nearly|almost|close to|a maximum of"
_ABOUT = "about|around|some|roughly|approximately|an estimated|estimated"
_NUMBER = re.compile(
    rf"(?<![\w.,:/$€£₹#-])(?:(?:(?P<least>{_LEAST})|(?P<most>{_MOST})|(?P<about>{_ABOUT})|(?P<between>between|from))\s+)?"
    rf"(?P<currency>(?:{_CURRENCY})\s?)?"
    rf"(?:(?P<dozen>half[ -]a[ -]dozen|a\s+dozen)|(?P<first>{_DIGITS}|{_WORDS})"
    rf"(?:(?(between){_AND}|{_TO})(?P<last>{_DIGITS}|{_WORDS}))?{_SCALE})"
    r"(?P<percent>\s?%|\s+per\s?cent\b)?(?![\w%]|-[^\W\d_]|[.,:/-]\d|°)",
    re.IGNORECASE,
)
_MONEY = {
    "$": "$",
    "us$": "$",
    "usd": "$",
    "€": "€",
    "eur": "€",
    "£": "£",
    "₹": "₹",
    "rs": "rs",
    "rs.": "rs",
    "pkr": "rs",
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number where it stands, with "at least", its currency and "percent".

    ``low`` to ``high`` is what it may mean: "more than 40" is 40 to 50, "about 50" 45 to 55, "1.2 million" what is
    rounded to that. ``point`` is what it says. ``unit`` is "%", a currency, or empty.
    """

    start: int
    end: int
    low: float
    high: float
    point: float
    unit: str

    def relation(self, other: object) -> Relation:
        """Give "same", "different", or "unclear" where both may mean one number, or the units are not one."""
        if not isinstance(other, Number) or self.unit != other.unit:
            return "unclear"
        if self.point == other.point and self.high - self.low == other.high - other.low:
            return "same"
        if max(self.low, other.low) <= min(self.high, other.high):
            return "same" if self.point == other.point else "unclear"
        return "different"


def numbers(text: str) -> list[Number]:
    """All numbers of a text, in order; none of them is part of a word, a time, an ordinal or a fraction."""
    found = []
    for match in _NUMBER.finditer(text):
        number = _number(match)
        if number is not None:
            found.append(number)
    return found


def _number(match: re.Match[str]) -> Number | None:
    scale = _scale(match["scale"])
    first = 12.0 if match["dozen"] else _value(match["first"])
    last = _value(match["last"]) if match["last"] else first
    if match["dozen"] and match["dozen"].lower().startswith("half"):
        first = last = 6.0
    if first is None or last is None or last < first or (match["last"] and _is_year(match["first"])):
        return None
    point, slack = first * scale, _slack(first, scale, match["first"] or "")
    low, high = point - slack, last * scale + slack
    unit = 10.0 ** _zeros(point)
    if match["least"]:
        low, high = point, point + (unit if unit > 1 else 0)
    elif match["most"]:
        low, high = point - (unit if unit > 1 else 0), point
    elif match["about"]:
        around = max(unit / 2 if unit > 1 else 0, ROUGH * point)
        low, high = point - around, last * scale + around
    currency = _MONEY.get((match["currency"] or "").strip().lower(), "")
    return Number(match.start(), match.end(), low, high, point, "%" if match["percent"] else currency)


def _value(written: str) -> float | None:
    """The value of digits or words; None where it may be read in two ways (1.200) or makes no number."""
    if written[0].isdigit():
        plain = re.sub(rf"{_SPACE}|,", "", written)
        return None if re.fullmatch(r"\d{1,3}\.\d{3}", written) else float(plain)
    total = part = 0
    for word in re.split(r"-|\s+(?:and\s+)?", written.lower()):
        if word in SCALES:
            factor = SCALES[word]
            part = max(part, 1) * factor
            if factor > 100:
                total, part = total + part, 0
        elif (value := SMALL.get(word, TENS.get(word))) is not None:
            if part % 100 and not (part % 10 == 0 and value < 10 and part % 100 >= 20):
                return None  # "two three"
            part += value
    return float(total + part)


def _scale(written: str | None) -> float:
    return 1.0 if written is None else float({**SCALES, **_DOZEN}[written.lower()])


def _slack(first: float, scale: float, written: str) -> float:
    """Half of the last digit that is given, where the number is plainly rounded."""
    if scale >= 1_000:
        decimals = len(written.partition(".")[2]) if written[:1].isdigit() else 0
        return scale * 10.0**-decimals / 2 if first * scale >= 1_000 else 0.0
    point = first * scale
    zeros = _zeros(point)
    return min(10.0**zeros / 2, ROUGH * point) if point >= 1_000 and zeros >= 2 else 0.0


def _zeros(value: float) -> int:
    digits = str(int(value))
    return len(digits) - len(digits.rstrip("0")) if value == int(value) and value else 0


def _is_year(written: str | None) -> bool:
    return bool(written and re.fullmatch(r"1\d{3}|20\d\d", written))
