"""Which documents are searched: by name, date, outlet, author, tag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from embeddings.errors import FilterError
from embeddings.types import Document

__all__ = ["Filters"]

_LISTED = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """Each that is set must hold. Names are compared without regard to case; dates are ISO days, both included.

    A document without a date stands outside every date range. ``document`` is a path below the documents folder, or
    an id.
    """

    document: str | None = None
    since: str | None = None
    until: str | None = None
    outlet: str | None = None
    author: str | None = None
    tag: str | None = None

    @classmethod
    def of(cls, pairs: Sequence[str]) -> Filters:
        """Read ``name=value`` pairs; raises FilterError for an unknown name, listing those that there are."""
        known = [field.name for field in fields(cls)]
        values: dict[str, str] = {}
        for pair in pairs:
            name, equals, value = pair.partition("=")
            if not equals or name not in known or not value.strip():
                raise FilterError(f"no filter {pair!r}. Write NAME=VALUE with one of: {', '.join(known)}.")
            values[name] = value.strip()
        return cls(**values)

    @property
    def empty(self) -> bool:
        """Whether every document is searched."""
        return self == Filters()

    def rows(self, documents: Sequence[Document]) -> list[int]:
        """Rows of the documents that are searched.

        Raises FilterError for a value that no document has, listing those that there are.
        """
        rows = set(range(len(documents)))
        for name, values in _VALUES.items():
            wanted = getattr(self, name)
            if wanted is not None:
                having = {
                    row for row, document in enumerate(documents) if wanted.casefold() in _folded(values(document))
                }
                if not having:
                    raise FilterError(
                        _unknown(name, wanted, [value for document in documents for value in values(document)])
                    )
                rows &= having
        since, until = _day(self.since, "since"), _day(self.until, "until")
        if since or until:
            rows = {row for row in rows if _within(documents[row].metadata.date, since, until)}
        return sorted(rows)


_VALUES: dict[str, Callable[[Document], list[str]]] = {
    "document": lambda document: [document.source, document.id],
    "outlet": lambda document: [document.metadata.outlet] if document.metadata.outlet else [],
    "author": lambda document: [document.metadata.author] if document.metadata.author else [],
    "tag": lambda document: list(document.metadata.tags),
}


def _folded(values: list[str]) -> list[str]:
    return [value.casefold() for value in values]


def _unknown(name: str, wanted: str, values: list[str]) -> str:
    there = sorted(set(values))
    listed = ", ".join(there[:_LISTED]) + (f" and {len(there) - _LISTED} more" if len(there) > _LISTED else "")
    return f"no document has the {name} {wanted!r}. There are: {listed or 'none'}."


def _day(text: str | None, name: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FilterError(f"{name} must be a day like 2021-08-15, found {text!r}.") from error


def _within(text: str | None, since: date | None, until: date | None) -> bool:
    """Whether a document's date, which may be a year or a month only, can lie in the range."""
    first, last = _span(text or "")
    return (
        first is not None
        and last is not None
        and (since is None or last >= since)
        and (until is None or first <= until)
    )


def _span(text: str) -> tuple[date | None, date | None]:
    for ending, closing in (("", ""), ("-01", "-28"), ("-01-01", "-12-31")):
        try:
            return date.fromisoformat(text[:10] + ending), date.fromisoformat(text[:10] + closing)
        except ValueError:
            continue
    return None, None
