"""The only importer of bm25s, and of what reduces words: passages scored by the words they share with a question."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from embeddings.errors import IndexDamaged
from embeddings.places import Occurrences, Places
from embeddings.types import LexicalIndex

__all__ = [
    "TOKENIZER_VERSION",
    "BM25Index",
    "content_words",
    "forms_of",
    "is_ordinary_word",
    "is_stop_word",
    "plain_words",
    "terms",
    "unaccented",
    "without_accents",
    "word_spans",
    "words_without_passage",
]

TOKENIZER_VERSION = 3
"""Raised whenever the same text would give other terms."""

_STATE = "state.json"

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
_ACCENTS = (  # of Latin, Greek and Cyrillic, of Hebrew, of Arabic: a word is the same without them
    "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\ufe20-\ufe2f\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06e8\u06ea-\u06ed"
)
_ACCENT = re.compile(f"[{_ACCENTS}]")
_SIGNS = "".join(  # vowel signs of Indic scripts, Thai and others are parts of a word; the marks of symbols are not
    sign
    for sign in map(chr, (*range(0x700, 0x20D0), *range(0x2100, 0xFE00), *range(0xFE10, 0x12000)))
    if unicodedata.category(sign) in ("Mn", "Mc")
)
_MARKED = rf"[^\W_]+(?:(?![\0-\u02ff])[{_ACCENTS}{_SIGNS}][^\W_]*)*"  # most text has none: that is told at once
_WORD = re.compile(rf"{_MARKED}(?:['’]{_MARKED})*")
_MONTHS = dict(
    month.split()
    for month in (
        *("jan january", "feb february", "mar march", "apr april", "jun june", "jul july", "aug august"),
        *("sep september", "sept september", "oct october", "nov november", "dec december"),
    )
)
_SAYING_LITTLE = frozenset(["also", "give", "happen", "know", "many", "may", "mean", "much", "say", "tell"])
_POSSESSIVE = re.compile(r"['’]s?$", re.IGNORECASE)


def terms(text: str) -> list[str]:
    """The content words of a text in order, each reduced to its lemma ("led" to "lead") and stemmed.

    Case, accents and possessives are taken away first, hyphens divide, and months are written out in dates. Stop words
    are left out, unless nothing else is there.
    """
    return [term for _, term in content_words(text)]


def content_words(text: str) -> list[tuple[str, str]]:
    """The content words of a text as they are written, in order, each with its term (see `terms`)."""
    written = _WORD.findall(text)
    words = _with_full_months([_plain(word) for word in written])
    content = [place for place, word in enumerate(words) if word not in _stop_words()] or range(len(words))
    stemmed: list[str] = _stemmer().stemWords([_lemma(words[place]) for place in content])
    return [(written[place], term) for place, term in zip(content, stemmed, strict=True)]


def plain_words(text: str) -> list[str]:
    """The words of a text in order, as `terms` compares them but neither stemmed nor left out."""
    return [_plain(word) for word in _WORD.findall(text)]


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """The plain words of a text with their spans."""
    return [(_plain(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]


def _with_full_months(words: list[str]) -> list[str]:
    """The words with "Nov" as "november" where a number stands beside it, as in "16 Nov. 1989" and "Sept 11"."""
    full = list(words)
    for place, word in enumerate(words):
        beside = words[max(place - 1, 0) : place + 2]
        if word in _MONTHS and any(other.isdecimal() for other in beside):
            full[place] = _MONTHS[word]
    return full


def forms_of(word: str) -> list[str]:
    """The terms that one plain word may stand as in an index: its own, and that of the month it may be short for."""
    return list(dict.fromkeys(term for form in (word, _MONTHS.get(word, word)) for term in terms(form)))


def is_stop_word(word: str) -> bool:
    """Whether a plain word is left out of the terms of a text."""
    return word in _stop_words()


def is_ordinary_word(word: str) -> bool:
    """Whether a plain word stands in an English dictionary, so that it need not be a name."""
    import simplemma

    return is_stop_word(word) or simplemma.is_known(word, lang="en")


def words_without_passage(text: str, index: LexicalIndex) -> list[str]:
    """The content words of a text, as written, that stand in no passage in any inflected form; each once."""
    words = dict.fromkeys(word for word in _WORD.findall(text) if _plain(word) not in _stop_words() | _SAYING_LITTLE)
    return [word for word in words if not any(index.document_frequency(term) for term in terms(word))]


class BM25Index:
    """BM25 in Lucene's form (k1 1.5, b 0.75; Robertson and Zaragoza 2009); implements `LexicalIndex`."""

    def __init__(self, index: Any, places: Places) -> None:
        self._index = index  # None where no passage has a word
        self._places = places

    @classmethod
    def build(cls, passages: Sequence[Sequence[str]]) -> BM25Index:
        """Index passages in their order, each given in pieces: title and heading, then its sentences.

        The same texts give the same bytes.
        """
        import bm25s

        corpus = [[terms(piece) for piece in pieces] for pieces in passages]
        every = {term for pieces in corpus for piece in pieces for term in piece}
        vocabulary = {term: number for number, term in enumerate(sorted(every))}
        numbers = [[[vocabulary[term] for term in piece] for piece in pieces] for pieces in corpus]
        places = Places.build(numbers)
        if not vocabulary:
            return cls(None, places)
        index = bm25s.BM25(k1=1.5, b=0.75, method="lucene")
        index.index(([list(chain.from_iterable(own)) for own in numbers], vocabulary), show_progress=False)
        return cls(index, places)

    @classmethod
    def load(cls, folder: Path) -> BM25Index:
        """Read what `save` wrote; raises IndexDamaged on anything else."""
        import bm25s

        try:
            empty = bool(json.loads((folder / _STATE).read_text(encoding="utf-8"))["empty"])
            return cls(None if empty else bm25s.BM25.load(str(folder), show_progress=False), Places.load(folder))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{folder} is not a lexical index ({error})") from error

    def save(self, folder: Path) -> None:
        """Write into a folder, which is made."""
        folder.mkdir(parents=True)
        state = {"passages": len(self), "empty": self._index is None}
        (folder / _STATE).write_text(json.dumps(state), encoding="utf-8")
        self._places.save(folder)
        if self._index is not None:
            self._index.save(str(folder), show_progress=False)

    def __len__(self) -> int:
        return len(self._places.passages) - 1

    def scores(self, text: str) -> Scores:
        """(n,) scores, 0 where no word is shared."""
        known = [term for term in terms(text) if self._number(term) >= 0]
        if not known:
            return np.zeros(len(self), dtype=np.float32)
        scores: Scores = np.asarray(self._index.get_scores(known), dtype=np.float32)
        return scores

    def rows_with(self, term: str) -> Rows:
        """The rows of the passages that a term (as `terms` gives it) stands in, ascending."""
        start, end = self._postings(term)
        if start == end:
            return np.empty(0, dtype=np.int64)
        rows: Rows = np.sort(self._index.scores["indices"][start:end]).astype(np.int64)
        return rows

    def document_frequency(self, term: str) -> int:
        """In how many passages a term (as `terms` gives it) stands."""
        start, end = self._postings(term)
        return end - start

    def vocabulary(self) -> list[str]:
        """The terms that stand in any passage."""
        return [] if self._index is None else [term for term in self._index.vocab_dict if term]

    def occurrences(self, asked: Sequence[str], rows: Rows) -> Occurrences:
        """Where terms (as `terms` gives them, each once) stand in the passages of some rows."""
        return self._places.occurrences([self._number(term) for term in asked], rows)

    def _number(self, term: str) -> int:
        return -1 if self._index is None else int(self._index.vocab_dict.get(term, -1))

    def _postings(self, term: str) -> tuple[int, int]:
        number = self._number(term)
        if number < 0:
            return 0, 0
        starts = self._index.scores["indptr"]
        return int(starts[number]), int(starts[number + 1])


def without_accents(text: str) -> str:
    """A text in small letters without the accents of its letters; what else it consists of stays as it is."""
    return _ACCENT.sub("", unicodedata.normalize("NFD", text.casefold()))


def unaccented(text: str) -> str:
    """A text without the accents of its letters, each sign as the plain one that it is a form of."""
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text))


@lru_cache(maxsize=100_000)
def _plain(word: str) -> str:
    return unaccented(_POSSESSIVE.sub("", word).casefold()).replace("’", "'")


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
