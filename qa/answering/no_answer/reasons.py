"""Why no answer is given, in sentences that say what was looked up in the index, as it was looked up.

A word is looked up in all its inflected forms, a phrase by its words in their order, a number or a date as the question
writes it. That no passage has something is said only if it is in no title and heading either, and if no passage has
another name that the documents define for it. Counted are the passages that have a name in their own text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain, combinations, islice

import numpy as np

from embeddings.index.store import Index
from embeddings.types import Rows
from embeddings.words import unaccented
from qa.answering.no_answer.occurrences import OccurrenceIndex
from qa.answering.no_answer.requirements import Requirement, requirements, words_of
from qa.query.syntax import Phrase, Query
from qa.retrieval.selection import rows_of
from qa.types.filters import Filters
from qa.types.phrasing import NAMED, plural

SENTENCES = 3
TOGETHER = MOST = 8  # phrases that are looked for together, and that are listed
COUNTED = 1_000  # passages that are read to be counted; of more nothing is said


class Refusal:
    """The reasons from one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._occurrences = OccurrenceIndex(index)

    def reasons(self, query: Query, filters: Filters) -> list[str]:
        """Return SENTENCES at most, what is missing first, for a question that found passages but no answer."""
        found = self._look_up(query, filters)
        named = {word for required in found.rows for word in required.phrase.words}
        others = found.nowhere({word: text for word, text in words_of(query.text).items() if word not in named})
        absent = found.absent()
        first, last = ([*absent, *others], []) if absent else ([], others)
        sentences = chain(_no_words(first), found.missing(), found.together(), _no_words(last))
        return list(islice(sentences, SENTENCES if len(found.among) else 0))

    def missing(self, query: Query, filters: Filters) -> list[str]:
        """Return at most one sentence, to stand beside an answer: a name, number or date that no passage has."""
        found = self._look_up(query, filters)
        return list(islice(chain(_no_words(found.absent()), found.missing()), 1 if len(found.among) else 0))

    def _look_up(self, query: Query, filters: Filters) -> _Found:
        among = rows_of(self._index, filters)
        rows = {required: self._occurrences.with_requirement(required, among) for required in requirements(query)}
        return _Found(self._occurrences, filters, among, rows)


@dataclass(frozen=True, slots=True)
class _Found:
    """The passages, of those that are searched, that have what a question names."""

    occurrences: OccurrenceIndex
    filters: Filters
    among: Rows
    rows: Mapping[Requirement, Rows]

    def nowhere(self, words: Mapping[str, str]) -> list[str]:
        """Return the words, as written, that no passage has, searched or not."""
        return [text for word, text in words.items() if not len(self.occurrences.with_word(word))]

    def absent(self) -> list[str]:
        """Return the words of missing names that no passage has."""
        return self.nowhere(words_of(" ".join(name.written for name in self._lacking("name"))))

    def missing(self) -> Iterator[str]:
        """Yield what no passage searched has: words of names that others have, phrases, numbers and dates."""
        names = self._lacking("name")
        words, absent = words_of(" ".join(name.written for name in names)), self.absent()
        if others := [text for word, text in words.items() if text not in absent and not len(self._with_word(word))]:
            yield f"{self._none} has the {plural(len(others), 'word')} {_either(others)}; others do."
        yield from self._phrases(names)
        for kind in ("number", "year", "date"):
            if own := [phrase.written for phrase in self._lacking(kind)]:
                yield f"{self._none} has the {plural(len(own), kind)} {_listed(own, 'or')} as written."

    def together(self) -> Iterator[str]:
        """Yield what no passage has together; else, where nothing is missing, how many have all the names."""
        if apart := _never_together({required.phrase.written: rows for required, rows in self.rows.items()}):
            yield self._lacks_all(apart)
        elif all(map(len, self.rows.values())):
            yield from self._count()

    def _lacking(self, kind: str) -> list[Phrase]:
        return [required.phrase for required, rows in self.rows.items() if required.kind == kind and not len(rows)]

    def _phrases(self, names: Sequence[Phrase]) -> Iterator[str]:
        """Yield of missing names whose words are not missing: which are never together, or never in this order."""
        phrases = []
        for name in names:
            rows = {text: self._with_word(word) for word, text in words_of(name.written).items()}
            if not all(map(len, rows.values())):
                continue
            if apart := _never_together(rows):
                yield self._lacks_all(apart)
            else:
                phrases.append(name.written)
        if phrases:
            yield f"{self._none} has the {plural(len(phrases), 'phrase')} {_either(phrases)}."

    def _count(self) -> Iterator[str]:
        """Yield how many passages have all the names in their own text, each under any name that documents define.

        Where none has, and they stand above passages, of which files.
        """
        names = {required.phrase: rows for required, rows in self.rows.items() if required.kind == "name"}
        if not 0 < len(names) <= TOGETHER:
            return
        every = reduce(np.intersect1d, names.values())
        if len(every) > COUNTED:
            return
        mentions = [self.occurrences.mentions(name, every) for name in names]
        count = len(reduce(np.intersect1d, [rows for rows, _ in mentions]))
        said = [
            f"“{name.written}”{f' (or {_either(also)})' if also else ''}"
            for name, (_, also) in zip(names, mentions, strict=True)
        ]
        if count:
            passages = plural(count, "passage") if self.filters.empty else "of the passages searched"
            both = "both " if len(names) == 2 else ""
            yield f"{count:,} {passages} {'has' if count == 1 else 'have'} {both}{_listed(said, 'and')}."
        elif self.occurrences.only_above(names, every):
            stand = "stands only" if len(names) == 1 else "stand together only"
            files = _listed(self.occurrences.sources(every), "and")
            yield f"{_listed(said, 'and')} {stand} in titles and headings, of {files}."

    @property
    def _none(self) -> str:
        return "No passage" if self.filters.empty else "None of the passages searched"

    def _with_word(self, word: str) -> Rows:
        return np.intersect1d(self.occurrences.with_word(word), self.among)

    def _lacks_all(self, texts: Sequence[str]) -> str:
        said = _listed([f"“{text}”" for text in texts], "and")
        return f"{self._none} has both {said}." if len(texts) == 2 else f"{self._none} has {said} together."


def _no_words(words: Sequence[str]) -> Iterator[str]:
    if words:
        written = "" if all(map(_has_english_letters, words)) else " as written"  # other forms were not looked up
        yield f"No passage has the {plural(len(words), 'word')} {_either(words)}{written}."


def _has_english_letters(word: str) -> bool:
    return unaccented(word).replace("’", "'").isascii()


def _never_together(found: Mapping[str, Rows]) -> tuple[str, ...]:
    """Return the smallest set, of those that some passage has, of which no passage has all; else nothing."""
    some = [text for text, rows in found.items() if len(rows)][:TOGETHER]
    for size in range(2, len(some) + 1):
        for chosen in combinations(some, size):
            if not len(reduce(np.intersect1d, [found[text] for text in chosen])):
                return chosen
    return ()


def _either(texts: Sequence[str]) -> str:
    return _listed([f"“{text}”" for text in texts], "or")


def _listed(said: Sequence[str], word: str) -> str:
    """Return "a, b or c"; of more than MOST the first few, and how many more."""
    if len(said) > MOST:
        said = [*said[:NAMED], f"{len(said) - NAMED} more"]
    *others, last = said
    return f"{', '.join(others)} {word} {last}" if others else last
