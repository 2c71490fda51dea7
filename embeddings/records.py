"""Objects read from JSON that came from elsewhere. pydantic checks them, and is imported with the first of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from reprlib import repr as short
from typing import Any, TypeVar, cast

from embeddings.errors import QAError

T = TypeVar("T")
_LONGEST = 100  # characters of a place that are shown


def read_json(kind: type[T], text: str | bytes, error: Callable[[str], Exception], *, others: bool = False) -> T:
    """Return the object of this type that a JSON text holds, such as a dataclass.

    Nothing is taken for something else: no text for a number, no 1 for true. Fields that the type does not have are
    refused unless ``others``. Raises what ``error`` makes of a sentence without a full stop: the place, the value that
    is wrong, what was expected. Its cause is the ValueError or QAError of a check of the object's own, if one failed.

    >>> from embeddings.types import Page
    >>> read_json(Page, '{"number": 1, "start": 0, "end": 0.5}', ValueError)
    Traceback (most recent call last):
    ValueError: "end" is 0.5, expected a valid integer
    """
    from pydantic import ValidationError

    try:
        found: T = _adapter(cast("Any", kind)).validate_json(text, strict=True, extra="ignore" if others else "forbid")
    except QAError as own:
        raise error(str(own).removesuffix(".")) from own
    except ValidationError as wrong:
        deepest = max(wrong.errors(include_url=False), key=lambda problem: len(problem["loc"]))
        own_check = deepest["type"] == "value_error"
        raise error(_sentence(deepest, text)) from (deepest["ctx"]["error"] if own_check else wrong)
    return found


def read_record(kind: type[T], value: object, error: Callable[[str], Exception], *, others: bool = False) -> T:
    """Return the object of this type that plain values hold, as JSON would be loaded into; see `read_json`."""
    try:
        text = json.dumps(value)
    except RecursionError as deep:
        raise error("it is nested too deeply") from deep
    return read_json(kind, text, error, others=others)


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def _sentence(problem: Any, text: str | bytes) -> str:
    if problem["type"] == "json_invalid":
        return f"it is not JSON ({problem['ctx']['error']})"
    place = _place(problem, json.loads(text))
    if problem["type"] == "value_error":
        return f"{place}: {problem['ctx']['error']}" if problem["loc"] else str(problem["ctx"]["error"])
    if problem["type"] == "missing":
        return f"{place} is missing"
    if problem["type"] == "unexpected_keyword_argument":
        return f"{place} is no field that is known here"
    return f"{place} is {short(problem['input'])}, expected {problem['msg'].removeprefix('Input should be ')}"


def _place(problem: Any, value: Any) -> str:
    """Return the way to a value, without the names that pydantic gives to the members of a union."""
    way = ""
    for part in problem["loc"]:
        if isinstance(value, dict) and part in value:
            way, value = f"{way}.{part}", value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            way, value = f"{way}[{part}]", value[part]
    if problem["type"] == "missing":
        way += f".{problem['loc'][-1]}"
    way = way.removeprefix(".")
    return json.dumps(way if len(way) <= _LONGEST else f"{way[:_LONGEST]}...") if way else "it"
