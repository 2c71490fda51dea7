"""What each search says of the candidates: passage vectors, sentence vectors, words; over all readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from embeddings.lexical import terms
from embeddings.store import Index
from embeddings.types import Vectors
from qa.fusion import top_rows

__all__ = ["Reading", "Signals", "collect", "coverage", "sentence_similarities"]

CANDIDATES = 100  # of each search, or as many as hits are asked for

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """One wording of the question: its vector, and the rows of passages it holds for, ascending (None: all)."""

    text: str
    vector: Vectors
    among: Rows | None


@dataclass(frozen=True, slots=True)
class Signals:
    """Rows of passages, ascending, and what each search says of them, the best over the readings; all of one length."""

    rows: Rows
    passage: Floats
    sentence: Floats
    words: Floats


def collect(index: Index, readings: Sequence[Reading], number: int = CANDIDATES) -> Signals:
    """The candidates of all searches, ``number`` of each, and all scores of all of them."""
    words = _words(index, readings)
    found = [_candidates(index, reading, words, number) for reading in readings]
    rows = np.unique(np.concatenate(found)).astype(np.int64)
    owned = [index.corpus.sentence_rows(int(row)) for row in rows]
    passages = index.passage_vectors.vectors(rows)
    sentences = index.sentence_vectors.vectors(_flat(owned))
    starts = np.cumsum([0] + [len(of_one) for of_one in owned[:-1]])
    passage = np.full(len(rows), -1.0)
    sentence = np.full(len(rows), -1.0)
    for reading in readings:
        holds = _holds(rows, reading.among)
        best = np.maximum.reduceat(sentences @ reading.vector, starts) if len(rows) else np.empty(0)
        passage = np.maximum(passage, np.where(holds, passages @ reading.vector, -1.0))
        sentence = np.maximum(sentence, np.where(holds, best, -1.0))
    return Signals(rows, passage, sentence, words[rows].astype(np.float64))


def sentence_similarities(index: Index, row: int, readings: Sequence[Reading]) -> Floats:
    """For each sentence of a passage its highest cosine with a reading that holds there."""
    vectors = index.sentence_vectors.vectors(_flat([index.corpus.sentence_rows(row)]))
    here = np.array([row])
    cosines = [vectors @ reading.vector for reading in readings if _holds(here, reading.among)[0]]
    best: Floats = np.max(np.stack(cosines), axis=0).astype(np.float64)
    return best


def coverage(index: Index, text: str, readings: Sequence[Reading]) -> float:
    """The share of a question's terms that a text has, each weighted by its rarity; the highest over the readings."""
    present = set(terms(text))
    return max((_share(index, reading.text, present) for reading in readings), default=0.0)


def _share(index: Index, asked: str, present: set[str]) -> float:
    weights = {term: _rarity(index, term) for term in terms(asked)}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0


def _words(index: Index, readings: Sequence[Reading]) -> Floats:
    """BM25 of every passage; a variant's is scaled so that its terms together weigh what the question's do."""
    asked, *others = readings
    scores = _masked(index.lexical.scores(asked.text).astype(np.float64), asked.among)
    weight = _weight(index, asked.text)
    for reading in others:
        own = _weight(index, reading.text)
        scale = weight / own if own else 0.0
        scores = np.maximum(scores, scale * _masked(index.lexical.scores(reading.text), reading.among))
    return scores


def _weight(index: Index, text: str) -> float:
    return sum(_rarity(index, term) for term in set(terms(text)))


def _rarity(index: Index, term: str) -> float:
    """Inverse document frequency in Lucene's form, always positive."""
    size, frequency = len(index.corpus), index.lexical.document_frequency(term)
    return log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def _candidates(index: Index, reading: Reading, words: Floats, number: int) -> Rows:
    query = reading.vector[None, :]
    sentences = (
        None if reading.among is None else _flat([index.corpus.sentence_rows(int(row)) for row in reading.among])
    )
    near = index.passage_vectors.search(query, number, reading.among)[1][0]
    parts = index.sentence_vectors.search(query, number, sentences)[1][0]
    worded = top_rows(words, number)
    return np.concatenate([near, index.corpus.sentence_spans[parts, 0], worded[words[worded] > 0]])


def _masked(scores: npt.NDArray[np.floating], among: Rows | None) -> Floats:
    if among is None:
        return scores.astype(np.float64)
    masked = np.zeros(len(scores), dtype=np.float64)
    masked[among] = scores[among]
    return masked


def _holds(rows: Rows, among: Rows | None) -> npt.NDArray[np.bool_]:
    return np.ones(len(rows), dtype=bool) if among is None else np.isin(rows, among)


def _flat(ranges: Sequence[range]) -> Rows:
    whole = [np.arange(rows.start, rows.stop, dtype=np.int64) for rows in ranges]
    return np.concatenate(whole) if whole else np.empty(0, dtype=np.int64)
