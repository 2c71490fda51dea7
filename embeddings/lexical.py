"""The only importer of bm25s, and of what reduces words: passages scored by the words they share with a question."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.errors import IndexDamaged
from embeddings.types import LexicalIndex

__all__ = [
    "TOKENIZER_VERSION",
    "BM25Index",
    "is_stop_word",
    "plain_words",
    "terms",
    "word_spans",
    "words_without_passage",
]

TOKENIZER_VERSION = 2
"""Raised whenever the same text would give other terms."""

_STATE = "state.json"

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
_MARKED = r"(?:[^\W_][\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670]*)+"  # accents stand apart in decomposed text
_WORD = re.compile(rf"{_MARKED}(?:['’]{_MARKED})*")
_SAYING_LITTLE = frozenset(["also", "give", "happen", "know", "many", "may", "mean", "much", "say", "tell"])
_POSSESSIVE = re.compile(r"['’]s?$")


def terms(text: str) -> list[str]:
    """The content words of a text in order, each reduced to its lemma ("led" to "lead") and stemmed.

    Case, accents and possessives are taken away first, and hyphens divide. Stop words are left out, unless nothing else
    is there.
    """
    words = plain_words(text)
    content = [word for word in words if word not in _stop_words()]
    stemmed: list[str] = _stemmer().stemWords([_lemma(word) for word in content or words])
    return stemmed


def plain_words(text: str) -> list[str]:
    """The words of a text in order, as `terms` compares them but neither stemmed nor left out."""
    return [_plain(word) for word in _WORD.findall(text)]


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """The plain words of a text with their spans."""
    return [(_plain(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]


def is_stop_word(word: str) -> bool:
    """Whether a plain word is left out of the terms of a text."""
    return word in _stop_words()


def words_without_passage(text: str, index: LexicalIndex) -> list[str]:
    """The content words of a text, as written, that stand in no passage in any inflected form; each once."""
    words = dict.fromkeys(word for word in _WORD.findall(text) if _plain(word) not in _stop_words() | _SAYING_LITTLE)
    return [word for word in words if not any(index.document_frequency(term) for term in terms(word))]


class BM25Index:
    """BM25 in Lucene's form (k1 1.5, b 0.75; Robertson and Zaragoza 2009); implements `LexicalIndex`."""

    def __init__(self, index: Any, size: int) -> None:
        self._index = index  # None where no passage has a word
        self._size = size

    @classmethod
    def build(cls, texts: Sequence[str]) -> BM25Index:
        """Index the texts in their order; the same texts give the same bytes."""
        import bm25s

        corpus = [terms(text) for text in texts]
        vocabulary = {term: number for number, term in enumerate(sorted({term for words in corpus for term in words}))}
        if not vocabulary:
            return cls(None, len(texts))
        numbers = [[vocabulary[term] for term in words] for words in corpus]
        index = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
        index.index((numbers, vocabulary), show_progress=False)
        return cls(index, len(texts))

    @classmethod
    def load(cls, folder: Path) -> BM25Index:
        """Read what `save` wrote; raises IndexDamaged on anything else."""
        import bm25s

        try:
            state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
            size, empty = int(state["passages"]), bool(state["empty"])
            return cls(None if empty else bm25s.BM25.load(str(folder), show_progress=False), size)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{folder} is not a lexical index ({error})") from error

    def save(self, folder: Path) -> None:
        """Write into a folder, which is made."""
        folder.mkdir(parents=True)
        state = {"passages": self._size, "empty": self._index is None}
        (folder / _STATE).write_text(json.dumps(state), encoding="utf-8")
        if self._index is not None:
            self._index.save(str(folder), show_progress=False)

    def __len__(self) -> int:
        return self._size

    def scores(self, text: str) -> Scores:
        """(n,) scores, 0 where no word is shared."""
        known = [] if self._index is None else [term for term in terms(text) if term in self._index.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        scores: Scores = np.asarray(self._index.get_scores(known), dtype=np.float32)
        return scores

    def rows_with(self, term: str) -> Rows:
        """The rows of the passages that a term (as `terms` gives it) stands in, ascending."""
        number = None if self._index is None else self._index.vocab_dict.get(term)
        if number is None:
            return np.empty(0, dtype=np.int64)
        starts, rows = self._index.scores["indptr"], self._index.scores["indices"]
        return np.sort(rows[starts[number] : starts[number + 1]]).astype(np.int64)

    def document_frequency(self, term: str) -> int:
        """In how many passages a term (as `terms` gives it) stands."""
        return len(self.rows_with(term))


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", word).casefold())
    return "".join(character for character in folded if not unicodedata.combining(character)).replace("’", "'")


@lru_cache(maxsize=100_000)
def _lemma(word: str) -> str:
    import simplemma

    return simplemma.lemmatize(word, lang="en").casefold()


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    from bm25s.stopwords import STOPWORDS_EN_PLUS

    return frozenset(STOPWORDS_EN_PLUS)
