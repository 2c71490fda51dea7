"""The only importer of python_multipart: files out of a form while it is still being received."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TypeAlias

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

__all__ = ["Begun", "Ended", "Event", "FormBroken", "files_of"]

_ESCAPED = {"%22": '"', "%0D": " ", "%0A": " "}  # how a form writes these three in a file's name; all else as it is


class FormBroken(Exception):
    """What was received is no form with files; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A file begins, with the name that was sent."""

    name: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The file that had begun is whole."""


Event: TypeAlias = Begun | bytes | Ended


async def files_of(content_type: str, stream: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """Give each file's beginning, bytes and end, as they come; fields that are no files are passed over.

    No more is held than the piece that was received last. Raises FormBroken.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise FormBroken("expected multipart/form-data with a boundary")
    events: list[Event] = []
    part = _Part(events)
    try:
        parser = _parser(boundary, part)
        async for piece in stream:
            parser.write(piece)
            for event in events:
                yield event
            events.clear()
        parser.finalize()
    except FormParserError as error:
        raise FormBroken(f"the form is broken: {error}") from error
    if not part.all_ended:
        raise FormBroken("the form ends in the middle")


class _Part:
    """Collects what the parser says of one part after the other."""

    def __init__(self, events: list[Event]) -> None:
        self._events = events
        self._field = self._value = b""
        self._disposition = b""
        self._is_file = False
        self.all_ended = False

    def begin(self) -> None:
        self._field = self._value = self._disposition = b""
        self._is_file = False

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = _decoded(options.get(b"filename", b""))
        self._is_file = bool(name)  # a form without a chosen file sends an empty name
        if self._is_file:
            self._events.append(Begun(name))

    def data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._events.append(bytes(data[start:end]))

    def end(self) -> None:
        if self._is_file:
            self._events.append(Ended())

    def all_end(self) -> None:
        self.all_ended = True


def _parser(boundary: bytes, part: _Part) -> MultipartParser:
    return MultipartParser(
        boundary,
        {
            "on_part_begin": part.begin,
            "on_header_field": part.header_field,
            "on_header_value": part.header_value,
            "on_header_end": part.header_end,
            "on_headers_finished": part.headers_finished,
            "on_part_data": part.data,
            "on_part_end": part.end,
            "on_end": part.all_end,
        },
    )


def _decoded(name: bytes) -> str:
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = name.decode("latin-1")
    for written, meant in _ESCAPED.items():
        text = text.replace(written, meant)
    return text
