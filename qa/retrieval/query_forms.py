"""The question as it is asked, and under the other names that the documents define."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from embeddings.index.store import Index
from embeddings.types import Encoder, Vectors
from embeddings.words import plain_words, terms
from qa.query.aliases import Names, Variant, names_defined
from qa.query.wording import defined_in, one_wording
from qa.retrieval.selection import with_name_as_written, with_phrase

VARIANTS = 3  # of one question; each is one more vector to compare
STEEPER = 1.5  # the power of the inverse document frequency that a term weighs; see docs/decisions/retrieval.md
NAMED = 3  # documents that are named for what was taken for the same

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class QueryForm:
    """One wording of the question, and the rows of passages it holds for, ascending (None: all).

    ``terms`` are its terms, each once, in order; ``weights`` say how much each tells. ``words`` is
    the BM25 of every passage. ``instead_of`` are terms of the question that stand under another name wherever it holds.
    """

    text: str
    vector: Vectors
    terms: tuple[str, ...]
    weights: Floats
    words: npt.NDArray[np.floating]
    among: Rows | None
    instead_of: frozenset[str] = frozenset()

    @property
    def weight(self) -> float:
        """Return the sum of the weights; 1 where there are no terms, so that it can divide."""
        return float(self.weights.sum()) or 1.0


class QueryForms:
    """The maker of forms of questions to one index."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self._names = names_defined(index.aliases)
        self._rows: dict[str, Rows] = {}  # passages by name, once they were asked for

    def of(self, text: str, among: Rows | None) -> tuple[list[QueryForm], tuple[str, ...]]:
        """Return the question in one wording and under other names, and what was taken for the same.

        Which names are exchanged does not depend on which passages are searched, so that a filter changes no score.
        """
        own, text = defined_in(text), one_wording(text)
        names = Names((*self._index.aliases, *own)) if own else self._names
        forms = [query_form(self._index, self._encoder, text, among)]
        said: list[str] = []
        for variant in names.variants(text):
            rows = self._rows_of(variant)
            if len(rows) and len(said) < VARIANTS:
                within = rows if among is None else np.intersect1d(rows, among)
                forms.append(query_form(self._index, self._encoder, variant.text, within, variant))
                said.append(self._equation(variant))
        return forms, tuple(said)

    def _rows_of(self, variant: Variant) -> Rows:
        rows = np.setdiff1d(self._rows_named(variant.other), self._rows_named(variant.asked))
        rows = np.setdiff1d(rows, self._rows_in(variant.elsewhere))
        return rows if variant.documents is None else np.intersect1d(rows, self._rows_in(variant.documents))

    def _rows_named(self, name: str) -> Rows:
        """Return the passages that have a name; a word of the dictionary, such as "IS", as it is written only."""
        if name not in self._rows:
            words = plain_words(name)
            self._rows[name] = with_name_as_written(self._index, name, words, with_phrase(self._index, words))
        return self._rows[name]

    def _rows_in(self, documents: frozenset[str]) -> Rows:
        owned = [np.array(self._index.corpus.passage_rows(name), dtype=np.int64) for name in sorted(documents)]
        return np.concatenate([np.empty(0, dtype=np.int64), *owned])

    def _equation(self, variant: Variant) -> str:
        """Return what was taken for the same, and where that stands: "PTM = Pashtun Tahafuz Movement, from a.md"."""
        documents = [self._index.corpus.document(name) for name in variant.defined_in]
        paths = [document.source for document in documents if document is not None]
        more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
        where = ", ".join(paths[:NAMED]) or "the question"
        return f"{variant.alias.short} = {variant.alias.long}, from {where}{more}"


def query_form(
    index: Index, encoder: Encoder, text: str, among: Rows | None, variant: Variant | None = None
) -> QueryForm:
    """Make a form of a text; of a variant, in which another name tells as much as the one that was asked for."""
    asked = tuple(dict.fromkeys(terms(text)))
    rarity = _rarity(index, asked)
    weights, words = rarity**STEEPER, index.lexical.scores(text)
    instead_of = frozenset[str]()
    if variant is not None:
        instead_of, named = frozenset(terms(variant.asked)), frozenset(terms(variant.other))
        other = np.array([term in named for term in asked], dtype=bool)
        told = _rarity(index, sorted(instead_of))
        weights[other] *= _ratio(told**STEEPER, weights[other])
        words = words + (_ratio(told, rarity[other]) - 1) * index.lexical.scores(variant.other)
    return QueryForm(text, encoder.encode_query(text), asked, weights, words, among, instead_of)


def _rarity(index: Index, asked: Iterable[str]) -> Floats:
    return np.array([inverse_document_frequency(index, term) for term in asked], dtype=np.float64)


def _ratio(told: Floats, other: Floats) -> float:
    return float(told.sum() / other.sum()) if told.size and other.size else 1.0


def inverse_document_frequency(index: Index, term: str) -> float:
    """Return how rare a term is among the passages, in Lucene's form, which is always positive."""
    size, frequency = len(index.corpus), index.lexical.document_frequency(term)
    return log(1 + (size - frequency + 0.5) / (frequency + 0.5))
