"""A question to the passages that may answer it, best first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.lexical import terms
from embeddings.models import DEFAULT_MODEL
from embeddings.plan import Progress, SyncReport
from embeddings.store import Index
from embeddings.types import Encoder, Vectors
from qa.fusion import min_max, ranks, top_rows
from qa.question import checked
from qa.types import Citation, Hit, Part, Quote, SentenceScore, Trace

__all__ = ["Retriever"]

CANDIDATES = 100  # of each of the three searches, or as many as hits are asked for
MEANING_WEIGHT = 0.6  # of the passage's and its best sentence's cosine; measured, see docs/decisions.md
WORDS_WEIGHT = 0.4  # of BM25

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


class Retriever:
    """Searches an index: by passage vectors, by sentence vectors and by words, and fuses the three.

    The same index and the same question give the same hits. Make one with `open`, or from parts.
    """

    def __init__(
        self, index: Index, encoder: Encoder, seeds: Path, report: SyncReport | None = None, place: Path | None = None
    ) -> None:
        self.index = index
        self.encoder = encoder
        self.seeds = seeds
        self.report = report
        self.place = place

    @classmethod
    def open(
        cls,
        seeds: str | Path = "seeds",
        *,
        index: str | Path | None = None,
        model: str = DEFAULT_MODEL,
        allow_download: bool = False,
        progress: Progress | None = None,
    ) -> Retriever:
        """Build the index of a folder, or bring it up to date, and open it.

        ``index`` is where the index lies; by default in the user's cache folder. ``model`` is a sentence-transformers
        folder or, with ``allow_download``, a hub name. Raises the errors of `embeddings.errors`.
        """
        from qa.opening import Setup, open_retriever

        place = None if index is None else Path(index)
        return open_retriever(Setup(Path(seeds), place, model, allow_download), progress=progress)

    def refreshed(self) -> Retriever:
        """Give this retriever where its index is what the folder holds now, else one over the index brought up to date.

        The folder's files are read and hashed; nothing is loaded or encoded that did not change. A retriever that was
        made from parts without a place is given back as it is.
        """
        from qa.opening import refreshed

        return refreshed(self)

    @property
    def index_id(self) -> str:
        """Names the documents and the parts that the answers come from."""
        return self.index.manifest.index_id

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """Give the min(k, number of passages) best passages, best first, equal scores in the order of the documents.

        Raises QuestionError where the question has no words, and ValueError where k is below 1.
        """
        if k < 1:
            raise ValueError(f"k must be at least 1, found {k}")
        asked = checked(question)
        if not len(self.index.corpus):
            return []
        vector = self.encoder.encode_query(asked)
        found = self._candidates(vector, asked, max(k, CANDIDATES))
        meaning = min_max(found.passage + found.sentence)
        fused = MEANING_WEIGHT * meaning + WORDS_WEIGHT * min_max(found.words)
        places = [ranks(scores) for scores in (found.passage, found.sentence, found.words)]
        weigh = self._coverage(asked)
        hits: list[Hit] = []
        for number, place in enumerate(top_rows(fused, k), start=1):
            parts = (
                Part("passage", float(found.passage[place]), int(places[0][place]), MEANING_WEIGHT),
                Part("sentence", float(found.sentence[place]), int(places[1][place]), MEANING_WEIGHT),
                Part("words", float(found.words[place]), int(places[2][place]), WORDS_WEIGHT),
            )
            hits.append(self._hit(int(found.rows[place]), number, float(fused[place]), parts, (vector, weigh)))
        return hits

    def _candidates(self, vector: Vectors, asked: str, number: int) -> _Candidates:
        index = self.index
        query = vector[None, :]
        words = index.lexical.scores(asked)
        near = index.passage_vectors.search(query, number)[1][0]
        sentences = index.sentence_vectors.search(query, number)[1][0]
        worded = top_rows(words, number)
        rows = np.unique(np.concatenate([near, index.corpus.sentence_spans[sentences, 0], worded[words[worded] > 0]]))
        owned = [index.corpus.sentence_rows(int(row)) for row in rows]
        cosines = index.sentence_vectors.vectors(_flat(owned)) @ vector
        starts = np.cumsum([0] + [len(rows_of_one) for rows_of_one in owned[:-1]])
        return _Candidates(
            rows=rows,
            passage=(index.passage_vectors.vectors(rows) @ vector).astype(np.float64),
            sentence=np.maximum.reduceat(cosines, starts).astype(np.float64),
            words=words[rows].astype(np.float64),
        )

    def _hit(
        self, row: int, number: int, score: float, parts: tuple[Part, ...], question: tuple[Vectors, Coverage]
    ) -> Hit:
        corpus = self.index.corpus
        passage = corpus.passage(row)
        vector, coverage = question
        rows = corpus.sentence_rows(row)
        cosines = self.index.sentence_vectors.vectors(_flat([rows])) @ vector
        sentences = tuple(
            SentenceScore(sentence, float(cosine), coverage(sentence.text))
            for sentence, cosine in zip(map(corpus.sentence, rows), cosines, strict=True)
        )
        citation = Citation(number, Quote.of(corpus.document_of(row), passage))
        return Hit(passage=passage, score=score, citation=citation, trace=Trace(parts, sentences))

    def _coverage(self, asked: str) -> Coverage:
        """A function that gives the rarity-weighted share of the question's terms that a text has."""
        size = len(self.index.corpus)
        weights = {term: _rarity(self.index.lexical.document_frequency(term), size) for term in terms(asked)}
        total = sum(weights.values())

        def coverage(text: str) -> float:
            present = set(terms(text))
            return sum(weight for term, weight in weights.items() if term in present) / total if total else 0.0

        return coverage


Coverage = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Rows of passages, ascending, and what each search says of them; all of one length."""

    rows: Rows
    passage: Floats
    sentence: Floats
    words: Floats


def _rarity(frequency: int, size: int) -> float:
    """Inverse document frequency in Lucene's form, always positive."""
    return log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def _flat(ranges: list[range]) -> Rows:
    return np.concatenate([np.arange(rows.start, rows.stop, dtype=np.int64) for rows in ranges])
