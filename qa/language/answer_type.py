"""What a question asks for: a number of something, a date, or a name, and what else it speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from embeddings.words import is_ordinary_word, plain_words
from qa.language.lexicon import AUXILIARIES, INSTITUTIONS, LIGHT_WORDS, QUESTION_WORDS, TITLES
from qa.language.tokens import tokens

Kind: TypeAlias = Literal["number", "date", "name"]
Measure: TypeAlias = Literal["count", "percent", "amount", "length"]

_PEOPLE = frozenset(["people", "person", "peopl", "victim", "life", "live"])
_IS = "(?:what|which) (?:is|are|was|were) the "
_UNIT = "year|date|day|month|century|decade"
_SHARE = f"(?:{_IS}|(?:what|which|how many|how much) )(?:percentage|per ?cent|share|proportion)"
_NAMED = "|".join({"person", *INSTITUTIONS, *TITLES})
_NAME = f"which (?:of the )?(?:{_NAMED})|what (?:person|man|woman|group|company|country|city|town)|{_IS}name(?= of)"
_FORMS: dict[str, tuple[Kind | None, Measure, str]] = {  # the first that fits
    "percent": ("number", "percent", _SHARE),
    "count": ("number", "count", f"how many|{_IS}(?:total |exact )?number(?= of)"),
    "amount": ("number", "amount", "how much(?: money)?"),
    "length": ("number", "length", "how (?:long|old|far|tall|high|deep|wide|large|big|heavy|fast)"),
    "unit": ("date", "count", f"(?:what|which) (?:{_UNIT})"),
    "named": ("name", "count", _NAME),
    "who": ("name", "count", "who|whom"),
    "where": ("name", "count", "where|whose"),  # mostly a name, but none that does or is something
    "when": ("date", "count", "when"),
    "manner": (None, "count", "why|how(?: often)?"),
    "other": (None, "count", "what|which"),
}
_FORM = "|".join(rf"(?P<{name}>(?:{pattern})\b)" for name, (_, _, pattern) in _FORMS.items()).replace(" ", r"\s+")
_OPENING = (  # "And by when", "According to whom", "Can you tell me who"
    r"\s*(?:(?:(?:in|on|at|since|until|till|by|from|to|of|for|with|about|according|up|as|and|so|but|then)\s+){1,3}"
    r"|(?:(?:please|tell|me|do|you|know|can|could)\s+){1,5})?"
)
_AUXILIARY = rf"(?:{'|'.join(AUXILIARIES)})\b"
_CLAUSE = re.compile(rf"{_OPENING}(?:{_FORM}|{_AUXILIARY})", re.IGNORECASE)
_ASKS = re.compile(rf"(?:n't)?(?:\W*$|\s+{_AUXILIARY})", re.IGNORECASE)
_PLAIN = re.compile(_FORM, re.IGNORECASE)
_LAST = re.compile(r"\b(?:(?P<when>when)|(?P<where>where)|(?P<who>whom?)|(?P<manner>why))(?=\W*$)", re.IGNORECASE)
_MAY_LEAD_A_CLAUSE = ("who", "where", "when", "manner", "other")


@dataclass(frozen=True, slots=True)
class Asking:
    """The words of a question that say what it asks for, and where they stand; no kind: nothing of these."""

    kind: Kind | None
    measure: Measure
    form: str
    said: str
    start: int
    end: int


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
        """Return whether the question says enough for two answers to be compared: a name, or three terms."""
        return bool(self.names) or len(self.terms) > 2

    @property
    def of_people(self) -> bool:
        """Return whether people are counted."""
        return bool(self.counted & _PEOPLE)


def asking(question: str) -> Asking | None:
    """Return what a question asks for; None where it asks for yes or no, or that is not plain.

    The first clause that asks decides: in "When the war began, who led?" the first one does not, since no auxiliary
    follows its "when". Words in the middle of a clause ask only where they can begin no clause of another kind.
    """
    starts = [0, *(match.end() for match in re.finditer("[,;:]", question))]
    clauses = [match for start in starts if (match := _CLAUSE.match(question, start))]
    plainly = [match for match in clauses if not _may_only_say_when(match, question)]
    if plainly:
        return _asked(plainly[0])
    if sum(word in QUESTION_WORDS for word in plain_words(question)) != 1:
        return None
    if clauses:
        return _asked(clauses[0])  # "when the ptm founded"
    within = next((match for match in _PLAIN.finditer(question) if match.lastgroup not in _MAY_LEAD_A_CLAUSE), None)
    last = within or _LAST.search(question)
    return _asked(last) if last else None


def expected_answer(question: str) -> ExpectedAnswer | None:
    """Return what an answer is compared by; None where a question asks for nothing of these, or for several things."""
    asked = asking(question)
    alone = sum(word in QUESTION_WORDS for word in plain_words(question)) == 1
    if asked is None or asked.kind is None or asked.form == "where" or not alone:
        return None
    return _expected(question, asked, asked.kind)


def _may_only_say_when(clause: re.Match[str], question: str) -> bool:
    """Return whether a clause begins like "when the war began", "where it is", "how it fell"."""
    return clause.lastgroup in ("when", "where", "manner") and not _ASKS.match(question, clause.end())


def _asked(match: re.Match[str]) -> Asking | None:
    form = match.lastgroup
    if form is None:
        return None
    kind, measure, _ = _FORMS[form]
    said = re.sub(f"^{_IS}", "the ", " ".join(match[form].lower().split())).removesuffix(" money")
    return Asking(kind, measure, form, said, *match.span(form))


def _expected(question: str, asked: Asking, kind: Kind) -> ExpectedAnswer | None:
    counted: list[str] = []
    found = [token for token in tokens(question) if not asked.start <= token.start < asked.end]
    if asked.measure == "count" and kind == "number":
        for token in (token for token in found if token.start >= asked.end):
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
    return ExpectedAnswer(
        kind, terms, tuple(first[term].plain for term in terms), names, asked.measure, frozenset(counted)
    )
