"""Who does or is what one alone does or is: "X leads the party", "the party was founded by X", "party leader X"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.language.answer_type import ExpectedAnswer
from qa.language.names import Name, is_in_capitals, names
from qa.language.tokens import Token, listed, term_of, terms_listed, tokens

__all__ = ["holder_in"]

_HOLDS = (  # what one person or one group does or is at a time, so that another name for it is a difference
    "lead leads led head heads headed found founded founds establish established command commands commanded chair "
    "chaired govern governs governed rule rules ruled own owns owned invent invented discover discovered write wrote "
    "written direct directed compose composed design designed win won assassinate assassinated succeed succeeded "
    "mastermind masterminded author build built leader chief chairman chairwoman chairperson president premier "
    "commander governor mayor king queen emperor founder director owner ceo minister amir emir secretary spokesman "
    "spokesperson capital winner inventor composer architect captain coach"
)
_PASSED = listed("became become remains named elected appointed currently current new now")
_GAP = r"(?:(?:has|have|had|been|also|now|still|currently|the|a|an|its|their) )*"
_BE = "who|is|was|are|were|has|had|been|became|become|remains|as|named|elected|appointed"
_IS = rf"(?:(?:{_BE}|now|currently|the|a|an|its|current|new) )*"
_WHICH = r"(?:(?:, )?(?:which|that|who) )?(?:(?:is|was|are|were|has|had|been|be|now|also|currently) )*"
_ROLE = r"(?:(?:O )?R (?:of|for|in|at) (?:the )?O|O R)"
_NAME = r"(?P<name>N\d+)"
_PATTERNS = [
    re.compile(rf"(?<!\S){pattern}(?!\S)")
    for pattern in (
        rf"{_NAME} (?:(?:, )?(?:who|which) )?{_GAP}R {_GAP}O",
        rf"O {_WHICH}R by (?:the )?{_NAME}",
        rf"O , (?:which|that|whom) {_NAME} R",
        rf"{_NAME} (?:, )?{_IS}{_ROLE}",
        rf"(?<!x ){_ROLE} (?:, )?(?:(?:is|was|remains) )?{_NAME}",
    )
]
_LISTED = r"(?<!\S){0} (?:, )?(?:and|or) N\d|N\d+ (?:, )?(?:and|or) {0}(?!\S)"


def holder_in(text: str, asked: ExpectedAnswer) -> Name | None:
    """The name that a sentence gives for what the question asks; None where it is not plain, or one of several.

    The sentence must say it in one of a few ways, with nothing but articles and the like in between: "the group, which
    fights the party, is led by X" names nobody who leads the party.
    """
    holds = [term for term in asked.terms if term in terms_listed(_HOLDS)]
    others = set(asked.terms) - set(holds)
    if len(holds) != 1 or not others or is_in_capitals(text):
        return None
    found = [name for name in names(text) if not {term_of(word) for word in name.words} & set(asked.terms)]
    drawn = _drawn(tokens(text), found, holds[0], others)
    for pattern in _PATTERNS:
        for match in pattern.finditer(drawn):
            if not re.search(_LISTED.format(match["name"]), drawn):
                return found[int(match["name"][1:])]
    return None


def _drawn(words: Sequence[Token], found: Sequence[Name], holds: str, others: set[str]) -> str:
    """The sentence as signs: R for what is held, O for what it is of, N0 for a name, x for other words."""
    signs: list[str] = []
    for token in words:
        number = next((n for n, name in enumerate(found) if name.start <= token.start < name.end), None)
        sign = _sign(token, holds, others) if number is None else f"N{number}"
        if token.after_sign and (not signs or sign != signs[-1]):
            signs.append(",")
        if sign[0] not in "ON" or signs[-1:] != [sign]:
            signs.append(sign)
    return " ".join(signs)


def _sign(token: Token, holds: str, others: set[str]) -> str:
    if token.term == holds:
        return "R"
    if token.term in others:
        return "O"
    return token.plain if not token.term or token.plain in _PASSED else "x"
