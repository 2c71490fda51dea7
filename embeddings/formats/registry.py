"""The choice of a reader for each file, and the entry to all readers."""

from __future__ import annotations

from pathlib import PurePath

from embeddings.errors import UnreadableFile
from embeddings.formats import html, markdown, text
from embeddings.formats.base import MAX_CHARACTERS, Format, Parsed
from embeddings.formats.containers import archive, articles, mail
from embeddings.formats.docx import reader as docx
from embeddings.formats.odt import reader as odt
from embeddings.formats.packed import epub, mhtml, pptx
from embeddings.formats.pdf import reader as pdf
from embeddings.formats.rtf import reader as rtf
from embeddings.formats.tables import delimited, workbook

READERS_VERSION = 5
"""Raised whenever a reader would give another text for the same bytes."""

_MIB = 1024 * 1024

READERS: tuple[Format, ...] = (
    Format("text", (".txt", ".text"), 20 * _MIB, text.read),
    Format("markdown", (".md", ".markdown"), 20 * _MIB, markdown.read),
    Format("html", (".html", ".htm", ".xhtml"), 20 * _MIB, html.read),
    Format("mhtml", (".mhtml", ".mht"), 200 * _MIB, mhtml.read),
    Format("pdf", (".pdf",), 200 * _MIB, pdf.read),
    Format("csv", (".csv", ".tsv"), 20 * _MIB, delimited.read),
    Format("xlsx", (".xlsx", ".xlsm"), 200 * _MIB, workbook.read),
    Format("pptx", (".pptx", ".ppsx"), 200 * _MIB, pptx.read),
    Format("odt", (".odt", ".ott"), 200 * _MIB, odt.read),
    Format("rtf", (".rtf",), 200 * _MIB, rtf.read),
    Format("epub", (".epub",), 200 * _MIB, epub.read),
    Format("docx", (".docx",), 200 * _MIB, docx.read),
    Format("zip", (".zip",), 500 * _MIB, None, archive.members),
    Format("mail", (".eml",), 200 * _MIB, mail.read, mail.members),
    Format("mailbox", (".mbox",), 500 * _MIB, None, mail.letters),
    Format("json", (".json", ".jsonl", ".ndjson"), 100 * _MIB, None, articles.members),
)

_SIGNATURES = (("pdf", b"%PDF-", 8), ("rtf", b"{\\rtf", 8), ("mhtml", b"From: <Saved by ", 16))
"""How files begin that are mistaken for text where their suffix is wrong, and within how many bytes."""

_BY_SUFFIX = {suffix: reader for reader in READERS for suffix in reader.suffixes}
BY_NAME = {reader.name: reader for reader in (*READERS, Format("article", (), 100 * _MIB, articles.read))}
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
    if reader.read is None:
        raise UnreadableFile("it has no text of its own, only the files in it")
    parsed = reader.read(data)
    if len(parsed.text) > MAX_CHARACTERS:
        raise UnreadableFile(
            f"its text has {len(parsed.text):,} characters; up to {MAX_CHARACTERS:,} are read: divide it"
        )
    if not _has_text(parsed):
        raise UnreadableFile("there is no text in it" + (" but headings" if parsed.headings else ""))
    return parsed


def _has_text(parsed: Parsed) -> bool:
    start = 0
    for stop, after in [*((heading.start, heading.end) for heading in parsed.headings), (len(parsed.text), 0)]:
        if any(character.isprintable() and not character.isspace() for character in parsed.text[start:stop].lstrip()):
            return True
        start = after
    return False
