"""Calls in processes of their own over synthetic passages: indexes made from ready vectors, and a search measured."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.figures import percentile
from benchmarks.speed.synthetic import DIMENSION, Shape, corpus, exact, questions, write_files, write_vectors
from embeddings.encoding.encoder import open_encoder
from embeddings.index.build import assemble
from embeddings.index.manifest import Made
from embeddings.index.store import load, locked, save
from embeddings.types import Encoder, Rows, VectorIndex, Vectors
from qa import Retriever

__all__ = ["GivenEncoder", "asked", "build", "recall", "search", "truth", "write"]

_WARM_UP = 20  # questions


class GivenEncoder:
    """An encoder that knows the vectors of some questions; implements the `Encoder` protocol."""

    name = "vectors that are given"
    digest = "0" * 64
    dimension = DIMENSION
    max_tokens = 256
    prompts: dict[str, str] = {}  # noqa: RUF012 - the protocol's type

    def __init__(self, texts: Sequence[str] = (), vectors: Vectors | None = None) -> None:
        given = np.empty((0, DIMENSION), np.float32) if vectors is None else vectors
        self._known = {_key(text): vector for text, vector in zip(texts, given, strict=True)}

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count words."""
        return [len(text.split()) for text in texts]

    def encode_query(self, text: str) -> Vectors:
        """Return the vector of a question that is known, whatever its case and signs."""
        vector: Vectors = self._known[_key(text)]
        return vector

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Raise NotImplementedError: vectors of passages are given."""
        raise NotImplementedError(f"{len(texts)} texts have no vectors here")


def _key(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def write(shape: dict[str, int], folder: str) -> None:
    """Write the documents, the passages for the peers, and the vectors; what is there stays."""
    own, place = Shape(**shape), Path(folder)
    seeds = place / "seeds"
    if not (place / "written").exists():
        seeds.mkdir(parents=True, exist_ok=True)
        write_files(own, seeds, place / "passages.json")
        write_vectors(own, place)
        (place / "written").touch()


def build(shape: dict[str, int], folder: str, place: str, *, real: bool) -> dict[str, float]:
    """Make and save the product's index of synthetic passages from their vectors; return seconds, bytes, and peak MiB.

    ``real`` names the real encoder in it, so that it can be asked with real questions. The vectors are read from the
    disk as they are needed.
    """
    own, files = Shape(**shape), Path(folder)
    encoder: Encoder = open_encoder() if real else GivenEncoder()
    passages, sentences = (np.load(file, mmap_mode="r") for file in write_vectors(own, files))
    documents, target = corpus(own), Path(place)
    shutil.rmtree(target, ignore_errors=True)
    start = time.perf_counter()
    index = assemble(documents, Made.by(str((files / "seeds").resolve()), encoder), encoder, (passages, sentences))
    with locked(target):
        save(target, index)
    seconds = time.perf_counter() - start
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    return {"seconds": seconds, "bytes": size, "peak": _peak()}


def truth(shape: dict[str, int], folder: str, number: int) -> None:
    """Write questions with their vectors, and the rows that an exact comparison finds; what is there stays."""
    own, files = Shape(**shape), Path(folder)
    file = files / f"truth-{number}.npz"
    if not file.exists():
        passages, sentences = (np.load(name, mmap_mode="r") for name in write_vectors(own, files))
        asked, vectors = questions(own, sentences, number)
        true = exact(passages, vectors), exact(sentences, vectors)
        np.savez(file, asked=np.array(asked), vectors=vectors, passages=true[0], sentences=true[1])


def search(folder: str, place: str, number: int) -> dict[str, Any]:
    """Open an index and search it, the encoding left out; return seconds of opening and searching, memory, recall."""
    from benchmarks.speed.process import memory

    with np.load(Path(folder) / f"truth-{number}.npz") as stored:
        asked, vectors = stored["asked"].tolist(), stored["vectors"]
        true = {kind: stored[kind] for kind in ("passages", "sentences")}
    start = time.perf_counter()
    index = load(Path(place))
    opened = time.perf_counter() - start
    retriever = Retriever(index, GivenEncoder(asked, vectors), Path(folder) / "seeds")
    before, seconds = asked[:_WARM_UP], []
    for question in [*before, *asked]:
        start = time.perf_counter()
        retriever.search(question, 10)
        seconds.append(time.perf_counter() - start)
    held = memory(_process())
    return {
        "opened": opened,
        "p50": percentile(seconds[len(before) :], 0.5),
        "p95": percentile(seconds[len(before) :], 0.95),
        "pss": held.pss,
        "rss": held.rss,
        "own": held.own,
        "recall of passages": recall(index.passage_vectors, vectors, true["passages"]),
        "recall of sentences": recall(index.sentence_vectors, vectors, true["sentences"]),
    }


def recall(index: VectorIndex, queries: Vectors, true: Rows) -> float:
    """Return which share of the true rows (q, k) an index finds among its first k, on average."""
    k = true.shape[1]
    found = [index.search(query[None, :], k)[1][0] for query in queries]
    return float(np.mean([len(np.intersect1d(own, best)) / k for own, best in zip(found, true, strict=True)]))


def _process() -> int:
    import os

    return os.getpid()


def _peak() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def asked(folder: str, number: int) -> list[str]:
    """Return the questions that `truth` wrote."""
    with np.load(Path(folder) / f"truth-{number}.npz") as stored:
        texts: list[str] = stored["asked"].tolist()
    return texts
