"""How a route is added: its answers, refusals too, stand in the schema with their models."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Response

from qa.interfaces.rest.problems import Problem
from qa.interfaces.rest.responses import schema_of
from qa.types.serialize import as_json

PREFIX = "/api"
JSON = "application/json"


def add_route(  # noqa: PLR0913 - a row of a table
    api: FastAPI,
    way: str,
    do: Callable[..., Response | Awaitable[Response]],
    gives: Any,
    problems: tuple[int, ...],
    *,
    extra: dict[str, Any] | None = None,
) -> None:
    """Add a route, as "GET /documents", below the prefix.

    ``gives`` is the type of its result, or a dict that describes another answer in the words of OpenAPI.
    """
    method, path = way.split(" ")
    success = gives if isinstance(gives, dict) else {"model": schema_of(gives)}
    api.add_api_route(
        PREFIX + path,
        do,
        methods=[method],
        operation_id=do.__name__,
        response_class=Response,
        response_model=None,
        responses={200: success, **{status: {"model": Problem} for status in problems}, 500: {"model": Problem}},
        openapi_extra=extra,
    )


def json_response(value: dict[str, Any]) -> Response:
    """Return plain values as JSON: the bytes of ``to_json`` of the result that they are of."""
    return Response(as_json(value), media_type=JSON, headers={"Cache-Control": "no-store"})
