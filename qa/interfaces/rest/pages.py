"""Pages of PDF files as pictures over HTTP, with the quote marked; a refusal is problem details (RFC 9457)."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import FastAPI, Response
from pydantic import WithJsonSchema

from embeddings.documents.folder import limits_in
from embeddings.errors import PageMissing, SpanError
from embeddings.formats.apart.pool import draw_apart
from embeddings.formats.pdf.page_image import PageImage, page_text
from qa.interfaces.rest.routes import add_route
from qa.library.documents import document_in
from qa.library.library import Library

_PATH = "/sources/{document_id}/pages/{number}.png"

_NUMBER = re.compile("[0-9]{1,9}")
_OFFSET = WithJsonSchema({"type": "integer", "minimum": 0})
_PNG = {
    "description": "The page, with the span marked.",
    "content": {"image/png": {"schema": {"type": "string", "contentMediaType": "image/png"}}},
    "headers": {"X-Marks": {"description": "In how many places it is marked.", "schema": {"type": "integer"}}},
}


def add_page_route(api: FastAPI, library: Library) -> None:
    """Serve ``GET /api/sources/{id}/pages/{number}.png?start=&end=&sha256=``: the page as PNG, the span marked.

    The span is that of a quote, in the document's text; ``sha256`` is the digest that the file must have, as the quote
    gives it: in another version the same offsets would mark other words. The header ``X-Marks`` says in how many places
    it is marked on this page; 0 where it is not on it, or where it cannot be placed for certain.
    """

    def page(
        document_id: str,
        number: Annotated[str, WithJsonSchema({"type": "integer", "minimum": 1})],
        start: Annotated[str | None, _OFFSET] = None,
        end: Annotated[str | None, _OFFSET] = None,
        sha256: str | None = None,
    ) -> Response:
        """Show a page of a PDF file as a picture, with the span from start to end marked."""
        # No coroutine, so that it is worked out in a thread; numbers are read here, so that a refusal names them.
        span = _span(start, end)
        document = document_in(library.answerer.retriever.index.corpus, document_id, sha256)
        if not _NUMBER.fullmatch(number):
            raise PageMissing(f"A page is named by its number, from 1; found {number[:100]!r}.")
        data = library.answerer.sources.data(document.source)
        try:
            page = page_text(data, document, int(number), span=span)
        except ValueError as error:
            raise SpanError(str(error)) from error
        return _shown(draw_apart(data, page, limits_in(library.answerer.retriever.seeds)))

    add_route(api, f"GET {_PATH}", page, _PNG, (404, 409, 422, 503))


def _span(start: str | None, end: str | None) -> tuple[int, int] | None:
    """Return the span asked for; None where none is. Raises SpanError where it is no span."""
    if start is None and end is None:
        return None
    if start is None or end is None or not _NUMBER.fullmatch(start) or not _NUMBER.fullmatch(end):
        raise SpanError("start and end must be given together, as whole numbers: offsets in the document's text.")
    return int(start), int(end)


def _shown(image: PageImage) -> Response:
    headers = {"X-Marks": str(len(image.marks)), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(image.png, media_type="image/png", headers=headers)
