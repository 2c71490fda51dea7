"""Routes of the documents panel: how far the index is, what is in it, one more document, another look at the folder."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from embeddings.documents.members import is_in
from embeddings.errors import NotReady, QAError, UploadRefused, UploadTooLarge
from embeddings.formats import READERS
from embeddings.index.store import Index
from qa.interfaces.rest.error_kinds import public_message, public_state
from qa.interfaces.rest.problems import problem
from qa.interfaces.rest.routes import add_route, json_response
from qa.library.library import Library, State
from qa.library.uploads import Added, Uploads

_LONGEST_LENGTH = 20  # digits of a Content-Length; more is no size of anything
_INDEX = Query(description="Whether the index is brought up to date before the answer.")
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
    "responses": {
        "200": {"description": "The same bytes are in the folder already; the path says where."},
        "201": {
            "description": "The document was added.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SentBody"}}},
        },
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedState(State):
    """How far the index is, and how much is in it: three counts, 0 while it is not ready.

    The revision is another one after each change of the documents; empty before there are any.
    """

    revision: str
    documents: int
    passages: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """What may be sent: the largest size of a file of each suffix, in bytes."""

    suffixes: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelStateBody(CountedState):
    """The state, and what may be sent; null where the server takes no documents."""

    upload: Accepted | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncBody(CountedState):
    """The state after another look at the folder, and whether anything had changed."""

    changed: bool


@dataclass(frozen=True, slots=True)
class PanelDocument:
    """A document as the panel lists it, with what was remarked when it was read."""

    id: str
    path: str
    title: str
    outlet: str | None
    author: str | None
    date: str | None
    passages: int
    notes: list[str]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file that was not indexed, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class PanelListingBody:
    """The documents, and what was left out, of one revision."""

    revision: str
    documents: list[PanelDocument]
    left_out: list[PassedOver]


@dataclass(frozen=True, slots=True)
class SentBody:
    """What became of a file: its name made safe, and the path where it lies, or lay already.

    The passages are null until it is indexed; the note is what is worth knowing about it, and the problem what kept
    the index from being brought up to date.
    """

    name: str
    path: str
    title: str
    note: str
    passages: int | None
    problem: str


def add_document_routes(api: FastAPI, library: Library, *, uploads: Uploads | None) -> None:
    """Add the routes to the API; without ``uploads`` documents cannot be sent, and the page offers no way."""

    async def state() -> Response:  # so that it is answered while all threads wait for a refresh
        """Say how far the index is, and what may be sent."""
        accepted = Accepted({suffix: reader.max_bytes for reader in READERS for suffix in reader.suffixes})
        return json_response(asdict(PanelStateBody(**_counted(library), upload=accepted if uploads else None)))

    def listing() -> Response:
        """List the documents, and what was left out, as they are indexed now: the folder is not looked at."""
        return json_response(asdict(_listing(library.revision, library.answerer.retriever.index)))

    def sync() -> Response:
        """Look at the folder again, and say what it holds now."""
        changed = library.refresh()
        return json_response(asdict(SyncBody(**_counted(library), changed=changed)))

    async def add(name: str, request: Request, *, index: Annotated[bool, _INDEX] = True) -> Response:
        """Add a document to the folder: the body is the bytes of its file."""
        if uploads is None:
            return problem(403, "this server takes no documents; start it with --upload where it should.")
        try:
            added = await _received(request, name, uploads, _known(library))
        except UploadRefused as error:
            return problem(413 if isinstance(error, UploadTooLarge) else 422, str(error))
        except ClientDisconnect:
            return problem(400, "the sender went away in the middle.")
        kept = await run_in_threadpool(_indexed, library) if index else ""
        answer = json_response(asdict(_became(library, added, kept, with_passages=index and not kept)))
        answer.status_code = 201 if added.is_new else 200
        return answer

    add_route(api, "GET /state", state, PanelStateBody, ())
    add_route(api, "GET /listing", listing, PanelListingBody, (503,))
    add_route(api, "POST /sync", sync, SyncBody, (503,))
    add_route(api, "PUT /documents/{name:path}", add, SentBody, (400, 403, 413, 422), extra=_FILE)


async def _received(request: Request, name: str, uploads: Uploads, known: dict[str, str]) -> Added:
    """Put the body of a request into the folder, piece by piece; nothing of it is left where it is refused."""
    length = request.headers.get("content-length", "")
    arrival = await run_in_threadpool(
        uploads.begin, name, int(length) if length.isdecimal() and len(length) < _LONGEST_LENGTH else 0
    )
    try:
        async for piece in request.stream():
            await run_in_threadpool(arrival.write, piece)
        return await run_in_threadpool(uploads.accept, arrival, known)
    finally:
        arrival.discard()


def _indexed(library: Library) -> str:
    """Bring the index up to date; return what was in the way. A library that is opening reads the folder anyway."""
    try:
        library.refresh()
    except QAError as error:
        return public_message(error)
    return ""


def _known(library: Library) -> dict[str, str]:
    """Return the path of each file by the sha256 of its bytes."""
    try:
        manifest = library.answerer.retriever.index.manifest
    except NotReady:
        return {}
    known = (*manifest.documents.items(), *manifest.containers.items())
    return {sha256: path for path, sha256 in known if manifest.file_of(path) == path}


def _counted(library: Library) -> dict[str, Any]:
    """Return the state of a library with its counts."""
    state = public_state(library)
    counts = {"documents": 0, "passages": 0, "left_out": 0}
    if state.phase == "ready":
        manifest = library.answerer.retriever.index.manifest
        counts |= {kind: manifest.counts[kind] for kind in ("documents", "passages")}
        counts["left_out"] = len(manifest.skipped)
    return {**asdict(state), "revision": library.revision, **counts}


def _listing(revision: str, index: Index) -> PanelListingBody:
    notes: dict[str, list[str]] = {}
    for remark in index.manifest.remarks:
        notes.setdefault(remark.source, []).append(remark.text)
    documents = [
        PanelDocument(
            id=document.id,
            path=document.source,
            title=document.title,
            outlet=document.metadata.outlet,
            author=document.metadata.author,
            date=document.metadata.date,
            passages=len(index.corpus.passage_rows(document.id)),
            notes=notes.get(document.source, []),
        )
        for document in index.corpus.documents
    ]
    return PanelListingBody(
        revision, documents, [PassedOver(item.source, item.reason) for item in index.manifest.skipped]
    )


def _became(library: Library, added: Added, kept: str, *, with_passages: bool) -> SentBody:
    """Return what became of a file; passages are None where they are not known yet, ``kept`` is the index's problem."""
    passages = None
    if with_passages and library.state.phase == "ready":
        corpus = library.answerer.retriever.index.corpus
        own = (document for document in corpus.documents if is_in(document.source, added.path))
        passages = sum(len(corpus.passage_rows(document.id)) for document in own)
    return SentBody(added.name, added.path, added.title, added.note, passages, kept)
