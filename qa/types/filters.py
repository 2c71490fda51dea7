"""Which documents are searched: by name, date, outlet, author, tag."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from embeddings.errors import FilterError
from embeddings.types import Document, Metadata

_LISTED = 20
_DATES = ("since", "until")
_DATE = re.compile("[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Filters:
    """Each kind that is set must hold; of several values of one kind, any.

    Names are compared without regard to case and spaces. ``document`` is a path below the documents folder, an id, or a
    folder with a slash at its end. ``since`` and ``until`` are a year, a month or a day, both included; a document that
    says only its year or month is in the range if it can be, and one without a date is in none. Raises FilterError for
    a date that is none, and where the range is empty.

    >>> print(Filters(outlet=["Dawn", "The Post"], since="2021-08"))
    outlet: Dawn or The Post; from 2021-08
    >>> Filters.of(["tag=rail"]).to_dict()
    {'tag': ['rail']}
    """

    document: str | Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    outlet: str | Sequence[str] = ()
    author: str | Sequence[str] = ()
    tag: str | Sequence[str] = ()

    def __post_init__(self) -> None:
        _check_types(self)
        for kind in KINDS:
            given = getattr(self, kind)
            values = (given,) if isinstance(given, str) else tuple(dict.fromkeys(given or ()))
            object.__setattr__(self, kind, values)
        first, last = self._range()
        if first and last and first > last:
            raise FilterError(f"since {self.since} lies after until {self.until}, so that no date is in between.")

    @classmethod
    def of(cls, pairs: Iterable[str]) -> Filters:
        """Read ``name=value`` pairs. Raise FilterError for an unknown name, and list the known names."""
        known = [field.name for field in fields(cls)]
        values: dict[str, list[str]] = {}
        for pair in pairs:
            name, equals, value = str(pair).partition("=")
            if not equals or name not in known or not value.strip():
                raise FilterError(f"no filter {pair!r}. Write NAME=VALUE with one of: {', '.join(known)}.")
            values.setdefault(name, []).append(value.strip())
        for name in _DATES:
            if len(values.get(name, ())) > 1:
                raise FilterError(f"{name} is given {len(values[name])} times; a range has one beginning and one end.")
        names = {kind: tuple(values.get(kind, ())) for kind in KINDS}
        since, until = (next(iter(values.get(name, ())), None) for name in _DATES)
        return cls(since=since, until=until, **names)

    def __str__(self) -> str:
        """Return what is searched, in words: "outlet: Dawn or The Post; from 2021-01"; empty for everything."""
        return "; ".join(f"{name}{':' if name in KINDS else ''} {value}" for name, value in self.said())

    def said(self) -> list[tuple[str, str]]:
        """Return each set kind with its values in words: ("outlet", "Dawn or The Post"), ("from", "2021-01")."""
        names = [(kind, " or ".join(values)) for kind, values in self._chosen().items()]
        if self.since:
            return [*names, ("from", f"{self.since} to {self.until}" if self.until else self.since)]
        return [*names, ("until", self.until)] if self.until else names

    def to_dict(self) -> dict[str, str | list[str]]:
        """Return what is set, ready for JSON; ``Filters(**filters.to_dict())`` is the same again."""
        dates = {name: str(getattr(self, name)) for name in _DATES if getattr(self, name)}
        return {**{kind: list(values) for kind, values in self._chosen().items()}, **dates}

    @property
    def empty(self) -> bool:
        """Return whether every document is searched."""
        return not self.to_dict()

    def rows(self, documents: Sequence[Document]) -> list[int]:
        """Return the rows of the documents that are searched.

        Raise FilterError for a value that no document has, and list the values that exist.
        """
        rows = set(range(len(documents)))
        for kind, wanted in self._chosen().items():
            having = [_rows_having(kind, value, documents) for value in wanted]
            rows &= set().union(*having)
        since, until = self._range()
        if since or until:
            rows = {row for row in rows if _within(documents[row].metadata, since, until)}
        return sorted(rows)

    def _range(self) -> tuple[date | None, date | None]:
        """Return the first and the last day that are searched; None where there is no such limit."""
        first = None if self.since is None else _asked(self.since, "since")[0]
        return first, None if self.until is None else _asked(self.until, "until")[1]

    def _chosen(self) -> dict[str, tuple[str, ...]]:
        return {kind: getattr(self, kind) for kind in KINDS if getattr(self, kind)}


_VALUES: dict[str, Callable[[Document], tuple[str | None, ...]]] = {
    "document": lambda document: (document.source,),
    "outlet": lambda document: (document.metadata.outlet,),
    "author": lambda document: (document.metadata.author,),
    "tag": lambda document: document.metadata.tags,
}
KINDS = tuple(_VALUES)
"""The filters that are names; the others are dates."""


def values_of(kind: str, documents: Sequence[Document]) -> list[str]:
    """Return the values of a kind that documents have, each once, in alphabetical order; of documents, their paths."""
    found = {value for document in documents for value in _VALUES[kind](document) if value}
    return sorted(found, key=lambda value: (_folded(value), value))


def folders_of(documents: Sequence[Document]) -> list[str]:
    """Return the documents' sub-folders, as the filter ``document`` names them: "reports/", "reports/2021/"."""
    parts = [document.source.split("/")[:-1] for document in documents]
    found = {"/".join(folders[:depth]) + "/" for folders in parts for depth in range(1, len(folders) + 1)}
    return sorted(found, key=lambda value: (_folded(value), value))


