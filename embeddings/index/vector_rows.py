"""Vectors in a file, from which single rows are read when they are asked for: none of it stays in memory."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import numpy as np

from embeddings.errors import IndexDamaged
from embeddings.types import Rows, Vectors

_CHUNK = 8_192  # rows that are read at a time where all are compared
_AT_ONCE = hasattr(os, "pread")
_OPEN = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class VectorRows:
    """An array of (n, d) float32 in a file of numpy's format; may be used by several threads."""

    def __init__(self, file: Path) -> None:
        """Open a file that `write` wrote. Raises IndexDamaged for another one, OSError."""
        self._file = file
        try:
            with file.open("rb") as opened:
                version = np.lib.format.read_magic(opened)
                read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
                self.shape, by_column, kind = read[version](opened)
                self._start = opened.tell()
        except (ValueError, KeyError, EOFError) as error:
            raise IndexDamaged(f"{file} does not hold the vectors of an index ({error})") from error
        size = self._start + 4 * int(np.prod(self.shape))
        if by_column or kind != np.float32 or len(self.shape) != 2 or file.stat().st_size != size:
            raise IndexDamaged(f"{file} does not hold the vectors of an index (its numbers are others)")
        self._handle = os.open(file, _OPEN)
        self._lock = Lock()
        weakref.finalize(self, os.close, self._handle)

    @staticmethod
    def write(file: Path, vectors: Vectors) -> None:
        """Write rows of float32. Raises OSError."""
        with file.open("wb") as opened:
            np.lib.format.write_array_header_1_0(opened, np.lib.format.header_data_from_array_1_0(vectors))
            for first in range(0, len(vectors), _CHUNK):
                opened.write(np.ascontiguousarray(vectors[first : first + _CHUNK], dtype=np.float32).data)

    def __len__(self) -> int:
        return int(self.shape[0])

    def take(self, rows: Rows) -> Vectors:
        """Return some rows, (len(rows), d) in their order; neighbours in one read. Raises IndexDamaged."""
        taken = np.empty((len(rows), self.shape[1]), dtype=np.float32)
        if not len(rows):
            return taken
        edges = np.flatnonzero(np.diff(rows) != 1) + 1
        for first, last in zip([0, *edges.tolist()], [*edges.tolist(), len(rows)], strict=True):
            taken[first:last] = self._read(int(rows[first]), last - first)
        if not np.isfinite(taken.sum(dtype=np.float64)):
            raise IndexDamaged(f"{self._file} has vectors that are no numbers. Make it anew: qa index --rebuild")
        return taken

    def chunks(self, rows: Rows) -> Iterator[Vectors]:
        """Yield some rows, a few thousand at a time, in their order."""
        for first in range(0, len(rows), _CHUNK):
            yield self.take(rows[first : first + _CHUNK])

    def _read(self, first: int, count: int) -> Vectors:
        width = 4 * int(self.shape[1])
        start, size = self._start + first * width, count * width
        if _AT_ONCE:
            data = os.pread(self._handle, size, start)
        else:
            with self._lock:
                os.lseek(self._handle, start, os.SEEK_SET)
                data = os.read(self._handle, size)
        if len(data) != size:
            raise IndexDamaged(f"{self._file} ends too early. Make it anew: qa index --rebuild")
        return np.frombuffer(data, dtype=np.float32).reshape(count, -1)
