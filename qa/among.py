"""The passages that may be found at all: those that the filters, the quoted phrases and the excluded words leave."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from embeddings.lexical import forms_of, is_stop_word, plain_words, terms
from embeddings.store import Index
from qa.filters import Filters
from qa.query import Query

__all__ = ["rows_among", "rows_of", "with_phrase"]

Rows = npt.NDArray[np.int64]


def rows_among(index: Index, query: Query, filters: Filters) -> Rows | None:
    """Ascending rows of the passages that are searched; None for all."""
    if filters.empty and not query.phrases and not query.excluded:
        return None
    rows = rows_of(index, filters)
    for phrase in query.phrases:
        rows = np.intersect1d(rows, with_phrase(index, phrase.words))
    for phrase in query.excluded:
        rows = np.setdiff1d(rows, _with_word(index, phrase.words))
    return rows


def rows_of(index: Index, filters: Filters) -> Rows:
    """Ascending rows of the passages of the documents that the filters leave."""
    if filters.empty:
        return np.arange(len(index.corpus), dtype=np.int64)
    documents = filters.rows(index.corpus.documents)
    return np.flatnonzero(np.isin(index.corpus.passage_spans[:, 0], documents)).astype(np.int64)


def _with_word(index: Index, words: Sequence[str]) -> Rows:
    """Passages that have the word in any inflected form; a hyphenated word counts as a phrase."""
    if len(words) > 1 or is_stop_word(words[0]):
        return with_phrase(index, words)
    (own, *_) = forms = forms_of(words[0])
    found = [int(row) for row in _rows_with(index, forms)]
    stands = [row for row in found if _has(index.corpus.passage(row).text, words[0], own)]
    return np.array(stands, dtype=np.int64)


def _has(text: str, word: str, term: str) -> bool:
    return term in terms(text) or word in plain_words(text)


def _rows_with(index: Index, forms: Sequence[str]) -> Rows:
    return np.unique(np.concatenate([index.lexical.rows_with(form) for form in forms])).astype(np.int64)


def with_phrase(index: Index, phrase: Sequence[str]) -> Rows:
    """Passages whose own text has these plain words in this order: case, accents and hyphens make no difference."""
    rows = np.arange(len(index.corpus), dtype=np.int64)
    for word in phrase:
        if not is_stop_word(word):
            rows = np.intersect1d(rows, _rows_with(index, forms_of(word)))
    stands = [row for row in rows if _stands(plain_words(index.corpus.passage(int(row)).text), phrase)]
    return np.array(stands, dtype=np.int64)


def _stands(words: Sequence[str], phrase: Sequence[str]) -> bool:
    size = len(phrase)
    return any(tuple(words[place : place + size]) == tuple(phrase) for place in range(len(words) - size + 1))
