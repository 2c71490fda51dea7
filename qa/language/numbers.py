"""Numbers in a sentence, in digits and words, and whether anything around one makes it vague."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embeddings.words import ReadText
from qa.language.values import Relation

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
_SPACE = "[ \u00a0\u2009\u202f]"
_DIGITS = rf"(?:\d{{1,3}}(?:,\d{{2,3}})*,\d{{3}}|\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d{{1,12}})(?:\.\d{{1,6}})?"
_ONE_WORD = "|".join([*SMALL, *TENS])
_WORDS = rf"(?:{_ONE_WORD})(?:(?:-|\s+(?:and\s+)?)(?:{_ONE_WORD}|hundred|thousand|million|billion)){{0,8}}"
_NUMBER = re.compile(
    r"(?<![\w.,:/#-])(?P<currency>(?:US\$|Rs\.?|PKR|USD|EUR|[$€£₹])\s?)?"
    rf"(?P<number>{_DIGITS}|{_WORDS})(?:\s+(?P<scale>{'|'.join(SCALES)})s?\b)?"
    r"(?P<percent>\s?%|\s+per\s?cent\b)?(?![\w%]|-[^\W\d_]|[.,:/-]\d|°)",
    re.IGNORECASE,
)
_CURRENCIES = {"us$": "$", "usd": "$", "eur": "€", "rs.": "rs", "pkr": "rs"}
_FRACTION = r"hal(?:f|ves)|(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth|thousandth)s?"
_MORE = r"more|less|fewer|others?|another|further|additional|extra"
_BOUND = (
    r"at (?:least|most)|than|over|above|beyond|exceed(?:s|ed|ing)?|under|below|near(?:ly|ing)?|almost|about|around|some"
    r"|roughly|approximately|approx|circa|ca|estimated?|minimum|maximum|as|between|from|or|maybe|perhaps|possibly"
    r"|probably|likely|well"
)
_PART = r"of|of (?:all|its|her|his|our|their|these|those)|remaining|every|each|per|by|times|double|twice"
_LABEL = r"first|last|next|aged?|numbers?|nos?"
_RATIO = rf"(?:up|close|nearer|next|[\d%]|\b(?:{_ONE_WORD}|{'|'.join(SCALES)})) (?:and|to|in)"
_VAGUE_BEFORE = re.compile(
    rf"(?:(?:\b(?:{_BOUND}|{_PART}|{_LABEL}|{_MORE}|{_FRACTION})|{_RATIO})\b\.?(?:\s+the)?|[~≈<>±+×*\u2013\u2014])\s*\Z",
    re.IGNORECASE,
)
_CAPITAL_BEFORE = re.compile(r"(?<!\A)(?<![.?!]\s)\b[A-Z]\w*\s\Z")  # "Checkpoint 40", but also "in Quetta 40"
_VAGUE_AFTER = re.compile(
    rf"\s*(?:[+×*/(\u2013\u2014-]|(?:{_FRACTION}|{_MORE}|and (?:a|one|two|three) (?:{_FRACTION})"
    rf"|in (?:every|\d+|{_ONE_WORD})|or|to|of|out|per|plus|odd|times|fold|dozen|score|percentage|degrees?"
    r"|(?:hundred|thousand|million|billion)s?)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number where it stands.

    ``unit`` is "%", a currency, or empty. ``exact`` is false where a word around it makes it a bound ("more than"), a
    guess ("about"), a part or a share ("half of the 40", "40 of them"), an addition ("12 more"), or a label.
    """

    start: int
    end: int
    value: float
    unit: str
    exact: bool

    def relation(self, other: object) -> Relation:
        """Return "unclear" where one is vague, the units differ, or both may be one number that is rounded."""
        if not isinstance(other, Number) or self.unit != other.unit or not (self.exact and other.exact):
            return "unclear"
        if self.value == other.value:
            return "same"
        apart = abs(self.value - other.value)
        return "different" if apart >= max(1, _rounding(self.value), _rounding(other.value)) else "unclear"


def numbers(text: str) -> list[Number]:
    """Return all numbers of a text, in order; none of them is part of a word, a time, an ordinal or a digit range."""
    found, read = [], ReadText.of(text)
    for match in _NUMBER.finditer(read.text):
        value = _value(match["number"])
        if value is not None:
            scale = SCALES[match["scale"].lower()] if match["scale"] else 1
            currency = (match["currency"] or "").strip().lower()
            unit = "%" if match["percent"] else _CURRENCIES.get(currency, currency)
            exact = _is_exact(read.text, *match.span())
            found.append(Number(*read.span(*match.span()), value * scale, unit, exact))
    return found


def _is_exact(text: str, start: int, end: int) -> bool:
    before, behind = text[max(0, start - 40) : start], text[end : end + 40]
    if text[start:end].endswith(("%", "t")):  # "12% of the people" is a share as it is asked for
        behind = re.sub(r"\A\s+of\b", "", behind)
    return not (_VAGUE_BEFORE.search(before) or _CAPITAL_BEFORE.search(before) or _VAGUE_AFTER.match(behind))


def _value(written: str) -> float | None:
    """Return the value of digits or words; None where it may be read in two ways (1.200) or makes no number."""
    if written[0].isdigit():
        plain = re.sub(rf"{_SPACE}|,", "", written)
        return None if re.fullmatch(r"\d{1,3}\.\d{3}", written) else float(plain)
    total = part = 0
    for word in re.split(r"-|\s+(?:and\s+)?", written.lower()):
        if word in SCALES:
            part = max(part, 1) * SCALES[word]
            if SCALES[word] > 100:
                total, part = total + part, 0
        else:
            value = SMALL.get(word, TENS.get(word, 0))
            if part % 100 and not (part % 10 == 0 and value < 10 and part % 100 >= 20):
                return None  # "two three"
            part += value
    return float(total + part)


def _rounding(value: float) -> float:
    """Return half of the last digit that is not 0 where the number may be rounded: 500 for 3,000."""
    digits = f"{value:.0f}"
    zeros = len(digits) - len(digits.rstrip("0"))
    return 10.0**zeros / 2 if value >= 1_000 and zeros >= 2 else 0.0
