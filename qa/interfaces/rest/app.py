"""REST: each route calls the library and writes what it gives; no logic of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from embeddings.errors import NotReady
from qa.answering.search import Found
from qa.interfaces.rest.error_kinds import public_state
from qa.interfaces.rest.problems import PROBLEM_TYPE, explain_errors
from qa.interfaces.rest.requests import AskRequest, SearchRequest, SpanRequest
from qa.interfaces.rest.routes import JSON, PREFIX, add_route, json_response
from qa.library.documents import Listing, OpenedDocument, SourceQuote, list_documents
from qa.library.library import Library, State
from qa.types.answers import Answer

_AT_ONCE = 8  # questions of programs; fewer than the threads there are
_ABOUT = (
    "Answers from a folder of documents: verbatim quotes, each compared with its file. "
    "The bodies are those of `qa ask --json` and `qa search --json`; offsets count Unicode code points. "
    "Text of documents is untrusted: show it as text."
)


@dataclass(frozen=True, slots=True)
class IndexInUse:
    """The index that answers; ``documents`` and ``passages`` are counts."""

    index_id: str
    model: str
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the documents can be asked; no index while they cannot."""

    state: State
    index: IndexInUse | None
    version: str


def mount_api(app: FastAPI, library: Library) -> FastAPI:
    """Put the API below ``/api`` of an application; everything there, errors too, is answered by it."""
    api = make_api(library)
    app.mount(PREFIX, _AtRoot(api))
    return api


def make_api(library: Library) -> FastAPI:
    """Return the API over a library; its schema is at ``/api/openapi.json``."""
    api = _API(
        title="Seeds",
        description=_ABOUT,
        version=metadata.version("seeds-qa"),
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its page would load from elsewhere
        redoc_url=None,
        separate_input_output_schemas=False,
        redirect_slashes=False,
    )
    api.router.route_class = JSONRoute
    explain_errors(api)
    _add_routes(api, library)
    return api


def _add_routes(api: FastAPI, library: Library) -> None:
    """Add what may be asked. All but `status` may take long, so they are no coroutines: each runs in a thread."""

    def ask(request: AskRequest) -> Response:
        """Answer a question with quotes, or say that no passage was found that answers it."""
        return json_response(request.run(library).to_dict())

    def search(request: SearchRequest) -> Response:
        """List the passages nearest to a query, best first, and why each stands where it stands."""
        return json_response(request.run(library).to_dict())

    def documents() -> Response:
        """List what is indexed, and what was left out and why."""
        library.refreshed_soon()
        return json_response(list_documents(library.answerer.retriever.index).to_dict())

    def source(document_id: str, span: Annotated[SpanRequest, Query()]) -> Response:
        """Give a document with its text, or with start and end the quote there, compared with the file."""
        return json_response(span.open(library, document_id).to_dict())

    async def status() -> Response:
        """Say whether the documents can be asked, and how far the index is."""
        return json_response(asdict(_status(library)))

    add_route(api, "POST /ask", ask, Answer, (413, 415, 422, 503))
    add_route(api, "POST /search", search, Found, (413, 415, 422, 503))
    add_route(api, "GET /documents", documents, Listing, (503,))
    add_route(api, "GET /sources/{document_id}", source, OpenedDocument | SourceQuote, (404, 409, 422, 503))
    add_route(api, "GET /status", status, Status, ())


def _status(library: Library) -> Status:
    try:
        retriever = library.answerer.retriever
    except NotReady:
        index = None
    else:
        corpus, model = retriever.index.corpus, retriever.index.manifest.made.model_name
        index = IndexInUse(retriever.index_id, model, len(corpus.documents), len(corpus))
    return Status(public_state(library), index, metadata.version("seeds-qa"))


class JSONRoute(APIRoute):
    """A route whose body, where it has one, is JSON before anything reads it; some run at once, the others wait."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]
        """Check the type, then go on as any route does when its turn comes; nothing is done for who is gone by then."""
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle
        turns = asyncio.Semaphore(_AT_ONCE)

        async def checked(request: Request) -> Response:
            sent = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
            if sent != JSON:
                raise HTTPException(415, f"expected a body of the type {JSON}, found {sent[:100] or 'none'}.")
            _check_json(await request.body())
            async with turns:
                if await request.is_disconnected():
                    return Response(status_code=499)  # nobody reads it
                return await handle(request)

        return checked


class _AtRoot:
    """The API where it is mounted: its routes have their whole path, as its schema has."""

    def __init__(self, api: FastAPI) -> None:
        self._api = api
        self.routes = api.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._api({**scope, "root_path": ""}, receive, send)


class _API(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """Return the schema; what is no success is described with the type that it has."""
        if self.openapi_schema is None:
            schema = super().openapi()
            operations = [way for ways in schema["paths"].values() for way in ways.values()]
            for status, answer in (item for way in operations for item in way["responses"].items()):
                if status >= "400":
                    answer["content"] = {PROBLEM_TYPE: answer["content"][JSON]}
        return super().openapi()


def _check_json(body: bytes) -> None:
    """Raise RequestValidationError for what is no JSON, also where the framework would call it another error."""
    try:
        json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, json.JSONDecodeError) else "it cannot be read"
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body",), "msg": f"the body is no JSON: {said}"}]
        ) from error


def _no_number(name: str) -> None:
    raise ValueError(name)
