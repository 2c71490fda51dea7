"""The question in one wording, however dates, abbreviations and keywords are written, and in that of a passage."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from embeddings.documents.abbreviations import Definition, definitions
from embeddings.words import MONTHS, has_points, is_ordinary_word, plain_words, without_points, word_spans
from qa.language.answer_type import asking
from qa.language.dates import Day, every_date
from qa.language.lexicon import AUXILIARIES, QUESTION_WORDS
from qa.language.tokens import listed

KEYWORDS = 5
"""Words at most that ask nothing, and are read as what something is to be said about."""

_ASKING = QUESTION_WORDS | AUXILIARIES | listed("tell name list give show explain describe find about")

_MARKS = " ?!.؟"

Change = tuple[int, int, str]


def one_wording(text: str) -> str:
    """Return a question as it is searched: of two names of one thing one, a day as "May 25, 2021", PTM without points.

    An abbreviation that is a word without its points (U.S.) keeps them. Keywords have no mark at their end.

    >>> one_wording("Did the Pashtun Tahafuz Movement (P.T.M.) march on the 25th of May?")
    'Did the Pashtun Tahafuz Movement march on May 25?'
    """
    text = text.rstrip(_MARKS) if _are_keywords(text) else text
    for alias in definitions(text):
        for name in (alias.short, alias.long):
            text = re.sub(rf"\s*[(\[]{re.escape(name)}[)\]]", "", text, count=1)
    days = [day for day in every_date(text) if day.month and day.day]
    text = _changed(text, [(_begin(day, text), day.end, _written(day)) for day in days])
    words = ((word, text[start:end], start, end) for word, start, end in word_spans(text))
    short = [(start, end, without_points(own)) for word, own, start, end in words if not is_ordinary_word(word)]
    return _changed(text, [change for change in short if has_points(text[change[0] : change[1]])])


def defined_in(text: str) -> tuple[Definition, ...]:
    """Return the names that a question itself gives to one thing: "Pashtun Tahafuz Movement (PTM)"."""
    return tuple(Definition(alias, ()) for alias in definitions(text))


def in_words_of(passage: str, question: str) -> str:
    """Return a question with its days and abbreviations written as they stand in a passage, where they stand there.

    >>> in_words_of("It fell on 25 May.", "What fell on May 25?")
    'What fell on 25 May?'
    """
    asked = [day for day in every_date(question) if day.month and day.day]
    there = [day for day in every_date(passage) if day.month and day.day] if asked else []
    changes: list[Change] = []
    for day in asked:
        same = (one for one in there if (one.month, one.day) == (day.month, day.day) and one.relation(day) == "same")
        changes += [(day.start, day.end, passage[one.start : one.end]) for one in islice(same, 1)]
    if has_points(question) or has_points(passage):
        written = {word: passage[start:end] for word, start, end in reversed(word_spans(passage))}
        for word, start, end in word_spans(question):
            own, other = question[start:end], written.get(word, "")
            if own != other and (own.isupper() and other.isupper()) and has_points(own) != has_points(other):
                changes.append((start, end, other))
    return _changed(question, changes)


def as_question(text: str) -> str:
    """Return keywords as a question, for a reader knows only these; whatever asks something stays as it is.

    >>> as_question("Abbey Gate?"), as_question("Who planned it?")
    ('What is said about Abbey Gate?', 'Who planned it?')
    """
    return f"What is said about {text.rstrip(_MARKS)}?" if _are_keywords(text) else text


def _are_keywords(text: str) -> bool:
    words = plain_words(text)
    return len(words) <= KEYWORDS and not _ASKING.intersection(words) and asking(text) is None


def _begin(day: Day, text: str) -> int:
    """Return where a day begins, with "the" before it."""
    return day.start - len("the ") * bool(re.search(r"\bthe $", text[: day.start], re.IGNORECASE))


def _written(day: Day) -> str:
    year = "" if day.year is None else f", {day.year}"
    return f"{MONTHS[(day.month or 1) - 1].capitalize()} {day.day}{year}"


def _changed(text: str, changes: Iterable[Change]) -> str:
    for start, end, words in sorted(changes, reverse=True):
        text = f"{text[:start]}{words}{text[end:]}"
    return text
