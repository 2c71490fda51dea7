"""The nouns of the project, and the protocols of its exchangeable parts.

Offsets are half-open and count code points of ``Document.text``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = [
    "Document",
    "Encoder",
    "Heading",
    "LexicalIndex",
    "Metadata",
    "Occurrences",
    "Page",
    "Passage",
    "Rows",
    "Sentence",
    "VectorIndex",
    "Vectors",
]

Vectors: TypeAlias = npt.NDArray[np.float32]
"""float32, rows of unit length: (n, d) for n texts, (d,) for one."""
Rows: TypeAlias = npt.NDArray[np.int64]
"""Rows of vectors or passages, and other places and numbers."""


def _check_span(what: str, start: int, end: int, text: str | None = None) -> None:
    if not 0 <= start < end:
        raise ValueError(f"{what} must have 0 <= start < end, found {start}..{end}")
    if text is not None and len(text) != end - start:
        raise ValueError(f"{what} of {end - start} code points has a text of {len(text)}")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: the span of its whole line(s), and its text without markup. Level 1 is the highest."""

    start: int
    end: int
    level: int
    text: str

    def __post_init__(self) -> None:
        _check_span("a heading", self.start, self.end)
        if not 1 <= self.level <= 6:
            raise ValueError(f"a heading level is 1 to 6, found {self.level}")


@dataclass(frozen=True, slots=True)
class Page:
    """The span of one page of a paged document; numbers count from 1. A page without text is empty.

    Where a document has other places, such as slides or rows, ``label`` names the place: "slide 3".
    ``ocr`` says that its words were read by OCR, so that letters may be wrong.
    """

    number: int
    start: int
    end: int
    label: str = ""
    ocr: bool = False

    def __post_init__(self) -> None:
        if self.number < 1 or not 0 <= self.start <= self.end:
            raise ValueError(f"page {self.number} has the span {self.start}..{self.end}")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says about itself; None or empty where it says nothing. Dates as ISO 8601 where they can be read."""

    author: str | None = None
    date: str | None = None
    outlet: str | None = None
    url: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One file, or a document inside one: its normalised text, which is never altered, and where it came from.

    ``source`` is the path below the seeds folder, with ``/``; of one inside a file it goes on behind the file's.
    ``sha256`` is the digest of its bytes.
    """

    id: str
    title: str
    text: str
    source: str
    sha256: str
    metadata: Metadata = field(default_factory=Metadata)
    headings: tuple[Heading, ...] = ()
    pages: tuple[Page, ...] = ()

    def __post_init__(self) -> None:
        last = max((span.end for spans in (self.headings, self.pages) for span in spans), default=0)
        if last > len(self.text):
            raise ValueError(f"a span of {self.source} ends at {last}, after its text of {len(self.text)} code points")

    def page_at(self, offset: int) -> Page | None:
        """Return the page, or the place with a label, that an offset lies on; None where the document has none."""
        before = bisect_right(self.pages, offset, key=lambda page: page.start)
        return self.pages[before - 1] if before else None

    def is_by_ocr(self, start: int, end: int) -> bool:
        """Return whether a page that a span lies on was read by OCR."""
        return any(page.ocr and page.start < end and start < page.end for page in self.pages)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or a part of a long one; or a heading that says something.

    ``number`` counts the paragraphs of the document from 1, and is 0 for a heading; ``heading`` is the text of the
    nearest one above, or empty.
    """

    document_id: str
    number: int
    start: int
    end: int
    heading: str
    text: str

    def __post_init__(self) -> None:
        _check_span("a passage", self.start, self.end, self.text)

    def from_to(self, first: Sentence, last: Sentence) -> Sentence:
        """Return what stands from one of its sentences to another, both included, as one."""
        return Sentence(first.start, last.end, self.text[first.start - self.start : last.end - self.start])


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage; offsets in the document's text, like the passage's."""

    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        _check_span("a sentence", self.start, self.end, self.text)


class Encoder(Protocol):
    """A maker of unit vectors from text. The result for a text does not depend on what else is in the batch."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str:
        """Return the name that the user gave, e.g. ``all-MiniLM-L6-v2``."""

    @property
    def digest(self) -> str:
        """Return the sha256 over the model's files; known without loading the model."""

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""

    @property
    def max_tokens(self) -> int:
        """Return how many tokens of a text are read, special tokens included."""

    @property
    def prompts(self) -> dict[str, str]:
        """Return what the model puts in front of a ``query`` and a ``document``; empty where it puts nothing."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without special tokens, not truncated."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, d) unit rows, in the order of the texts."""

    def encode_query(self, text: str) -> Vectors:
        """Return a (d,) unit vector."""


class VectorIndex(Protocol):
    """Exact or approximate nearest neighbours by inner product; rows are numbered as they were given."""

    def __len__(self) -> int: ...

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""

    def search(self, queries: Vectors, k: int, among: Rows | None = None) -> tuple[Vectors, Rows]:
        """Return scores and rows, both (q, min(k, n)); best first, equal scores by lower row.

        With ``among``, ascending rows, only those are searched, and n is their number.
        """

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors of these rows, (len(rows), d)."""

    def save(self, path: Path) -> None:
        """Write one file."""


class LexicalIndex(Protocol):
    """An index that scores every passage by the words it shares with a query."""

    def __len__(self) -> int: ...

    def scores(self, text: str) -> npt.NDArray[np.float32]:
        """Return (n,) scores, 0 where no word is shared."""

    def rows_with(self, term: str) -> Rows:
        """Return the rows of the passages that have a stemmed term, ascending."""

    def document_frequency(self, term: str) -> int:
        """Return how many passages have a stemmed term."""

    def vocabulary(self) -> list[str]:
        """Return every stemmed term, in order."""

    def occurrences(self, asked: Sequence[str], rows: Rows) -> Occurrences:
        """Return where stemmed terms, each given once, occur in the passages of some rows."""

    def save(self, folder: Path) -> None:
        """Write into a folder, which is made."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The places of some terms in some passages: four arrays of one length, passage by passage in reading order.

    ``term`` is the place in the terms asked for, ``passage`` the place in the rows asked for, ``piece`` the part of
    that passage (0 is its title and heading, 1 its first sentence), ``position`` counts the passage's terms from 0.
    """

    term: Rows
    passage: Rows
    piece: Rows
    position: Rows
