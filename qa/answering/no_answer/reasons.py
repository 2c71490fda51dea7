"""Why no answer is given, in sentences that can be checked in the index.

Each says of the question's names, numbers and dates that they stand nowhere, that they never stand together, or how
many passages mention them. Nothing is guessed: what cannot be told is not said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations, islice

import numpy as np

from embeddings.index.store import Index
from embeddings.words import plain_words, words_without_passage
from qa.answering.no_answer.detection import may_hold_date, may_hold_name, may_hold_number
from qa.answering.no_answer.occurrences import MANY, Mask, Mentioning, Standing
from qa.answering.no_answer.requirements import Date, Demand, Figure, Name, demanded
from qa.language.answer_type import asked_for
from qa.query.syntax import Query
from qa.retrieval.selection import rows_among
from qa.types.filters import Filters
from qa.types.phrasing import NAMED, plural

__all__ = ["SENTENCES", "Refusal"]

SENTENCES = 3
TOGETHER = MOST = 8  # names and numbers that are looked for together, and that are listed


class Refusal:
    """Gives the reasons from one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._standing = Standing(index)

    def reasons(self, query: Query, filters: Filters) -> list[str]:
        """SENTENCES at most, the most telling first; for a question to which passages were found but no answer.

        The words that the question is about, beside it, are not demanded.
        """
        among = self._among(query, filters)
        return list(islice(self._sentences(query, among, _left(query, filters)), SENTENCES)) if among.any() else []

    def missing(self, query: Query, filters: Filters) -> list[str]:
        """What of the question stands in no passage that was searched; to be told beside an answer too."""
        among = self._among(query, filters)
        rows = self._rows(demanded(query.text))
        return list(islice(self._nowhere(rows, among, _left(query, filters)), SENTENCES)) if among.any() else []

    def _among(self, query: Query, filters: Filters) -> Mask:
        rows = rows_among(self._index, query, filters)
        among = np.ones(len(self._index.corpus), dtype=np.bool_)
        if rows is not None:
            among[:] = False
            among[rows] = True
        return among

    def _rows(self, demands: Sequence[Demand]) -> dict[Demand, Mask]:
        return {demand: mask for demand in demands if (mask := self._standing.rows(demand)) is not None}

    def _nowhere(self, rows: Mapping[Demand, Mask], among: Mask, none: str) -> Iterator[str]:
        absent = [demand for demand, mask in rows.items() if not mask.any()]
        others = [demand for demand, mask in rows.items() if mask.any() and not (mask & among).any()]
        yield from self._absent([demand for demand in absent if isinstance(demand, Name)])
        yield from self._elsewhere([demand for demand in others if isinstance(demand, Name)], none)
        for kind in (Figure, Date):
            for start, missing in (("No passage", absent), (none, others)):
                if own := [_said(demand) for demand in missing if isinstance(demand, kind)]:
                    yield f"{start} has {_listed(own, 'or')}."

    def _sentences(self, query: Query, among: Mask, none: str) -> Iterator[str]:
        demands = demanded(query.text)
        rows = self._rows(demands)
        nowhere = list(self._nowhere(rows, among, none))
        yield from nowhere
        apart = _never_together({demand: mask & among for demand, mask in rows.items() if (mask & among).any()})
        if apart:
            yield f"{none} {_together(apart)}."
        if not nowhere and not apart:
            yield from self._mentioned(query.text, [one for one in demands if isinstance(one, Name)], among)
        if words := self._words(query.text, demands):
            said = _listed(words, "and") if len(words) > MOST else ", ".join(words)
            yield f"No passage has the {plural(len(words), 'word')} {said}."

    def _absent(self, names: Sequence[Name]) -> Iterator[str]:
        """Names that no passage of the index has, with the parts of them that some have."""
        parts = {name: self._standing.parts(name) for name in names}
        notes = [f"only {_parts(name, parts[name])}" if parts[name] else "" for name in names]
        if names:
            yield f"No passage names {_noted(names, notes, ', ')}."

    def _elsewhere(self, names: Sequence[Name], none: str) -> Iterator[str]:
        """Names that no passage searched has, but others."""
        notes = []
        for name in names:
            found = self._standing.mentioning([name], self._all())
            count = _counted(found) if found is not None and found.rows else ""
            notes.append(f"{count} {'other does' if count == '1' else 'others do'}" if count else "")
        if names:
            yield f"{none} names {_noted(names, notes, '; ')}."

    def _mentioned(self, question: str, names: Sequence[Name], among: Mask) -> Iterator[str]:
        """How many passages mention all the names, and whether they hold what is asked for."""
        if not 0 < len(names) <= TOGETHER:
            return
        found = self._standing.mentioning(names, among)
        if found is None or not found.rows:
            return
        one = found.rows == found.rows[:1] and not found.more
        of_them = "passage" if one else "passages"
        whole = of_them if among.all() else "of the passages searched"
        verb = "mentions" if one else "mention"
        both = "both " if len(names) == 2 else ""
        start = f"{_counted(found).capitalize()} {whole} {verb} {both}{_listed([name.text for name in names], 'and')}"
        yield f"{start}{self._lacking(question, names, found)}."

    def _lacking(self, question: str, names: Sequence[Name], found: Mentioning) -> str:
        """What none of the passages has, as a fact where it is one; else that none was found that says it."""
        kind, said = asked_for(question)
        one = len(found.rows) == 1
        if kind and not found.more and not any(self._may_hold(kind, row, names) for row in found.rows):
            what = {"date": "date", "number": "number", "name": "other name"}[kind]
            return f"; it has no {what}" if one else f"; none of them has {_ARTICLES[what]}"
        if not said:
            return ""
        return f"; it was not found to say for sure {said}" if one else f"; none was found that says for sure {said}"

    def _may_hold(self, kind: str, row: int, names: Sequence[Name]) -> bool:
        if kind == "name":
            return may_hold_name(self._standing.text(row), self._standing.words_of(names))
        return {"date": may_hold_date, "number": may_hold_number}[kind](self._standing.context(row))

    def _words(self, question: str, demands: Sequence[Demand]) -> list[str]:
        """The other words of the question that stand in no passage; numbers are told as numbers or not at all."""
        said = {
            word
            for text in (asked_for(question)[1], *(demand.text for demand in demands))
            for word in plain_words(text)
        }
        return [
            word
            for word in words_without_passage(question, self._index.lexical)
            if not (len(word) == 1 or may_hold_number(f"the {word}") or said & set(plain_words(word)))
            if not any(self._standing.written(plain).any() for plain in plain_words(word))
        ]

    def _all(self) -> Mask:
        return np.ones(len(self._index.corpus), dtype=np.bool_)


