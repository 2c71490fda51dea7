"""The only importer of faiss: nearest neighbours by inner product, with a contract that has no surprises.

faiss pads missing results with -1, decides ties by chance of position, and raises an empty AssertionError on a wrong
dimension; none of that leaves this file. Few vectors are compared as they are. Of many, codes of a twelfth of the size
stay in memory; what is nearest by its code is compared by its vector, which is read from the disk.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import IndexDamaged
from embeddings.index.array_file import Array, ArrayFile, taken
from embeddings.index.order import top_rows
from embeddings.types import Rows, VectorIndex, Vectors

MANY = 20_000
"""Vectors from which on their codes are searched: see docs/performance.md."""

_NEARER = 4  # times as many rows by their codes as are asked for,
_FEWEST = 400  # and never fewer, are compared by their vectors
_BITS = 4  # of a code for two numbers of a vector


def build_vectors(vectors: Vectors) -> VectorIndex:
    """Index the rows of a float32 array of shape (n, d), in the form that is right for so many."""
    return FlatIndex.build(vectors) if len(vectors) < MANY else CodedIndex.build(vectors)


def load_vectors(path: Path) -> VectorIndex:
    """Read what `save` of either form wrote; raises IndexDamaged on anything else."""
    return CodedIndex.load(path) if rows_file(path).exists() else FlatIndex.load(path)


def rows_file(path: Path) -> Path:
    """Return the file that lies beside an index of codes and holds the vectors."""
    return path.with_suffix(".vectors.npy")


class _Index(ABC):
    """What both forms share: their size, and the checks of what they are asked."""

    def __init__(self, index: Any) -> None:
        self._index = index

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""
        return int(self._index.d)

    def search(self, queries: Vectors, k: int, among: Rows | None = None) -> tuple[Vectors, Rows]:
        """Return scores and rows, both (q, min(k, n)); best first, equal scores by lower row.

        With ``among``, ascending rows, only those are searched, and n is their number.
        """
        if queries.ndim != 2 or queries.shape[1] != self.dimension:
            raise ValueError(f"queries must be of shape (q, {self.dimension}), found {queries.shape}")
        if k < 1:
            raise ValueError(f"k must be at least 1, found {k}")
        k = min(k, len(self) if among is None else len(among))
        found = [self._search_one(query, k, among) for query in np.ascontiguousarray(queries, dtype=np.float32)]
        scores = np.stack([scores for scores, _ in found]) if found else np.empty((0, k), np.float32)
        rows = np.stack([rows for _, rows in found]) if found else np.empty((0, k), np.int64)
        return scores, rows

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors of these rows, (len(rows), d)."""
        if not len(rows):
            return np.empty((0, self.dimension), dtype=np.float32)
        if rows.min() < 0 or rows.max() >= len(self):
            raise ValueError(f"rows must be 0 to {len(self) - 1}, found {rows.min()} to {rows.max()}")
        return self._taken(rows)

    @abstractmethod
    def _search_one(self, query: Vectors, k: int, among: Rows | None) -> tuple[Vectors, Rows]: ...

    @abstractmethod
    def _taken(self, rows: Rows) -> Vectors: ...


class FlatIndex(_Index):
    """An index that compares every vector with every query; implements the `VectorIndex` protocol."""

    @classmethod
    def build(cls, vectors: Vectors) -> FlatIndex:
        """Index the rows of a float32 array of shape (n, d); n may be 0."""
        import faiss

        if vectors.ndim != 2 or vectors.dtype != np.float32 or vectors.shape[1] == 0:
            raise ValueError(f"vectors must be float32 of shape (n, d), found {vectors.dtype} {vectors.shape}")
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> FlatIndex:
        """Read what `save` wrote; raises IndexDamaged on anything else."""
        import faiss

        stored = _read(path)
        if not isinstance(stored, faiss.IndexFlat) or stored.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise IndexDamaged(f"{path} is not a flat inner-product index")
        values = faiss.rev_swig_ptr(stored.get_xb(), stored.ntotal * stored.d)  # no copy
        if not np.isfinite(values.sum(dtype=np.float64)):
            raise IndexDamaged(f"{path} has vectors that are no numbers")
        return cls(stored)

    def save(self, path: Path) -> None:
        """Write one file; raises OSError where it cannot be written."""
        _write(self._index, path)

    def _taken(self, rows: Rows) -> Vectors:
        taken: Vectors = self._index.reconstruct_batch(np.ascontiguousarray(rows, dtype=np.int64))
        return taken

    def _search_one(self, query: Vectors, k: int, among: Rows | None) -> tuple[Vectors, Rows]:
        if k == 0:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        only = _only(among)
        more = min(k + 1, len(self) if among is None else len(among))
        scores, rows = (found[0] for found in self._index.search(query[None, :], more, params=only))
        if len(scores) > k and scores[k] == scores[k - 1]:
            # More rows may share the last score than faiss returned: take all of them, then the lowest rows.
            below = np.nextafter(scores[k - 1], np.float32(-np.inf))
            _, scores, rows = self._index.range_search(query[None, :], float(below), params=only)
        order = np.lexsort((rows, -scores))[:k]
        return scores[order], rows[order]


