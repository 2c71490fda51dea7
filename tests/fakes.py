"""Parts with meaning that stand in for slow ones: tests can say exactly what must come out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from embeddings.types import Vectors
from qa.reading import PassageText, Reading

__all__ = ["BagEncoder", "WordReader"]

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")
_ASKING = {"who", "what", "when", "where", "why", "how", "was", "is", "the", "of", "did", "do", "in", "a"}


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


class WordReader:
    """Reads by words: a passage answers as far as one of its sentences has the telling words of the question.

    0.02 to 0.98 for none to all of them; sentences share by the fourth power of how many they have, and the first
    number of the best one is its exact words. Keeps the texts that it read.
    """

    digest = hashlib.sha256(b"words").hexdigest()

    def __init__(self, limit: float | None = 0.5, *, name: str = "words") -> None:
        self.name = name
        self.limit = limit
        self.texts: list[str] = []

    def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
        self.texts.extend(text.text for text in texts)
        return [self._reading(_words(question) - _ASKING, text) for text in texts]

    def _reading(self, asked: set[str], text: PassageText) -> Reading:
        found = [len(asked & _words(text.text[start:end])) for start, end in text.sentences]
        best = max(range(len(found)), key=found.__getitem__, default=None)
        if best is None:
            return Reading(0.02, (), None, 0.0)
        number = _NUMBER.search(text.text, *text.sentences[best])
        return Reading(
            probability=0.02 + 0.96 * found[best] / max(1, len(asked)),
            sentences=tuple(count**4 / max(1, sum(each**4 for each in found)) for count in found),
            span=number and number.span(),
            answered=0.0,
        )


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
