"""Data sets in the BEIR layout, as the benchmarks read them."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embeddings.errors import DatasetError
from embeddings.index import rows
from embeddings.index.store import Index
from embeddings.types import Encoder

__all__ = ["Row", "data_folder", "halves", "index_rows", "read_lines"]

Row = dict[str, Any]


def data_folder(name: str) -> Path:
    """Return the folder of a data set below $QA_DATA. Raises DatasetError with what to do where it is absent."""
    folder = Path(os.environ.get("QA_DATA", "data")) / name
    if not folder.is_dir():
        raise DatasetError(f"the data set {name} is not at {folder}: set QA_DATA to the folder that holds it")
    return folder


def read_lines(path: Path) -> list[Row]:
    """Read a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def halves(corpus: Sequence[Row]) -> tuple[set[str], set[str]]:
    """Split the articles by name, every second one, into those for fitting and those for reporting.

    All choices on ``squad20-a`` use the questions about the first half; figures come from the second half.
    """
    articles = sorted({row["metadata"]["article"] for row in corpus})
    return set(articles[0::2]), set(articles[1::2])


def index_rows(corpus: Sequence[Row], encoder: Encoder) -> Index:
    """Index corpus rows (``_id``, ``title``, ``text``) in memory; the document's id is the row's."""
    return rows.index_rows([rows.Row(row["_id"], row["title"], row["text"]) for row in corpus], encoder)
