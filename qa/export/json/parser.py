"""Plain values, as `Answer.to_dict` gives them, back into an answer; what is wrong is said with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from reprlib import repr as short
from typing import Any

from embeddings.errors import ExportError
from embeddings.records import read_record
from qa.types.answers import Answer
from qa.types.quotes import Quote

_LATER: dict[str, Any] = {
    "changed": [],
    "filters": {},
    "agreements": [],
    "differences": [],
    "taken": [],
    "probability": None,
    "confidence": None,
    "reader": None,
}
"""Fields that older programs did not write, as an answer without them has them."""
_LATER_OF_CITATION: dict[str, Any] = {"probability": None, "words": None}
_OF_CITATION = ("number", "also", "probability", "words")
"""Fields of a citation; the others beside them are those of its quote."""
_OF_QUOTE = re.compile(r'^("citations\[\d+\])\.source\b')  # as the file has them, they are the citation's own
_DERIVED = {"agreements[]": ("value",), "sides[]": ("value", "citations"), "confidence": ("words",)}
"""Fields that are worked out of the others."""


def answer_from(value: object, where: str = "the answer") -> Answer:
    """Return the answer that `Answer.to_dict` gave: ``answer_from(answer.to_dict()) == answer``.

    Raise ExportError that names a field which is missing, unknown, of another kind, or contradicts the others.
    """
    written = _with_later(value)
    answer = read_record(Answer, _own_fields(written), _error(where))
    _check_same(written, answer.to_dict(), where)
    return answer


def quote_from(value: object, where: str = "the quote") -> Quote:
    """Return the quote that `Quote.to_dict` gave. Raise ExportError as `answer_from` does."""
    return read_record(Quote, value, _error(where))


def _error(where: str) -> Callable[[str], ExportError]:
    def error(what: str) -> ExportError:
        said = _OF_QUOTE.sub(r"\1", what)
        return ExportError(f"{where}: {said}.")

    return error


def _with_later(value: object) -> Any:
    """Return the values with the fields that older programs did not write."""
    if not isinstance(value, dict) or not isinstance(value.get("citations"), list):
        return value
    citations = [{**_LATER_OF_CITATION, **each} if isinstance(each, dict) else each for each in value["citations"]]
    return {**_LATER, **value, "citations": citations}


def _own_fields(value: object, name: str = "") -> Any:
    """Return the values as the dataclasses have them; ``name`` is the field that holds them."""
    if isinstance(value, list):
        return [_own_fields(item, f"{name}[]") for item in value]
    if not isinstance(value, dict):
        return value
    fields = {own: _own_fields(item, own) for own, item in value.items() if own not in _DERIVED.get(name, ())}
    if name != "citations[]":
        return fields
    if isinstance(fields.get("words"), dict):
        fields["words"] = [fields["words"].get("start"), fields["words"].get("end")]
    citation = {own: fields.pop(own) for own in _OF_CITATION if own in fields}
    return {**citation, "source": fields}


def _check_same(written: Any, again: Any, where: str) -> None:
    """Raise ExportError where a value differs from the one that the parsed answer is written with."""
    if isinstance(written, dict) and isinstance(again, dict):
        for name in {**written, **again}:
            if name not in written or name not in again:
                raise ExportError(f"{where}: the field {short(name)} is {'unknown' if name in written else 'missing'}.")
            _check_same(written[name], again[name], f"{where}.{name}")
    elif isinstance(written, list) and isinstance(again, list) and len(written) == len(again):
        for place, (item, other) in enumerate(zip(written, again, strict=True)):
            _check_same(item, other, f"{where}[{place}]")
    elif written != again or isinstance(written, bool) != isinstance(again, bool):
        raise ExportError(
            f"{where} is {short(written)}, expected {short(again)} as the other fields say. It was edited."
        )
