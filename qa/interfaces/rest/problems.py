"""A refusal as problem details (RFC 9457): what was wrong in a form for programs, and in a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from embeddings.errors import QAError
from qa.interfaces.rest.error_kinds import Kind, kind_of, public_message
from qa.types.serialize import as_json

PROBLEM_TYPE = "application/problem+json"
_NAMES = "urn:x-seeds-qa:"
_AGAIN_S = 2  # a small folder is read in less; who waits for a large one asks again


class Fault(BaseModel):
    """One thing that is wrong with a request: where (a JSON pointer into the body, or a parameter), and what."""

    model_config = ConfigDict(extra="forbid")

    pointer: str | None = None
    parameter: str | None = None
    detail: str


class Problem(BaseModel):
    """Problem details; ``type`` is about:blank where the status says it all."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] = Field(default=[], description="Each fault of a request that was not understood.")


_INVALID = Kind("invalid-request", "The request is not what was expected", 422)
_HIDDEN = "Something went wrong; the terminal of the server tells what."


def explain_errors(api: FastAPI) -> None:
    """Let every error of an application come back as problem details; nothing of the inside is told."""
    api.exception_handlers[RequestValidationError] = _on_invalid
    api.exception_handlers[HTTPException] = _on_http
    api.exception_handlers[QAError] = _on_error
    api.exception_handlers[Exception] = _on_crash


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return a refusal of which the status says the kind."""
    return _response(Kind("", HTTPStatus(status).phrase, status), detail, headers=headers)


def _on_error(_: Request, error: QAError) -> Response:
    kind = kind_of(error)
    if kind is None:
        return problem(500, public_message(error, _HIDDEN))
    return _response(kind, public_message(error), headers={"Retry-After": str(_AGAIN_S)} if kind.status == 503 else {})


def _on_http(_: Request, error: HTTPException) -> Response:
    return problem(error.status_code, str(error.detail), headers=error.headers or {})


def _on_crash(_: Request, __: Exception) -> Response:  # the server logs it
    return problem(500, _HIDDEN)


def _on_invalid(_: Request, error: RequestValidationError) -> Response:
    faults = [_fault(found, error.body) for found in error.errors()]
    said = "; ".join(f"{fault.pointer or fault.parameter or 'the request'}: {fault.detail}" for fault in faults)
    return _response(_INVALID, said, errors=[fault.model_dump(exclude_none=True) for fault in faults])


def _fault(found: Mapping[str, Any], body: object) -> Fault:
    where, *steps = found["loc"]
    detail = str(found["msg"]).removeprefix("Value error, ")
    if where == "body":
        return Fault(pointer=_pointer(steps, body), detail=detail)
    return Fault(parameter=str(steps[0]) if steps else None, detail=detail)


def _pointer(steps: Sequence[str | int], body: object) -> str:
    """Return a JSON pointer as a fragment, as far as the body goes; the last step may be what is missing."""
    pointer, value = "#", body
    for step in steps:
        if not isinstance(value, dict | list):
            break
        pointer += "/" + str(step).replace("~", "~0").replace("/", "~1")
        inside = isinstance(value, dict) or (isinstance(step, int) and step < len(value))
        value = (value.get(step) if isinstance(value, dict) else value[int(step)]) if inside else None
    return pointer


def _response(
    kind: Kind, detail: str, *, headers: Mapping[str, str] | None = None, errors: Sequence[Mapping[str, str]] = ()
) -> Response:
    name = _NAMES + kind.name if kind.name else "about:blank"
    value: dict[str, Any] = {"type": name, "title": kind.title, "status": kind.status, "detail": detail}
    return Response(
        as_json({**value, "errors": list(errors)} if errors else value),
        status_code=kind.status,
        media_type=PROBLEM_TYPE,
        headers={**(headers or {}), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
