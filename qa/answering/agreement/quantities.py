"""What a number in a sentence counts, against what the question counts."""

from __future__ import annotations

from collections.abc import Sequence

from qa.language.answer_type import ExpectedAnswer
from qa.language.numbers import Number
from qa.language.tokens import Token, listed, terms_listed

__all__ = ["counted"]

_REACH = 3  # words behind a number: "41 young Afghan men"
_PEOPLE = "people person persons lives dead victims"
_AUXILIARY = listed("was were is are have has had been be being")
_PART_OF = listed("another other others further additional including first last every per")
_AMOUNTS = listed("risen rose rises climbed increased grown grew reached stands stood fallen fell revised")
_TOTALS = listed("number toll total")
_UNITS = (
    "second minute hour day week month year decade century metre meter kilometre kilometer km centimetre cm mile foot "
    "feet inch yard acre hectare kg kilogram kilo pound tonne ton litre liter kph mph"
)


def counted(number: Number, words: Sequence[Token], asked: ExpectedAnswer) -> frozenset[str] | None:
    """What a number is said to be of, beside the question's own words; None where it is of something else.

    Two numbers can be compared if this is equal: "41 people" and "53 killed" can, "41 people" and "53 children" not.
    """
    if asked.measure == "percent" or number.unit == "%":
        return frozenset("%") if asked.measure == "percent" and number.unit == "%" else None
    before = next((token for token in reversed(words) if token.end <= number.start), None)
    behind = [token for token in words if token.start >= number.end][:_REACH]
    if before is not None and before.plain in _PART_OF:
        return None
    if asked.measure in ("amount", "length"):
        return _measured(number, behind, asked)
    if number.unit:
        return None
    return frozenset() if _is_total(number, words, behind) else _of(behind, before, asked)


def _measured(number: Number, behind: Sequence[Token], asked: ExpectedAnswer) -> frozenset[str] | None:
    """The currency, or the unit of length, time or weight."""
    if number.unit:
        return frozenset({number.unit}) if asked.measure == "amount" else None
    unit = behind[0].term if behind and not behind[0].after_sign else ""
    return frozenset({unit}) if unit in terms_listed(_UNITS) else None


def _of(behind: Sequence[Token], before: Token | None, asked: ExpectedAnswer) -> frozenset[str] | None:
    """The words between a number and the first of the question's: "41 young men" in "how many men" is of the young."""
    ours = {*asked.terms, *asked.counted, *(terms_listed(_PEOPLE) if asked.of_people else ())}
    other: list[str] = []
    for token in behind:
        if token.after_sign or not token.term:
            return frozenset() if not other and _is_bare(behind, before, asked) else None
        if token.term in ours:
            return frozenset(other)
        other.append(token.term)
    return frozenset() if not behind and _is_bare(behind, before, asked) else None


def _is_total(number: Number, words: Sequence[Token], behind: Sequence[Token]) -> bool:
    """Whether "the number of people killed has risen to 53": of what is in the question, where nothing else follows."""
    before = [token.plain for token in words if token.end <= number.start]
    alone = not behind or behind[0].after_sign or (not behind[0].term and behind[0].plain != "of")
    said = [plain for plain in before[-2:] if plain in _AMOUNTS]
    return alone and bool(said) and any(plain in _TOTALS for plain in before)


def _is_bare(behind: Sequence[Token], before: Token | None, asked: ExpectedAnswer) -> bool:
    """Whether a number stands alone beside the question's words: "killed 41.", "41 were killed"; not "41 of them"."""
    if not behind or behind[0].after_sign or behind[0].plain not in _AUXILIARY:
        return before is not None and before.term in asked.terms and not (behind and behind[0].plain == "of")
    return any(token.term in asked.terms for token in behind[1:] if not token.after_sign)
