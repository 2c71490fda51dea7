"""What parent and child say to each other: frames of two byte strings, each with its length before it."""

from __future__ import annotations

import struct
from typing import IO

MEMORY = 2 * 1024**3
"""Bytes that a child may have in memory."""

OVER_MEMORY = 77
"""The code that a child exits with where it has more."""

_LENGTHS = struct.Struct(">QQ")


def write_frame(stream: IO[bytes], head: bytes, data: bytes = b"") -> None:
    """Write one frame. Raises OSError where nobody reads it."""
    stream.write(_LENGTHS.pack(len(head), len(data)))
    stream.write(head)
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes], most: int) -> tuple[bytes, bytes]:
    """Return the next frame. Raises EOFError where the stream ends, or says more than ``most`` bytes."""
    head, data = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if head + data > most:
        raise EOFError(f"a frame of {head + data} bytes, at most {most} are taken")
    return _exactly(stream, head), _exactly(stream, data)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError("the stream ends within a frame")
    return data
