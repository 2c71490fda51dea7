"""The documents in a file of the folder: the file itself, or those inside it, such as the files of an archive.

The path of one inside goes on behind the file's: ``archive.zip/reports/a.docx``. No file is a folder too.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from embeddings.documents.folder import SeedFile, Skipped, document_of, printable
from embeddings.errors import UnreadableFile
from embeddings.formats import reader_for
from embeddings.formats.apart.pool import Limits, open_apart, seconds_allowed, too_slow
from embeddings.formats.containers.walk import Member
from embeddings.formats.registry import BY_NAME
from embeddings.types import Document

Content: TypeAlias = tuple[Document | Skipped, tuple[str, ...]]
"""A document with its reader's remarks, or what is left out."""

_TIMES = 20  # as long as one file may be read, all those inside a file may be


def holds_documents(path: str) -> bool:
    """Return whether files of this name hold documents inside them."""
    reader = reader_for(PurePosixPath(path))
    return reader is not None and reader.has_members


def file_of(root: Path, source: str) -> str:
    """Return the path of the file that a document is, or is in."""
    return first_file(source, lambda above: holds_documents(above) and not (root / above).is_dir())


def first_file(source: str, holds: Callable[[str], bool]) -> str:
    """Return the shortest path above a document that ``holds`` documents, else its own."""
    at = source.find("/")
    while at >= 0:
        if holds(source[:at]):
            return source[:at]
        at = source.find("/", at + 1)
    return source


def is_in(source: str, file: str) -> bool:
    """Return whether a document is the file of this path, or inside it."""
    return source == file or source.startswith(f"{file}/")


def pieces(
    file: SeedFile, data: bytes, wanted: Collection[str] | None = None
) -> Iterator[tuple[SeedFile, bytes] | Skipped]:
    """Yield each document in a file with its bytes, or why it is left out; ``wanted`` are the paths of the only ones.

    What follows where a limit is passed is left out, with one reason for the file.
    """
    reader = reader_for(file.path)
    if reader is None or not reader.has_members:
        yield file, data
        return
    names = None if wanted is None else [source[len(file.source) + 1 :] for source in wanted]
    seconds = _TIMES * seconds_allowed()
    end = time.monotonic() + seconds
    try:
        for member in open_apart(reader, data, wanted=names):
            yield _piece(file, member)
            if time.monotonic() > end:
                yield Skipped(file.source, too_slow(seconds))
                return
    except UnreadableFile as error:
        yield Skipped(file.source, str(error))


def documents_in(
    file: SeedFile,
    data: bytes,
    known: Mapping[tuple[str, str], Content] | None = None,
    *,
    limits: Limits | None = None,
) -> Iterator[Content]:
    """Yield each document in a file with its reader's remarks, or what is left out.

    What is ``known`` by path and sha256 is not read again.
    """
    for piece in pieces(file, data):
        if isinstance(piece, Skipped):
            yield piece, ()
            continue
        sha256 = hashlib.sha256(piece[1]).hexdigest()
        yield (known or {}).get((piece[0].source, sha256)) or _read(*piece, sha256, limits)


def _piece(file: SeedFile, member: Member) -> tuple[SeedFile, bytes] | Skipped:
    """Return a document inside a file. Raises UnreadableFile for a name that could be taken for another place."""
    source = f"{file.source}/{member.name}" if member.name else file.source
    if {"", ".", ".."} & set(source.split("/")) or printable(source) != source:
        raise UnreadableFile("its reader failed (a name that is none)")
    if member.reason:
        return Skipped(source, member.reason)
    path = PurePosixPath(source)
    if member.name and not path.suffix:  # a number: it is shown where the document says no title
        path = path.with_name(f"{path.parent.stem} {path.name}")
    return SeedFile(source, Path(path), reader=BY_NAME.get(member.reader)), member.data


def _read(file: SeedFile, data: bytes, sha256: str, limits: Limits | None) -> Content:
    try:
        return document_of(file, data, limits)
    except UnreadableFile as error:
        return Skipped(file.source, str(error), sha256), ()
