"""What each search says of the candidates: passage vectors, sentence vectors, words and how they stand together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
import numpy.typing as npt

from embeddings.index.order import top_rows
from embeddings.index.store import Index
from embeddings.types import Encoder, Occurrences, Vectors
from embeddings.words import content_words, terms
from qa.proximity import proximity

__all__ = [
    "CANDIDATES",
    "Reading",
    "Scale",
    "Signals",
    "candidates",
    "collect",
    "cosines",
    "cosines_of_all",
    "nearer",
    "read_as",
    "words_standing",
]

CANDIDATES = 100  # of each of the three searches, or as many as hits are asked for
SAMPLE = 1_000  # passages

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """One wording of the question, and the rows of passages it holds for, ascending (None: all).

    ``terms`` are its terms, each once, in order; ``weights`` say how much each tells (see `_weight`). ``words`` is the
    BM25 of every passage. ``instead_of`` are terms of the question that stand under another name wherever it holds.
    """

    text: str
    vector: Vectors
    terms: tuple[str, ...]
    weights: Floats
    words: npt.NDArray[np.floating]
    among: Rows | None
    instead_of: frozenset[str] = frozenset()

    @property
    def weight(self) -> float:
        """The sum of the weights; 1 where there are no terms, so that it can divide."""
        return float(self.weights.sum()) or 1.0


@dataclass(frozen=True, slots=True)
class Scale:
    """What the scores are measured by: the same for all passages of an index, whichever of them are searched.

    ``centre`` and ``spread`` are mean and standard deviation of the question's cosine with the passages (0 where all
    are equal); ``words`` is the highest BM25 of any passage (0 where no word is known).
    """

    centre: float
    spread: float
    words: float


@dataclass(frozen=True, slots=True)
class Signals:
    """Rows of passages, ascending, and what each search says of them, the best over the readings; all of one length.

    ``proximity`` and ``coverage`` are shares of the question's weight (see `qa.proximity` and `SentenceScore`), 0 to
    about 1; ``coverage`` is that of the passage's best sentence. ``similarities`` and ``coverages`` are those of every
    sentence of the candidates; passage i has those from ``starts[i]`` to ``starts[i + 1]``. ``terms`` are those of the
    question, and ``stands`` (passages, terms) says which of them stand in which passage, under whatever name.
    """

    scale: Scale
    rows: Rows
    passage: Floats
    sentence: Floats
    words: Floats
    proximity: Floats
    coverage: Floats
    similarities: Floats
    coverages: Floats
    starts: Rows
    terms: tuple[str, ...]
    stands: npt.NDArray[np.bool_]


def read_as(index: Index, encoder: Encoder, text: str, among: Rows | None, *, instead_of: str = "") -> Reading:
    """Make a reading of a text, in which another name stands instead of one."""
    asked = tuple(dict.fromkeys(terms(text)))
    weights = np.array([_weight(index, term) for term in asked], dtype=np.float64)
    words = index.lexical.scores(text)
    return Reading(text, encoder.encode_query(text), asked, weights, words, among, frozenset(terms(instead_of)))


def candidates(index: Index, readings: Sequence[Reading], number: int = CANDIDATES) -> Rows:
    """The rows of the best ``number`` passages of each search, ascending."""
    words, _ = _words(readings)
    found = [_candidates(index, reading, words, number) for reading in readings]
    return np.unique(np.concatenate(found)).astype(np.int64)


def collect(index: Index, readings: Sequence[Reading], rows: Rows) -> Signals:
    """What every search says of these passages (rows ascending), whether it found them or not."""
    words, best_words = _words(readings)
    owned = [index.corpus.sentence_rows(int(row)) for row in rows]
    starts = np.cumsum([0, *(len(of_one) for of_one in owned)]).astype(np.int64)
    passages, sentences = index.passage_vectors.vectors(rows), index.sentence_vectors.vectors(_flat(owned))
    passage, near = np.full(len(rows), -1.0), np.zeros(len(rows))
    stands = np.zeros((len(rows), len(readings[0].terms)), dtype=bool)
    similarities, coverages = np.full(len(sentences), -1.0), np.zeros(len(sentences))
    for reading in readings:
        holds = _holds(rows, reading.among)
        of_sentences = np.repeat(holds, np.diff(starts))
        places = index.lexical.occurrences(reading.terms, rows)
        together, covered = _together(places, reading, starts)
        passage = np.maximum(passage, np.where(holds, cosines(passages, reading.vector), -1.0))
        stands |= holds[:, None] & _standing(places, reading, readings[0], len(rows))
        near = np.maximum(near, np.where(holds, together, 0.0))
        alike = cosines(sentences, reading.vector)
        similarities = np.maximum(similarities, np.where(of_sentences, alike, -1.0))
        coverages = np.maximum(coverages, np.where(of_sentences, covered, 0.0))
    centre, spread = cosines_of_all(index, readings[0].vector)
    return Signals(
        scale=Scale(centre, spread, best_words),
        rows=rows,
        passage=passage,
        sentence=_best(similarities, starts),
        words=words[rows],
        proximity=near,
        coverage=_best(coverages, starts),
        similarities=similarities,
        coverages=coverages,
        starts=starts,
        terms=readings[0].terms,
        stands=stands,
    )


def nearer(found: Signals, other: Signals) -> Signals:
    """The signals with each sentence as near as it is to either question; both are of the same passages."""
    return replace(
        found,
        similarities=np.maximum(found.similarities, other.similarities),
        coverages=np.maximum(found.coverages, other.coverages),
    )


def words_standing(found: Signals, text: str, at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The content words of the question, as written, that stand in a candidate, and those that do not; each once."""
    here = {term for term, stands in zip(found.terms, found.stands[at], strict=True) if stands}
    words = dict(content_words(text))
    matched = tuple(word for word in words if words[word] in here)
    return matched, tuple(word for word in words if words[word] not in here)


