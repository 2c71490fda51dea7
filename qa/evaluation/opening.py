"""From the path a user gives to a retriever and the questions over its index."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from embeddings.errors import DatasetError
from embeddings.index.changes import Progress
from embeddings.index.manifest import FORMAT, Made
from embeddings.index.rows import open_rows, rows_digest
from embeddings.location import cache_place
from embeddings.types import Encoder
from qa.answering.setup import Setup
from qa.evaluation.beir import BeirFolder, read_beir
from qa.evaluation.questions import locate, read_questions
from qa.evaluation.types import Dataset
from qa.retrieval.retriever import Retriever


@dataclass(frozen=True, slots=True)
class Source:
    """What to evaluate with: a BEIR folder or a file of questions, and how many of them (None: all)."""

    path: Path
    limit: int | None = None


def open_dataset(source: Source, setup: Setup, progress: Progress | None = None) -> tuple[Retriever, Dataset]:
    """Read the data set and open the index it is about.

    A folder has a corpus of its own, whose index is kept; a file of questions is about the documents folder, whose
    index is brought up to date. Raise DatasetError, and the errors of opening an index.
    """
    if source.path.is_dir():
        beir = read_beir(source.path, source.limit)
        encoder = setup.encoder()
        index = open_rows(beir.rows, _place(beir, setup, encoder), encoder, progress)
        return Retriever(index, encoder, source.path), beir.dataset
    if not source.path.exists():
        raise DatasetError(
            f"there is no data set at {source.path}. Give a BEIR folder or a JSON-lines file of questions."
        )
    asked = read_questions(source.path, source.limit)
    retriever = setup.open_retriever(progress=progress)
    return retriever, locate(asked, retriever.index, source.path.stem)


def _place(beir: BeirFolder, setup: Setup, encoder: Encoder) -> Path:
    """Return the place of a corpus's index: by default in the cache, by its content and the parts that make it."""
    if setup.index is not None:
        return setup.index
    made = Made.by(rows_digest(beir.rows), encoder)
    return cache_place(f"rows-{beir.dataset.name}", f"{FORMAT} {made}")
