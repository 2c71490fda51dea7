"""Parts with meaning that stand in for slow ones: tests can say exactly what must come out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from embeddings.types import Vectors

__all__ = ["BagEncoder"]

_WORD = re.compile(r"\w+")


class BagEncoder:
    """A bag of words, hashed to 64 dimensions: texts are similar exactly as far as they share words.

    Counts what it encodes; a token is a word, so that lengths can be chosen in tests.
    """

    def __init__(self, name: str = "bag-of-words", *, dimension: int = 64, max_tokens: int = 64) -> None:
        self.name = name
        self.digest = hashlib.sha256(f"{name} {dimension} {max_tokens}".encode()).hexdigest()
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.prompts: dict[str, str] = {}
        self.encoded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        return np.stack([self.encode_query(text) for text in texts])

    def encode_query(self, text: str) -> Vectors:
        vector = np.zeros(self.dimension, dtype=np.float32)
        for word in _WORD.findall(text.casefold()):
            vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1
        if not vector.any():
            vector[0] = 1
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit
