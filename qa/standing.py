"""Where the names, numbers and dates of a question stand in an index.

Two measures of standing. `Standing.rows` is wide: every passage in which a thing may stand under some form, spelling or
other name, title and heading included, so that what is said of its absence is true. `Standing.mentioning` is narrow:
the passages that plainly have a name in their own text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain

import numpy as np
import numpy.typing as npt

from embeddings.lexical import forms_of, is_ordinary_word, is_stop_word, plain_words, terms, word_spans
from embeddings.store import Index
from qa.conversation.mentions import LINKS
from qa.demanded import Date, Demand, Figure, Name
from qa.expansion import Names
from qa.writings import akin, day_patterns, day_writings, number_writings, written_as, year_pattern, year_writings

__all__ = ["MANY", "Mask", "Mentioning", "Standing"]

READ = 1_000  # passages whose text is read to find a number or a date; where it would be more, nothing is said
LOOKED = 300  # passages whose text is read for names
MANY = 100  # passages that are counted

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Words = tuple[str, ...]

_BETWEEN = LINKS | {"e", "i", "o", "the"}  # may stand between two words of a name


@dataclass(frozen=True, slots=True)
class Mentioning:
    """Rows of passages that mention some names, ascending; ``more``: they are the first of more than MANY."""

    rows: tuple[int, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class _Called:
    """Words that a name stands as, in the documents of these rows only, or in all."""

    words: Words
    documents: frozenset[str] | None = None
    elsewhere: frozenset[str] = frozenset()

    def holds_in(self, document_id: str) -> bool:
        within = self.documents is None or document_id in self.documents
        return within and document_id not in self.elsewhere


class Standing:
    """Looks things up in one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._names = Names(index.aliases)

    def rows(self, demand: Demand) -> Mask | None:
        """(n,) whether the thing may stand in each passage; None where that cannot be told without reading all."""
        if isinstance(demand, Name):
            return self._any(self._having(called.words) for called in self._called(demand))
        return self._figure(demand) if isinstance(demand, Figure) else self._date(demand)

    def parts(self, name: Name) -> list[str]:
        """The words of a name, as written, that are names in some passage."""
        every = np.ones(len(self._index.corpus), dtype=np.bool_)
        words = [Name(name.text[start:end], (plain,)) for plain, start, end in word_spans(name.text)]
        found = [(word.text, self.mentioning([word], every)) for word in words if set(word.words) < set(name.words)]
        return [text for text, where in found if where is not None and where.rows]

    def mentioning(self, names: Sequence[Name], among: Mask) -> Mentioning | None:
        """The passages that have all these names in their text; None where too many would have to be read."""
        every = [mask for name in names if (mask := self.rows(name)) is not None]
        candidates = np.flatnonzero(reduce(np.logical_and, every, among)).tolist()
        called = [self._called(name) for name in names]
        found: list[int] = []
        for row in candidates[:LOOKED]:
            if self._mentions(row, called):
                if len(found) == MANY:
                    return Mentioning(tuple(found), more=True)
                found.append(row)
        return Mentioning(tuple(found), more=False) if len(candidates) <= LOOKED else None

    def context(self, row: int) -> str:
        """Title, heading and text of a passage."""
        corpus = self._index.corpus
        passage = corpus.passage(row)
        return f"{corpus.document_of(row).title}\n{passage.heading}\n{passage.text}"

    def text(self, row: int) -> str:
        """The text of a passage."""
        return self._index.corpus.passage_texts(np.array([row], dtype=np.int64))[0]

    def words_of(self, names: Iterable[Name]) -> frozenset[str]:
        """The plain words of names, under all that they are called."""
        return frozenset(word for name in names for called in self._called(name) for word in called.words)

    def _called(self, name: Name) -> list[_Called]:
        """The name itself, and the other names that the documents define for it or for a part of it."""
        others = [
            _Called(_of_content(variant.text), variant.documents, variant.elsewhere)
            for variant in self._names.variants(name.text)
        ]
        return [_Called(name.words), *(called for called in others if called.words)]

    def _mentions(self, row: int, names: Sequence[Sequence[_Called]]) -> bool:
        text, document_id = self.text(row), self._index.corpus.document_of(row).id
        spans = word_spans(text)
        return all(
            any(called.holds_in(document_id) and _stands(called.words, spans, text) for called in name)
            for name in names
        )

    def _none(self) -> Mask:
        return np.zeros(len(self._index.corpus), dtype=np.bool_)

    def _any(self, masks: Iterable[Mask]) -> Mask:
        return reduce(np.logical_or, masks, self._none())

    def _with_terms(self, wanted: Iterable[str]) -> Mask:
        """Passages with at least one of these terms."""
        mask = self._none()
        for term in wanted:
            if self._index.lexical.document_frequency(term):
                mask[self._index.lexical.rows_with(term)] = True
        return mask

    def _having(self, words: Words) -> Mask:
        """Passages with all these plain words, each in any form, or as the word for a country's people."""
        return reduce(
            np.logical_and, (self._with_terms(chain.from_iterable(map(forms_of, akin(word)))) for word in words)
        )

    def _figure(self, figure: Figure) -> Mask | None:
        ways = [(way, own) for way in number_writings(figure.value) if (own := terms(way))]
        known = [(way, own) for way, own in ways if all(map(self._known, own))]
        mask = self._any(self._with_terms(own) for _, own in known if len(own) == 1)
        apart = [(way, rows) for way, own in known if own[1:] and (rows := self._with_all(own) & ~mask).any()]
        if not apart:
            return mask
        found = self._reading(self._any(rows for _, rows in apart), written_as([way for way, _ in apart]).search)
        return None if found is None else mask | found

    def _with_all(self, wanted: Iterable[str]) -> Mask:
        """Passages with all of these terms."""
        return reduce(np.logical_and, (self._with_terms([term]) for term in wanted))

    def _known(self, term: str) -> bool:
        return self._index.lexical.document_frequency(term) > 0

    def _date(self, date: Date) -> Mask | None:
        day, patterns = date.day, day_patterns(date.day)
        mask: Mask | None
        if day.year is None:
            mask = self._with_terms(term for way in day_writings(day.day or 0) for term in terms(way))
        else:
            mask = self._year(day.year)
        if mask is None or not patterns:
            return mask
        return self._reading(mask, lambda text: all(pattern.search(text) for pattern in patterns))

    def _year(self, year: int) -> Mask | None:
        ways = [
            reduce(np.logical_and, [self._with_terms([term]) for term in terms(way)]) for way in year_writings(year)
        ]
        short = self._reading(self._with_terms([f"{year % 100:02}"]), year_pattern(year).search)
        if short is None:
            return None
        corpus = self._index.corpus
        dated = [
            number for number, one in enumerate(corpus.documents) if str(one.metadata.date or "").startswith(str(year))
        ]
        return self._any([*ways, short, np.isin(corpus.passage_spans[:, 0], dated)])

    def _reading(self, mask: Mask, holds: Callable[[str], object]) -> Mask | None:
        """Those of the passages of which the text, with title, heading and day, is so; None where they are too many."""
        rows = np.flatnonzero(mask).tolist()
        if len(rows) > READ:
            return None
        found = self._none()
        for row in rows:
            written = self._index.corpus.document_of(row).metadata.date or ""
            found[row] = bool(holds(f"{self.context(row)}\n{written}"))
        return found


def _of_content(text: str) -> Words:
    return tuple(word for word in plain_words(text) if word not in LINKS and not is_stop_word(word))


def _stands(words: Words, spans: Sequence[tuple[str, int, int]], text: str) -> bool:
    """Whether a name stands in a text; a word of the dictionary is a part of it only with a capital."""
    places = [place for place, (plain, _, _) in enumerate(spans) if plain == words[0]]
    return any(_continues(words, spans[place:], text) for place in places)


def _continues(words: Words, spans: Sequence[tuple[str, int, int]], text: str) -> bool:
    wanted = list(words)
    for plain, start, _ in spans:
        if plain == wanted[0] and (text[start].isupper() or not is_ordinary_word(plain)):
            wanted.pop(0)
            if not wanted:
                return True
        elif plain not in _BETWEEN:
            return False
    return False
