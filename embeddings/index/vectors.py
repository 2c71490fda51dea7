"""The only importer of faiss: exact nearest neighbours by inner product, with a contract that has no surprises.

faiss pads missing results with -1, decides ties by chance of position, and raises an empty AssertionError on a wrong
dimension; none of that leaves this file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import IndexDamaged
from embeddings.types import Rows, Vectors


class FlatIndex:
    """An index that compares every vector with every query; implements the `VectorIndex` protocol."""

    def __init__(self, index: Any) -> None:
        self._index = index

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

        try:
            stored = faiss.read_index(str(path))
        except (RuntimeError, MemoryError) as error:
            raise IndexDamaged(f"{path} is not a faiss index") from error
        if not isinstance(stored, faiss.IndexFlat) or stored.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise IndexDamaged(f"{path} is not a flat inner-product index")
        values = faiss.rev_swig_ptr(stored.get_xb(), stored.ntotal * stored.d)  # no copy
        if not np.isfinite(values.sum(dtype=np.float64)):
            raise IndexDamaged(f"{path} has vectors that are no numbers")
        return cls(stored)

    def save(self, path: Path) -> None:
        """Write one file; raises OSError where it cannot be written."""
        import faiss

        with path.open("wb") as file:  # faiss's own way keeps silent about a full disk, or raises a RuntimeError
            faiss.write_index(self._index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]

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
        searched = len(self) if among is None else len(among)
        k = min(k, searched)
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
