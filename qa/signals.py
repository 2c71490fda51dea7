"""What each search says of the candidates: passage vectors, sentence vectors, words and how they stand together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from embeddings.lexical import terms
from embeddings.store import Index
from embeddings.types import Encoder, Vectors
from qa.fusion import top_rows
from qa.proximity import proximity

__all__ = ["CANDIDATES", "Reading", "Signals", "collect", "read_as"]

CANDIDATES = 100  # of each of the three searches, or as many as hits are asked for

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """One wording of the question, and the rows of passages it holds for, ascending (None: all).

    ``terms`` are its terms, each once, in order; ``rarity`` is the inverse document frequency of each.
    """

    text: str
    vector: Vectors
    terms: tuple[str, ...]
    rarity: Floats
    among: Rows | None

    @property
    def weight(self) -> float:
        """The sum of the rarities; 1 where there are no terms, so that it can divide."""
        return float(self.rarity.sum()) or 1.0


@dataclass(frozen=True, slots=True)
class Signals:
    """Rows of passages, ascending, and what each search says of them, the best over the readings; all of one length.

    ``proximity`` and ``coverage`` are shares of the question's weight (see `qa.proximity` and `SentenceScore`), 0 to
    about 1; ``coverage`` is that of the passage's best sentence. ``similarities`` and ``coverages`` are those of every
    sentence of the candidates; passage i has those from ``starts[i]`` to ``starts[i + 1]``.
    """

    rows: Rows
    passage: Floats
    sentence: Floats
    words: Floats
    proximity: Floats
    coverage: Floats
    similarities: Floats
    coverages: Floats
    starts: Rows


def read_as(index: Index, encoder: Encoder, text: str, among: Rows | None) -> Reading:
    """Make a reading of a text."""
    asked = tuple(dict.fromkeys(terms(text)))
    rarity = np.array([_rarity(index, term) for term in asked], dtype=np.float64)
    return Reading(text, encoder.encode_query(text), asked, rarity, among)


def collect(index: Index, readings: Sequence[Reading], number: int = CANDIDATES) -> Signals:
    """The candidates of all searches, ``number`` of each, and all scores of all of them."""
    words = _words(index, readings)
    found = [_candidates(index, reading, words, number) for reading in readings]
    rows = np.unique(np.concatenate(found)).astype(np.int64)
    owned = [index.corpus.sentence_rows(int(row)) for row in rows]
    starts = np.cumsum([0, *(len(of_one) for of_one in owned)]).astype(np.int64)
    passages, sentences = index.passage_vectors.vectors(rows), index.sentence_vectors.vectors(_flat(owned))
    passage, near = np.full(len(rows), -1.0), np.zeros(len(rows))
    similarities, coverages = np.full(len(sentences), -1.0), np.zeros(len(sentences))
    for reading in readings:
        holds = _holds(rows, reading.among)
        of_sentences = np.repeat(holds, np.diff(starts))
        together, covered = _together(index, reading, rows, starts)
        passage = np.maximum(passage, np.where(holds, _cosines(passages, reading.vector), -1.0))
        near = np.maximum(near, np.where(holds, together, 0.0))
        cosines = _cosines(sentences, reading.vector)
        similarities = np.maximum(similarities, np.where(of_sentences, cosines, -1.0))
        coverages = np.maximum(coverages, np.where(of_sentences, covered, 0.0))
    return Signals(
        rows=rows,
        passage=passage,
        sentence=_best(similarities, starts),
        words=words[rows],
        proximity=near,
        coverage=_best(coverages, starts),
        similarities=similarities,
        coverages=coverages,
        starts=starts,
    )


def _together(index: Index, reading: Reading, rows: Rows, starts: Rows) -> tuple[Floats, Floats]:
    """How near the terms stand to each other in each passage, and the coverage of each sentence."""
    places = index.lexical.occurrences(reading.terms, rows)
    near = proximity(places, reading.rarity, len(rows)) / reading.weight
    size = len(reading.terms)
    inside = places.piece > 0
    sentence = starts[places.passage[inside]] + places.piece[inside] - 1
    present = np.unique(sentence * size + places.term[inside]) if size else np.empty(0, dtype=np.int64)
    covered = np.zeros(int(starts[-1]))
    np.add.at(covered, present // max(size, 1), reading.rarity[present % max(size, 1)])
    return near, covered / reading.weight


def _words(index: Index, readings: Sequence[Reading]) -> Floats:
    """BM25 of every passage; a variant's is scaled so that its terms together weigh what the question's do."""
    asked, *others = readings
    scores = _masked(index.lexical.scores(asked.text), asked.among)
    for reading in others:
        scale = asked.weight / reading.weight
        scores = np.maximum(scores, scale * _masked(index.lexical.scores(reading.text), reading.among))
    return scores


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


def _cosines(vectors: Vectors, vector: Vectors) -> Floats:
    """Inner products, summed in one order whatever the number of threads."""
    cosines: Vectors = np.einsum("ij,j->i", vectors, vector)
    return cosines.astype(np.float64)


def _best(of_sentences: Floats, starts: Rows) -> Floats:
    best: Floats = np.maximum.reduceat(of_sentences, starts[:-1]) if len(starts) > 1 else np.empty(0)
    return best


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