def _standing(places: Occurrences, reading: Reading, asked: Reading, passages: int) -> npt.NDArray[np.bool_]:
    """(passages, terms asked) whether each stands there as this reading has it: itself, or by its other name."""
    stands = np.zeros((passages, len(asked.terms)), dtype=bool)
    if reading is asked:
        stands[places.passage, places.term] = True
    else:
        stands[:, [term in reading.instead_of for term in asked.terms]] = True
    return stands


def _together(places: Occurrences, reading: Reading, starts: Rows) -> tuple[Floats, Floats]:
    """How near the terms stand to each other in each passage, and the coverage of each sentence."""
    near = proximity(places, reading.weights, len(starts) - 1) / reading.weight
    size = len(reading.terms)
    inside = places.piece > 0
    sentence = starts[places.passage[inside]] + places.piece[inside] - 1
    present = np.unique(sentence * size + places.term[inside]) if size else np.empty(0, dtype=np.int64)
    covered = np.zeros(int(starts[-1]))
    np.add.at(covered, present // max(size, 1), reading.weights[present % max(size, 1)])
    return near, covered / reading.weight


def _words(readings: Sequence[Reading]) -> tuple[Floats, float]:
    """BM25 of every passage, 0 where no reading holds, and the highest of all passages if all readings held everywhere.

    A variant's is scaled so that its terms together weigh what the question's do.
    """
    scores, best = np.zeros(len(readings[0].words)), 0.0
    for reading in readings:
        own = reading.words * (readings[0].weight / reading.weight)
        best = max(best, float(own.max(initial=0)))
        scores = np.maximum(scores, _masked(own, reading.among))
    return scores, best


def _weight(index: Index, term: str) -> float:
    """Inverse document frequency in Lucene's form, always positive, to the power of 1.5; see docs/decisions.md."""
    size, frequency = len(index.corpus), index.lexical.document_frequency(term)
    return float(log(1 + (size - frequency + 0.5) / (frequency + 0.5)) ** 1.5)


def cosines_of_all(index: Index, vector: Vectors) -> tuple[float, float]:
    """Mean and standard deviation of the cosine over the passages; over SAMPLE of them, evenly spread, if more."""
    rows = np.unique(np.linspace(0, len(index.corpus) - 1, min(SAMPLE, len(index.corpus))).astype(np.int64))
    found = cosines(index.passage_vectors.vectors(rows), vector)
    return float(found.mean()), float(found.std())


def _candidates(index: Index, reading: Reading, words: Floats, number: int) -> Rows:
    query = reading.vector[None, :]
    sentences = (
        None if reading.among is None else _flat([index.corpus.sentence_rows(int(row)) for row in reading.among])
    )
    near = index.passage_vectors.search(query, number, reading.among)[1][0]
    parts = index.sentence_vectors.search(query, number, sentences)[1][0]
    worded = top_rows(words, number)
    return np.concatenate([near, index.corpus.sentence_spans[parts, 0], worded[words[worded] > 0]])


def cosines(vectors: Vectors, vector: Vectors) -> Floats:
    """Inner products, summed in one order whatever the number of threads."""
    products: Vectors = np.einsum("ij,j->i", vectors, vector)
    return products.astype(np.float64)


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
