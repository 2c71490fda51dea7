"""The value that a sentence gives for what was asked, or none where that is not plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from qa.answering.agreement.quantities import counted
from qa.answering.agreement.roles import holder_in
from qa.language.answer_type import ExpectedAnswer
from qa.language.dates import Day, dates
from qa.language.names import Name
from qa.language.numbers import Number, numbers
from qa.language.tokens import Token, listed, tokens

__all__ = ["Said", "Value", "is_tied", "speaks_of", "value_in"]

CLEARLY = 0.6  # of several values the nearest is taken if its distance is at most this part of the next one's
FRONTED = 6  # words at most of "On 15 August 2021, ..."
LONGEST = 2_000  # characters of a sentence; what is longer is a table or worse, where nothing is plain
DATELINE = 200  # characters from the beginning of a document in which its dateline ends

Value: TypeAlias = Number | Day | Name

_NOT = listed("not no never nor without deny denied denies if would whether")
_IN_FRONT = listed("in on at during near early late")
_DATELINE = re.compile(
    r"\W*[A-Z]{3}[^\n.]{0,80}(?:\.[^\n.]{0,20})?\s(?:--?|\u2013|\u2014)+\s|\s*[(\[][^)\]]{0,80}[)\]]"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in its passage; ``start`` is its offset in the document's text, ``above`` title and heading."""

    document_id: str
    path: str
    start: int
    text: str
    passage: str
    above: str


def speaks_of(said: Said, asked: ExpectedAnswer) -> bool:
    """Whether the sentence has the question's terms, two at least.

    Of four or more, one that is no name may stand in the passage or above it instead, and names may stand above it.
    """
    own = _terms(said.text)
    missing = set(asked.terms) - own - (_terms(said.above) & asked.names)
    if len(missing) > len(asked.terms) // 4 or missing & asked.names or len(own & set(asked.terms)) < 2:
        return False
    return missing <= _terms(f"{said.passage}\n{said.above}")


def value_in(said: Said, asked: ExpectedAnswer) -> Value | None:
    """The value that the sentence gives, its span in the sentence; None where there is none, or several as near."""
    if len(said.text) > LONGEST:
        return None
    words = tokens(said.text)
    if not speaks_of(said, asked) or said.text.rstrip(" \"”'").endswith("?"):
        return None
    if any(token.plain in _NOT for token in words):
        return None
    if asked.kind == "name":
        return holder_in(said.text, asked)
    days = dates(said.text)
    if asked.kind == "date":
        first = _after_dateline(said)
        return _nearest([day for day in days if day.start >= first], words, asked)
    free = [number for number in numbers(said.text) if not any(_overlap(number, day) for day in days)]
    return _nearest([number for number in free if counted(number, words, asked) is not None], words, asked)


def is_tied(said: Said, value: Value, asked: ExpectedAnswer) -> bool:
    """Whether no comma stands between the value, the question's names, and its last term, mostly a verb.

    What is in front ("On 15 August 2021, ...", "In Quetta, ...") belongs to what is behind it. Names may stand above.
    """
    clauses = _clauses(said, value)
    place = max(place for place, clause in enumerate(clauses) if clause[0].start <= value.start)
    together = {token.term for token in clauses[place]}
    if place < 2 and len(clauses) > 1 and len(clauses[0]) <= FRONTED and clauses[0][0].plain in _IN_FRONT:
        together |= {token.term for token in (*clauses[0], *clauses[1])}
    return {*asked.names, asked.terms[-1]} <= together | (_terms(said.above) & asked.names - _terms(said.text))


def _clauses(said: Said, value: Value) -> list[list[Token]]:
    """The words between commas and the like; those of the value stay together."""
    clauses: list[list[Token]] = []
    for token in tokens(said.text):
        inside = value.start < token.start < value.end
        if not clauses or (token.after_sign and not inside and re.search(r"[,;:]\W*\Z", said.text[: token.start])):
            clauses.append([])
        clauses[-1].append(token)
    return clauses


def _nearest(found: Sequence[Value], words: Sequence[Token], asked: ExpectedAnswer) -> Value | None:
    """The value nearest to the question's terms: the sum of the words between it and each of them is the smallest."""
    if not found:
        return None
    distances = [_distance(value, words, asked) for value in found]
    order = sorted(range(len(found)), key=distances.__getitem__)
    best = found[order[0]]
    others = [place for place in order[1:] if best.relation(found[place]) != "same"]
    return best if not others or distances[order[0]] <= CLEARLY * distances[others[0]] else None


def _distance(value: Value, words: Sequence[Token], asked: ExpectedAnswer) -> int:
    own = [place for place, token in enumerate(words) if value.start < token.end and token.start < value.end]
    at = [[place for place, token in enumerate(words) if token.term == term] for term in asked.terms]
    return sum(min(abs(one - other) for one in own for other in places) for places in at if places and own)


def _after_dateline(said: Said) -> int:
    """Where the dateline ends in the sentence: "KABUL, Aug. 15 - " says when the report was written."""
    match = _DATELINE.match(said.text) if said.start < DATELINE else None
    return match.end() if match else 0


def _overlap(one: Value, other: Value) -> bool:
    return one.start < other.end and other.start < one.end


def _terms(text: str) -> set[str]:
    return {token.term for token in tokens(text) if token.term}
