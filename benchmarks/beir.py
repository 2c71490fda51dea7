"""Data sets in the BEIR layout, as indexes of the product: a row of the corpus is one document with one passage."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.corpus import Corpus
from embeddings.embed import embed
from embeddings.lexical import BM25Index
from embeddings.manifest import FORMAT, Made, Manifest
from embeddings.split import PassageSpan, context, passage_input, sentence_spans
from embeddings.store import Index
from embeddings.types import Document, Encoder
from embeddings.vectors import FlatIndex

__all__ = ["Row", "data_folder", "index_rows", "read_lines"]

Row = dict[str, Any]


def data_folder(name: str) -> Path:
    """Give the folder of a data set below $QA_DATA; leaves with what to do where it is absent."""
    folder = Path(os.environ.get("QA_DATA", "data")) / name
    if not folder.is_dir():
        sys.exit(f"the data set {name} is not at {folder}: set QA_DATA to the folder that holds it")
    return folder


def read_lines(path: Path) -> list[Row]:
    """Read a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@dataclass(frozen=True, slots=True)
class _Parts:
    documents: list[Document]
    spans: list[list[PassageSpan]]


def index_rows(rows: Sequence[Row], encoder: Encoder) -> Index:
    """Index corpus rows (``_id``, ``title``, ``text``) in memory; the document's id is the row's."""
    parts = _Parts([], [])
    for row in rows:
        text = row["text"] or " "
        digest = hashlib.sha256(text.encode()).hexdigest()
        parts.documents.append(Document(row["_id"], row["title"], text, row["_id"], digest))
        parts.spans.append([PassageSpan(0, len(text), tuple(sentence_spans(text, 0, len(text))) or ((0, len(text)),))])
    corpus = Corpus.build(parts.documents, parts.spans)
    inputs = [passage_input(context(row["title"], "", encoder), row["text"]) for row in rows]
    sentences = [corpus.sentence(row).text for row in range(len(corpus.sentence_spans))]
    manifest = Manifest(
        format=FORMAT,
        made=Made.by("", encoder),
        dimension=encoder.dimension,
        max_tokens=encoder.max_tokens,
        prompts=encoder.prompts,
        counts={"documents": len(rows), "passages": len(rows), "sentences": len(sentences)},
        documents={document.source: document.sha256 for document in corpus.documents},
        skipped=(),
        remarks=(),
        files={},
    )
    return Index(
        manifest=manifest,
        corpus=corpus,
        passage_vectors=FlatIndex.build(embed(inputs, encoder)),
        sentence_vectors=FlatIndex.build(embed(sentences, encoder)),
        lexical=BM25Index.build([f"{row['title']}\n{row['text']}" for row in rows]),
    )
