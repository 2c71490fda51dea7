"""One encoder for all systems: every passage text is encoded once, and its vector is kept for the next run.

This makes the comparison fair (no system has other vectors for the same text) and quick. Questions are remembered
too, except where time is measured: there each search takes its full time.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from embeddings.encoding.batches import embed
from embeddings.types import Encoder, Vectors

__all__ = ["SharedEncoder", "default_cache"]

_KEY_BYTES = 16


class SharedEncoder:
    """Another encoder with a memory of texts; implements the `Encoder` protocol.

    ``place`` is a folder; the file in it is named by what the vectors are for and by the model's digest. With
    ``questions`` false, a question is encoded each time it is asked.
    """

    def __init__(self, encoder: Encoder, place: Path, name: str, *, questions: bool = True) -> None:
        self._encoder = encoder
        self._questions = questions
        self._file = place / f"{name}-{encoder.digest[:16]}.npz"
        self._known: dict[bytes, Vectors] = {}
        if self._file.exists():
            with np.load(self._file) as stored:
                self._known = dict(zip(map(bytes, stored["keys"]), stored["vectors"], strict=True))

    @property
    def name(self) -> str:
        """Return the other encoder's name."""
        return self._encoder.name

    @property
    def digest(self) -> str:
        """Return the other encoder's digest."""
        return self._encoder.digest

    @property
    def dimension(self) -> int:
        """Return the other encoder's dimension."""
        return self._encoder.dimension

    @property
    def max_tokens(self) -> int:
        """Return the other encoder's highest number of tokens."""
        return self._encoder.max_tokens

    @property
    def prompts(self) -> dict[str, str]:
        """Return the other encoder's prompts."""
        return self._encoder.prompts

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, as the other encoder does."""
        return self._encoder.count_tokens(texts)

    def encode_query(self, text: str) -> Vectors:
        """Return the (d,) unit vector."""
        if not self._questions:
            return self._encoder.encode_query(text)
        key = _key("question", text)
        if key not in self._known:
            self._known[key] = self._encoder.encode_query(text)
        return self._known[key]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return (n, d) unit rows; encode only what is not known yet."""
        keys = [_key("passage", text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            self._known.update(zip(missing, embed(list(missing.values()), self._encoder), strict=True))
        return np.stack([self._known[key] for key in keys]) if keys else np.empty((0, self.dimension), np.float32)

    def save(self) -> None:
        """Write what is known; replace an existing file in one step."""
        if not self._known:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(self._known), dtype=np.uint8).reshape(-1, _KEY_BYTES)
        unfinished = self._file.with_suffix(".part.npz")
        np.savez(unfinished, keys=keys, vectors=np.stack(list(self._known.values())))
        unfinished.replace(self._file)


def default_cache() -> Path:
    """Return where vectors are kept: $QA_BENCH_CACHE, or a folder in the user's cache."""
    from platformdirs import user_cache_path

    named = os.environ.get("QA_BENCH_CACHE")
    return Path(named) if named else user_cache_path("seeds-qa", appauthor=False) / "benchmarks"


def _key(kind: str, text: str) -> bytes:
    return blake2b(f"{kind}\0{text}".encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()
