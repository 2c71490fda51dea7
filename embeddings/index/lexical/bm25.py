"""The only importer of bm25s: BM25 scores of passages for the terms of a question.

It makes the scores; they are added up here, since its import takes longer than an answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.errors import IndexDamaged
from embeddings.index.array_file import Array, kept_array
from embeddings.index.lexical.positions import Places, check_starts
from embeddings.records import read_json
from embeddings.types import Occurrences, Rows
from embeddings.words import terms

Scores = npt.NDArray[np.float32]

_VOCABULARY = "vocabulary.json"
_ARRAYS = ("starts", "rows", "scores")


@dataclass(frozen=True, slots=True)
class Postings:
    """The passages that have each term: those of term n are ``rows[starts[n]:starts[n + 1]]``, with their ``scores``.

    ``numbers`` are those of the terms, in the order of the terms.
    """

    numbers: dict[str, int]
    starts: npt.NDArray[np.int32]
    rows: Array
    scores: Array


class BM25Index:
    """BM25 in Lucene's form (k1 1.5, b 0.75; Robertson and Zaragoza 2009); implements `LexicalIndex`."""

    def __init__(self, postings: Postings, places: Places) -> None:
        self._postings = postings
        self._places = places

    @classmethod
    def build(cls, passages: Sequence[Sequence[str]]) -> BM25Index:
        """Index passages in their order, each given in pieces: title and heading, then its sentences.

        The same texts give the same bytes.
        """
        import bm25s

        corpus = [[terms(piece) for piece in pieces] for pieces in passages]
        every = {term for pieces in corpus for piece in pieces for term in piece}
        vocabulary = {term: number for number, term in enumerate(sorted(every))}
        numbers = [[[vocabulary[term] for term in piece] for piece in pieces] for pieces in corpus]
        places = Places.build(numbers)
        if not vocabulary:
            empty = np.empty(0, dtype=np.int32)
            return cls(Postings({}, np.zeros(1, dtype=np.int32), empty, empty.astype(np.float32)), places)
        index = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
        index.index(([list(chain.from_iterable(own)) for own in numbers], dict(vocabulary)), show_progress=False)
        starts, rows, scores = (index.scores[name] for name in ("indptr", "indices", "data"))
        return cls(Postings(vocabulary, starts[: len(vocabulary) + 1], rows, scores), places)  # it adds a term ""

    @classmethod
    def load(cls, folder: Path) -> BM25Index:
        """Read what `save` wrote; raises IndexDamaged on anything else."""
        try:
            numbers = read_json(dict[str, int], (folder / _VOCABULARY).read_bytes(), ValueError)
            starts, rows, scores = (np.load(_file(folder, name), allow_pickle=False) for name in _ARRAYS)
            places = Places.load(folder)
            _check(numbers, (starts, rows, scores), len(places.passages) - 1)
            kept = (kept_array(_file(folder, name), array) for name, array in (("rows", rows), ("scores", scores)))
            postings = Postings(numbers, starts, *kept)
        except (OSError, ValueError, TypeError, AttributeError, EOFError) as error:
            raise IndexDamaged(f"{folder} is not a lexical index ({error})") from error
        return cls(postings, places)

    def save(self, folder: Path) -> None:
        """Write into a folder, which is made."""
        folder.mkdir(parents=True)
        vocabulary = json.dumps(self._postings.numbers, ensure_ascii=False, separators=(",", ":"))
        (folder / _VOCABULARY).write_text(vocabulary, encoding="utf-8")
        self._places.save(folder)
        for name in _ARRAYS:
            np.save(_file(folder, name), getattr(self._postings, name)[:])

    def __len__(self) -> int:
        return len(self._places.passages) - 1

    def scores(self, text: str) -> Scores:
        """Return (n,) scores, 0 where no word is shared."""
        scores = np.zeros(len(self), dtype=np.float32)
        for term in terms(text):
            start, end = self._span(term)
            scores[self._postings.rows[start:end]] += self._postings.scores[start:end]  # a passage stands there once
        return scores

    def rows_with(self, term: str) -> Rows:
        """Return the rows of the passages that have a term (as `terms` gives it), ascending."""
        start, end = self._span(term)
        if start == end:
            return np.empty(0, dtype=np.int64)
        rows: Rows = np.sort(self._postings.rows[start:end]).astype(np.int64)
        return rows

    def document_frequency(self, term: str) -> int:
        """Return how many passages have a term (as `terms` gives it)."""
        start, end = self._span(term)
        return end - start

    def vocabulary(self) -> list[str]:
        """Return every term, in order."""
        return sorted(self._postings.numbers)

    def occurrences(self, asked: Sequence[str], rows: Rows) -> Occurrences:
        """Return where terms (as `terms` gives them, each once) occur in the passages of some rows."""
        return self._places.occurrences([self._number(term) for term in asked], rows)

    def _number(self, term: str) -> int:
        return self._postings.numbers.get(term, -1)

    def _span(self, term: str) -> tuple[int, int]:
        number = self._number(term)
        if number < 0:
            return 0, 0
        return int(self._postings.starts[number]), int(self._postings.starts[number + 1])


def _file(folder: Path, name: str) -> Path:
    return folder / f"postings.{name}.npy"


def _check(numbers: dict[str, int], arrays: Sequence[npt.NDArray[Any]], passages: int) -> None:
    """Raise ValueError unless rows and numbers of terms are such as there are, and scores are numbers."""
    starts, rows, scores = arrays
    check_starts("postings", starts, len(rows))
    if any(own.ndim != 1 or own.dtype != kind for own, kind in ((rows, np.int32), (scores, np.float32))):
        raise ValueError("its arrays are others")
    if len(rows) != len(scores) or not np.isfinite(scores).all():
        raise ValueError("its scores are none")
    if len(rows) and not 0 <= rows.min() <= rows.max() < passages:
        raise ValueError(f"its rows are not 0 to {passages - 1}")
    if sorted(numbers.values()) != list(range(len(starts) - 1)):
        raise ValueError(f"its terms are not numbered 0 to {len(starts) - 2}")