def _only(among: Rows | None) -> Any:
    """Return what faiss takes to search some rows only; None for all."""
    if among is None:
        return None
    import faiss

    return faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))  # type: ignore[call-arg]


class CodedIndex(_Index):
    """An index that compares a query with every vector's code, and with the vectors of the nearest.

    The codes are a product quantisation (Jegou, Douze and Schmid 2011) of four bits for two numbers each, scanned as in
    Andre, Kermarrec and Le Scouarnec 2017. Scores are those of the vectors; a search among some rows compares all of
    these. Implements the `VectorIndex` protocol.
    """

    def __init__(self, codes: Any, rows: Array) -> None:
        super().__init__(codes)
        self._rows = rows

    @classmethod
    def build(cls, vectors: Vectors) -> CodedIndex:
        """Index the rows of a float32 array of shape (n, d), which are kept in memory until it is loaded again."""
        import faiss

        if vectors.ndim != 2 or vectors.dtype != np.float32 or vectors.shape[1] == 0 or len(vectors) < 2**_BITS:
            raise ValueError(f"vectors must be float32 of shape (n, d), found {vectors.dtype} {vectors.shape}")
        size = vectors.shape[1]
        codes = faiss.IndexPQFastScan(size, size if size % 2 else size // 2, _BITS, faiss.METRIC_INNER_PRODUCT)
        vectors = np.ascontiguousarray(vectors)
        codes.train(vectors)
        codes.add(vectors)
        return cls(codes, vectors)

    @classmethod
    def load(cls, path: Path) -> CodedIndex:
        """Read what `save` wrote; raises IndexDamaged on anything else."""
        import faiss

        codes, rows = _read(path), ArrayFile(rows_file(path))
        known = isinstance(codes, faiss.IndexPQFastScan) and codes.metric_type == faiss.METRIC_INNER_PRODUCT
        if not known or (codes.ntotal, codes.d) != rows.shape or rows.dtype != np.float32:
            raise IndexDamaged(f"{path} has no codes for the vectors beside it")
        return cls(codes, rows)

    def save(self, path: Path) -> None:
        """Write the codes, and the vectors into a file beside; raises OSError where they cannot be written."""
        _write(self._index, path)
        ArrayFile.write(rows_file(path), self._rows[:])

    def _taken(self, rows: Rows) -> Vectors:
        return taken(self._rows, rows)

    def _search_one(self, query: Vectors, k: int, among: Rows | None) -> tuple[Vectors, Rows]:
        rows = among
        if rows is None:
            number = max(_NEARER * k, _FEWEST)
            if number < len(self) // 2:
                rows = np.sort(self._index.search(query[None, :], number)[1][0])
                rows = rows[rows >= 0]
            else:
                rows = np.arange(len(self), dtype=np.int64)
        chunks = self._rows.chunks(rows) if isinstance(self._rows, ArrayFile) else [self._rows[rows]]
        scores = np.concatenate([np.empty(0, np.float32), *(np.einsum("ij,j->i", chunk, query) for chunk in chunks)])
        order = top_rows(scores, k)
        return scores[order], rows[order]


def _read(path: Path) -> Any:
    import faiss

    try:
        return faiss.read_index(str(path))
    except (RuntimeError, MemoryError) as error:
        raise IndexDamaged(f"{path} is not a faiss index") from error


def _write(index: Any, path: Path) -> None:
    import faiss

    with path.open("wb") as file:  # faiss's own way keeps silent about a full disk, or raises a RuntimeError
        faiss.write_index(index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]
