"""A name that somebody sent to a name that a file may have here, on every system."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_SUFFIX = 20
LONGEST = 200  # bytes of UTF-8; file systems take 255, and a number may be added
_JOINERS = "\u200c\u200d"  # Persian and Indic words are spelt with them
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.IGNORECASE)


def safe_name(sent: str) -> str:
    """Give a file name without folders, leading dots, control and direction characters, and names Windows reserves.

    Letters of every script are kept, composed (NFC). What is left may be only a suffix: then the stem is "document".
    """
    last = re.split(r"[/\\]", sent)[-1]
    kept = "".join(filter(None, map(_kept, unicodedata.normalize("NFC", last))))
    name = " ".join(kept.split()).strip(". ")
    suffix = PurePosixPath(name).suffix
    if not suffix and "." in last:  # nothing but a suffix was there
        suffix, name = f".{name}", f".{name}"
    if len(suffix.encode()) > LONGEST_SUFFIX:
        suffix = ""
    stem = name.removesuffix(suffix).rstrip(". ") or "document"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    room = LONGEST - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + suffix


def numbered(name: str, number: int) -> str:
    """Give the name for the number-th file that is to have it: "report.md", "report (2).md"."""
    path = PurePosixPath(name)
    return name if number == 1 else f"{path.stem} ({number}){path.suffix}"


def _kept(character: str) -> str:
    if character in '<>:"|?*':
        return "_"
    kind = unicodedata.category(character)
    if kind in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    return "" if kind in ("Cc", "Cs", "Cn") or (kind == "Cf" and character not in _JOINERS) else character
