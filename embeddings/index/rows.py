"""A corpus that is cut into passages already: each row is one document with one passage, and is never split again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

from embeddings.documents.corpus import Corpus
from embeddings.documents.splitter import PassageSpan, sentence_spans
from embeddings.encoding.batches import embed
from embeddings.errors import IndexMissing
from embeddings.index.build import assemble, passage_inputs, sentence_inputs
from embeddings.index.changes import Progress, silent
from embeddings.index.manifest import Made
from embeddings.index.store import Index, load, locked, save
from embeddings.types import Document, Encoder


@dataclass(frozen=True, slots=True)
class Row:
    """One row; its id becomes the id and the source of its document."""

    id: str
    title: str
    text: str

    @property
    def sha256(self) -> str:
        """Return the sha256 of the row's content."""
        return hashlib.sha256(json.dumps(astuple(self)).encode()).hexdigest()


def rows_digest(rows: Sequence[Row]) -> str:
    """Return the sha256 over the rows in their order."""
    total = hashlib.sha256()
    for row in rows:
        total.update(f"{row.sha256}\n".encode())
    return total.hexdigest()


def index_rows(rows: Sequence[Row], encoder: Encoder, progress: Progress | None = None) -> Index:
    """Index the rows in memory, in their order. What the encoder does not read of a long row is not in its vector."""
    corpus = Corpus.build([_document(row) for row in rows], [[_span(row)] for row in rows])
    step = progress or silent
    vectors = (
        embed(passage_inputs(corpus, encoder), encoder, partial(step, "encoding passages")),
        embed(sentence_inputs(corpus), encoder, partial(step, "encoding sentences")),
    )
    return assemble(corpus, _made(rows, encoder), encoder, vectors)


def open_rows(rows: Sequence[Row], folder: Path, encoder: Encoder, progress: Progress | None = None) -> Index:
    """Load the index of exactly these rows from a folder, or make it and keep it there.

    Raises IndexMismatch where the folder holds the index of something else, and the other errors of the store.
    """
    made = _made(rows, encoder)
    with suppress(IndexMissing):
        return _load(folder, made)
    with locked(folder):
        with suppress(IndexMissing):
            return _load(folder, made)  # another process may have written it meanwhile
        return save(folder, index_rows(rows, encoder, progress))


def _load(folder: Path, made: Made) -> Index:
    index = load(folder, mend=f"remove the folder {folder} and run the command again.")
    index.manifest.made.check(made, f"Name another place with --index, or remove {folder}.")
    return index


def _made(rows: Sequence[Row], encoder: Encoder) -> Made:
    return Made.by(f"rows with sha256 {rows_digest(rows)}", encoder)


def _document(row: Row) -> Document:
    return Document(row.id, row.title, row.text or " ", row.id, row.sha256)  # a passage has at least one character


def _span(row: Row) -> PassageSpan:
    text = row.text or " "
    return PassageSpan(0, len(text), tuple(sentence_spans(text, 0, len(text))) or ((0, len(text)),))
