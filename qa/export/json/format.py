"""Answers as JSON: each as `Answer.to_dict` gives it, every quote with its key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from reprlib import repr as short
from typing import Any

from embeddings.errors import ExportError
from embeddings.records import read_record
from qa.export.record import Conversation, Recorded, Role, quote_key
from qa.export.recorded import NO_ANSWERS, NOT_IN_PARAGRAPH, checked, unquoted, unreadable
from qa.types.answers import Answer
from qa.types.phrasing import AS_WRITTEN
from qa.types.quotes import Quote
from qa.types.serialize import as_json

FORMAT = "seeds-qa export"
_VERSION = 1
_OF_CITATIONS = ("number", "also", "probability", "words")
"""What a citation has beside its quote."""


def write(conversation: Conversation) -> str:
    """Return one object: format, version, date, settings, answers, sources."""
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
    """Return whether the text is a JSON object or meant to be one."""
    return text.lstrip()[:1] == "{"


def read(text: str) -> list[Recorded]:
    """Return every quote, in reading order; also of what `qa ask --json` prints, which has no keys.

    Raise ExportError for another structure. A quote that differs from its paragraph has a problem.
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


def _answers(value: dict[str, Any]) -> list[dict[str, Any]]:
    if value.get("format") != FORMAT:
        raise ExportError(f'it is JSON and no export: "format" must be "{FORMAT}", found {value.get("format")!r:.60}.')
    if value.get("version") != _VERSION:
        raise ExportError(
            f"it is an export of version {value.get('version')!r:.60}, this program reads version {_VERSION}. "
            "Use the program that wrote it."
        )
    return _objects(value, "answers", "")


def _objects(fields: dict[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    value = fields.get(name)
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ExportError(f"{where}{name}: expected a list of objects, found {short(value)}.")
    return value


def _text(fields: dict[str, Any], name: str, where: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ExportError(f"{where}.{name}: expected a text, found {short(value)}.")
    return value


def _quotes_something(answer: dict[str, Any]) -> bool:
    """Return whether an answer has citations where nobody took them out: a refusal and a plain reply have none."""
    if answer.get("verdict") == "about_documents":
        return AS_WRITTEN in str(answer.get("reason"))
    return answer.get("verdict") != "not_in_documents"


def _recorded(answers: list[dict[str, Any]], *, keys: bool) -> Iterator[Recorded]:
    for place, answer in enumerate(answers):
        question = _text(answer, "question", f"answers[{place}]")
        quotes = list(_quotes(answer, f"answers[{place}]"))
        if _quotes_something(answer) and not any(role == "cited" for role, _, _ in quotes):
            yield unquoted(question)
        for role, where, value in quotes:
            key = _text(value, "key", where) if keys else None
            words = _text(value, "quote", where)
            try:
                quote = _quote({name: item for name, item in value.items() if name != "key" or not keys}, where)
            except ExportError as error:
                if type(error.__cause__) is not ValueError:  # the quote's own check
                    raise
                yield replace(unreadable(key or "", NOT_IN_PARAGRAPH, question, words), role=role)
            else:
                yield replace(checked(question, key, quote), role=role)


def _quote(fields: dict[str, Any], where: str) -> Quote:
    return read_record(Quote, fields, lambda what: ExportError(f"{where}: {what}."))


def _quotes(answer: dict[str, Any], where: str) -> Iterator[tuple[Role, str, dict[str, Any]]]:
    """Yield role, place and fields of each quote of an answer: citations, copies elsewhere, related."""
    for place, citation in enumerate(_objects(answer, "citations", f"{where}.")):
        own = f"{where}.citations[{place}]"
        yield "cited", own, {name: value for name, value in citation.items() if name not in _OF_CITATIONS}
        for other, quote in enumerate(_objects(citation, "also", f"{own}.")):
            yield "cited", f"{own}.also[{other}]", quote
    for place, quote in enumerate(_objects(answer, "related", f"{where}.")):
        yield "related", f"{where}.related[{place}]", quote


def _with_keys(answer: Answer) -> dict[str, Any]:
    value = answer.to_dict()
    for fields, citation in zip(value["citations"], answer.citations, strict=True):
        fields["key"] = quote_key(citation.source)
        fields["also"] = [{**quote.to_dict(), "key": quote_key(quote)} for quote in citation.also]
    value["related"] = [{**quote.to_dict(), "key": quote_key(quote)} for quote in answer.related]
    return value
