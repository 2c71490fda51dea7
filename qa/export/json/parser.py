"""Plain values, as `Answer.to_dict` gives them, back into an answer; what is wrong is said with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from embeddings.errors import ExportError, FilterError
from qa.types.answers import Answer
from qa.types.comparison import Agreement, Difference, Side, ValuePlace
from qa.types.confidence import Confidence, ReadBy
from qa.types.filters import Filters
from qa.types.quotes import Citation, Paragraph, Quote

__all__ = ["answer_from", "number", "quote_from", "record", "several", "text"]

T = TypeVar("T")
Valued = TypeVar("Valued", Agreement, Side)
Read: TypeAlias = Callable[[object, str], Any]
"""Takes a value and the name of its place; gives it checked, or raises ExportError."""


def answer_from(value: object, where: str = "the answer") -> Answer:
    """The answer that `Answer.to_dict` gave: ``answer_from(answer.to_dict()) == answer``.

    Raises ExportError, which says where, for a field that is missing, unknown, or of another kind.
    """
    return _made(Answer, record(value, where, _ANSWER, later=_ANSWER_LATER), where)


def quote_from(value: object, where: str = "the quote") -> Quote:
    """The quote that `Quote.to_dict` gave; raises ExportError as `answer_from` does."""
    return _made(Quote, record(value, where, _QUOTE), where)


def text(value: object, where: str) -> str:
    """The value, which must be a text."""
    if not isinstance(value, str):
        raise _wrong(where, "a text", value)
    return value


def number(value: object, where: str) -> int:
    """The value, which must be a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(where, "a whole number", value)
    return value


def several(read: Callable[[object, str], T]) -> Callable[[object, str], tuple[T, ...]]:
    """A reader of lists, whose items are read by ``read``."""

    def read_all(value: object, where: str) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise _wrong(where, "a list", value)
        return tuple(read(item, f"{where}[{place}]") for place, item in enumerate(value))

    return read_all


def record(
    value: object, where: str, fields: Mapping[str, Read], *, later: Mapping[str, Read] | None = None
) -> dict[str, Any]:
    """Read an object with exactly these fields; those of ``later`` may be missing, as older programs left them out."""
    if not isinstance(value, dict):
        raise _wrong(where, "an object", value)
    known = {**fields, **(later or {})}
    for name in fields:
        if name not in value:
            raise ExportError(f"{where}: the field {name!r} is missing. Export the answer anew.")
    for name in value:
        if name not in known:
            raise ExportError(
                f"{where}: the field {name!r} is unknown (known: {', '.join(known)}). "
                "A newer program wrote it, or it was edited."
            )
    return {name: known[name](item, f"{where}.{name}") for name, item in value.items()}


def _paragraph(value: object, where: str) -> Paragraph:
    return Paragraph(**record(value, where, {"start": number, "end": number, "text": text}))


def _citation(value: object, where: str) -> Citation:
    fields = record(value, where, _CITATION, later=_CITATION_LATER)
    own = {name: fields.pop(name) for name in ("number", "also", *_CITATION_LATER) if name in fields}
    return _made(Citation, {**own, "source": _made(Quote, fields, where)}, where)


def _kind(value: object, where: str) -> str:
    if value not in ("number", "date", "name", "wording"):
        raise _wrong(where, "'number', 'date', 'name' or 'wording'", value)
    return str(value)


def _place(value: object, where: str) -> ValuePlace:
    return _made(ValuePlace, record(value, where, _PLACE), where)


def _agreement(value: object, where: str) -> Agreement:
    fields = record(value, where, {"kind": _kind, "documents": number, **_VALUE})
    shown = fields.pop("value")
    return _showing(shown, _made(Agreement, fields, where), where)


def _side(value: object, where: str) -> Side:
    fields = record(value, where, _VALUE)
    shown, cited = fields.pop("value"), fields.pop("citations")
    side = _showing(shown, _made(Side, fields, where), where)
    if side.citations != cited:
        raise ExportError(f"{where}: the citations are not those of its places. It was edited.")
    return side


def _showing(shown: str, read: Valued, where: str) -> Valued:
    if read.value != shown:
        raise ExportError(f"{where}: the value is not the one of its first place. It was edited.")
    return read


def _difference(value: object, where: str) -> Difference:
    return _made(Difference, record(value, where, {"kind": _kind, "sides": several(_side)}), where)


def _verdict(value: object, where: str) -> str:
    if value not in ("answered", "not_in_documents"):
        raise _wrong(where, "'answered' or 'not_in_documents'", value)
    return str(value)


def _filters(value: object, where: str) -> Filters:
    names = several(text)
    kinds: dict[str, Read] = {"document": names, "outlet": names, "author": names, "tag": names}
    try:
        return Filters(**record(value, where, {}, later={**kinds, "since": text, "until": text}))
    except FilterError as error:
        raise ExportError(f"{where}: {error}") from error


def _share(value: object, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise _wrong(where, "a number from 0 to 1", value)
    return value


def _perhaps(read: Read) -> Read:
    """A reader of what may be null."""
    return lambda value, where: None if value is None else read(value, where)


def _span(value: object, where: str) -> tuple[int, int]:
    fields = record(value, where, {"start": number, "end": number})
    return fields["start"], fields["end"]


def _confidence(value: object, where: str) -> Confidence:
    fields = record(value, where, {"words": text, "right": number, "of": number, "from": _share})
    shown, least = fields.pop("words"), fields.pop("from")
    read = _made(Confidence, {**fields, "least": least}, where)
    if str(read) != shown:
        raise ExportError(f"{where}: the words are not those of its numbers. It was edited.")
    return read


def _read_by(value: object, where: str) -> ReadBy:
    kinds: dict[str, Read] = {"name": text, "digest": text, "limit": _perhaps(_share), "caution": _perhaps(number)}
    return ReadBy(**record(value, where, kinds))


def _made(kind: Callable[..., T], fields: dict[str, Any], where: str) -> T:
    """The object of these fields; what its own checks refuse is refused here too."""
    try:
        return kind(**fields)
    except ValueError as error:
        raise ExportError(f"{where}: {error}.") from error


def _wrong(where: str, expected: str, value: object) -> ExportError:
    found = repr(value)
    return ExportError(f"{where}: expected {expected}, found {found if len(found) <= 60 else f'{found[:60]}…'}.")


_QUOTE: dict[str, Read] = {
    "document_id": text,
    "path": text,
    "title": text,
    "locator": text,
    "start": number,
    "end": number,
    "quote": text,
    "sha256": text,
    "paragraph": _paragraph,
}
_PLACE: dict[str, Read] = {
    "citation": number,
    "document_id": text,
    "path": text,
    "start": number,
    "end": number,
    "value": text,
}
_VALUE: dict[str, Read] = {"value": text, "citations": several(number), "places": several(_place)}
_CITATION: dict[str, Read] = {"number": number, **_QUOTE, "also": several(quote_from)}
_CITATION_LATER: dict[str, Read] = {"probability": _perhaps(_share), "words": _perhaps(_span)}
_ANSWER: dict[str, Read] = {
    "question": text,
    "asked": text,
    "verdict": _verdict,
    "citations": several(_citation),
    "related": several(quote_from),
    "reason": text,
    "index_id": text,
}
_ANSWER_LATER: dict[str, Read] = {  # each with a default in `Answer`
    "changed": several(text),
    "filters": _filters,
    "agreements": several(_agreement),
    "differences": several(_difference),
    "taken": several(text),
    "probability": _perhaps(_share),
    "confidence": _perhaps(_confidence),
    "reader": _perhaps(_read_by),
}
