"""What a question asks for: a number of something, a date, or a name, and what else it speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from embeddings.words import is_ordinary_word
from qa.language.lexicon import LIGHT_WORDS
from qa.language.tokens import tokens

__all__ = ["ExpectedAnswer", "Kind", "Measure", "asked_for", "expected_answer"]

Kind: TypeAlias = Literal["number", "date", "name"]
Measure: TypeAlias = Literal["count", "percent", "amount", "length"]

_WH = re.compile(r"\b(?:who|whom|whose|when|where|which|what|why|how)\b", re.IGNORECASE)
_MANY = re.compile(
    r"\bhow many\b|\b(?:what|which) (?:is|are|was|were) the (?:total |exact )?number of\b", re.IGNORECASE
)
_PERCENT = re.compile(
    r"\b(?:what|which|how many|how much) (?:(?:is|are|was|were) the )?(?:percentage|per ?cent|share|proportion)\b"
    r"(?: of\b)?",
    re.IGNORECASE,
)
_MUCH = re.compile(r"\bhow much\b(?: money\b)?", re.IGNORECASE)
_LONG = re.compile(r"\bhow (?:long|old|far|tall|high|deep|wide|large|big|heavy|fast)\b", re.IGNORECASE)
_WHEN = re.compile(r"\bwhen\b|\b(?:(?:in|on) )?(?:what|which) (?:year|date|day|month)\b", re.IGNORECASE)
_NAME = re.compile(
    r"\b(?:who|whom)\b|\bwhich (?:of the )?[a-z]+\b|\bwhat (?:person|man|woman|group|company|country|city|town)\b"
    r"|\bwhat (?:is|was) the name of\b",
    re.IGNORECASE,
)
_PEOPLE = frozenset(["people", "person", "peopl", "victim", "life", "live"])


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """The kind of value; ``terms`` are the question's in order, without the asking words.

    ``counted`` are terms that a number may stand before ("how many people died": people, die); ``words`` are the plain
    words of ``terms``, ``names`` those of them with a capital in the question, or in no dictionary.
    """

    kind: Kind
    terms: tuple[str, ...]
    words: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    measure: Measure = "count"
    counted: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_of_one_thing(self) -> bool:
        """Whether the question says enough for two answers to be compared: a name, or three terms."""
        return bool(self.names) or len(self.terms) > 2

    @property
    def of_people(self) -> bool:
        """Whether people are counted."""
        return bool(self.counted & _PEOPLE)


def expected_answer(question: str) -> ExpectedAnswer | None:
    """Read a question; None where it asks for nothing of these, or for several things at once."""
    asking = list(_WH.finditer(question))
    if len(asking) != 1:
        return None
    kinds: list[tuple[re.Pattern[str], Kind, Measure]] = [
        (_PERCENT, "number", "percent"),
        (_MANY, "number", "count"),
        (_MUCH, "number", "amount"),
        (_LONG, "number", "length"),
        (_WHEN, "date", "count"),
        (_NAME, "name", "count"),
    ]
    for pattern, kind, measure in kinds:
        if match := pattern.search(question):
            return _wanted(question, match, kind, measure)
    return None


def _wanted(question: str, asking: re.Match[str], kind: Kind, measure: Measure) -> ExpectedAnswer | None:
    counted: list[str] = []
    found = [token for token in tokens(question) if not asking.start() <= token.start < asking.end()]
    if measure == "count" and kind == "number":
        for token in (token for token in found if token.start >= asking.end()):
            if not token.term or token.after_sign or len(counted) == 3:
                break
            counted.append(token.term)
        if not counted:
            return None
    # People are seldom said: "killed 41" counts them all the same.
    needed = [token for token in found if token.term and not (token.term in counted[:1] and counted[0] in _PEOPLE)]
    needed = [token for token in needed if token.plain not in LIGHT_WORDS] or needed
    if len({token.term for token in needed}) < 2:
        return None
    first = {token.term: token for token in reversed(needed)}
    terms = tuple(dict.fromkeys(token.term for token in needed))
    names = frozenset(
        token.term
        for token in needed
        if (question[token.start].isupper() and token.start > 0) or not is_ordinary_word(token.plain)
    )
    return ExpectedAnswer(kind, terms, tuple(first[term].plain for term in terms), names, measure, frozenset(counted))


_AUXILIARY = r"(?:in|on|at|since|until|till|by|from|to|of|for|with|about|according|up|as|and|so|but|then)"


_BEGINNING = rf"(?:{_AUXILIARY}\s+){{0,3}}"


_ASKING = {
    "date": r"when|(?:what|which)\s+(?:year|date|day|month|century|decade)",
    "number": r"how\s+(?:many|much)",
    "name": r"who|whom|whose|where",
    "": r"why|how(?:\s+(?:long|old|far|tall|high|deep|wide|large|big|heavy|fast|often))?",  # daily, aged, for days
}


_LEADING = {kind: re.compile(rf"\s*{_BEGINNING}(?P<said>{words})\b", re.IGNORECASE) for kind, words in _ASKING.items()}


def asked_for(question: str) -> tuple[str, str]:
    """What is asked for ("date", "number", "name", or empty) and the words that say so, "how many"; empty if unclear.

    Only the words at the beginning, or at the end ("founded when?"): "when" elsewhere may begin another clause.
    """
    for kind, leading in _LEADING.items():
        if match := leading.match(question):
            return kind, " ".join(match["said"].lower().split())
    last = re.search(r"\b(when|where|who|why)\W*$", question, re.IGNORECASE)
    if last is None:
        return "", ""
    word = last[1].lower()
    return {"when": "date", "why": ""}.get(word, "name"), word
