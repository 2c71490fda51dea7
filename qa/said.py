"""The value that a sentence gives for what was asked, or none where that is not plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from qa.counting import counted
from qa.dates import Day, dates
from qa.holder import holder_in
from qa.names import Name
from qa.numbers import Number, numbers
from qa.tokens import Token, listed, tokens
from qa.wanted import Wanted

__all__ = ["Said", "Value", "is_tied", "speaks_of", "value_in"]

CLEARLY = 0.6  # of several values the nearest is taken if its distance is at most this part of the next one's
FRONTED = 6  # words at most of "On 15 August 2021, ..."
DATELINE = 200  # characters from the beginning of a document in which its dateline ends

Value: TypeAlias = Number | Day | Name

_NOT = listed("not no never nor without deny denied denies if would whether")
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


def speaks_of(said: Said, asked: Wanted) -> bool:
    """Whether the sentence has the question's terms.

    Of four or more one may stand in the passage or above it instead, if it is no name.
    """
    missing = set(asked.terms) - _terms(said.text)
    if len(missing) > len(asked.terms) // 4 or missing & asked.names:
        return False
    return missing <= _terms(f"{said.passage}\n{said.above}")


def value_in(said: Said, asked: Wanted) -> Value | None:
    """The value that the sentence gives, its span in the sentence; None where there is none, or several as near."""
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


def is_tied(said: Said, value: Value, asked: Wanted) -> bool:
    """Whether no comma stands between a value and the question's last term, mostly a verb; or the value is in front."""
    clauses: list[list[Token]] = [[]]
    for token in tokens(said.text):
        inside = value.start < token.start < value.end
        if token.after_sign and not inside and re.search(r"[,;:]\W*\Z", said.text[: token.start]):
            clauses.append([])
        clauses[-1].append(token)
    own = max((clause for clause in clauses if clause and clause[0].start <= value.start), key=lambda one: one[0].start)
    before = [token for token in own if token.end <= value.start]
    in_front = own is clauses[0] and len(own) <= FRONTED and not any(token.term for token in before)
    return in_front or any(token.term == asked.terms[-1] for token in own)


def _nearest(found: Sequence[Value], words: Sequence[Token], asked: Wanted) -> Value | None:
    """The value nearest to the question's terms: the sum of the words between it and each of them is the smallest."""
    if not found:
        return None
    distances = [_distance(value, words, asked) for value in found]
    order = sorted(range(len(found)), key=distances.__getitem__)
    best = found[order[0]]
    others = [place for place in order[1:] if best.relation(found[place]) != "same"]
    return best if not others or distances[order[0]] <= CLEARLY * distances[others[0]] else None


def _distance(value: Value, words: Sequence[Token], asked: Wanted) -> int:
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