def _check_types(filters: Filters) -> None:
    for name in (*KINDS, *_DATES):
        given = getattr(filters, name)
        values = [given] if name in _DATES or isinstance(given, str) else () if given is None else given
        if isinstance(values, Mapping) or not isinstance(values, Iterable):
            raise FilterError(f"{name} must be a text or several, found {given!r}.")
        for value in values:
            if not isinstance(value, str) and not (value is None and name in _DATES):
                raise FilterError(f"{name} must be a text, found {value!r}.")


def _rows_having(kind: str, wanted: str, documents: Sequence[Document]) -> set[int]:
    name = _folded(wanted)
    rows = {row for row, document in enumerate(documents) if _has(document, kind, name)}
    if not rows:
        there = values_of(kind, documents)
        if kind == "document":
            there = [*folders_of(documents), *there]
        more = f" and {len(there) - _LISTED} more" if len(there) > _LISTED else ""
        listed = ", ".join(" ".join(value.split()) for value in there[:_LISTED]) + more
        what = f"is called {wanted!r}" if kind == "document" else f"has the {kind} {wanted!r}"
        raise FilterError(f"no document {what}. There are: {listed or 'none'}.")
    return rows


def _has(document: Document, kind: str, name: str) -> bool:
    if kind == "document":
        path = _folded(document.source)
        return name in (path, document.id) or (name.endswith("/") and path.startswith(name))
    return name in (_folded(value) for value in _VALUES[kind](document) if value)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.casefold().split()))


def _asked(text: str, name: str) -> tuple[date, date]:
    span = _span(text) if _DATE.fullmatch(text) else None
    if span is None:
        raise FilterError(f"{name} must be a year, a month or a day like 2021, 2021-08 or 2021-08-15, found {text!r}.")
    return span


def _within(said: Metadata, since: date | None, until: date | None) -> bool:
    """Return whether a document's date, which may be a year or a month only, can lie in the range."""
    span = _span((said.date or "")[:10])
    return span is not None and (since is None or span[1] >= since) and (until is None or span[0] <= until)


def _span(text: str) -> tuple[date, date] | None:
    """Return the first and the last day of a year, a month or a day, or None where it is none of them."""
    if not _DATE.fullmatch(text):
        return None
    try:
        first = date.fromisoformat(text + "-01-01"[len(text) - len("2021") :])
    except ValueError:
        return None
    if len(text) == len("2021-08-15"):
        return first, first
    month = first.month if len(text) == len("2021-08") else 12
    return first, date(first.year, month, monthrange(first.year, month)[1])
