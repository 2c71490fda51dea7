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
    words, _ = word_scores(forms)
    found = [_candidates(index, form, words, number) for form in forms]
    return np.unique(np.concatenate(found)).astype(np.int64)


def word_scores(forms: Sequence[QueryForm]) -> tuple[Floats, float]:
    """Return BM25 of every passage, 0 where no form holds, and the highest if all forms held everywhere."""
    scores, best = np.zeros(len(forms[0].words)), 0.0
    for form in forms:
        best = max(best, float(form.words.max(initial=0)))
        scores = np.maximum(scores, _masked(form.words, form.among))
    return scores, best


def _candidates(index: Index, form: QueryForm, words: Floats, number: int) -> Rows:
    query = form.vector[None, :]
    sentences = None if form.among is None else flat_rows([index.corpus.sentence_rows(int(row)) for row in form.among])
    near = index.passage_vectors.search(query, number, form.among)[1][0]
    parts = index.sentence_vectors.search(query, number, sentences)[1][0]
    worded = top_rows(words, number)
    return np.concatenate([near, index.corpus.sentence_spans[parts, 0], worded[words[worded] > 0]])


def _masked(scores: npt.NDArray[np.floating], among: Rows | None) -> Floats:
    if among is None:
        return scores.astype(np.float64)
    masked = np.zeros(len(scores), dtype=np.float64)
    masked[among] = scores[among]
    return masked


def flat_rows(ranges: Sequence[range]) -> Rows:
    """Return the rows of some ranges, one after the other."""
    whole = [np.arange(rows.start, rows.stop, dtype=np.int64) for rows in ranges]
    return np.concatenate(whole) if whole else np.empty(0, dtype=np.int64)
