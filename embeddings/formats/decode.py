"""The way from bytes to text: the encoding, and whether it is text at all."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain

from embeddings.errors import UnreadableFile

_BOMS = (  # UTF-32 first: its little-endian mark begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"
_CONTROL = re.compile(f"[{re.escape(_CONTROLS.decode('ascii'))}]")
_UNICODE_CONTROLS = 0.02  # of all characters; what is valid Unicode is rarely anything but text
_LEGACY_CONTROLS = 0.001  # text in an old code page has none, random bytes have a tenth
_NOTHING = 0.1  # of all bytes, the most NUL bytes in a text
_SAMPLE = 64 * 1024
_FEW = 4  # times as many characters are right in UTF-8 with a stray byte; in another encoding hardly any is
_PRINTABLE = 0.99  # of the characters of a text in UTF-16; bytes that are none give letters that do not exist

_DECLARABLE = re.compile(r"utf-8|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|gb\w+|big5\w*|euc_\w+|shift_jis\w*|tis-620")
_CENTRAL_AND_EASTERN = frozenset(
    {"Croatian", "Czech", "Estonian", "Hungarian", "Latvian", "Lithuanian"}
    | {"Polish", "Romanian", "Slovak", "Slovene", "Turkish", "Vietnamese"}
)
_SAVE_AS = "save it as UTF-8"


def decode(data: bytes, *, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Return the text of the bytes, and notes: byte order mark, UTF-8, UTF-16, the declared encoding, then a guess.

    It is decoded strictly, but for a few bytes that are wrong in what else is UTF-8, or NUL: U+FFFD stands for each,
    and a note tells where. A guess is made on a sample and must hold for all bytes. Raises UnreadableFile
    where the data is not text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _marked(data, encoding), ()
    nothing = data.count(b"\0")
    if nothing > _NOTHING * len(data) or (nothing and not _is_utf_8(data)):
        return _unmarked(data), ()
    controls = len(data) - len(data.translate(None, _CONTROLS)) - nothing
    notes = _told(nothing, "NUL", data, data.find(b"\0"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        wrong = text.count("\ufffd") - data.count("\ufffd".encode())
        if wrong * _FEW > sum(character > "\x7f" for character in text):
            text = _legacy(data, controls, declared)
        else:
            notes = _told(wrong, "no UTF-8", data, error.start)
    _check_controls(controls, len(text), _UNICODE_CONTROLS)
    return text.replace("\0", "\ufffd"), notes


def _told(count: int, what: str, data: bytes, first: int) -> tuple[str, ...]:
    """Return the note on wrong bytes, of which the first is at a place; none where there are none."""
    line = data.count(b"\n", 0, max(first, 0)) + 1
    return (f"{count} bytes are {what}, the first in line {line}; they are shown as \ufffd",) if count else ()


def _is_utf_8(data: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        data.decode("utf-8")
        return True
    return False


def normalise(text: str) -> str:
    r"""Return the text with ``\n`` line ends, without a leading BOM, and U+FFFD for U+0000; else unaltered."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def _unmarked(data: bytes) -> str:
    """Return the text of bytes in UTF-16 without a mark. Raises UnreadableFile where they are none."""
    for encoding in ("utf-16-le", "utf-16-be"):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            sample = text[:_SAMPLE]
            if "\0" not in text and sum(map(_is_text, sample)) >= _PRINTABLE * len(sample) and " " in sample:
                return text
    raise UnreadableFile(f"it is not text: there are NUL bytes in it; if it is text, {_SAVE_AS}")


def _is_text(character: str) -> bool:
    return character.isprintable() or character.isspace()


def _marked(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"it begins like {encoding.removesuffix('-sig').upper()} but is not; {_SAVE_AS}"
        raise UnreadableFile(reason) from error
    _check_controls(sum(1 for _ in _CONTROL.finditer(text)), len(text), _UNICODE_CONTROLS)
    return text


def _legacy(data: bytes, controls: int, declared: str | None) -> str:
    _check_controls(controls, len(data), _LEGACY_CONTROLS)
    for encoding in chain(_declared(declared), _guesses(_sample(data))):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(f"its encoding is none that could be recognised; {_SAVE_AS}")


def _check_controls(controls: int, length: int, share: float) -> None:
    if controls > share * length:
        raise UnreadableFile(f"it is not text: there are many control characters in it; if it is text, {_SAVE_AS}")


def _declared(name: str | None) -> Iterator[str]:
    """Yield the codec of a declared name, if it is for text; ISO-8859-1 means Windows-1252, as in a browser."""
    if not name:
        return
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):  # ValueError: a name with a NUL or a surrogate in it
        return
    if _DECLARABLE.fullmatch(codec):
        yield "cp1252" if codec in {"iso8859-1", "ascii"} else codec


def _sample(data: bytes) -> bytes:
    """Return a part of bounded length that begins where the ASCII ends, cut at white space."""
    if len(data) <= _SAMPLE:
        return data
    first = re.search(rb"[\x80-\xff]", data)
    at = first.start() if first else 0
    start = max(data.rfind(b" ", 0, at), data.rfind(b"\n", 0, at), at - 100, 0)
    sample = data[start : start + _SAMPLE]
    end = max(sample.rfind(b" "), sample.rfind(b"\n"))
    return sample[:end] if end > _SAMPLE // 2 else sample


def _guesses(sample: bytes) -> Iterator[str]:
    """Yield encodings, likeliest first.

    For text in Latin letters the detector's order is close to chance, so Windows-1252 goes first where it fits,
    unless a Windows page of another region was found together with a language of that region.
    """
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample))
    if not matches:
        return
    best = matches[0]
    regional = best.encoding.startswith("cp125") and best.language in _CENTRAL_AND_EASTERN
    fits = any(name in {"cp1252", "latin_1"} for match in matches for name in match.could_be_from_charset)
    if fits and not (regional and "cp1252" not in best.could_be_from_charset):
        yield "cp1252"
    yield from dict.fromkeys(match.encoding for match in matches)
