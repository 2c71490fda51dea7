"""Where the names, numbers and dates of a question stand in an index.

Two measures of standing. `Standing.rows` is wide: every passage in which a thing may stand under some form, spelling or
other name, title and heading included, so that what is said of its absence is true. `Standing.mentioning` is narrow:
the passages that plainly have a name in their own text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, reduce
from itertools import chain

import numpy as np
import numpy.typing as npt

from embeddings.documents.splitter import heading_above
from embeddings.index.store import Index
from embeddings.words import forms_of, is_stop_word, plain_words, terms, word_spans
from qa.answering.no_answer.requirements import Date, Demand, Figure, Name
from qa.language.names import LINKS
from qa.language.surface_forms import (
    day_patterns,
    day_writings,
    number_writings,
    written_as,
    year_pattern,
    year_writings,
)
from qa.language.word_variants import akin, also_called, folded, pieces, squeezed, stands_as, written_in
from qa.query.aliases import names_defined

__all__ = ["MANY", "Mask", "Mentioning", "Standing"]

READ = 500  # passages whose text is read to find a number or a date; where it would be more, nothing is said
LOOKED = 200  # passages whose text is read for names
KEPT = 16  # words whose passages are remembered: one question asks for each several times
MANY = 100  # passages that are counted

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Words = tuple[str, ...]

_UNUSUAL = re.compile("['łøđðħıæœþß\u02b0-\u02ff]")
_UMLAUT = re.compile("([aou])e")  # Mueller is Müller
_DIGITS = re.compile(r"(?<!\d)\d{1,15}(?!\d)")


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
        self._names = names_defined(index.aliases)
        days = enumerate(document.metadata.date for document in index.corpus.documents)
        self._days = [(number, day) for number, day in days if day]
        self._written: dict[str, Mask] = {}
        self._spelled: dict[str, list[str]] = {}  # words in plain letters, numbers in plain digits: c1945, 30m2, 007
        for term in index.lexical.vocabulary():
            digits = [] if term.isalpha() else [str(int(number)) for number in _DIGITS.findall(term)]
            for plain in (*digits, *([squeezed(term)] if _UNUSUAL.search(term) else [])):
                self._spelled.setdefault(plain, []).append(term)

    def rows(self, demand: Demand) -> Mask | None:
        """(n,) whether the thing may stand in each passage; None where that cannot be told without reading all."""
        if isinstance(demand, Name):
            return self._any(self._having(called.words) for called in self._called(demand))
        return self._figure(demand) if isinstance(demand, Figure) else self._date(demand)

    def parts(self, name: Name) -> list[str]:
        """The words of a name, as written, that are names in some passage."""
        every = np.ones(len(self._index.corpus), dtype=np.bool_)
        words = [Name(name.text[start:end], (plain,)) for plain, start, end in word_spans(name.text)]
        own = [word for word in words if set(word.words) < set(name.words)]
        return [word.text for word in own if any(self._looked([word], self._candidates([word], every)[:LOOKED]))]

    def mentioning(self, names: Sequence[Name], among: Mask) -> Mentioning | None:
        """The passages that have all these names in their text; None where too many would have to be read."""
        candidates = self._candidates(names, among)
        found: list[int] = []
        for row, has in zip(candidates[:LOOKED], self._looked(names, candidates[:LOOKED]), strict=True):
            if has and len(found) == MANY:
                return Mentioning(tuple(found), more=True)
            found += [row] if has else []
        return Mentioning(tuple(found), more=False) if len(candidates) <= LOOKED else None

    def _candidates(self, names: Sequence[Name], among: Mask) -> list[int]:
        every = [mask for name in names if (mask := self.rows(name)) is not None]
        return [int(row) for row in np.flatnonzero(reduce(np.logical_and, every, among))]

    def _looked(self, names: Sequence[Name], rows: Iterable[int]) -> Iterator[bool]:
        """Whether each of some passages has all the names."""
        called = [[(one, stands_as(one.words)) for one in self._called(name)] for name in names]
        for row in rows:
            text, document_id = self.text(row), self._index.corpus.document_of(row).id
            yield all(any(one.holds_in(document_id) and stands(text) for one, stands in name) for name in called)

    def context(self, row: int) -> str:
        """Title, heading and text of a passage."""
        document, start = self._index.corpus.document_of(row), int(self._index.corpus.passage_spans[row, 1])
        return f"{document.title}\n{heading_above(document, start)}\n{self.text(row)}"

    def text(self, row: int) -> str:
        """The text of a passage."""
        _, start, end = self._index.corpus.passage_spans[row].tolist()
        return self._index.corpus.document_of(row).text[start:end]

    def words_of(self, names: Iterable[Name]) -> frozenset[str]:
        """The plain words of names, under all that they are called."""
        return frozenset(word for name in names for called in self._called(name) for word in called.words)

    def _called(self, name: Name) -> list[_Called]:
        """The name itself, and the other names that it, or a part of it, has in English or in the documents."""
        others = [
            _Called(_of_content(variant.text), variant.documents, variant.elsewhere)
            for variant in self._names.variants(name.text)
        ]
        own = [name.words, *also_called(name.words)]
        return [*map(_Called, own), *(called for called in others if called.words)]

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
        """Passages with all these plain words, each in any form or spelling, or as the word for a country's people."""
        joined = self._with_terms(self._spellings("".join(words)))
        return reduce(np.logical_and, map(self.written, words)) | joined

    def written(self, word: str) -> Mask:
        """Passages with a plain word in any form or spelling, as one word or in pieces."""
        mask = self._written.get(word)
        if mask is None:
            if len(self._written) >= KEPT:
                self._written = {}  # not cleared in place: another thread may be reading
            mask = self._written[word] = self._sought(word)
        return mask

    def _sought(self, word: str) -> Mask:
        mask = self._with_terms([*_forms(word), *self._spellings(word)])
        apart = [terms(" ".join(own)) for own in pieces(squeezed(word))]
        divided = self._any(self._with_all(own) for own in apart if all(map(self._known, own))) & ~mask
        if not divided.any():
            return mask
        pattern = written_in([word])
        found = self._reading(divided, lambda text: pattern.search(folded(text)))
        return mask | (divided if found is None else found)

    def _spellings(self, word: str) -> list[str]:
        """The terms of a word that is written in other letters, or with signs inside."""
        plain = squeezed(word)
        without_umlauts = _UMLAUT.sub(r"\1", plain)
        return [
            *terms(f"{plain} {without_umlauts}"),
            *(term for own in {plain, *terms(plain)} for term in self._spelled.get(own, ())),
        ]

    def _figure(self, figure: Figure) -> Mask | None:
        ways = [(way, own) for way in number_writings(figure.value) if (own := terms(way))]
        known = [(way, own) for way, own in ways if all(map(self._known, own))]
        mask = self._with_terms([*self._digits(figure.value), *(own[0] for _, own in known if len(own) == 1)])
        apart = [(way, rows) for way, own in known if own[1:] and (rows := self._with_all(own) & ~mask).any()]
        if not apart:
            return mask
        found = self._reading(self._any(rows for _, rows in apart), written_as([way for way, _ in apart]).search)
        return None if found is None else mask | found

    def _digits(self, number: Decimal | int) -> list[str]:
        """The terms in which a whole number stands in digits, with letters beside it or in another script."""
        return self._spelled.get(f"{number:f}" if isinstance(number, Decimal) else str(number), [])

    def _with_all(self, wanted: Iterable[str]) -> Mask:
        """Passages with all of these terms."""
        return reduce(np.logical_and, (self._with_terms([term]) for term in wanted))

    def _known(self, term: str) -> bool:
        return self._index.lexical.document_frequency(term) > 0

    def _date(self, date: Date) -> Mask | None:
        day, patterns = date.day, day_patterns(date.day)
        mask = self._year(day.year) if day.year is not None else None
        if day.year is not None and (mask is None or not patterns):
            return mask
        dated = self._dated("-".join(f"{part:02}" for part in (day.year, day.month, day.day) if part is not None))
        if day.day is not None:
            on_day = self._with_terms([*self._digits(day.day), *terms(" ".join(day_writings(day.day)))])
            mask = on_day if mask is None else mask & on_day
        found = None if mask is None else self._reading(mask, lambda text: all(one.search(text) for one in patterns))
        joined = self._with_terms([f"{day.year}{day.month or 0:02}{day.day or 0:02}"])
        return None if found is None else found | dated | joined

    def _year(self, year: int) -> Mask | None:
        ways = [*map(self._with_all, map(terms, year_writings(year))), self._with_terms(self._digits(year))]
        last = [f"{year % 100:02}", *self._digits(year % 100)]
        short = self._reading(self._with_terms(last) & ~self._any(ways), year_pattern(year).search)
        return None if short is None else self._any([*ways, short, self._dated(str(year))])

    def _dated(self, day: str) -> Mask:
        """Passages of the documents of a year, a month or a day."""
        dated = [number for number, own in self._days if own.startswith(day) or own.endswith(f"-{day}")]
        return np.isin(self._index.corpus.passage_spans[:, 0], dated) if dated else self._none()

    def _reading(self, mask: Mask, holds: Callable[[str], object]) -> Mask | None:
        """Those of the passages of which title, heading or text is so; None where they are too many."""
        rows = np.flatnonzero(mask)
        if len(rows) > READ:
            return None
        found = self._none()
        found[rows] = [bool(holds(self.context(int(row)))) for row in rows]
        return found


@lru_cache(maxsize=10_000)
def _forms(word: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(map(forms_of, akin(word)))))


def _of_content(text: str) -> Words:
    return tuple(word for word in plain_words(text) if word not in LINKS and not is_stop_word(word))
