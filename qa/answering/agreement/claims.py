"""The one value that a sentence gives for what was asked, or none where that is not plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from embeddings.documents.splitter import sentence_spans
from qa.language.answer_type import ExpectedAnswer
from qa.language.dates import Day, dates
from qa.language.names import Name, is_in_capitals, names
from qa.language.numbers import Number, numbers
from qa.language.tokens import listed, term_of, terms_listed, tokens
from qa.types.quotes import Quote

ENOUGH = 0.75  # of the question's terms, in the sentence or in the title above it
LONGEST = 1_000  # characters of a sentence; what is longer is a table or worse, where nothing is plain

Value: TypeAlias = Number | Day | Name

_UNSURE = listed(
    "not no never nor none nobody without deny denied denies if would could might whether deputy vice until till since "
    "former formerly"
)
_ONE_HOLDS = (  # what one person or group is or does at a time, so that another name for it is a difference
    "lead leads led head heads headed found founded command commanded govern governed rule ruled leader chief chairman "
    "president premier commander governor mayor king queen emperor founder director owner ceo minister emir capital"
)
_PEOPLE = "people person persons lives dead victims"
_DATELINE = re.compile(r"\s*(?:\([^)]*\)\s*)?(?:--?|\u2013|\u2014)\s")  # "KABUL, Aug. 15 (AP) - ": when it was written
_FRONT = re.compile(r"\W*(?:(?:in|on|at|during|near|early|late)\b[^,;]{0,40},\s*){1,2}", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:around|about|approximately|circa|ca?\.|early|mid|late)[\s-]*$", re.IGNORECASE
)  # a guess at a day
_CLAUSE_ENDS = re.compile(r"(?:,(?!\s*(?:who|which)\b)|[;:()\u2013\u2014]|\s--?\s)")  # "Khan, who leads" is one clause
_LISTED = re.compile(r"\s*(?:,\s*)?(?:(?:and|or)\s+)?(?:the\s+)?")  # between two names of a list


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that a sentence gives; its span is in the sentence.

    ``terms`` are those of the question that the sentence or its document's title has; ``measure`` is what a number is
    said to count beside them ("children" where the question has "people").
    """

    quote: Quote
    value: Value
    terms: frozenset[str]
    measure: str = ""


def claim_in(quote: Quote, words: tuple[int, int] | None, asked: ExpectedAnswer) -> Claim | None:
    """Return what a sentence of a quote gives for the question; None where no sentence gives a value, or several do.

    ``words`` are the exact words that a reader marked, as offsets in the document's text: only the sentence that holds
    them counts, and the value must be in them. Without them the quote must hold no other value of its kind.
    """
    if words is None and not _has_one_value(quote.quote, asked):
        return None
    sentences = [_part(quote, *span) for span in sentence_spans(quote.quote, 0, len(quote.quote))]
    if words is not None:
        sentences = [one for one in sentences if one.start <= words[0] and words[1] <= one.end]
    claims = [claim for sentence in sentences if (claim := _claim(sentence, words, asked))]
    return claims[0] if len(claims) == 1 else None


def _part(quote: Quote, start: int, end: int) -> Quote:
    return replace(quote, start=quote.start + start, end=quote.start + end, quote=quote.quote[start:end])


def _claim(quote: Quote, words: tuple[int, int] | None, asked: ExpectedAnswer) -> Claim | None:
    text = quote.quote
    if len(text) > LONGEST or text.rstrip(" \"”'").endswith("?") or any(one.plain in _UNSURE for one in tokens(text)):
        return None
    terms = _terms_of(quote, asked)
    every = _values(text, asked) if terms else []
    start, end = (0, len(text)) if words is None else (words[0] - quote.start, words[1] - quote.start)
    found = [value for value in every if start < value.end and value.start < end]
    if len(found) != 1:
        return None
    (value,) = found
    if not _is_plain(text, value, every, asked) or not _is_tied(text, value, asked):
        return None
    return Claim(quote, value, terms, _measure(value, text, asked) if isinstance(value, Number) else "")


def terms_in(text: str) -> frozenset[str]:
    """Return the terms of a text."""
    return frozenset(token.term for token in tokens(text) if token.term)


def _terms_of(quote: Quote, asked: ExpectedAnswer) -> frozenset[str]:
    """Return the question's terms in the sentence or in the title above it; none where they are too few."""
    own = terms_in(quote.quote) & set(asked.terms)
    found = own | terms_in(quote.title) & set(asked.terms)
    enough = len(own) >= 2 and len(found) >= ENOUGH * len(asked.terms) and asked.names <= found
    return found if enough else frozenset()


def _values(text: str, asked: ExpectedAnswer) -> Sequence[Value]:
    if asked.kind == "date":
        return dates(text)
    if asked.kind == "number":
        days = dates(text)
        return [one for one in numbers(text) if not any(one.start < day.end and day.start < one.end for day in days)]
    if is_in_capitals(text) or not set(asked.terms) & terms_listed(_ONE_HOLDS):
        return []
    return [name for name in names(text) if not {term_of(word) for word in name.words} & set(asked.terms)]


def _has_one_value(text: str, asked: ExpectedAnswer) -> bool:
    """Return whether there is one value, and no digits that make none ("40-60"), which leave open what is meant."""
    every = _values(text, asked) if len(text) <= LONGEST else []
    if len(every) != 1:
        return False
    known = [*every, *(dates(text) if asked.kind == "number" else ())]
    digits = [match.start() for match in re.finditer(r"\d", text)] if asked.kind != "name" else []
    return all(any(one.start <= digit < one.end for one in known) for digit in digits)


def _is_plain(text: str, value: Value, every: Sequence[Value], asked: ExpectedAnswer) -> bool:
    """Return whether nothing makes the value vague: no bound, no other unit, no dateline, no list of names."""
    if isinstance(value, Number):
        return value.exact and value.unit == {"count": "", "percent": "%"}.get(asked.measure, value.unit)
    if isinstance(value, Day):
        return _DATELINE.match(text, value.end) is None and _ABOUT.search(text, 0, value.start) is None
    pairs = [(min(one.end, value.end), max(one.start, value.start)) for one in every if one is not value]
    return not any(_LISTED.fullmatch(text, *pair) for pair in pairs)


def _is_tied(text: str, value: Value, asked: ExpectedAnswer) -> bool:
    """Return whether no comma is between the value and the question's names and last term, mostly its verb.

    What is in front ("On 15 August 2021, ...", "In Quetta, ...") belongs to what is behind it.
    """
    text = f"{text[: value.start]}{'v' * (value.end - value.start)}{text[value.end :]}"
    front = _FRONT.match(text)
    ends = [match.end() for match in _CLAUSE_ENDS.finditer(text, front.end() if front else 0)]
    start = max((end for end in ends if end <= value.start), default=0)
    stop = min((end for end in ends if end > value.end), default=len(text))
    return {*asked.names, asked.terms[-1]} & terms_in(text) <= terms_in(text[start:stop])


def _measure(number: Number, text: str, asked: ExpectedAnswer) -> str:
    """Return the term of what is counted; empty where the question has it, as "people" of a toll."""
    behind = [token for token in tokens(text) if token.start >= number.end and (token.term or number.unit != "%")]
    if not behind or behind[0].after_sign or behind[0].term in {"", *asked.terms, *asked.counted}:
        return ""
    return "" if asked.of_people and behind[0].term in terms_listed(_PEOPLE) else behind[0].term
