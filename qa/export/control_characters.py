"""Characters that steer or cannot be seen, made visible: every format shows them as U+202E in a code element."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.types.serialize import STEERING

_SIGNS = re.compile(f"{STEERING.pattern}|[\u2028\u2029]")
SIGN = re.compile("U\\+([0-9A-F]{4,6})")
"""How such a character is written."""


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the text in pieces: True with "U+202E" for a control character, False with the text between."""
    at = 0
    for match in _SIGNS.finditer(text):
        if match.start() > at:
            yield False, text[at : match.start()]
        yield True, f"U+{ord(match[0]):04X}"
        at = match.end()
    if at < len(text):
        yield False, text[at:]


def character(sign: str) -> str | None:
    """Return the character that a sign stands for, or None where `pieces` writes no such sign."""
    match = SIGN.fullmatch(sign)
    code = int(match[1], 16) if match else -1
    if not 0 <= code <= 0x10FFFF or not _SIGNS.fullmatch(chr(code)):
        return None
    return chr(code)


def plain(text: str) -> str:
    """Return the text on one line, control characters as [U+202E], for formats that are not read back."""
    return " ".join("".join(f"[{piece}]" if sign else piece for sign, piece in pieces(text)).split())
