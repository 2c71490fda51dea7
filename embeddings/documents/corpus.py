"""The documents of an index with their passages and sentences, by row.

Spans are kept in arrays, so that a million passages cost megabytes; `Passage` and `Sentence` are made when asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from embeddings.documents.headings import heading_above
from embeddings.documents.splitter import PassageSpan
from embeddings.types import Document, Passage, Sentence

Spans = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents in order, and their spans.

    ``passage_spans`` is (P, 3): row of the document, start, end. ``sentence_spans`` is (S, 3): row of the passage,
    start, end. Both are sorted; offsets count code points of the document's text. Raises ValueError for spans that
    cannot be, and for two documents of one id.
    """

    documents: tuple[Document, ...]
    passage_spans: Spans
    sentence_spans: Spans
    _first_passage: Spans = field(init=False, repr=False)
    _first_sentence: Spans = field(init=False, repr=False)
    _row_of_id: dict[str, int] = field(init=False, repr=False)
    _numbers: Spans = field(init=False, repr=False)

    def __post_init__(self) -> None:
        texts = np.array([(0, len(document.text)) for document in self.documents], dtype=np.int64).reshape(-1, 2)
        _check_spans("passages", self.passage_spans, texts)
        _check_spans("sentences", self.sentence_spans, self.passage_spans[:, 1:])
        if len({document.id for document in self.documents}) < len(self.documents):
            raise ValueError("two documents have the same id")
        rows = np.arange(len(self.documents) + 1)
        object.__setattr__(self, "_first_passage", np.searchsorted(self.passage_spans[:, 0], rows))
        rows = np.arange(len(self.passage_spans) + 1)
        object.__setattr__(self, "_first_sentence", np.searchsorted(self.sentence_spans[:, 0], rows))
        object.__setattr__(self, "_row_of_id", {document.id: row for row, document in enumerate(self.documents)})
        object.__setattr__(self, "_numbers", self._numbered())

    @classmethod
    def build(cls, documents: Sequence[Document], passages: Sequence[Sequence[PassageSpan]]) -> Corpus:
        """Join documents and the passages of each, in the same order."""
        flat = [(row, span) for row, spans in enumerate(passages) for span in spans]
        passage_rows = [(row, span.start, span.end) for row, span in flat]
        sentence_rows = [(row, *sentence) for row, (_, span) in enumerate(flat) for sentence in span.sentences]
        return cls(tuple(documents), _spans(passage_rows), _spans(sentence_rows))

    def __len__(self) -> int:
        """Return how many passages there are."""
        return len(self.passage_spans)

    def document(self, document_id: str) -> Document | None:
        """Return the document of this id, if it is here."""
        row = self._row_of_id.get(document_id)
        return None if row is None else self.documents[row]

    def document_of(self, row: int) -> Document:
        """Return the document that a passage belongs to."""
        return self.documents[int(self.passage_spans[row, 0])]

    def passage_rows(self, document_id: str) -> range:
        """Return the rows of a document's passages; empty where the document is not here."""
        row = self._row_of_id.get(document_id)
        return range(0) if row is None else range(int(self._first_passage[row]), int(self._first_passage[row + 1]))

    def sentence_rows(self, row: int) -> range:
        """Return the rows of a passage's sentences."""
        return range(int(self._first_sentence[row]), int(self._first_sentence[row + 1]))

    def passage(self, row: int) -> Passage:
        """Return the passage of a row."""
        document_row, start, end = (int(value) for value in self.passage_spans[row])
        document = self.documents[document_row]
        return Passage(
            document_id=document.id,
            number=int(self._numbers[row]),
            start=start,
            end=end,
            heading=heading_above(document, start),
            text=document.text[start:end],
        )

    def passage_at(self, document_id: str, start: int, end: int) -> Passage | None:
        """Return the passage that holds a span of a document; None where none does, or where the span is empty."""
        rows = self.passage_rows(document_id)
        at = self._row_before(rows, start)
        return self.passage(at) if at in rows and start < end <= int(self.passage_spans[at, 2]) else None

    def row_of(self, passage: Passage) -> int:
        """Return the row of a passage that is here."""
        return self._row_before(self.passage_rows(passage.document_id), passage.start)

    def _row_before(self, rows: range, start: int) -> int:
        return rows.start + bisect_right(rows, start, key=lambda row: int(self.passage_spans[row, 1])) - 1

    def passage_texts(self, rows: Spans) -> list[str]:
        """Return the texts of the passages of some rows, in their order."""
        spans = self.passage_spans[rows].tolist()
        return [self.documents[document_row].text[start:end] for document_row, start, end in spans]

    def sentence(self, row: int) -> Sentence:
        """Return the sentence of a row of ``sentence_spans``."""
        passage_row, start, end = (int(value) for value in self.sentence_spans[row])
        return Sentence(start, end, self.document_of(passage_row).text[start:end])

    def spans_of(self, document_row: int) -> list[PassageSpan]:
        """Return a document's passages as the splitter gave them."""
        rows = range(int(self._first_passage[document_row]), int(self._first_passage[document_row + 1]))
        return [self._passage_span(row) for row in rows]

    def paragraph_count(self, rows: range) -> int:
        """Return how many of the passages of some rows are no headings."""
        return int(np.count_nonzero(self._numbers[rows.start : rows.stop]))

    def _numbered(self) -> Spans:
        """Return the number of each passage among the paragraphs of its document, from 1; 0 for a heading."""
        numbers = np.zeros(len(self), dtype=np.int64)
        for row, document in enumerate(self.documents):
            own = slice(int(self._first_passage[row]), int(self._first_passage[row + 1]))
            edges = np.array([(0, 0), *((each.start, each.end) for each in document.headings)], dtype=np.int64)
            starts = self.passage_spans[own, 1]
            paragraphs = edges[np.searchsorted(edges[1:, 0], starts, side="right"), 1] <= starts
            numbers[own] = np.where(paragraphs, np.cumsum(paragraphs), 0)
        return numbers

    def _passage_span(self, row: int) -> PassageSpan:
        own = self.sentence_rows(row)
        sentences = tuple((int(start), int(end)) for _, start, end in self.sentence_spans[own.start : own.stop])
        return PassageSpan(int(self.passage_spans[row, 1]), int(self.passage_spans[row, 2]), sentences)


def _check_spans(kind: str, spans: Spans, around: Spans) -> None:
    """Raise ValueError unless each span lies in what is around it, behind the one before it."""
    if spans.ndim != 2 or spans.shape[1] != 3 or spans.dtype != np.int64:
        raise ValueError(f"{kind} must be int64 of shape (n, 3), found {spans.dtype} {spans.shape}")
    row, start, end = spans.T
    if len(spans) and not 0 <= row.min() <= row.max() < len(around):
        raise ValueError(f"{kind} must lie in the rows 0 to {len(around) - 1}, found {row.min()} to {row.max()}")
    inside = (around[row, 0] <= start) & (start < end) & (end <= around[row, 1])
    in_order = (row[:-1] < row[1:]) | ((row[:-1] == row[1:]) & (end[:-1] <= start[1:]))
    if not (inside.all() and in_order.all()):
        raise ValueError(f"{kind} overlap, or lie outside of what they belong to")


def _spans(rows: Sequence[tuple[int, ...]]) -> Spans:
    return np.array(rows, dtype=np.int64).reshape(-1, 3)
