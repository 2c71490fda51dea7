"""Schemas of what REST and MCP give, made of the result types; here stands only what ``to_dict`` writes otherwise."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, is_dataclass
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from qa.answering.search import Found
from qa.retrieval.explanation import Lead
from qa.types.comparison import Agreement, Side
from qa.types.confidence import Confidence
from qa.types.filters import KINDS, Filters
from qa.types.hits import Hit, SentenceScore, Trace
from qa.types.quotes import Citation


@dataclass(frozen=True, slots=True)
class Span:
    """A span of the document's text."""

    start: int
    end: int


_INLINE = object()  # the fields of this one stand in its place
_LEFT_OUT = object()

_OTHERWISE: dict[type, dict[str, Any]] = {
    Agreement: {"value": str},
    Citation: {"source": _INLINE, "words": Span | None},
    Confidence: {"least": _LEFT_OUT, "words": str, "from": float},
    Filters: {kind: (list[str], []) for kind in KINDS} | {"since": (str, ""), "until": (str, "")},
    Found: {"leads": _LEFT_OUT, "reason": _LEFT_OUT, "gone": _LEFT_OUT},
    Hit: {"passage": _LEFT_OUT, "citation": _INLINE, "number": _LEFT_OUT, "rank": int},
    Lead: {"parts": dict[str, float]},
    SentenceScore: {"sentence": _INLINE},
    Side: {"value": str, "citations": tuple[int, ...]},
    Trace: {"asked_as": _LEFT_OUT, "best": Span | None, "above_next": Lead | None},
}
"""Fields that ``to_dict`` writes beside those of the class or in place of them; a pair is a type and a default."""


@cache
def model_of(result: type) -> type[BaseModel]:
    """Return the model of the JSON of a result: the fields that ``to_dict`` writes, and no other.

    It is described by the docstring of the class, up to its examples.
    """
    fields: dict[str, Any] = {
        name: hint if isinstance(hint, tuple) else (schema_of(hint), ...) for name, hint in _fields(result).items()
    }
    about = (inspect.getdoc(result) or "").partition(">>>")[0].strip()
    return create_model(result.__name__, __config__=ConfigDict(extra="forbid"), __doc__=about, **fields)


def schema_of(hint: Any) -> Any:
    """Return a type with the model of each result in it: ``tuple[Quote, ...]``, ``Confidence | None``."""
    if is_dataclass(hint) and isinstance(hint, type):
        return model_of(hint)
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return reduce(or_, map(schema_of, inside))
    return origin[*map(schema_of, inside)] if origin in (tuple, list, dict) else hint


def _fields(result: type) -> dict[str, Any]:
    """Return what stands in the JSON of a result: each field and its type, or its type and its default."""
    own, written = get_type_hints(result), dict[str, Any]()
    for name, hint in (own | _OTHERWISE.get(result, {})).items():
        if hint is _INLINE:
            written |= _fields(own[name])
        elif hint is _LEFT_OUT:
            written.pop(name, None)
        else:
            written[name] = hint
    return written
