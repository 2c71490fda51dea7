"""Mail: a letter's text with its sender, date and subject; the files attached to it; the letters of a mailbox."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial
from mimetypes import MimeTypes

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Entry, Parsed
from embeddings.formats.decode import decode, normalise
from embeddings.formats.html import charset_of, read_whole
from embeddings.formats.metadata import from_fields

_LETTER = re.compile(  # the line that mailboxes put before each letter, with a time or nothing, and its first header
    rb"(?:\A|\n\r?\n)From (?:[^\n]{0,200}\d\d:\d\d[^\n]{0,200}|-?[ \t\r]{0,9})\n(?=(?:>?From |[!-9;-~]+[ \t]*:))"
)
_HIDDEN_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADERS = ("from", "date", "subject")
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_TYPES = MimeTypes()  # Python's own, the same on every machine
_TITLE = "(no subject)"


def read(data: bytes) -> Parsed:
    """Return a letter's text: what is plain in it, else its page. Raises UnreadableFile where it is no letter."""
    letter = message_from_bytes(data)
    said = {name: _header(letter, name) for name in _HEADERS}
    if not any(said.values()):
        raise UnreadableFile("it is no mail: it says no sender, date or subject")
    parts = [part for part in _parts(letter) if not _is_attached(part)]
    if any(part.get_content_type() in _ENCRYPTED for part in (letter, *parts)):
        raise UnreadableFile("the mail is encrypted; save its text, or send it to yourself without encryption")
    texts: list[str] = []
    notes: list[str] = []
    for part in (part for part in parts if part.get_content_type() == "text/plain"):
        text, remarks = _text(_bytes(part), part.get_content_charset())
        texts.append(_unflowed(text) if str(part.get_param("format")).lower() == "flowed" else text)
        notes += remarks
    if not any(text.strip() for text in texts):
        pages = [_page(part) for part in parts if part.get_content_type() == "text/html"]
        texts, notes = [page.text for page in pages], [note for page in pages for note in page.notes]
    with suppress(ValueError, TypeError):
        said["date"] = parsedate_to_datetime(said["date"]).isoformat()
    _, metadata = from_fields({"author": said["from"], "date": said["date"]})
    text = "\n\n".join(text.strip("\n") for text in texts if text.strip())
    return Parsed(text, said["subject"] or _TITLE, metadata, notes=tuple(notes))


def members(data: bytes) -> Iterator[Entry]:
    """Yield the files attached to a letter; pictures in its text are none."""
    for number, part in enumerate(_parts(message_from_bytes(data)), start=1):
        kind = part.get_content_type()
        picture = part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment"
        if not _is_attached(part) or picture or kind in _ENCRYPTED:
            continue
        name = _name(part, number)
        if kind in _TNEF or name.lower() == "winmail.dat":
            yield Entry(
                name, reason="it holds what Outlook sends in a form of its own; send the mail again as plain text"
            )
        elif kind == "message/rfc822":
            yield Entry(name, partial(_letter_in, part), reader="mail")
        else:
            yield Entry(name, partial(_load, part), reason="" if "." in name else f"no reader for {kind}")


def letters(data: bytes) -> Iterator[Entry]:
    """Yield the letters of a mailbox by their numbers. Raises UnreadableFile where there is none."""
    begins = [*_LETTER.finditer(data)]
    if not begins:
        raise UnreadableFile(
            "no mail was found in it: a mailbox begins with a line like From a@b.c Fri Mar 5 09:00:00 2021"
        )
    ends = [*(begin.start() for begin in begins[1:]), len(data)]
    for number, (begin, end) in enumerate(zip(begins, ends, strict=True), start=1):
        yield Entry(str(number), partial(_cut, data, begin.end(), end), reader="mail")


def _cut(data: bytes, start: int, end: int, _: int) -> bytes:
    return _HIDDEN_FROM.sub(rb"\1", data[start:end])


def _parts(part: Message) -> Iterator[Message]:
    """Yield the parts of a letter that have no parts themselves; a letter in it is one."""
    inner = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(inner, list):
        for each in inner:
            yield from _parts(each)  # type: ignore[arg-type] # the list is of messages
    else:
        yield part


def _is_attached(part: Message) -> bool:
    is_file = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    return is_file or part.get_content_type() not in ("text/plain", "text/html")


def _bytes(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _load(part: Message, _: int) -> bytes:
    return _bytes(part)


def _letter_in(part: Message, _: int) -> bytes:
    inner = part.get_payload()
    return inner[0].as_bytes() if isinstance(inner, list) and isinstance(inner[0], Message) else _bytes(part)


def _name(part: Message, number: int) -> str:
    """Return the name of an attachment, without folders; its type gives the suffix that it lacks."""
    name = _decoded(part.get_filename() or "").replace("\\", "/").rsplit("/", 1)[-1].strip(". \t\r\n")
    name = " ".join(name.split()) or f"part {number}"
    kind = part.get_content_type()
    known = ".eml" if kind == "message/rfc822" else _TYPES.guess_extension(kind) or ""
    return name if "." in name else name + known


def _header(letter: Message, name: str) -> str:
    """Return a header as it is meant; a sender's name stands without quotation marks."""
    written = next((value for key, value in letter.raw_items() if key.lower() == name), "")
    written = " ".join(str(written).split())
    senders = getaddresses([written]) if name == "from" else []
    if len(senders) == 1 and all(senders[0]):
        return f"{_decoded(senders[0][0])} <{senders[0][1]}>"
    return _decoded(written)


def _decoded(written: str) -> str:
    """Return a header's words, which may be encoded, or bytes of an encoding that is not said."""
    with suppress(HeaderParseError, ValueError):
        pieces = [_word(piece, charset) for piece, charset in decode_header(_raw(written))]
        if any(pieces):
            return "".join(pieces).strip()
    return _raw(written)


def _word(piece: str | bytes, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    return _text(piece, charset)[0] if charset else piece.decode("raw-unicode-escape")


def _raw(written: str) -> str:
    try:
        data = written.encode("utf-8", "surrogateescape")
        return decode(data)[0] if data else ""
    except (UnreadableFile, UnicodeEncodeError):
        return written.encode("utf-8", "replace").decode("utf-8")


def _text(data: bytes, charset: str | None) -> tuple[str, tuple[str, ...]]:
    """Return text in the encoding that is declared, else as files are decoded; and notes."""
    with suppress(LookupError, ValueError):
        codec = codecs.lookup(charset or "")
        return normalise(data.decode("cp1252" if codec.name == "iso8859-1" else codec.name)), ()
    text, notes = decode(data)
    return normalise(text), notes


def _page(part: Message) -> Parsed:
    data = _bytes(part)
    return read_whole(_text(data, part.get_content_charset() or charset_of(data))[0])


def _unflowed(text: str) -> str:
    """Return text with its lines joined that end in a space (RFC 3676); quoted lines stay as they stand."""
    lines: list[str] = []
    open_line = False
    for written in text.split("\n"):
        quoted = written.startswith(">")
        line = written.removeprefix(" ")
        flows = line.endswith(" ") and line != "-- " and not quoted
        if open_line and not quoted and line != "-- ":
            lines[-1] += line
        else:
            lines.append(line)
        open_line = flows
    return "\n".join(lines)
