"""The passages of an index in which the words, names, numbers and dates of a question occur."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from itertools import chain, permutations

import numpy as np

from embeddings.index.store import Index
from embeddings.types import Rows
from embeddings.words import forms_of, is_stop_word, plain_words
from qa.answering.no_answer.requirements import Requirement
from qa.query.aliases import names_defined
from qa.query.syntax import Phrase
from qa.retrieval.selection import with_name_as_written, with_quoted

_LONGEST = 1 << 32  # terms of a passage


class OccurrenceIndex:
    """Look-ups in one index; rows are ascending rows of passages."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._names = names_defined(index.aliases)

    def with_word(self, word: str) -> Rows:
        """Return the passages with a plain word in any inflected form, in title, heading or text."""
        return reduce(np.union1d, map(self._index.lexical.rows_with, forms_of(word)))

    def with_requirement(self, required: Requirement, among: Rows) -> Rows:
        """Return the passages that may have what is required: also in title and heading, or as their date."""
        called: Iterable[tuple[Phrase, Rows]] = [(required.phrase, among)]
        if required.kind == "name":
            called = self._called(required.phrase, among)
        elif required.kind == "date":
            called = [(Phrase(required.phrase.written, words), among) for words in permutations(required.phrase.words)]
        found = reduce(np.union1d, [self._in_sequence(phrase, rows) for phrase, rows in called])
        if not required.iso:
            return found
        documents = enumerate(self._index.corpus.documents)
        dated = [number for number, own in documents if (own.metadata.date or "").startswith(required.iso)]
        return np.union1d(found, self._of_documents(dated, among))

    def mentions(self, name: Phrase, among: Rows) -> tuple[Rows, list[str]]:
        """Return the passages with a name in their own text, and the other names under which alone some have it."""
        found, also = np.empty(0, dtype=np.int64), []
        for phrase, rows in self._called(name, among):
            quoted = with_quoted(self._index, phrase, rows)
            more = np.setdiff1d(with_name_as_written(self._index, phrase.written, phrase.words, quoted), found)
            also += [phrase.written] if phrase is not name and len(more) else []
            found = np.union1d(found, more)
        return found, also

    def only_above(self, names: Iterable[Phrase], rows: Rows) -> bool:
        """Return whether the names' words stand in the titles and headings of passages, and not in their own text."""
        words = (word for name in names for word in name.words if not is_stop_word(word))
        terms = list(dict.fromkeys(chain.from_iterable(map(forms_of, words))))
        pieces = self._index.lexical.occurrences(terms, rows).piece
        return len(pieces) > 0 and not pieces.any()

    def sources(self, rows: Rows) -> list[str]:
        """Return the files of some passages, each once."""
        return list(dict.fromkeys(self._index.corpus.document_of(row).source for row in rows.tolist()))

    def _called(self, name: Phrase, among: Rows) -> Iterator[tuple[Phrase, Rows]]:
        """Yield a name, then the other names that documents define for it, each with the passages where it holds."""
        yield name, among
        for variant in self._names.variants(name.written):
            documents = [
                number
                for number, document in enumerate(self._index.corpus.documents)
                if document.id not in variant.elsewhere
                and (variant.documents is None or document.id in variant.documents)
            ]
            yield Phrase(variant.text, tuple(plain_words(variant.text))), self._of_documents(documents, among)

    def _of_documents(self, documents: list[int], among: Rows) -> Rows:
        return among[np.isin(self._index.corpus.passage_spans[among, 0], documents)]

    def _in_sequence(self, phrase: Phrase, among: Rows) -> Rows:
        """Return the passages with a phrase in title, heading or text; stop words and signs between count for nothing.

        Where a phrase has stop words only, that is all passages.
        """
        content = [word for word in phrase.words if not is_stop_word(word)]
        rows = reduce(np.intersect1d, map(self.with_word, content), among)
        if len(content) < 2:
            return rows
        starts = []  # of the phrase, one number for passage and position
        for place, word in enumerate(content):
            found = self._index.lexical.occurrences(forms_of(word), rows)
            starts.append(found.passage * _LONGEST + found.position - place)
        return rows[np.unique(reduce(np.intersect1d, starts) // _LONGEST)]
