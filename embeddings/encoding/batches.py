"""The vectors of texts, made in chunks of similar length: a pure function of the texts and the encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from embeddings.types import Encoder, Vectors

_CHUNK = 256


def embed(texts: Sequence[str], encoder: Encoder, on_done: Callable[[int], None] | None = None) -> Vectors:
    """Return passages or sentences as vectors: (n, d) unit rows in the order of the texts.

    Long and short texts are not mixed in a batch, which would pad the short ones. ``on_done`` is called with the number
    of texts of each finished chunk.
    """
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    by_length = sorted(range(len(texts)), key=lambda row: (len(texts[row]), row), reverse=True)
    for first in range(0, len(by_length), _CHUNK):
        rows = by_length[first : first + _CHUNK]
        vectors[rows] = encoder.encode_passages([texts[row] for row in rows])
        if on_done is not None:
            on_done(len(rows))
    return vectors


class Counter:
    """A count of finished work for a progress bar: ``show`` is called with the count and the total."""

    def __init__(self, show: Callable[[int, int], None], total: int) -> None:
        self._show = show
        self._total = total
        self._done = 0
        self._show(0, total)

    def add(self, number: int) -> None:
        """Add this many to the count."""
        self._done += number
        self._show(self._done, self._total)
