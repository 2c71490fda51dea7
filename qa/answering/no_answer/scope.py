"""What was searched, and why nothing was left to search, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

import numpy as np

from embeddings.index.store import Index
from qa.query.syntax import Phrase, Query
from qa.retrieval.selection import rows_among, rows_of, with_quoted
from qa.types.filters import Filters
from qa.types.phrasing import counted, plural


def searched(index: Index, filters: Filters) -> str:
    """Say how much was searched: "Searched 12 passages in 2 documents (outlet: Dawn; from 2021-01)", no full stop."""
    if filters.empty:
        passages, documents = len(index.corpus), len(index.corpus.documents)
    else:
        passages, documents = len(rows_of(index, filters)), len(filters.rows(index.corpus.documents))
    chosen = "" if filters.empty else f" ({filters})"
    return f"Searched {counted(passages, 'passage')} in {counted(documents, 'document')}{chosen}"


def nothing_left(index: Index, query: Query, filters: Filters) -> str:
    """Say in a sentence why no passage can be found; empty where one can."""
    among = rows_among(index, query, filters)
    if among is None or len(among):
        return ""
    rows = rows_of(index, filters)
    if not len(rows):
        return _no_document(index, filters)
    none, every = ("No passage", "Every passage")
    if not filters.empty:
        none, every = ("None of these passages", "Every one of these passages")
    having = [with_quoted(index, phrase, rows) for phrase in query.phrases]
    absent = [phrase for phrase, found in zip(query.phrases, having, strict=True) if not len(found)]
    if absent:
        return f"{none} has the {plural(len(absent), 'phrase')} {_quoted(absent, 'or')}."
    if not len(reduce(np.intersect1d, having, rows)):
        return f"{none} has the phrases {_quoted(query.phrases, 'and')} together."
    phrases = f" with the {plural(len(having), 'phrase')} {_quoted(query.phrases, 'and')}" if having else ""
    words = ", ".join(phrase.written for phrase in query.excluded)
    return f"{every}{phrases} has {'a' if len(query.excluded) > 1 else 'the'} word that is left out: {words}."


def not_quoted(changed: Mapping[str, bool]) -> Iterator[str]:
    """Say which files are no longer what was indexed; the value is whether a file is gone."""
    for is_gone, why in ((False, "Changed since it was indexed"), (True, "No longer in the folder")):
        if files := ", ".join(path for path, gone in changed.items() if gone == is_gone):
            yield f"{why} and therefore not quoted: {files}."
    if changed:
        yield "Ask again when the index is up to date."


def _no_document(index: Index, filters: Filters) -> str:
    undated = sum(not document.metadata.date for document in index.corpus.documents)
    dates = filters.since or filters.until
    also = f" {counted(undated, 'document')} {'has' if undated == 1 else 'have'} no date." if dates and undated else ""
    return f"No document matches the filters.{also}"


def _quoted(phrases: tuple[Phrase, ...] | list[Phrase], word: str) -> str:
    return f" {word} ".join(f"“{phrase.written}”" for phrase in phrases)
