"""The only importer of bm25s: BM25 scores of passages for the terms of a question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.errors import IndexDamaged
from embeddings.index.positions import Places, check_starts
from embeddings.types import Occurrences, Rows
from embeddings.words import terms

Scores = npt.NDArray[np.float32]

_STATE = "state.json"


class BM25Index:
    """BM25 in Lucene's form (k1 1.5, b 0.75; Robertson and Zaragoza 2009); implements `LexicalIndex`."""

    def __init__(self, index: Any, places: Places) -> None:
        self._index = index  # None where no passage has a word
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
            return cls(None, places)
        index = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
        index.index(([list(chain.from_iterable(own)) for own in numbers], vocabulary), show_progress=False)
        return cls(index, places)

    @classmethod
    def load(cls, folder: Path) -> BM25Index:
        """Read what `save` wrote; raises IndexDamaged on anything else."""
        import bm25s

        try:
            empty = bool(json.loads((folder / _STATE).read_text(encoding="utf-8"))["empty"])
            index, places = None if empty else bm25s.BM25.load(str(folder), show_progress=False), Places.load(folder)
            if index is not None:
                _check(index, len(places.passages) - 1)
            return cls(index, places)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError) as error:
            raise IndexDamaged(f"{folder} is not a lexical index ({error})") from error

    def save(self, folder: Path) -> None:
        """Write into a folder, which is made."""
        folder.mkdir(parents=True)
        state = {"passages": len(self), "empty": self._index is None}
        (folder / _STATE).write_text(json.dumps(state), encoding="utf-8")
        self._places.save(folder)
        if self._index is not None:
            self._index.save(str(folder), show_progress=False)

    def __len__(self) -> int:
        return len(self._places.passages) - 1

    def scores(self, text: str) -> Scores:
        """Return (n,) scores, 0 where no word is shared."""
        known = [term for term in terms(text) if self._number(term) >= 0]
        if not known:
            return np.zeros(len(self), dtype=np.float32)
        scores: Scores = np.asarray(self._index.get_scores(known), dtype=np.float32)
        return scores

    def rows_with(self, term: str) -> Rows:
        """Return the rows of the passages that have a term (as `terms` gives it), ascending."""
        start, end = self._postings(term)
        if start == end:
            return np.empty(0, dtype=np.int64)
        rows: Rows = np.sort(self._index.scores["indices"][start:end]).astype(np.int64)
        return rows

    def document_frequency(self, term: str) -> int:
        """Return how many passages have a term (as `terms` gives it)."""
        start, end = self._postings(term)
        return end - start

    def vocabulary(self) -> list[str]:
        """Return every term, in order."""
        return [] if self._index is None else sorted(filter(None, self._index.vocab_dict))

    def occurrences(self, asked: Sequence[str], rows: Rows) -> Occurrences:
        """Return where terms (as `terms` gives them, each once) occur in the passages of some rows."""
        return self._places.occurrences([self._number(term) for term in asked], rows)

    def _number(self, term: str) -> int:
        return -1 if self._index is None else int(self._index.vocab_dict.get(term, -1))

    def _postings(self, term: str) -> tuple[int, int]:
        number = self._number(term)
        if number < 0:
            return 0, 0
        starts = self._index.scores["indptr"]
        return int(starts[number]), int(starts[number + 1])


def _check(index: Any, passages: int) -> None:
    """Raise ValueError unless rows and numbers of terms are such as there are, and scores are numbers."""
    rows, scores = index.scores["indices"], index.scores["data"]
    numbers = [number for term, number in index.vocab_dict.items() if term]  # bm25s adds "" at the end
    check_starts("postings", index.scores["indptr"], len(rows))
    terms = len(index.scores["indptr"]) - 1
    if (index.method, index.dtype, index.int_dtype) != ("lucene", "float32", "int32"):
        raise ValueError("its parameters are others")
    if len(rows) != len(scores) or not np.isfinite(scores).all():
        raise ValueError("its scores are none")
    if len(rows) and not 0 <= rows.min() <= rows.max() < passages:
        raise ValueError(f"its rows are not 0 to {passages - 1}")
    if not all(isinstance(number, int) and 0 <= number < terms for number in numbers):
        raise ValueError(f"its terms are not numbered 0 to {terms - 1}")
