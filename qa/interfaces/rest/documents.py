"""Routes of the documents panel: how far the index is, what is in it, more documents, another look at the folder."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from embeddings.documents.folder import document_id
from embeddings.errors import NotReady, QAError
from embeddings.formats import READERS
from embeddings.index.store import Index
from qa.interfaces.rest.error_kinds import public_message, public_state
from qa.interfaces.rest.multipart import FormBroken, files_of
from qa.interfaces.rest.panel_responses import PanelListingBody, PanelStateBody, SentBody, SentProblem, SyncBody
from qa.interfaces.rest.problems import problem
from qa.interfaces.rest.receiving import Received, TooMuch, receive
from qa.interfaces.rest.routes import add_route, told
from qa.library.library import Library
from qa.library.uploads import Uploads

__all__ = ["add_document_routes"]

_FORM: dict[str, Any] = {
    "parameters": [
        {
            "name": "index",
            "in": "query",
            "description": "Whether the index is brought up to date before the answer.",
            "schema": {"type": "boolean", "default": True},
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}}},
                }
            }
        },
    },
}


def add_document_routes(api: FastAPI, library: Library, *, uploads: Uploads | None) -> None:
    """Add the routes to the API; without ``uploads`` documents cannot be sent, and the page offers no way."""

    async def state() -> Response:  # so that it is answered while all threads wait for a refresh
        """Say how far the index is, and what may be sent."""
        return told({**_state(library), "upload": _taken(uploads)})

    def listing() -> Response:
        """List the documents, and what was left out, as they are indexed now: the folder is not looked at."""
        return told({"revision": library.revision, **_listing(library.answerer.retriever.index)})

    def sync() -> Response:
        """Look at the folder again, and say what it holds now."""
        try:
            changed = library.refresh()
        except NotReady:
            raise
        except QAError as error:
            return problem(409, public_message(error))
        return told({"changed": changed, **_state(library)})

    async def add(request: Request) -> Response:
        """Add documents to the folder; of each file it is said what became of it."""
        return await _add(request, library, uploads)

    add_route(api, "GET /state", state, PanelStateBody, ())
    add_route(api, "GET /listing", listing, PanelListingBody, (503,))
    add_route(api, "POST /sync", sync, SyncBody, (409, 503))
    add_route(api, "POST /documents", add, SentBody, (400, 403, 413), problem=SentProblem, extra=_FORM)


async def _add(request: Request, library: Library, uploads: Uploads | None) -> Response:
    wanted = request.query_params.get("index", "true")
    if wanted not in ("true", "false"):
        return problem(400, "index must be true or false.")
    if uploads is None:
        return problem(403, "this server takes no documents; start it with --upload where it should.")
    status, detail, received = 200, "", Received()
    try:
        events = files_of(request.headers.get("content-type", ""), request.stream())
        await receive(uploads, events, _known(library), received)
        if not (received.added or received.refused):
            status, detail = 400, "there is no file in the form."
    except FormBroken as error:
        status, detail = 400, f"{error}."
    except TooMuch as error:
        status, detail = 413, f"{error}: what came before was looked at, the rest was not."
    except ClientDisconnect:
        status, detail = 400, "the sender went away in the middle."
    kept = await run_in_threadpool(_indexed, library) if wanted == "true" and received.added else ""
    became = {**_became(library, received, with_passages=wanted == "true" and not kept), "problem": kept}
    return told(became) if status == 200 else problem(status, detail, more=became)


def _indexed(library: Library) -> str:
    """Bring the index up to date; what was in the way. A library that is opening reads the folder anyway."""
    try:
        library.refresh()
    except QAError as error:
        return public_message(error)
    return ""


def _known(library: Library) -> dict[str, str]:
    """The path of each document by the sha256 of its bytes."""
    try:
        manifest = library.answerer.retriever.index.manifest
    except NotReady:
        return {}
    return {sha256: path for path, sha256 in manifest.documents.items()}


def _state(library: Library) -> dict[str, Any]:
    state = public_state(library.state)
    counted: dict[str, Any] = {
        "phase": state.phase,
        "doing": state.doing,
        "done": state.done,
        "total": state.total,
        "problem": state.problem,
        "revision": library.revision,
        "documents": 0,
        "passages": 0,
        "left_out": 0,
    }
    if state.phase == "ready":
        manifest = library.answerer.retriever.index.manifest
        counted |= {kind: manifest.counts[kind] for kind in ("documents", "passages")}
        counted["left_out"] = len(manifest.skipped)
    return counted


def _taken(uploads: Uploads | None) -> dict[str, Any] | None:
    """What may be sent: the largest size of each suffix, the number and size of all; None where nothing may."""
    if uploads is None:
        return None
    return {
        "suffixes": {suffix: reader.max_bytes for reader in READERS for suffix in reader.suffixes},
        "files": uploads.limits.files,
        "total": uploads.limits.total,
    }


def _listing(index: Index) -> dict[str, Any]:
    notes: dict[str, list[str]] = {}
    for remark in index.manifest.remarks:
        notes.setdefault(remark.source, []).append(remark.text)
    documents = [
        {
            "id": document.id,
            "path": document.source,
            "title": document.title,
            "outlet": document.metadata.outlet,
            "author": document.metadata.author,
            "date": document.metadata.date,
            "passages": len(index.corpus.passage_rows(document.id)),
            "notes": notes.get(document.source, []),
        }
        for document in index.corpus.documents
    ]
    left_out = [{"path": item.source, "reason": item.reason} for item in index.manifest.skipped]
    return {"documents": documents, "left_out": left_out}


def _became(library: Library, received: Received, *, with_passages: bool) -> dict[str, Any]:
    """What became of the files; passages are None where they are not known yet."""
    corpus = library.answerer.retriever.index.corpus if with_passages and library.state.phase == "ready" else None
    added, present = [], []
    for file in received.added:
        if file.is_new:
            passages = None if corpus is None else len(corpus.passage_rows(document_id(file.path)))
            one = {"name": file.name, "path": file.path, "title": file.title, "passages": passages, "note": file.note}
            added.append(one)
        else:
            present.append({"name": file.name, "path": file.path})
    refused = [{"name": file.name, "reason": file.reason} for file in received.refused]
    return {"added": added, "present": present, "refused": refused}
