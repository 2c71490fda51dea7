"""Passages found, each compared with its file: the one result of a search behind every door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa.answering.answerer import Answerer
from qa.answering.no_answer.scope import nothing_left, searched
from qa.answering.sources import AnswerChecks, Sources
from qa.query.syntax import checked, parse
from qa.retrieval.candidates import CANDIDATES
from qa.retrieval.explanation import Lead, explained, leads
from qa.retrieval.retriever import check_counts
from qa.types.arguments import checked_arguments
from qa.types.filters import Filters
from qa.types.hits import Hit
from qa.types.serialize import Plain


@dataclass(frozen=True, slots=True)
class Found(Plain):
    """What a search gives: hits, best first, each with its lead over the next; None for the last passage there is.

    ``changed`` are files that are no longer what was indexed and are therefore not quoted, ``gone`` those of them that
    are no longer in the folder; ``reason`` says what was searched where nothing was found, and is empty otherwise.

    >>> found = find(Answerer.open("seeds"), '"Abbey Gate"', filters=Filters(tag="Security outlook"))
    >>> found.hits
    ()
    >>> print(found.reason)
    Searched 8 passages in 1 document (tag: Security outlook). None of these passages has the phrase “Abbey Gate”.
    """

    query: str
    asked: str
    hits: tuple[Hit, ...]
    leads: tuple[Lead | None, ...]
    index_id: str
    changed: tuple[str, ...]
    filters: Filters
    reason: str = ""
    gone: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.hits) != len(self.leads):
            raise ValueError(f"{len(self.hits)} hits cannot have {len(self.leads)} leads")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "query": self.query,
            "asked": self.asked,
            "hits": [explained(hit, lead) for hit, lead in zip(self.hits, self.leads, strict=True)],
            "index_id": self.index_id,
            "changed": list(self.changed),
            "filters": self.filters.to_dict(),
        }


@checked_arguments
def find(
    answerer: Answerer,
    query: str,
    k: int = 5,
    *,
    filters: Filters | None = None,
    per_document: int | None = None,
) -> Found:
    """Search, and leave out what its file no longer says; see `Retriever.search`, also for the errors."""
    retriever = answerer.retriever
    check_counts(k=k)
    asked, filters = checked(query), filters or Filters()
    # One more than asked for, so that the last one's lead over the next is known too.
    number = min(k + 1, max(k, CANDIDATES))
    depth = max(number, answerer.reader.depth)
    hits_found = retriever.search(asked, depth, filters=filters, per_document=per_document)
    found = answerer.reader.read(parse(asked).whole, hits_found).hits[:number]
    above = {hit.citation.number: lead for hit, lead in zip(found, leads(found), strict=True)}
    hits, changed = _unchanged(found[:k], answerer.sources)
    nothing = ""
    if not found:
        index = retriever.index
        nothing = f"{searched(index, filters)}. {nothing_left(index, parse(asked), filters)}".rstrip()
    return Found(
        query=query,
        asked=asked,
        hits=tuple(hits),
        leads=tuple(above[hit.citation.number] for hit in hits),
        index_id=retriever.index_id,
        changed=tuple(changed),
        filters=filters,
        reason=nothing,
        gone=tuple(path for path, is_gone in changed.items() if is_gone),
    )


def _unchanged(hits: Sequence[Hit], sources: Sources) -> tuple[list[Hit], dict[str, bool]]:
    good: list[Hit] = []
    checks = AnswerChecks(sources)
    checks.expect(quote for hit in hits for quote in (hit.citation.source, *hit.also))
    for hit in hits:
        quotes = [quote for quote in (hit.citation.source, *hit.also) if checks.passes(quote)]
        if quotes:
            own = quotes[0] == hit.citation.source
            citation = hit.citation.standing(quotes[0], tuple(quotes[1:]))
            trace = hit.trace if own else replace(hit.trace, sentences=())  # these were the changed file's
            good.append(replace(hit, citation=citation, trace=trace))
    return good, checks.changed
