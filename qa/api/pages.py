"""Pages of PDF files as pictures over HTTP, with the quote marked; a refusal is problem details (RFC 9457)."""

from __future__ import annotations

import re

from fastapi import FastAPI, Response

from embeddings.errors import NotReady, PageMissing, QAError, SourceChanged, UnreadableFile
from embeddings.pdf_pages import PageImage, page_image
from qa.library import Library
from qa.types import as_json

__all__ = ["PATH", "add_page_route"]

PATH = "/api/sources/{document_id}/pages/{number}.png"

_NUMBER = re.compile("[0-9]{1,9}")
_KINDS: dict[type[QAError], tuple[int, str, str]] = {
    SourceChanged: (409, "source-changed", "The file is no longer the one that is meant"),
    PageMissing: (404, "page", "There is no such page"),
    UnreadableFile: (422, "unreadable", "The page cannot be drawn"),
    NotReady: (503, "not-ready", "The documents cannot be asked yet"),
}


def add_page_route(app: FastAPI, library: Library) -> None:
    """Serve ``GET /api/sources/{id}/pages/{number}.png?start=&end=&sha256=``: the page as PNG, the span marked.

    The span is that of a quote, in the document's text; ``sha256`` is the digest that the file must have, as the quote
    gives it: in another version the same offsets would mark other words. The header ``X-Marks`` says in how many places
    it is marked on this page; 0 where it is not on it, or where it cannot be placed for certain.
    """

    def page(
        document_id: str, number: str, start: str | None = None, end: str | None = None, sha256: str | None = None
    ) -> Response:
        # No coroutine, so that it is worked out in a thread; numbers are read here, so that a refusal is a problem.
        try:
            span = _span(start, end)
        except ValueError as error:
            return _problem(422, "span", "The span cannot be marked", str(error))
        try:
            document = library.answerer.retriever.index.corpus.document(document_id)
            if document is None:
                return _unknown(f"No document has the id {document_id[:100]!r}.")
            if sha256 is not None and sha256 != document.sha256:
                raise SourceChanged(f"{document.source} is another file than the one that was quoted")
            if not _NUMBER.fullmatch(number):
                return _unknown(f"A page is named by its number, from 1; found {number[:100]!r}.")
            data = library.answerer.sources.data(document.source)
            return _shown(page_image(data, document, int(number), span=span))
        except ValueError as error:
            return _problem(422, "span", "The span cannot be marked", str(error))
        except tuple(_KINDS) as error:
            return _refused(error)

    app.add_api_route(PATH, page, methods=["GET"], response_class=Response)


def _span(start: str | None, end: str | None) -> tuple[int, int] | None:
    """The span asked for; None where none is. Raises ValueError where it is no span."""
    if start is None and end is None:
        return None
    if start is None or end is None or not _NUMBER.fullmatch(start) or not _NUMBER.fullmatch(end):
        raise ValueError("start and end must be given together, as whole numbers: offsets in the document's text.")
    return int(start), int(end)


def _shown(image: PageImage) -> Response:
    headers = {"X-Marks": str(len(image.marks)), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(image.png, media_type="image/png", headers=headers)


def _unknown(detail: str) -> Response:
    return _problem(404, "unknown-source", "There is no such document", detail)


def _refused(error: QAError) -> Response:
    status, name, title = next(kind for family, kind in _KINDS.items() if isinstance(error, family))
    return _problem(status, name, title, str(error))


def _problem(status: int, name: str, title: str, detail: str) -> Response:
    value = {"type": f"urn:x-seeds-qa:{name}", "title": title, "status": status, "detail": detail}
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(as_json(value), status, headers, "application/problem+json")