_ARTICLES = {"date": "a date", "number": "a number", "other name": "another name"}


def _left(query: Query, filters: Filters) -> str:
    """Give "No passage", or "None of the passages ..." where not all were searched."""
    kept = [
        "searched" if not filters.empty else "",
        "with the quoted words" if query.phrases else "",
        "without the excluded words" if query.excluded else "",
    ]
    return f"None of the passages {' '.join(filter(None, kept))}" if any(kept) else "No passage"


def _never_together(standing: Mapping[Demand, Mask]) -> tuple[Demand, ...]:
    """The smallest set of which no passage has all; empty where one passage has them all."""
    demands = list(standing)[:TOGETHER]
    for size in range(2, len(demands) + 1):
        for chosen in combinations(demands, size):
            if not reduce(np.logical_and, [standing[demand] for demand in chosen]).any():
                return chosen
    return ()


def _together(demands: Sequence[Demand]) -> str:
    verb = "names" if all(isinstance(demand, Name) for demand in demands) else "has"
    said = _listed([_said(demand) for demand in demands], "and")
    return f"{verb} both {said}" if len(demands) == 2 else f"{verb} {said} together"


def _said(demand: Demand) -> str:
    if isinstance(demand, Figure):
        return f"the number {demand.text}"
    if isinstance(demand, Date):
        return f"the {'year' if demand.day.month is None else 'date'} {demand.text}"
    return demand.text


def _noted(names: Sequence[Name], notes: Sequence[str], sign: str) -> str:
    """Names in quotation marks, each with what is noted of it: behind it in brackets, or at the end of a single one."""
    if len(names) == 1:
        return f"“{names[0].text}”{sign if notes[0] else ''}{notes[0]}"
    said = [f"“{name.text}” ({note})" if note else f"“{name.text}”" for name, note in zip(names, notes, strict=True)]
    return _listed(said, "or")


def _parts(name: Name, standing: Sequence[str]) -> str:
    """Give "“Abbey” and “Road” apart"."""
    apart = " apart" if len(standing) == len(name.words) else ""
    return f"{_listed([f'“{word}”' for word in standing], 'and')}{apart}"


def _counted(found: Mentioning) -> str:
    return f"more than {MANY}" if found.more else str(len(found.rows))


def _listed(said: Sequence[str], word: str) -> str:
    """Give "a, b or c"; of more than MOST the first few, and how many more."""
    if len(said) > MOST:
        said = [*said[:NAMED], f"{len(said) - NAMED} more"]
    *others, last = said
    return f"{', '.join(others)} {word} {last}" if others else last
