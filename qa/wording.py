"""Numbers and nouns in the program's own sentences."""

from __future__ import annotations

from collections.abc import Sequence

from qa.types import Citation

__all__ = ["NAMED", "also_in", "also_named", "counted", "numbered", "plural"]

NAMED = 5  # places that are named; of more, how many


def counted(count: int, noun: str) -> str:
    """Give "1 passage", "1,024 passages"."""
    return f"{count:,} {plural(count, noun)}"


def plural(count: int, noun: str) -> str:
    """Give the noun for this many of it."""
    return noun if count == 1 else f"{noun}s"


def also_in(citation: Citation) -> str:
    """Give "also in 2 documents", where the same is said elsewhere; empty where it is not."""
    own = citation.source.document_id
    documents = {quote.document_id for quote in citation.also}
    others = f"also in {counted(len(documents - {own}), 'document')}" if documents - {own} else ""
    if own not in documents:
        return others
    return f"{others} and again in this one" if others else "again in this document"


def also_named(citation: Citation) -> list[str]:
    """Where the same is said elsewhere, the first few: "a.md ¶ 3", "b.txt ¶ 1", "and 7 more"."""
    named = [quote.place for quote in citation.also[:NAMED]]
    more = len(citation.also) - len(named)
    return [*named, f"and {more} more"] if more else named


def numbered(citations: Sequence[int]) -> str:
    """Give "[1][3]"."""
    return "".join(f"[{number}]" for number in citations)
