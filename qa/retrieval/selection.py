"""The passages that may be found at all: those that the filters, the quoted phrases and the excluded words leave."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from embeddings.index.store import Index
from embeddings.words import (
    as_read,
    forms_of,
    has_points,
    is_ordinary_word,
    is_stop_word,
    plain_words,
    without_accents,
    without_points,
)
from qa.query.syntax import Phrase, Query
from qa.types.filters import Filters

Rows = npt.NDArray[np.int64]

_STARTS, _ENDS = "(?<![a-z0-9])(?<![a-z0-9]')", "(?:'s)?(?![a-z0-9])(?!'[a-z0-9])"  # of a word in small ASCII letters
_DIGIT = re.compile(r"\d")
_DASH = re.compile("[\u2010-\u2015\u2212]")
_BESIDE_LETTER = re.compile(r"(?<=[^\W\d_])-|-(?=[^\W\d_])")  # "F-16" may be "F 16", but "10-20" is not "10 20"


def rows_among(index: Index, query: Query, filters: Filters) -> Rows | None:
    """Return the ascending rows of the passages that are searched; None for all."""
    if filters.empty and not query.phrases and not query.excluded:
        return None
    rows = rows_of(index, filters)
    for phrase in query.phrases:
        rows = with_quoted(index, phrase, rows)
    for phrase in query.excluded:
        rows = np.setdiff1d(rows, _with_excluded(index, phrase, rows), assume_unique=True)
    return rows


def rows_of(index: Index, filters: Filters) -> Rows:
    """Return the ascending rows of the passages of the documents that the filters leave."""
    if filters.empty:
        return np.arange(len(index.corpus), dtype=np.int64)
    documents = filters.rows(index.corpus.documents)
    return np.flatnonzero(np.isin(index.corpus.passage_spans[:, 0], documents)).astype(np.int64)


def with_name_as_written(index: Index, name: str, words: Sequence[str], rows: Rows) -> Rows:
    """Keep, of a name that is also a word of the dictionary ("US", "Turkey"), the passages that write it like that.

    ``words`` are the plain words of the name; of any other name all rows are kept.
    """
    if len(words) != 1 or not is_ordinary_word(words[0]):
        return rows
    literal = re.compile(rf"(?<!\w){re.escape(without_points(name))}(?!\w)")
    texts = (without_points(as_read(text)) for text in index.corpus.passage_texts(rows))
    return _kept(rows, [literal.search(text) is not None for text in texts])


def with_quoted(index: Index, phrase: Phrase, among: Rows) -> Rows:
    """Return the passages that contain a quoted phrase; a phrase with a digit must stand as it is written.

    Points and commas, "²" and the hyphen between two numbers change what a number is.
    """
    rows = with_phrase(index, phrase.words, among)
    if not _DIGIT.search(phrase.written):
        return rows
    written = re.compile(rf"(?<!\w){re.escape(_as_written(phrase.written))}(?!\w)")
    return _kept(rows, [bool(written.search(_as_written(text))) for text in index.corpus.passage_texts(rows)])


def with_phrase(index: Index, words: Sequence[str], among: Rows | None = None) -> Rows:
    """Return the passages, of all or of some, whose own text has these plain words in this order.

    Case, accents and hyphens make no difference.
    """
    rows = np.arange(len(index.corpus), dtype=np.int64) if among is None else among
    for word in words:
        if not is_stop_word(word):
            rows = _with_terms(index, forms_of(word), rows)
    stands = _standing(words)
    return _kept(rows, [stands(text) for text in index.corpus.passage_texts(rows)])


def _with_excluded(index: Index, phrase: Phrase, among: Rows) -> Rows:
    """Return the passages that have the word in any inflected form; several words, or a number, as a phrase."""
    (word, *more) = phrase.words
    if more or is_stop_word(word) or _DIGIT.search(phrase.written):
        return with_quoted(index, phrase, among)
    (own, *others) = forms_of(word)
    rows = _with_terms(index, [own], among)
    if not others:
        return rows
    return np.union1d(rows, with_phrase(index, [word], np.setdiff1d(among, rows, assume_unique=True)))


def _with_terms(index: Index, terms: Sequence[str], among: Rows) -> Rows:
    """Return the passages whose own text, not only the title or heading, has one of these terms."""
    rows = among[np.isin(among, np.concatenate([index.lexical.rows_with(term) for term in terms]))]
    found = index.lexical.occurrences(terms, rows)
    stands = np.zeros(len(rows), dtype=bool)
    stands[found.passage[found.piece > 0]] = True
    return _kept(rows, stands)


def _kept(rows: Rows, stands: Sequence[bool] | npt.NDArray[np.bool_]) -> Rows:
    kept: Rows = rows[np.asarray(stands, dtype=bool)]
    return kept


def _standing(words: Sequence[str]) -> Callable[[str], bool]:
    """Tell whether a text has these plain words in this order; plain English letters need no list for that."""
    phrase = _joined(words)
    between = rf"{_ENDS}[^a-z0-9]+"
    quick = re.compile(rf"{_STARTS}{between.join(map(re.escape, words))}{_ENDS}")
    apart = "'" not in phrase

    def stands(text: str) -> bool:
        if apart and text.isascii() and not has_points(text):
            return quick.search(text.lower()) is not None
        return phrase in _joined(plain_words(text))

    return stands


def _joined(words: Sequence[str]) -> str:
    return "\n".join(["", *words, ""])


def _as_written(text: str) -> str:
    """Return a text with one kind of dash and of white space; a hyphen beside a letter is white space."""
    plain = _DASH.sub("-", without_accents(without_points(as_read(text)))).replace("’", "'")
    return " ".join(_BESIDE_LETTER.sub(" ", plain).split())
