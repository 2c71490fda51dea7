"""A question to the passages that may answer it, best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.lexical import plain_words
from embeddings.models import DEFAULT_MODEL
from embeddings.plan import Progress, SyncReport
from embeddings.store import Index
from embeddings.types import Encoder
from qa.among import rows_among, with_phrase
from qa.collapse import Group, grouped, labels
from qa.expansion import Names, Variant
from qa.filters import Filters
from qa.order import top_rows
from qa.query import parse
from qa.ranking import parts_at, points
from qa.signals import CANDIDATES, Reading, Signals, collect, read_as, words_standing
from qa.types import Citation, Hit, Quote, SentenceScore, Trace

__all__ = ["Retriever"]

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
        self._names = Names(index.aliases)

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

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        filters: Filters | None = None,
        collapse: bool = True,
        per_document: int | None = None,
    ) -> list[Hit]:
        """Give the k best passages, or as many as there are, best first, equal scores in the order of the documents.

        Of passages that say the same the best is a hit, and the others are its ``also``, unless ``collapse`` is false;
        of one document come ``per_document`` hits at most. The next best take the places. Words in quotation marks must
        stand in a passage, a word after a minus sign must not; ``filters`` say which documents are searched. All of
        these hold before the ranking. A name that the documents define is searched under its other name too. Raises
        QuestionError where the question has no words, FilterError for an unknown value, and ValueError where k or
        per_document is below 1.
        """
        _check_counts(k=k, per_document=per_document)
        query = parse(question)
        among = rows_among(self.index, query, filters or Filters())
        if not len(self.index.corpus) or (among is not None and not len(among)):
            return []
        others = self._names.variants(query.text)
        readings = self._readings(query.text, others, among)
        found = collect(self.index, readings, max(k, CANDIDATES))
        given = points(found)
        fused = np.sum(list(given.values()), axis=0)
        order = top_rows(fused, len(fused))
        groups = list(islice(self._groups(found.rows[order], collapse=collapse, per_document=per_document), k))
        chosen = order[[group.shown for group in groups]]
        alike = [found.rows[order[list(group.others)]] for group in groups]
        said = tuple(self._equation(variant) for variant in others)
        hits = [
            self._hit(
                (number, float(fused[place])),
                place,
                found,
                Trace(parts, (), said, *words_standing(found, query.text, place)),
            )
            for number, (place, parts) in enumerate(zip(chosen, parts_at(found, given, chosen), strict=True), start=1)
        ]
        return [self._with_also(hit, rows) for hit, rows in zip(hits, alike, strict=True)]

    def _groups(self, rows: Rows, *, collapse: bool, per_document: int | None) -> Iterator[Group]:
        corpus = self.index.corpus
        labelled = labels(corpus, rows) if collapse else range(len(rows))
        return grouped(labelled, corpus.passage_spans[rows, 0].tolist(), per_document=per_document)

    def _with_also(self, hit: Hit, rows: Rows) -> Hit:
        corpus = self.index.corpus
        also = tuple(Quote.of(corpus.document_of(row), corpus.passage(row)) for row in rows.tolist())
        return replace(hit, citation=replace(hit.citation, also=also))

    def _readings(self, text: str, others: Sequence[Variant], among: Rows | None) -> list[Reading]:
        readings = [read_as(self.index, self.encoder, text, among)]
        for variant in others:
            rows = self._rows_of(variant, among)
            if len(rows):
                readings.append(read_as(self.index, self.encoder, variant.text, rows, instead_of=variant.asked))
        return readings

    def _rows_of(self, variant: Variant, among: Rows | None) -> Rows:
        there = with_phrase(self.index, plain_words(variant.other))
        rows = np.setdiff1d(there, with_phrase(self.index, plain_words(variant.asked)))
        rows = np.setdiff1d(rows, self._rows_in(variant.elsewhere))
        if variant.documents is not None:
            rows = np.intersect1d(rows, self._rows_in(variant.documents))
        return rows if among is None else np.intersect1d(rows, among)

    def _rows_in(self, documents: frozenset[str]) -> Rows:
        owned = [np.array(self.index.corpus.passage_rows(name), dtype=np.int64) for name in sorted(documents)]
        return np.concatenate([np.empty(0, dtype=np.int64), *owned])

    def _equation(self, variant: Variant) -> str:
        """What was taken for the same, and where that stands: "PTM = Pashtun Tahafuz Movement, from a.md"."""
        documents = [self.index.corpus.document(name) for name in variant.defined_in]
        paths = ", ".join(document.source for document in documents if document is not None)
        return f"{variant.alias.short} = {variant.alias.long}, from {paths}"

    def _hit(self, place: tuple[int, float], at: int, found: Signals, trace: Trace) -> Hit:
        corpus = self.index.corpus
        row = int(found.rows[at])
        passage = corpus.passage(row)
        own = slice(int(found.starts[at]), int(found.starts[at + 1]))
        scores = zip(found.similarities[own].tolist(), found.coverages[own].tolist(), strict=True)
        sentences = tuple(
            SentenceScore(corpus.sentence(sentence), similarity, coverage)
            for sentence, (similarity, coverage) in zip(corpus.sentence_rows(row), scores, strict=True)
        )
        citation = Citation(place[0], Quote.of(corpus.document_of(row), passage))
        return Hit(passage, place[1], citation, replace(trace, sentences=sentences))


def _check_counts(**counts: int | None) -> None:
    for name, count in counts.items():
        if count is not None and count < 1:
            raise ValueError(f"{name} must be at least 1, found {count}")
