"""How two questions stand to each other in the documents: whether they are about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import Protocol

import numpy as np
import numpy.typing as npt

from embeddings.index.store import Index
from embeddings.types import Encoder, Vectors
from qa.expansion import Names
from qa.signals import CANDIDATES, cosines, cosines_of_all

__all__ = ["Fit", "Ground", "IndexGround"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """What the documents say of a question and of what was asked before it.

    ``together``: how well one passage has the words of both, 0 to 1; of each passage counts the question it fits worse,
    by BM25 as a share of the highest. ``near``: the same of the vectors. ``clear``: how far the nearest passage stands
    out for the question alone. Both are standard scores over the passages, as multiples of what the highest of so many
    random ones would be.
    """

    together: float
    near: float
    clear: float


class Ground(Protocol):
    """What the documents know of words and questions."""

    def rarity(self, term: str) -> float:
        """How rare a term (as `embeddings.words.terms` gives it) is; 0 where no passage has it."""
        ...

    def fit(self, question: str, earlier: str) -> Fit:
        """How a question stands to an earlier one."""
        ...

    def renamed(self, text: str) -> tuple[str, ...]:
        """A text with each name that the documents define exchanged for the other one."""
        ...


class IndexGround:
    """Asks an index; implements `Ground`."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self._names = Names(index.aliases)

    def rarity(self, term: str) -> float:
        """Inverse document frequency in Lucene's form."""
        size, there = len(self._index.corpus), self._index.lexical.document_frequency(term)
        return log(1 + (size - there + 0.5) / (there + 0.5)) if there else 0.0

    def fit(self, question: str, earlier: str) -> Fit:
        """Compare over all passages by words, over the nearest CANDIDATES of each by vectors."""
        size = len(self._index.corpus)
        if not size:
            return Fit(0.0, 0.0, 0.0)
        shares = [self._shares(text) for text in (question, earlier)]
        vectors = [self._encoder.encode_query(text) for text in (question, earlier)]
        found = self._index.passage_vectors.search(np.stack(vectors), CANDIDATES)[1]
        rows = np.unique(found).astype(np.int64)
        scores = [self._standard(vector, rows) for vector in vectors]
        return Fit(
            together=float(np.minimum(*shares).max()),
            near=float(np.minimum(*scores).max()),
            clear=float(scores[0].max()),
        )

    def renamed(self, text: str) -> tuple[str, ...]:
        """As `qa.expansion` finds them."""
        return tuple(variant.text for variant in self._names.variants(text))

    def _shares(self, text: str) -> Floats:
        scores = self._index.lexical.scores(text).astype(np.float64)
        return scores / (float(scores.max()) or 1.0)

    def _standard(self, vector: Vectors, rows: npt.NDArray[np.int64]) -> Floats:
        """Standard scores over sqrt(2 ln n), about which the highest of n normal values lies."""
        centre, spread = cosines_of_all(self._index, vector)
        chance = sqrt(2 * log(max(2, len(self._index.corpus))))
        return (cosines(self._index.passage_vectors.vectors(rows), vector) - centre) / ((spread or 1.0) * chance)
