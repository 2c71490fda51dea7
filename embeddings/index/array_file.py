"""Arrays in files, from which single rows are read when they are asked for: none of it stays in memory."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import IndexDamaged
from embeddings.types import Rows

LARGE = 4 * 1024 * 1024
"""Bytes from which on an array stays in its file."""

_CHUNK = 8_192  # rows that are read at a time where all are compared
_AT_ONCE = hasattr(os, "pread")
_OPEN = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_REMEDY = "Make it anew: qa index --rebuild"


class ArrayFile:
    """An array of numpy's format in a file, row by row; may be used by several threads."""

    def __init__(self, file: Path) -> None:
        """Open a file that `write` or `numpy.save` wrote. Raises IndexDamaged for another one, OSError."""
        self._file = file
        try:
            with file.open("rb") as opened:
                version = np.lib.format.read_magic(opened)
                read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
                self.shape, by_column, self.dtype = read[version](opened)
                self._start = opened.tell()
        except (ValueError, KeyError, EOFError) as error:
            raise IndexDamaged(f"{file} does not hold an array of an index ({error})") from error
        self._width = self.dtype.itemsize * int(np.prod(self.shape[1:]))
        size = self._start + self._width * (self.shape[0] if self.shape else 0)
        flat = by_column and len(self.shape) > 1
        if flat or not self.shape or self.dtype.hasobject or file.stat().st_size != size:
            raise IndexDamaged(f"{file} does not hold an array of an index (its numbers are others)")
        self._handle = os.open(file, _OPEN)
        self._lock = Lock()
        weakref.finalize(self, os.close, self._handle)

    @staticmethod
    def write(file: Path, array: NDArray[Any]) -> None:
        """Write an array, part by part. Raises OSError."""
        with file.open("wb") as opened:
            np.lib.format.write_array_header_1_0(opened, np.lib.format.header_data_from_array_1_0(array))
            for first in range(0, len(array), _CHUNK):
                opened.write(np.ascontiguousarray(array[first : first + _CHUNK]).data)

    def __len__(self) -> int:
        return int(self.shape[0])

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        """Return neighbouring rows. Raises IndexDamaged."""
        first, last, _ = rows.indices(len(self))
        return self._read(first, max(0, last - first))

    def take(self, rows: Rows) -> NDArray[Any]:
        """Return some rows in their order; neighbours in one read. Raises IndexDamaged, also for what is no number."""
        taken = np.empty((len(rows), *self.shape[1:]), dtype=self.dtype)
        edges = [0, *(np.flatnonzero(np.diff(rows) != 1) + 1).tolist(), len(rows)] if len(rows) else [0]
        for first, last in pairwise(edges):
            taken[first:last] = self._read(int(rows[first]), last - first)
        if not np.isfinite(taken.sum(dtype=np.float64)):
            raise IndexDamaged(f"{self._file} has numbers that are none. {_REMEDY}")
        return taken

    def chunks(self, rows: Rows) -> Iterator[NDArray[Any]]:
        """Yield some rows, a few thousand at a time, in their order."""
        for first in range(0, len(rows), _CHUNK):
            yield self.take(rows[first : first + _CHUNK])

    def _read(self, first: int, count: int) -> NDArray[Any]:
        start, size = self._start + first * self._width, count * self._width
        if _AT_ONCE:
            data = os.pread(self._handle, size, start)
        else:
            with self._lock:
                os.lseek(self._handle, start, os.SEEK_SET)
                data = os.read(self._handle, size)
        if len(data) != size:
            raise IndexDamaged(f"{self._file} ends too early. {_REMEDY}")
        return np.frombuffer(data, dtype=self.dtype).reshape(count, *self.shape[1:])


Array = ArrayFile | NDArray[Any]


def kept_array(file: Path, array: NDArray[Any]) -> Array:
    """Return an array that was read from this file: itself, or where it is large the file."""
    return array if array.nbytes < LARGE else ArrayFile(file)


def taken(array: Array, rows: Rows) -> NDArray[Any]:
    """Return some rows of an array, in their order."""
    return array.take(rows) if isinstance(array, ArrayFile) else array[rows]
