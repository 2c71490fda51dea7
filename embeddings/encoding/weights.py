"""The weights of a safetensors file: where each lies, while the numbers stay in the file.

The format: https://github.com/huggingface/safetensors#format, a length of eight bytes, a header in JSON, the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.records import read_json

_LONGEST = 100_000_000  # bytes of a header, as in the library
_KINDS: Final[dict[str, np.dtype[Any]]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2")}
_BITS: Final[dict[str, tuple[np.dtype[Any], int, int]]] = {  # of a number without its sign, and of 65504
    "F32": (np.dtype("<u4"), 0x7FFFFFFF, 0x477FE000),
    "F16": (np.dtype("<u2"), 0x7FFF, 0x7BFF),
}
LARGEST = 65504
"""What half precision, in which weights may be kept, holds: sums of numbers no larger stay finite."""


@dataclass(frozen=True, slots=True)
class Weight:
    """One tensor: the format of its numbers, its shape, and its bytes in the file, half-open."""

    kind: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Weights:
    """The tensors of a file, under the names they have there."""

    file: Path
    named: dict[str, Weight] = field(repr=False)

    @classmethod
    def of(cls, file: Path) -> Weights:
        """Read the header of a file. Raises ValueError where it is none, OSError."""
        size = file.stat().st_size
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if not 0 < length <= min(_LONGEST, size - 8):
                raise ValueError(f"its header is said to have {length} bytes, and the file has {size}")
            rows = read_json(dict[str, Any], opened.read(length), lambda what: ValueError(f"its header: {what}"))
        rows.pop("__metadata__", None)
        return cls(file.resolve(), {name: _weight(name, row, 8 + length, size) for name, row in rows.items()})

    def weight(self, name: str, shape: tuple[int, ...] | None = None) -> Weight:
        """Return a tensor, by default of any shape. Raises ValueError where it is missing or another."""
        found = self.named.get(name)
        if found is None:
            raise ValueError(f"{name} is missing")
        if found.kind not in _KINDS:
            raise ValueError(f"{name} is of {found.kind}, expected {' or '.join(_KINDS)}")
        if shape is not None and found.shape != shape:
            raise ValueError(f"{name} has the shape {list(found.shape)}, expected {list(shape)}")
        return found

    def numbers(self, name: str, shape: tuple[int, ...] | None = None) -> NDArray[Any]:
        """Return the numbers of a tensor, which are read from the file where they are used. Raises ValueError."""
        own = self.weight(name, shape)
        numbers: NDArray[Any] = self._bytes[own.start : own.end].view(_KINDS[own.kind]).reshape(own.shape)
        return numbers

    def check_sizes(self) -> None:
        """Raise ValueError where a number of a tensor is larger than LARGEST, or is none."""
        for name, own in self.named.items():
            if own.kind in _BITS:
                kind, size, most = _BITS[own.kind]
                if (self._bytes[own.start : own.end].view(kind) & size > most).any():
                    raise ValueError(f"{name} holds what is no finite number from {-LARGEST} to {LARGEST}")

    @cached_property
    def _bytes(self) -> NDArray[np.uint8]:
        return np.memmap(self.file, dtype=np.uint8, mode="r")


def _weight(name: str, row: object, base: int, size: int) -> Weight:
    try:
        kind, shape, (start, end) = row["dtype"], tuple(row["shape"]), row["data_offsets"]  # type: ignore[index]
        own = Weight(kind, shape, base + start, base + end)
        is_right = 0 <= start <= end <= size - base and all(isinstance(number, int) and number >= 0 for number in shape)
        width = _KINDS[kind].itemsize if kind in _KINDS else 0
        is_right = is_right and (not width or prod(shape) * width == end - start)
    except (TypeError, KeyError, ValueError) as error:
        raise ValueError(f"its header does not tell where {name} lies") from error
    if not is_right:
        raise ValueError(f"its header does not tell where {name} lies")
    return own
