"""A question to the passages that may answer it, best first."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.documents.folder import resolve_folder, scan
from embeddings.encoding.encoder import open_encoder
from embeddings.encoding.models import DEFAULT_MODEL
from embeddings.errors import StoreError
from embeddings.index.changes import KnownFiles, Progress, SyncReport
from embeddings.index.order import top_rows
from embeddings.index.store import Index
from embeddings.index.sync import is_current, sync
from embeddings.location import index_place
from embeddings.types import Encoder
from qa.query.syntax import Query, parse
from qa.query.wording import as_question, in_words_of
from qa.retrieval.candidates import CANDIDATES, candidates
from qa.retrieval.duplicates import DuplicateGroup, group_duplicates, label_duplicates
from qa.retrieval.fusion import Points, parts_at, points, with_about
from qa.retrieval.query_forms import QueryForm, QueryForms
from qa.retrieval.selection import rows_among
from qa.retrieval.signals import Signals, collect, nearer, words_standing
from qa.types.arguments import checked_arguments
from qa.types.filters import Filters
from qa.types.hits import Hit, SentenceScore, Trace
from qa.types.quotes import Citation, Quote

OWN_WORDS = 3  # content words of a question whose sentences are compared with it alone, whatever it is about
MORE = 4  # times as many candidates, where copies and the limit of a document leave too few

_AGAIN_S = 60.0  # between two tries to write an index

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

logger = logging.getLogger(__name__)


class Retriever:
    """A search of an index by passage vectors, by sentence vectors and by words, fused into one.

    The same index and the same question give the same hits. Make one with `open`, or from parts.

    >>> hits = Retriever.open("seeds").search("Who leads the PTM?", k=2)
    >>> [(hit.citation.number, hit.citation.source.place) for hit in hits]
    [(1, 'iskp-bla-rupture.md ¶ 9'), (2, 'iskp-bla-rupture.md ¶ 2')]
    >>> hits[0].score > hits[1].score
    True
    """

    def __init__(
        self, index: Index, encoder: Encoder, seeds: Path, report: SyncReport | None = None, place: Path | None = None
    ) -> None:
        self.index = index
        self.encoder = encoder
        self.seeds = seeds
        self.report = report
        self.place = place
        self._known = report.known if report else KnownFiles()
        self._made = time.monotonic()
        self._query_forms = QueryForms(index, encoder)

    @classmethod
    @checked_arguments
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
        folder or, with ``allow_download``, a hub name. Where the index is in memory alone, a warning is logged; see
        `unsaved`. Raises the errors of `embeddings.errors`.
        """
        encoder, place = open_encoder(model, allow_download=allow_download), None if index is None else Path(index)
        retriever = open_retriever(Path(seeds), encoder, index=place, progress=progress)
        if retriever.unsaved:
            logger.warning("%s", retriever.unsaved)
        return retriever

    @property
    def unsaved(self) -> StoreError | None:
        """Return why the index is in memory alone: its place cannot be written, or most documents are gone."""
        return self.report.unsaved if self.report else None

    def refreshed(self, *, progress: Progress | None = None) -> Retriever:
        """Return this retriever where its index is what the folder holds now, else one with it brought up to date.

        Only files whose stat changed since they were read are read again, and those that had been written just before:
        such a change need not show. A retriever that was made from parts without a place is given back as it is. An
        index that is in memory alone is written after a minute, if it can be, also where most documents are gone.
        """
        known = self._known
        if self.place is None:
            return self
        current = is_current(self.seeds, self.index, progress=progress, known=known)
        if current and not (self.unsaved and time.monotonic() - self._made > _AGAIN_S):
            return self
        opened, report = sync(
            self.seeds,
            self.place,
            self.encoder,
            progress=progress,
            known=known,
            held=self.index,
            allow_shrink=current,
        )
        if current:  # nothing changed but whether it is on the disk
            self.report, self._made = report, time.monotonic()
            return self
        return Retriever(opened, self.encoder, self.seeds, report, self.place)

    def unread(self) -> tuple[str, ...]:
        """Return the files of the folder that are not in the index yet, or changed since it was made, by their stamps.

        No file is opened. Raises FolderError where the folder cannot be walked.
        """
        manifest = self.index.manifest
        listed = {*manifest.documents, *manifest.containers, *(item.source for item in manifest.skipped)}
        return self._known.unread(scan(self.seeds), listed)

    def forget(self, sources: Iterable[str]) -> None:
        """Have these files read again at the next look, whatever their stamps say."""
        self._known.forget(sources)

    @property
    def index_id(self) -> str:
        """Return an id of the documents and of the parts that the answers come from."""
        return self.index.manifest.index_id

    @cached_property
    def revision(self) -> str:
        """Return an id of the documents and of what was left out: another one after each change."""
        return hashlib.sha256(self.index.manifest.to_json().encode()).hexdigest()[:16]

    @checked_arguments
    def search(
        self,
        question: str,
        k: int = 10,
        *,
        filters: Filters | None = None,
        collapse: bool = True,
        per_document: int | None = None,
    ) -> list[Hit]:
        """Return the k best passages, or as many as there are, best first, equal scores in the order of the documents.

        Of passages that say the same the best is a hit, and the others are its ``also``, unless ``collapse`` is false;
        of one document come ``per_document`` hits at most. The next best take the places. Words in quotation marks must
        stand in a passage, a word after a minus sign must not; ``filters`` say which documents are searched. All of
        these hold before the ranking. A name that the documents define is searched under its other name too. Where a
        question ends in "(about: words)", the score is the sum of two: for the question, and for it with these words.

        The first hundred passages of each search are looked at, or as many as k, and more only where these do not fill
        the places: up to a k of 100, fewer hits are the first of more. Raises QuestionError where the question has no
        words, FilterError for an unknown value, and ValueError where k or per_document is not a number from 1.
        """
        check_counts(k=k, per_document=per_document)
        query = parse(question)
        among = rows_among(self.index, query, filters or Filters())
        there = len(self.index.corpus) if among is None else len(among)
        if not there:
            return []
        forms, said = self._query_forms.of(query.text, among)
        beside = self._query_forms.of(query.whole, among)[0] if query.about else []
        k, number = min(k, there), max(min(k, there), CANDIDATES)
        ranking = self._ranked(forms, beside, number)
        groups = list(islice(self._groups(ranking, collapse=collapse, per_document=per_document), k))
        while len(groups) < k and len(ranking.order) < there:
            number *= MORE
            ranking = self._ranked(forms, beside, number)
            groups = list(islice(self._groups(ranking, collapse=collapse, per_document=per_document), k))
        hits = self._hits(ranking, groups, forms[0].text, said)
        wordings = zip(hits, self._asked_as(ranking, groups, beside or forms), strict=True)
        return [_worded(hit, in_words_of(hit.passage.text, asked), query) for hit, asked in wordings]

    def _asked_as(
        self, ranking: _Ranking, groups: Sequence[DuplicateGroup], forms: Sequence[QueryForm]
    ) -> Iterator[str]:
        """Yield the question under the name that each passage uses, the first of several."""
        others = [(one.text, frozenset(one.among.tolist())) for one in forms[1:] if one.among is not None]
        for row in ranking.found.rows[ranking.order[[group.shown for group in groups]]].tolist():
            yield next((text for text, among in others if row in among), forms[0].text)

    def _ranked(self, forms: Sequence[QueryForm], beside: Sequence[QueryForm], number: int) -> _Ranking:
        """Return the ranked candidates; ``beside`` are the question's forms with what it is about, if it says so."""
        rows = candidates(self.index, [*forms, *beside], number)
        found = collect(self.index, forms, rows)
        given = points(found)
        if beside:
            wider = collect(self.index, beside, rows)
            found = found if len(forms[0].terms) >= OWN_WORDS else nearer(found, wider)
            given = with_about(given, points(wider))
        scores: Floats = np.sum(list(given.values()), axis=0)
        return _Ranking(found, given, scores, top_rows(scores, len(scores)))

    def _hits(self, ranking: _Ranking, groups: Sequence[DuplicateGroup], text: str, said: tuple[str, ...]) -> list[Hit]:
        found, order = ranking.found, ranking.order
        chosen = order[[group.shown for group in groups]]
        hits: list[Hit] = []
        for number, (place, parts) in enumerate(
            zip(chosen, parts_at(found, ranking.given, chosen), strict=True), start=1
        ):
            trace = Trace(parts, (), said, *words_standing(found, text, place))
            hits.append(self._hit((number, float(ranking.scores[place])), place, found, trace))
        alike = [found.rows[order[list(group.others)]] for group in groups]
        return [self._with_also(hit, rows) for hit, rows in zip(hits, alike, strict=True)]

    def _groups(self, ranking: _Ranking, *, collapse: bool, per_document: int | None) -> Iterator[DuplicateGroup]:
        corpus, rows = self.index.corpus, ranking.found.rows[ranking.order]
        labelled = label_duplicates(corpus, rows) if collapse else range(len(rows))
        return group_duplicates(labelled, corpus.passage_spans[rows, 0].tolist(), per_document=per_document)

    def _with_also(self, hit: Hit, rows: Rows) -> Hit:
        corpus = self.index.corpus
        also = tuple(Quote.of(corpus.document_of(row), corpus.passage(row)) for row in rows.tolist())
        return replace(hit, citation=replace(hit.citation, also=also))

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


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Candidates, what each part gives to each of them, their scores, and their places in order, best first."""

    found: Signals
    given: Points
    scores: Floats
    order: Rows


def _worded(hit: Hit, asked: str, query: Query) -> Hit:
    """Return a hit with the question as it is read with it; keywords are a question where the passage has them all."""
    asked = asked if hit.trace.missing else as_question(asked)
    return hit if asked == query.whole else replace(hit, trace=replace(hit.trace, asked_as=asked))


def open_retriever(  # noqa: PLR0913 - of what, by whom, and four ways
    seeds: Path,
    encoder: Encoder,
    *,
    index: Path | None = None,
    rebuild: bool = False,
    allow_shrink: bool = False,
    progress: Progress | None = None,
) -> Retriever:
    """Bring the index of a folder up to date with an encoder, or make it anew, and open it.

    ``index`` is where the index lies; None means a place in the user's cache. With ``allow_shrink`` it is also written
    where most documents are gone.
    """
    seeds = resolve_folder(seeds)
    place = index or index_place(seeds, encoder)
    opened, report = sync(seeds, place, encoder, rebuild=rebuild, allow_shrink=allow_shrink, progress=progress)
    return Retriever(opened, encoder, seeds, report, place)


def check_counts(**counts: int | None) -> None:
    """Raise ValueError for a count below 1; None is no count."""
    for name, count in counts.items():
        if count is not None and count < 1:
            raise ValueError(f"{name} must be at least 1, found {count}")
