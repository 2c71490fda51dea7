"""A link that brings a question and its open citation back: ``?q=…&doc=…&s=…&e=…&h=…``, filters by their names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from urllib.parse import parse_qs, urlencode

from embeddings.documents.corpus import Corpus
from embeddings.types import Sentence
from qa.types.filters import Filters
from qa.types.quotes import Quote

_DIGITS = 12
_MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """A span of a document, by path and offsets, with the first digits of the sha256 of the words there."""

    path: str
    start: int
    end: int
    digest: str = ""


def link_to(question: str, filters: Filters, quote: Quote | None = None) -> str:
    """Return the query of a link to a question, and to one of its quotes where it is given."""
    pairs = [("q", question)]
    for name, values in filters.to_dict().items():
        pairs += [(name, value) for value in ([values] if isinstance(values, str) else values)]
    if quote is not None:
        pairs += [("doc", quote.path), ("s", str(quote.start)), ("e", str(quote.end)), ("h", _digest(quote.quote))]
    return f"?{urlencode(pairs, errors='surrogatepass')}"


def place_in(query: str) -> LinkTarget | None:
    """Return the place that a link's query names; None where it names none."""
    given = _fields_of(query)
    try:
        path, start, end = given["doc"][0], int(given["s"][0]), int(given["e"][0])
    except (KeyError, ValueError):
        return None
    return LinkTarget(path, start, end, given.get("h", [""])[0]) if 0 <= start < end else None


def filters_in(query: str) -> list[str]:
    """Return the filters that a link's query names, as ``name=value``."""
    given = _fields_of(query)
    names = [field.name for field in fields(Filters)]
    return [f"{name}={value}" for name in names for value in given.get(name, ())]


def quote_at(corpus: Corpus, place: LinkTarget) -> Quote | None:
    """Return the quote at a place; None where the document is gone or says other words there now."""
    document = next((document for document in corpus.documents if document.source == place.path), None)
    passage = corpus.passage_at(document.id, place.start, place.end) if document else None
    if document is None or passage is None:
        return None
    span = Sentence(place.start, place.end, document.text[place.start : place.end])
    return Quote.of(document, passage, span) if place.digest in ("", _digest(span.text)) else None


def _fields_of(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query.removeprefix("?"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
