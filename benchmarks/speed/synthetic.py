"""Passages that are made up, for sizes at which encoding takes too long: words by Zipf's law, vectors in clusters.

A corpus of the same shape is the same on every machine. A word's rank r has the weight 1 / (r + 20), as content words
have (Zipf; Mandelbrot's shift leaves the stop words out). A vector is a point of 48 dimensions, turned into 384, with
some noise in all of them; sentences lie around their passage, passages around their topic.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.documents.corpus import Corpus
from embeddings.documents.folder import document_id
from embeddings.documents.splitter import PassageSpan
from embeddings.types import Document, Vectors

__all__ = ["Shape", "corpus", "exact", "questions", "texts", "write_files", "write_vectors"]

DIMENSION, _INNER = 384, 48
_WORDS, _SHIFT = 200_000, 20
_PER_TOPIC = 100  # passages
_NEAR, _NEARER, _NOISE = 0.7, 0.5, 0.15  # of a passage around its topic, a sentence around its passage, in all numbers
_CHUNK = 20_000  # passages
_SYLLABLES = [f"{consonant}{vowel}" for consonant in "bdfgklmnprstvz" for vowel in ("a", "e", "i", "o", "u", "ai")]


@dataclass(frozen=True, slots=True)
class Shape:
    """How many passages, sentences in each, words in each, and passages in a document."""

    passages: int
    sentences: int = 6
    words: int = 16
    per_document: int = 20


def _word(rank: int) -> str:
    size = len(_SYLLABLES)
    number = rank * 7_919 % size**3  # common words are not alike
    return "".join(_SYLLABLES[number // size**place % size] for place in range(3))


def _drawn(shape: Shape) -> Iterator[npt.NDArray[np.int64]]:
    """Yield the ranks of the words of each document: (passages, sentences, words)."""
    weights = np.cumsum(1 / (np.arange(_WORDS) + _SHIFT))
    rng = np.random.default_rng(1)
    for start in range(0, shape.passages, shape.per_document):
        number = min(shape.per_document, shape.passages - start)
        yield np.searchsorted(weights, rng.random((number, shape.sentences, shape.words)) * weights[-1])


def texts(shape: Shape) -> Iterator[list[list[str]]]:
    """Yield the sentences of each passage of each document."""
    words = np.array([_word(rank) for rank in range(_WORDS)], dtype=object)
    for ranks in _drawn(shape):
        yield [[f"{' '.join(sentence).capitalize()}." for sentence in passage] for passage in words[ranks].tolist()]


def corpus(shape: Shape) -> Corpus:
    """Return the corpus; a document's text is that of its file (see `write_files`), its passages its paragraphs."""
    documents, spans = [], []
    for number, passages in enumerate(texts(shape)):
        source, title = f"ledger-{number:06}.txt", f"ledger-{number:06}"
        text = _file(passages)
        documents.append(Document(document_id(source), title, text, source, hashlib.sha256(text.encode()).hexdigest()))
        at, own = 0, []
        for passage in passages:
            ends = np.cumsum([0, *(len(sentence) + 1 for sentence in passage)]) + at
            sentences = tuple((start, end - 1) for start, end in pairwise(ends.tolist()))
            own.append(PassageSpan(at, sentences[-1][1], sentences))
            at = sentences[-1][1] + 2
        spans.append(own)
    return Corpus.build(documents, spans)


def _file(passages: list[list[str]]) -> str:
    return "\n\n".join(" ".join(passage) for passage in passages) + "\n"


def write_files(shape: Shape, folder: Path, passages: Path) -> None:
    """Write the documents, and for the peers the names and texts of all passages."""
    named = []
    for number, document in enumerate(texts(shape)):
        (folder / f"ledger-{number:06}.txt").write_text(_file(document), encoding="utf-8")
        named += [f"ledger-{number:06}\n{' '.join(passage)}" for passage in document]
    passages.write_text(json.dumps([(f"p{row}", text) for row, text in enumerate(named)]), encoding="utf-8")


