"""The three searches: by passage vectors, by sentence vectors, by words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from embeddings.index.order import top_rows
from embeddings.index.store import Index
from qa.retrieval.query_forms import QueryForm

CANDIDATES = 100  # of each of the three searches, or as many as hits are asked for


Floats = npt.NDArray[np.float64]


Rows = npt.NDArray[np.int64]


def candidates(index: Index, forms: Sequence[QueryForm], number: int = CANDIDATES) -> Rows:
    """Return the rows of the best ``number`` passages of each search, ascending."""
    worded = _best_by_words(forms, number)
    found = [worded, *(_nearest(index, form, number) for form in forms)]
    return np.unique(np.concatenate(found)).astype(np.int64)


def word_scores(forms: Sequence[QueryForm], rows: Rows) -> tuple[Floats, float]:
    """Return BM25 of some passages, 0 where no form holds, and the highest of any passage if all forms held there."""
    scores, best = np.zeros(len(rows)), 0.0
    for form in forms:
        best = max(best, float(form.words.max(initial=0)))
        here = form.words[rows].astype(np.float64)
        scores = np.maximum(scores, here if form.among is None else np.where(np.isin(rows, form.among), here, 0.0))
    return scores, best


def _best_by_words(forms: Sequence[QueryForm], number: int) -> Rows:
    held = [np.flatnonzero(form.words > 0) if form.among is None else form.among for form in forms]
    rows = held[0] if len(held) == 1 else np.unique(np.concatenate(held))
    scores, _ = word_scores(forms, rows)
    best = top_rows(scores, number)
    found: Rows = rows[best[scores[best] > 0]]
    return found


def _nearest(index: Index, form: QueryForm, number: int) -> Rows:
    query = form.vector[None, :]
    sentences = None if form.among is None else flat_rows([index.corpus.sentence_rows(int(row)) for row in form.among])
    near = index.passage_vectors.search(query, number, form.among)[1][0]
    parts = index.sentence_vectors.search(query, number, sentences)[1][0]
    return np.concatenate([near, index.corpus.sentence_spans[parts, 0]])


def flat_rows(ranges: Sequence[range]) -> Rows:
    """Return the rows of some ranges, one after the other."""
    whole = [np.arange(rows.start, rows.stop, dtype=np.int64) for rows in ranges]
    return np.concatenate(whole) if whole else np.empty(0, dtype=np.int64)
