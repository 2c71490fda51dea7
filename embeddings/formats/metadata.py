"""`Metadata` from what files say about themselves, under many names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TypeAlias

from embeddings.types import Metadata

Fields: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""Lower-case names with a value, or several where the file has a list."""

_AUTHOR = ("author", "authors", "by")
_DATE = ("date", "published", "publication_date")
_OUTLET = ("outlet", "publisher", "site", "sitename", "source")
_URL = ("url", "link", "canonical")
_SPLIT_TAGS = ("tags", "keywords")
_TAGS = (*_SPLIT_TAGS, "topic", "topics", "category", "categories")

_JUNK = re.compile(
    r"\(?(?:anonymous|unspecified|unknown|no title|none|null)\)?|\(?untitled.*"
    r"|microsoft (?:word|powerpoint|excel) - .*|.*\.(?:docx?|rtf|odt|pdf|indd|qxd|tex|dvi|pptx?|xlsx?)"
    r"|(?:document|slide|layout|presentation)\s*\d*|powerpoint presentation|openpyxl|python-docx|\W*",
    re.IGNORECASE,
)
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def from_fields(fields: Fields) -> tuple[str | None, Metadata]:
    """Return the title and the metadata; of several names for one thing the first that has a value counts."""
    tags: list[str] = []
    for name in _TAGS:
        value = fields.get(name, ())
        if isinstance(value, str):
            value = split_tags(value) if name in _SPLIT_TAGS else (value,)
        tags.extend(value)
    written = _first(fields, _DATE)
    metadata = Metadata(
        author=_first(fields, _AUTHOR),
        date=iso_date(written) if written else None,
        outlet=_first(fields, _OUTLET),
        url=_first(fields, _URL),
        tags=unique(tags),
    )
    return _first(fields, ("title",)), metadata


def iso_date(written: str) -> str:
    """Return the date, or date and time, in ISO 8601; as written where it cannot be read."""
    day = _DAY.fullmatch(written)
    try:
        if day:
            return date(*map(int, day.groups())).isoformat()
        if len(written) == len("20240105") and written.isdigit():
            return date.fromisoformat(written).isoformat()
        return datetime.fromisoformat(written).isoformat()
    except ValueError:
        return written


def is_junk(said: str) -> bool:
    """Return whether a title or an author is a program's filling, not what a person wrote."""
    return bool(_JUNK.fullmatch(said))


def split_tags(value: str) -> tuple[str, ...]:
    """Return the parts between commas or semicolons."""
    return tuple(re.split("[,;]", value))


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values on one line each, in order, without empty ones and repetitions."""
    return tuple(dict.fromkeys(filter(None, map(clean, values))))


def clean(value: str | None) -> str | None:
    """Return the value on one line; None where nothing is left."""
    return " ".join((value or "").split()) or None


def _first(fields: Fields, names: tuple[str, ...]) -> str | None:
    for name in names:
        value = fields.get(name, "")
        found = clean(value) if isinstance(value, str) else ", ".join(unique(value))
        if found:
            return found
    return None
