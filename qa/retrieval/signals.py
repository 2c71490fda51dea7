"""What each search says of the candidates: passage vectors, sentence vectors, words and how they stand together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from embeddings.index.store import Index
from embeddings.types import Occurrences, Vectors
from embeddings.words import content_words
from qa.retrieval.candidates import Floats, Rows, flat_rows, word_scores
from qa.retrieval.proximity import proximity
from qa.retrieval.query_forms import QueryForm

SAMPLE = 1_000  # passages


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
    """Rows of passages, ascending, and what each search says of them, the best over the forms; all of one length.

    ``proximity`` and ``coverage`` are shares of the question's weight (see `qa.retrieval.proximity` and
    `SentenceScore`), 0 to about 1; ``coverage`` is that of the passage's best sentence. ``similarities`` and
    ``coverages`` are those of every sentence of the candidates; passage i has those from ``starts[i]`` to ``starts[i +
    1]``. ``terms`` are those of the question, and ``stands`` (passages, terms) says which of them stand in which
    passage, under whatever name.
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


def collect(index: Index, forms: Sequence[QueryForm], rows: Rows) -> Signals:
    """Return what every search says of these passages (rows ascending), whether it found them or not."""
    words, best_words = word_scores(forms, rows)
    owned = [index.corpus.sentence_rows(int(row)) for row in rows]
    starts = np.cumsum([0, *(len(of_one) for of_one in owned)]).astype(np.int64)
    passages, sentences = index.passage_vectors.vectors(rows), index.sentence_vectors.vectors(flat_rows(owned))
    passage, near = np.full(len(rows), -1.0), np.zeros(len(rows))
    stands = np.zeros((len(rows), len(forms[0].terms)), dtype=bool)
    similarities, coverages = np.full(len(sentences), -1.0), np.zeros(len(sentences))
    for form in forms:
        holds = _holds(rows, form.among)
        of_sentences = np.repeat(holds, np.diff(starts))
        places = index.lexical.occurrences(form.terms, rows)
        together, covered = _together(places, form, starts)
        passage = np.maximum(passage, np.where(holds, cosines(passages, form.vector), -1.0))
        stands |= holds[:, None] & _standing(places, form, forms[0], len(rows))
        near = np.maximum(near, np.where(holds, together, 0.0))
        alike = cosines(sentences, form.vector)
        similarities = np.maximum(similarities, np.where(of_sentences, alike, -1.0))
        coverages = np.maximum(coverages, np.where(of_sentences, covered, 0.0))
    centre, spread = cosines_of_all(index, forms[0].vector)
    return Signals(
        scale=Scale(centre, spread, best_words),
        rows=rows,
        passage=passage,
        sentence=_best(similarities, starts),
        words=words,
        proximity=near,
        coverage=_best(coverages, starts),
        similarities=similarities,
        coverages=coverages,
        starts=starts,
        terms=forms[0].terms,
        stands=stands,
    )


def nearer(found: Signals, other: Signals) -> Signals:
    """Return the signals with each sentence as near as to its nearer question; both have the same passages."""
    return replace(
        found,
        similarities=np.maximum(found.similarities, other.similarities),
        coverages=np.maximum(found.coverages, other.coverages),
    )


def words_standing(found: Signals, text: str, at: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the question's content words, as written, that a candidate has, and those that none has; each once."""
    here = {term for term, stands in zip(found.terms, found.stands[at], strict=True) if stands}
    words = dict(content_words(text))
    matched = tuple(word for word in words if words[word] in here)
    return matched, tuple(word for word in words if words[word] not in here)


def _standing(places: Occurrences, form: QueryForm, asked: QueryForm, passages: int) -> npt.NDArray[np.bool_]:
    """Return (passages, terms asked): whether each stands there as this form has it, itself or by its other name."""
    stands = np.zeros((passages, len(asked.terms)), dtype=bool)
    if form is asked:
        stands[places.passage, places.term] = True
    else:
        stands[:, [term in form.instead_of for term in asked.terms]] = True
    return stands


def _together(places: Occurrences, form: QueryForm, starts: Rows) -> tuple[Floats, Floats]:
    """Return how near to each other the terms stand in each passage, and the coverage of each sentence."""
    near = proximity(places, form.weights, len(starts) - 1) / form.weight
    size = len(form.terms)
    inside = places.piece > 0
    sentence = starts[places.passage[inside]] + places.piece[inside] - 1
    present = np.unique(sentence * size + places.term[inside]) if size else np.empty(0, dtype=np.int64)
    covered = np.zeros(int(starts[-1]))
    np.add.at(covered, present // max(size, 1), form.weights[present % max(size, 1)])
    return near, covered / form.weight


def cosines_of_all(index: Index, vector: Vectors) -> tuple[float, float]:
    """Return mean and standard deviation of the cosine over the passages, at most SAMPLE of them, evenly spread."""
    rows = np.unique(np.linspace(0, len(index.corpus) - 1, min(SAMPLE, len(index.corpus))).astype(np.int64))
    found = cosines(index.passage_vectors.vectors(rows), vector)
    return float(found.mean()), float(found.std())


def cosines(vectors: Vectors, vector: Vectors) -> Floats:
    """Return inner products, summed in one order whatever the number of threads."""
    products: Vectors = np.einsum("ij,j->i", vectors, vector)
    return products.astype(np.float64)


def _best(of_sentences: Floats, starts: Rows) -> Floats:
    best: Floats = np.maximum.reduceat(of_sentences, starts[:-1]) if len(starts) > 1 else np.empty(0)
    return best


def _holds(rows: Rows, among: Rows | None) -> npt.NDArray[np.bool_]:
    return np.ones(len(rows), dtype=bool) if among is None else np.isin(rows, among)
