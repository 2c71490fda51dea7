"""Articles in JSON: a list of them, or one a line; each is a document, under its place in the list or its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Entry, Parsed
from embeddings.formats.decode import decode, normalise
from embeddings.formats.html import read_whole
from embeddings.formats.metadata import from_fields

_NAMES = {  # of fields, in lower case and without - and _; of several the first that has a value counts
    "title": ("title", "headline"),
    "text": ("text", "body", "content", "articlebody", "maintext", "fulltext"),
    "author": ("author", "authors", "byline", "creator"),
    "date": ("date", "published", "publishedat", "datepublished", "publicationdate", "publishdate", "pubdate"),
    "outlet": ("outlet", "source", "publisher", "site", "sitename", "sourcename"),
    "url": ("url", "link", "canonical", "canonicalurl"),
    "tags": ("tags", "keywords", "topics", "categories"),
}
_WANTED = (
    'no article was found in it: an article is an object with a field "text", "body" or "content", and may have '
    '"title", "date", "author", "url" and "outlet"; a file holds a list of them, or one a line'
)
_MARKUP = re.compile(r"</?(?:p|br|div|h[1-6]|ul|ol|li|blockquote|table)\b[^<>]*>", re.IGNORECASE)  # of paragraphs


def members(data: bytes) -> Iterator[Entry]:
    """Yield the articles by number from 1. Raises UnreadableFile where there is none."""
    found = _listed(normalise(decode(data)[0]))
    if not any(_said(value, "text") for _, value in found):
        raise UnreadableFile(_WANTED)
    for number, value in found:
        if isinstance(value, ValueError):
            yield Entry(str(number), reason=f"this line is no JSON ({value})")
        elif _said(value, "text"):
            yield Entry(str(number), partial(_load, value), reader="article")
        else:
            yield Entry(str(number), reason='it has no field "text", "body" or "content" with text in it')


def read(data: bytes) -> Parsed:
    """Return an article's text, as its field has it; one that is a page is read as it is seen."""
    value = json.loads(data)
    text = normalise("\n\n".join(_said(value, "text")))
    shown = read_whole(text) if _MARKUP.search(text) else Parsed(text)
    title, metadata = from_fields({name: _said(value, name) for name in _NAMES if name != "text"})
    return replace(shown, title=title, metadata=metadata)


def _listed(text: str) -> list[tuple[int, Any]]:
    """Return the values of a list, or of the first list of articles in an object, or of lines; each with its number."""
    try:
        whole = json.loads(text)
    except ValueError as error:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
        found = [(number, _value(line)) for number, line in lines]
        if all(isinstance(value, ValueError) for _, value in found):
            raise UnreadableFile(f"it is no JSON ({error})") from error
        return found
    lists = [each for each in whole.values() if isinstance(each, list)] if isinstance(whole, dict) else [whole]
    inner = next((each for each in lists if isinstance(each, list) and any(_said(one, "text") for one in each)), None)
    return [*enumerate([whole] if inner is None or _said(whole, "text") else inner, start=1)]


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        return error


def _load(value: Any, _: int) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")


def _said(value: Any, name: str) -> tuple[str, ...]:
    """Return the texts of the first field of these names that has some; an object's is its name."""
    if not isinstance(value, dict):
        return ()
    fields = {re.sub("[-_ ]", "", key).lower(): inner for key, inner in value.items()}
    each = (_texts(fields.get(known)) for known in _NAMES[name])
    return next(filter(None, each), ())


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, dict):
        value = value.get("name")
    several = value if isinstance(value, list) else [value]
    flat = [one.get("name") if isinstance(one, dict) else one for one in several]
    return tuple(one for one in flat if isinstance(one, str) and one.strip())
