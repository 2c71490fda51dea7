"""The words of Rich Text Format, one after the other: groups, control words, and text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\", re.DOTALL
)
_CODECS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
"""Encodings by the character set of a font."""


@dataclass(frozen=True, slots=True)
class Token:
    """A brace, a control word or sign with its number, or bytes of text in the encoding of their font."""

    kind: str
    """``{``, ``}``, ``word``, ``bytes``."""
    word: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """Yield the tokens of a file; binary data are left out."""
    at = 0
    while found := _TOKEN.match(data, at):
        at = found.end()
        word, number, hexadecimal, sign, brace, text = found.groups()
        if word:
            value = int(number) if number else None
            if word == b"bin":
                at += max(0, value or 0)
            yield Token("word", word.decode("ascii"), value)
        elif brace:
            yield Token(brace.decode("ascii"))
        elif hexadecimal:
            yield Token("bytes", data=bytes.fromhex(hexadecimal.decode("ascii")))
        elif sign:
            yield Token("word", sign.decode("latin-1"))
        elif text:
            yield Token("bytes", data=text)


def codec_of(charset: int) -> str | None:
    """Return the encoding of a font's character set; None where it is that of the whole file."""
    return _CODECS.get(charset)


def codec_of_page(number: int) -> str:
    """Return the encoding of a code page; Windows-1252 where it is not known."""
    name = {65001: "utf-8", 10000: "mac_roman", 1361: "johab"}.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