def write_vectors(shape: Shape, folder: Path) -> tuple[Path, Path]:
    """Write the vectors of the passages and of the sentences as two arrays; return their files. What is there stays."""
    files = folder / "passages.npy", folder / "sentences.npy"
    if not (folder / "made").exists():
        sizes = shape.passages, shape.passages * shape.sentences
        arrays = [
            np.lib.format.open_memmap(file, "w+", np.float32, (size, DIMENSION))
            for file, size in zip(files, sizes, strict=True)
        ]
        for start, passages, sentences in _points(shape):
            arrays[0][start : start + len(passages)] = passages
            arrays[1][start * shape.sentences :][: len(sentences)] = sentences
        for array in arrays:
            array.flush()
        (folder / "made").touch()
    return files


def _points(shape: Shape) -> Iterator[tuple[int, Vectors, Vectors]]:
    rng = np.random.default_rng(2)
    turn = np.linalg.qr(rng.standard_normal((DIMENSION, _INNER)))[0].T.astype(np.float32)
    topics = rng.standard_normal((max(20, shape.passages // _PER_TOPIC), _INNER), dtype=np.float32)
    for start in range(0, shape.passages, _CHUNK):
        number = min(_CHUNK, shape.passages - start)
        topic = topics[rng.integers(len(topics), size=number)]
        passages = topic + _NEAR * rng.standard_normal(topic.shape, dtype=np.float32)
        around = np.repeat(passages, shape.sentences, axis=0)
        sentences = around + _NEARER * rng.standard_normal(around.shape, dtype=np.float32)
        yield start, _turned(passages, turn, rng), _turned(sentences, turn, rng)


def _turned(points: Vectors, turn: Vectors, rng: np.random.Generator) -> Vectors:
    rows = _unit(points @ turn)
    spread = np.float32(_NOISE / DIMENSION**0.5)
    return _unit(rows + spread * rng.standard_normal(rows.shape, dtype=np.float32))


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def questions(shape: Shape, sentences: Vectors, number: int) -> tuple[list[str], Vectors]:
    """Return questions of four words of a sentence each, and vectors that lie around that sentence's."""
    rng = np.random.default_rng(3)
    rows = np.sort(rng.choice(len(sentences), size=number, replace=False))
    wanted = set((rows // (shape.sentences * shape.per_document)).tolist())
    found = {number: document for number, document in enumerate(texts(shape)) if number in wanted}
    asked = []
    for row in rows.tolist():
        passage, sentence = divmod(row, shape.sentences)
        document, place = divmod(passage, shape.per_document)
        words = found[document][place][sentence].rstrip(".").lower().split()
        asked.append(f"Which {' '.join(rng.choice(words, size=min(4, len(words)), replace=False))}?")
    around = rng.standard_normal((number, DIMENSION), dtype=np.float32) * np.float32(_NEARER / DIMENSION**0.5)
    return asked, _unit(np.asarray(sentences[rows]) + around)


def exact(vectors: Vectors, queries: Vectors, k: int = 10) -> npt.NDArray[np.int64]:
    """Return the rows (q, k) of the highest inner products, best first, compared one by one: the truth for recall."""
    scores = np.empty((len(queries), 0), dtype=np.float32)
    rows = np.empty((len(queries), 0), dtype=np.int64)
    for start in range(0, len(vectors), 5 * _CHUNK):
        part = queries @ np.asarray(vectors[start : start + 5 * _CHUNK]).T
        best = np.argpartition(-part, min(k, part.shape[1]) - 1, axis=1)[:, :k]
        scores = np.hstack([scores, np.take_along_axis(part, best, axis=1)])
        rows = np.hstack([rows, best + start])
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        scores, rows = np.take_along_axis(scores, order, axis=1), np.take_along_axis(rows, order, axis=1)
    return rows
