"""Answers as JSON: each as `Answer.to_dict` gives it, every quote with its key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from embeddings.errors import ExportError
from qa.export.json.parser import answer_from, quote_from, several, text
from qa.export.record import Conversation, Recorded, Role, quote_key
from qa.export.recorded import NO_ANSWERS, NOT_IN_PARAGRAPH, checked, unquoted, unreadable
from qa.types.answers import Answer
from qa.types.serialize import as_json

__all__ = ["FORMAT", "answers_of", "is_json", "read", "write"]

FORMAT = "seeds-qa export"
_VERSION = 1
_OF_CITATIONS = ("number", "also", "probability", "words")
"""What a citation has beside its quote."""


def write(conversation: Conversation) -> str:
    """One object: format, version, date, settings, answers, sources."""
    value = {
        "format": FORMAT,
        "version": _VERSION,
        "made": conversation.made,
        "settings": asdict(conversation.settings),
        "answers": [_with_keys(answer) for answer in conversation.answers],
        "sources": [{"key": source.key, **asdict(source)} for source in conversation.sources],
    }
    return as_json(value) + "\n"


def is_json(text: str) -> bool:
    """Whether the text is a JSON object or meant to be one."""
    return text.lstrip()[:1] == "{"


def answers_of(text: str) -> list[Answer]:
    """The answers of an export; raises ExportError where it is none, or a field is not as it was written."""
    return [
        answer_from(_without_keys(answer), f"answers[{place}]") for place, answer in enumerate(_answers(_loaded(text)))
    ]


def read(text: str) -> list[Recorded]:
    """Every quote, in reading order; also of what `qa ask --json` prints, which has no keys.

    Raises ExportError where the structure is another; a quote that is not what its paragraph says is a problem of it.
    """
    value = _loaded(text)
    if "format" not in value and "citations" in value:
        return list(_recorded([value], keys=False))
    answers = _answers(value)
    return list(_recorded(answers, keys=True)) if answers else [unreadable("", NO_ANSWERS)]


def _loaded(written: str) -> dict[str, Any]:
    try:
        value = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise ExportError(f"it begins like JSON and is none ({error}). Export the answers anew.") from error
    if not isinstance(value, dict):
        raise ExportError("expected a JSON object. Export the answers anew.")
    return value


def _answers(value: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    if value.get("format") != FORMAT:
        raise ExportError(f'it is JSON and no export: "format" must be "{FORMAT}", found {value.get("format")!r:.60}.')
    if value.get("version") != _VERSION:
        raise ExportError(
            f"it is an export of version {value.get('version')!r:.60}, this program reads version {_VERSION}. "
            "Use the program that wrote it."
        )
    return several(_object)(value.get("answers"), "answers")


def _object(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ExportError(f"{where}: expected an object, found {value!r:.60}.")
    return value


def _recorded(answers: list[dict[str, Any]] | tuple[dict[str, Any], ...], *, keys: bool) -> Iterator[Recorded]:
    for place, answer in enumerate(answers):
        question = text(answer.get("question"), f"answers[{place}].question")
        quotes = list(_quotes(answer, f"answers[{place}]"))
        if answer.get("verdict") != "not_in_documents" and not any(role == "cited" for role, _, _ in quotes):
            yield unquoted(question)
        for role, where, value in quotes:
            fields = dict(value)
            key = text(fields.pop("key", None), f"{where}.key") if keys else None
            words = text(fields.get("quote"), f"{where}.quote")
            try:
                quote = quote_from(fields, where)
            except ExportError as error:
                if not isinstance(error.__cause__, ValueError):
                    raise
                yield replace(unreadable(key or "", NOT_IN_PARAGRAPH, question, words), role=role)
            else:
                yield replace(checked(question, key, quote), role=role)


def _quotes(answer: dict[str, Any], where: str) -> Iterator[tuple[Role, str, dict[str, Any]]]:
    """The role in the answer, the place and the fields of each quote: citations, what says the same, related."""
    for place, citation in enumerate(several(_object)(answer.get("citations"), f"{where}.citations")):
        own = f"{where}.citations[{place}]"
        yield "cited", own, {name: value for name, value in citation.items() if name not in _OF_CITATIONS}
        for other, quote in enumerate(several(_object)(citation.get("also"), f"{own}.also")):
            yield "cited", f"{own}.also[{other}]", quote
    for place, quote in enumerate(several(_object)(answer.get("related"), f"{where}.related")):
        yield "related", f"{where}.related[{place}]", quote


def _with_keys(answer: Answer) -> dict[str, Any]:
    value = answer.to_dict()
    for fields, citation in zip(value["citations"], answer.citations, strict=True):
        fields["key"] = quote_key(citation.source)
        fields["also"] = [{**quote.to_dict(), "key": quote_key(quote)} for quote in citation.also]
    value["related"] = [{**quote.to_dict(), "key": quote_key(quote)} for quote in answer.related]
    return value


def _without_keys(value: object) -> object:
    """The same without the fields that only an export has."""
    if isinstance(value, list):
        return [_without_keys(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_keys(item) for name, item in value.items() if name != "key"}
    return value
