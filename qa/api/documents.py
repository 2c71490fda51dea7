"""Routes of the documents panel: how far the index is, what is in it, more documents, another look at the folder."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from embeddings.errors import NotReady, QAError
from embeddings.folder import document_id
from embeddings.readers import READERS
from embeddings.store import Index
from qa.api.multipart import FormBroken, files_of
from qa.api.receiving import Received, TooMuch, receive
from qa.library import Library
from qa.uploads import Uploads

__all__ = ["add_document_routes"]

logger = logging.getLogger(__name__)

_FORM: dict[str, Any] = {
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
    }
}


def add_document_routes(app: FastAPI, library: Library, *, uploads: Uploads | None) -> None:
    """Add the routes to an application; without ``uploads`` documents cannot be sent, and the page offers no way."""

    @app.get("/api/state", summary="How far the index is, and what may be sent")
    def state() -> JSONResponse:
        return JSONResponse({**_state(library), "upload": _taken(uploads)})

    @app.get("/api/listing", summary="The documents, and what was left out")
    def listing() -> JSONResponse:
        try:
            index = library.answerer.retriever.index
        except NotReady as error:
            return _problem(503, str(error))
        return JSONResponse({"revision": library.revision, **_listing(index)})

    @app.post("/api/sync", summary="Look at the folder again")
    def sync() -> JSONResponse:
        try:
            changed = library.refresh()
        except QAError as error:
            return _problem(503 if isinstance(error, NotReady) else 409, str(error))
        return JSONResponse({"changed": changed, **_state(library)})

    _add_upload(app, library, uploads)


def _add_upload(app: FastAPI, library: Library, uploads: Uploads | None) -> None:
    @app.post("/api/documents", summary="Add documents", openapi_extra=_FORM)
    async def add(request: Request) -> JSONResponse:
        wanted = request.query_params.get("index", "true")
        if wanted not in ("true", "false"):
            return _problem(400, "index must be true or false.")
        index = wanted == "true"
        if uploads is None:
            return _problem(403, "this server takes no documents; start it with --upload where it should.")
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
        problem = await run_in_threadpool(_indexed, library) if index and received.added else ""
        told = {**_told(library, received, with_passages=index and not problem), "problem": problem}
        return JSONResponse(told) if status == 200 else _problem(status, detail, **told)


def _indexed(library: Library) -> str:
    """Bring the index up to date; what was in the way. A library that is opening reads the folder anyway."""
    try:
        library.refresh()
    except QAError as error:
        return str(error)
    return ""


def _known(library: Library) -> dict[str, str]:
    """The path of each document by the sha256 of its bytes."""
    try:
        manifest = library.answerer.retriever.index.manifest
    except NotReady:
        return {}
    return {sha256: path for path, sha256 in manifest.documents.items()}


def _state(library: Library) -> dict[str, Any]:
    state = library.state
    told: dict[str, Any] = {
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
        told |= {kind: manifest.counts[kind] for kind in ("documents", "passages")}
        told["left_out"] = len(manifest.skipped)
    return told


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


def _told(library: Library, received: Received, *, with_passages: bool) -> dict[str, Any]:
    """What became of the files; passages are None where they are not known yet."""
    corpus = library.answerer.retriever.index.corpus if with_passages and library.state.phase == "ready" else None
    added, present = [], []
    for file in received.added:
        if file.is_new:
            passages = None if corpus is None else len(corpus.passage_rows(document_id(file.path)))
            told = {"name": file.name, "path": file.path, "title": file.title, "passages": passages, "note": file.note}
            added.append(told)
        else:
            present.append({"name": file.name, "path": file.path})
    refused = [{"name": file.name, "reason": file.reason} for file in received.refused]
    return {"added": added, "present": present, "refused": refused}


def _problem(status: int, detail: str, **more: object) -> JSONResponse:
    """Problem details after RFC 9457."""
    titles = {400: "Bad request", 403: "Not taken", 409: "The folder cannot be read", 413: "Too much", 503: "Not ready"}
    told = {"type": "about:blank", "title": titles[status], "status": status, "detail": detail, **more}
    return JSONResponse(told, status, media_type="application/problem+json")
