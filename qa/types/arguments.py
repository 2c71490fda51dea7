"""What is given to the public functions, compared with their annotations before anything is done."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import fields
from functools import cache, wraps
from types import UnionType
from typing import Any, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

from embeddings.errors import ArgumentError

P = ParamSpec("P")
R = TypeVar("R")
_SAID = {
    "str": "a text",
    "int": "a whole number",
    "bool": "True or False",
    "Path": "a path",
    "NoneType": "None",
    "Exchange": "an Exchange, which Exchange.of(answer) gives",
    "Filters": 'Filters, for example Filters(tag="rail")',
}


def checked_arguments(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, which raises ArgumentError where an argument is not what its annotation says."""
    signature = inspect.signature(function)

    @wraps(function)
    def checking(*args: P.args, **kwargs: P.kwargs) -> R:
        hints = _hints(function)
        for name, value in signature.bind(*args, **kwargs).arguments.items():
            _check(name, value, hints.get(name, Any))
        return function(*args, **kwargs)

    return checking


def check_fields(made: Any) -> None:
    """Raise ArgumentError where a field of a dataclass is not what its annotation says."""
    hints = _hints(made.__class__)
    for field in fields(made):
        _check(field.name, getattr(made, field.name), hints[field.name])


@cache
def _hints(declared: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(declared)


def _check(name: str, value: object, hint: Any) -> None:
    if not _fits(value, hint):
        raise ArgumentError(f"{name} must be {_said(hint)}, found {repr(value)[:80]}")


def _fits(value: Any, hint: Any) -> bool:
    kind, parts = get_origin(hint), get_args(hint)
    if kind in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if kind in (Sequence, tuple):
        several = isinstance(value, Sequence) and not isinstance(value, str | bytes)
        return several and all(_fits(one, parts[0]) for one in value)
    if kind is Callable:
        return callable(value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    plain = isinstance(hint, type) and hint is not Any and not getattr(hint, "_is_protocol", False)
    return isinstance(value, hint) if plain else True


def _said(hint: Any) -> str:
    kind, parts = get_origin(hint), get_args(hint)
    if kind in (Union, UnionType):
        return " or ".join(map(_said, parts))
    if kind in (Sequence, tuple):
        return f"a list, each of it {_said(parts[0])}"
    name = getattr(hint, "__name__", str(hint))
    return _SAID.get(name, f"a {name}")
