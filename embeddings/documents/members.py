"""The documents in a file of the folder: the file itself, or those inside it, such as the files of an archive.

The path of one inside goes on behind the file's: ``archive.zip/reports/a.docx``. No file is a folder too.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from embeddings.documents.file_reading import Stamp, read_file
from embeddings.documents.folder import SeedFile, Skipped, printable
from embeddings.errors import UnreadableFile
from embeddings.formats import reader_for
from embeddings.formats.apart.pool import open_apart, seconds_allowed, too_slow
from embeddings.formats.registry import BY_NAME

_TIMES = 20  # as long as one file may be read, all those inside a file may be


def holds_documents(path: str) -> bool:
    """Return whether files of this name hold documents inside them."""
    reader = reader_for(PurePosixPath(path))
    return reader is not None and reader.members is not None


def file_of(root: Path, source: str) -> str:
    """Return the path of the file that a document is, or is in."""
    at = source.find("/")
    while at >= 0:
        if holds_documents(source[:at]) and not (root / source[:at]).is_dir():
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
    if reader is None or reader.members is None:
        yield file, data
        return
    names = None if wanted is None else [source[len(file.source) + 1 :] for source in wanted]
    seconds = _TIMES * seconds_allowed()
    end = time.monotonic() + seconds
    try:
        for member in open_apart(reader, data, wanted=names):
            source = f"{file.source}/{member.name}" if member.name else file.source
            if {"", ".", ".."} & set(source.split("/")) or printable(source) != source:
                raise UnreadableFile("its reader failed (a name that is none)")
            if member.reason:
                yield Skipped(source, member.reason)
            else:
                path = PurePosixPath(source)
                named = path if path.suffix or not member.name else path.with_name(f"{path.parent.stem} {path.name}")
                yield SeedFile(source, Path(named), reader=BY_NAME.get(member.reader)), member.data
            if time.monotonic() > end:
                raise UnreadableFile(too_slow(seconds))
    except UnreadableFile as error:
        yield Skipped(file.source, str(error))


def read_document(root: Path, source: str) -> tuple[SeedFile, bytes, Stamp]:
    """Return a document's file and its bytes, and the stamp of the file that it is or is in.

    Raises as `read_file` does, and FileNotFoundError where the file has no such document inside.
    """
    path = file_of(root, source)
    data, stamp = read_file(root, path)
    for piece in pieces(SeedFile(path, root / path), data, [source]):
        if not isinstance(piece, Skipped):
            return *piece, stamp
        raise UnreadableFile(piece.reason)
    raise FileNotFoundError(source)
