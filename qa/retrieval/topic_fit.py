"""What an index knows of words: whether a topic fits a question."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import numpy.typing as npt

from embeddings.index.store import Index
from embeddings.types import Encoder, Vectors
from qa.query.aliases import names_defined
from qa.query.followup.topic_fit import Fit, Floats
from qa.retrieval.candidates import CANDIDATES
from qa.retrieval.query_forms import inverse_document_frequency
from qa.retrieval.signals import cosines, cosines_of_all


class IndexFit:
    """A `CorpusFit` that asks an index."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self._names = names_defined(index.aliases)

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency; 0 where no passage has the term."""
        known = self._index.lexical.document_frequency(term)
        return inverse_document_frequency(self._index, term) if known else 0.0

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
        """Return a text under each other name that the documents define."""
        return tuple(variant.text for variant in self._names.variants(text))

    def _shares(self, text: str) -> Floats:
        scores = self._index.lexical.scores(text).astype(np.float64)
        return scores / (float(scores.max()) or 1.0)

    def _standard(self, vector: Vectors, rows: npt.NDArray[np.int64]) -> Floats:
        """Return standard scores over sqrt(2 ln n), about which the highest of n normal values lies."""
        centre, spread = cosines_of_all(self._index, vector)
        chance = sqrt(2 * log(max(2, len(self._index.corpus))))
        return (cosines(self._index.passage_vectors.vectors(rows), vector) - centre) / ((spread or 1.0) * chance)
