"""The vectors of texts, made in chunks of similar length: a pure function of the texts and the encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from embeddings.types import Encoder, Vectors

_CHUNK = 256


def embed(texts: Sequence[str], encoder: Encoder, show: Callable[[int, int], None] | None = None) -> Vectors:
    """Return passages or sentences as vectors: (n, d) unit rows in the order of the texts.

    Long and short texts are not mixed in a batch, which would pad the short ones. ``show`` is called with how many
    texts are done, before the first chunk and after each, and how many there are.
    """
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    by_length = sorted(range(len(texts)), key=lambda row: (len(texts[row]), row), reverse=True)
    show = show or (lambda _done, _total: None)
    show(0, len(texts))
    for first in range(0, len(by_length), _CHUNK):
        rows = by_length[first : first + _CHUNK]
        vectors[rows] = encoder.encode_passages([texts[row] for row in rows])
        show(first + len(rows), len(texts))
    return vectors
