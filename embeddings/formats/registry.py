"""The choice of a reader for each file, and the entry to all readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from embeddings.errors import UnreadableFile
from embeddings.formats.base import MAX_CHARACTERS, Entry, Format, Parsed

READERS_VERSION = 5
"""Raised whenever a reader would give another text for the same bytes."""

_MIB = 1024 * 1024

READERS: tuple[Format, ...] = (
    Format("text", (".txt", ".text"), 20 * _MIB),
    Format("markdown", (".md", ".markdown"), 20 * _MIB),
    Format("html", (".html", ".htm", ".xhtml"), 20 * _MIB),
    Format("mhtml", (".mhtml", ".mht"), 200 * _MIB),
    Format("pdf", (".pdf",), 200 * _MIB),
    Format("csv", (".csv", ".tsv"), 20 * _MIB),
    Format("xlsx", (".xlsx", ".xlsm"), 200 * _MIB),
    Format("pptx", (".pptx", ".ppsx"), 200 * _MIB),
    Format("odt", (".odt", ".ott"), 200 * _MIB),
    Format("rtf", (".rtf",), 200 * _MIB),
    Format("epub", (".epub",), 200 * _MIB),
    Format("docx", (".docx",), 200 * _MIB),
    Format("zip", (".zip",), 500 * _MIB, has_text=False, has_members=True),
    Format("mail", (".eml",), 200 * _MIB, has_members=True),
    Format("mailbox", (".mbox",), 500 * _MIB, has_text=False, has_members=True),
    Format("json", (".json", ".jsonl", ".ndjson"), 100 * _MIB, has_text=False, has_members=True),
)

_SIGNATURES = (("pdf", b"%PDF-", 8), ("rtf", b"{\\rtf", 8), ("mhtml", b"From: <Saved by ", 16))
"""How files begin that are mistaken for text where their suffix is wrong, and within how many bytes."""

_BY_SUFFIX = {suffix: reader for reader in READERS for suffix in reader.suffixes}
BY_NAME = {reader.name: reader for reader in (*READERS, Format("article", (), 100 * _MIB))}
"""All formats; those without a suffix are found in other files only."""


def reader_for(path: PurePath) -> Format | None:
    """Return the reader of the path's suffix, in upper or lower case; None where there is none."""
    return _BY_SUFFIX.get(path.suffix.lower())


def no_reader(path: PurePath) -> str:
    """Return why a file is left out whose suffix is unknown."""
    return f"no reader for {path.suffix or 'a file without suffix'} (readable: {', '.join(suffixes())})"


def suffixes() -> tuple[str, ...]:
    """Return all suffixes that are read, sorted."""
    return tuple(sorted(_BY_SUFFIX))


def parse(reader: Format, data: bytes) -> Parsed:
    """Return what the reader makes of the bytes. Raises UnreadableFile, also for a file too large or without text."""
    if not data:
        raise UnreadableFile("the file is empty")
    if len(data) > reader.max_bytes:
        raise UnreadableFile(
            f"it has {len(data) / _MIB:,.1f} MiB; files of this format are read up to {reader.max_bytes // _MIB} MiB: "
            "split it"
        )
    for name, begin, within in _SIGNATURES:
        if reader.name != name and begin in data[:within]:
            raise UnreadableFile(f"it is not {reader.name} but {name}; give it the suffix of that")
    if not reader.has_text:
        raise UnreadableFile("it has no text of its own, only the files in it")
    from embeddings.formats.readers import READ  # their libraries are not needed where questions are asked

    parsed = READ[reader.name](data)
    if len(parsed.text) > MAX_CHARACTERS:
        raise UnreadableFile(
            f"its text has {len(parsed.text):,} characters; up to {MAX_CHARACTERS:,} are read: divide it"
        )
    if not _has_text(parsed):
        raise UnreadableFile("there is no text in it" + (" but headings" if parsed.headings else ""))
    return parsed


def members(reader: Format, data: bytes) -> Iterator[Entry]:
    """Return the files inside a file. Raises UnreadableFile, also while they are taken."""
    from embeddings.formats.readers import MEMBERS

    return MEMBERS[reader.name](data)


def _has_text(parsed: Parsed) -> bool:
    start = 0
    for stop, after in [*((heading.start, heading.end) for heading in parsed.headings), (len(parsed.text), 0)]:
        if any(character.isprintable() and not character.isspace() for character in parsed.text[start:stop].lstrip()):
            return True
        start = after
    return False
