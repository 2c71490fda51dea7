"""Web pages that a browser saved as a single file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser

from embeddings.errors import UnreadableFile
from embeddings.formats import html
from embeddings.formats.base import Parsed
from embeddings.formats.metadata import clean

_PAGES = ("text/html", "application/xhtml+xml")
_FOR_PRINT = re.compile(rb"""<link(?=[^>]*\smedia=["']?print)[^>]*\shref=["']([^"']+)""")


def read(data: bytes) -> Parsed:
    """Return the page that was saved, without its frames; its address is where it was saved from.

    The style sheets are read too: they tell what the page hides. Raises UnreadableFile where there is no page.
    """
    try:
        message = BytesParser().parsebytes(data)
        parts = [part for part in message.walk() if not part.is_multipart()]
        page = _page(message, parts)
        content = _content(page)
        printed = {name.decode("ascii", "replace") for name in _FOR_PRINT.findall(content)}
        sheets = " ".join(_sheets(part for part in parts if part["Content-Location"] not in printed))
        address = _header(message, "Snapshot-Content-Location") or _header(page, "Content-Location")
        subject = _header(message, "Subject")
        charset = page.get_content_charset()
    except (MessageError, LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnreadableFile(f"the saved page is damaged ({type(error).__name__}); save it again") from error
    parsed = html.read(content, declared=charset, sheets=sheets)
    metadata = parsed.metadata
    if address and address.startswith(("http://", "https://")):
        metadata = replace(metadata, url=address)
    return replace(parsed, title=parsed.title or subject, metadata=metadata)


def _page(message: Message, parts: list[Message]) -> Message:
    """Return the part that was saved: the one that the message names as its start, else the first page."""
    start = message.get_param("start")
    named = [part for part in parts if start and part["Content-ID"] == start]
    page = next((part for part in [*named, *parts] if part.get_content_type() in _PAGES), None)
    if page is None:
        raise UnreadableFile("it is no page that a browser saved as a single file: there is no web page in it")
    return page


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _sheets(parts: Iterable[Message]) -> Iterator[str]:
    yield from (_content(part).decode("utf-8", "replace") for part in parts if part.get_content_type() == "text/css")


def _header(part: Message, name: str) -> str | None:
    """Return a header's value on one line, decoded; None where it is not there or empty."""
    return clean(str(make_header(decode_header(str(part.get(name) or "")))))
