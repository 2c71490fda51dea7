"""The places of each term: every passage's terms in order, cut into its title and heading and its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from embeddings.index.array_file import Array, kept_array, taken
from embeddings.types import Occurrences, Rows

_ARRAYS = ("terms", "pieces", "passages")


class Places:
    """The numbers of the terms of all passages, flat.

    ``terms`` (T,) are term numbers; piece i of all pieces is ``terms[pieces[i]:pieces[i + 1]]``; passage r has the
    pieces ``passages[r]`` to ``passages[r + 1]``.
    """

    def __init__(self, terms: Array, pieces: Rows, passages: Rows) -> None:
        self.terms = terms
        self.pieces = pieces
        self.passages = passages

    @classmethod
    def build(cls, passages: Sequence[Sequence[Sequence[int]]]) -> Places:
        """Build from the term numbers of each piece of each passage."""
        pieces = list(chain.from_iterable(passages))
        return cls(
            np.fromiter(chain.from_iterable(pieces), dtype=np.int32),
            _ends([len(piece) for piece in pieces]),
            _ends([len(own) for own in passages]),
        )

    @classmethod
    def load(cls, folder: Path) -> Places:
        """Read what `save` wrote; raises OSError or ValueError on anything else."""
        places = cls(*(np.load(_file(folder, name), allow_pickle=False) for name in _ARRAYS))
        check_starts("pieces", places.pieces, len(places.terms))
        check_starts("passages", places.passages, len(places.pieces) - 1)
        return cls(kept_array(_file(folder, "terms"), np.asarray(places.terms)), places.pieces, places.passages)

    def save(self, folder: Path) -> None:
        """Write three arrays into a folder that is there."""
        for name in _ARRAYS:
            np.save(_file(folder, name), getattr(self, name)[:])

    def occurrences(self, numbers: Sequence[int], rows: Rows) -> Occurrences:
        """Return where the terms of these numbers (-1 for one that is nowhere) are in the passages of these rows."""
        starts, ends = self.pieces[self.passages[rows]], self.pieces[self.passages[rows + 1]]
        lengths = ends - starts
        passage = np.repeat(np.arange(len(rows), dtype=np.int64), lengths)
        position = np.arange(lengths.sum(), dtype=np.int64) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        at = starts[passage] + position
        term = _places_in(numbers, taken(self.terms, at))
        found = np.flatnonzero(term >= 0)
        piece = np.searchsorted(self.pieces, at[found], side="right") - 1
        return Occurrences(term[found], passage[found], piece - self.passages[rows[passage[found]]], position[found])


def _places_in(numbers: Sequence[int], values: npt.NDArray[np.int32]) -> Rows:
    """Return the place of each value in the numbers, -1 where it is not among them."""
    if not len(numbers):
        return np.full(len(values), -1, dtype=np.int64)
    order = np.argsort(numbers, kind="stable")
    ascending = np.asarray(numbers, dtype=np.int64)[order]
    at = np.minimum(np.searchsorted(ascending, values), len(order) - 1)
    places: Rows = np.where(ascending[at] == values, order[at], -1)
    return places


def check_starts(kind: str, starts: npt.NDArray[np.integer], whole: int) -> None:
    """Raise ValueError unless these can be where the parts of so many things start, and where the last one ends."""
    whole_numbers = starts.ndim == 1 and len(starts) and np.issubdtype(starts.dtype, np.integer)
    if not whole_numbers or starts[0] != 0 or starts[-1] != whole or (starts[:-1] > starts[1:]).any():
        raise ValueError(f"the {kind} do not go from 0 to {whole}")


def _file(folder: Path, name: str) -> Path:
    return folder / f"places.{name}.npy"


def _ends(lengths: Sequence[int]) -> Rows:
    return np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
