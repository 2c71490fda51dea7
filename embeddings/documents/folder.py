"""The seeds folder: which files are documents, which are left out and why, and how one becomes a `Document`."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from embeddings.errors import FolderError, UnreadableFile
from embeddings.formats import parse, reader_for, suffixes
from embeddings.types import Document, Metadata

__all__ = [
    "ARRIVING",
    "SeedFile",
    "Skipped",
    "document_id",
    "document_of",
    "is_arriving",
    "printable",
    "resolve_folder",
    "scan",
]

ARRIVING = ".arriving-"
"""How the name of a file begins that the program is still writing here: it is no document yet, and nothing left out."""

_LONGEST_FIELD = 500


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was left out. ``sha256`` is set where its content was read and is the reason."""

    source: str
    reason: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A file that a reader takes; ``source`` is its path below the seeds folder, with ``/``."""

    source: str
    path: Path


def resolve_folder(folder: Path) -> Path:
    """Return the absolute path of a folder without links. Raises FolderError for a link in a circle."""
    try:
        return folder.resolve()
    except RuntimeError as error:  # Python below 3.13 says so of links in a circle
        raise FolderError(f"the documents folder {folder} is a link that leads to itself.") from error


def scan(folder: Path) -> tuple[list[SeedFile], list[Skipped]]:
    """Walk the folder: the files to read and what is left out, both by path.

    Raises FolderError where the folder is missing, is no folder or cannot be listed.
    """
    if not _is_there(folder, Path.is_dir):
        if _is_there(folder, Path.exists):
            raise FolderError(f"the documents folder {folder} is a file. Name the folder that holds it.")
        raise FolderError(
            f"the documents folder {folder} does not exist. Make it and put documents in, or name another."
        )
    root = folder.resolve()
    files: list[SeedFile] = []
    skipped: list[Skipped] = []
    for path in _walk(root, skipped):
        source = path.relative_to(root).as_posix()
        reason = _reason_to_skip(path, source, root)
        if reason is None:
            files.append(SeedFile(source, path))
        else:
            skipped.append(Skipped(printable(source), reason))
    return sorted(files, key=lambda file: file.source), sorted(skipped, key=lambda item: item.source)


def _is_there(folder: Path, look: Callable[[Path], bool]) -> bool:
    try:
        return look(folder)
    except OSError as error:
        raise FolderError(f"the documents folder {folder} cannot be reached: {error.strerror or error}.") from error


def document_of(file: SeedFile, data: bytes) -> tuple[Document, tuple[str, ...]]:
    """Read one file's bytes; the document and the reader's remarks. Raises UnreadableFile with the reason."""
    reader = reader_for(file.path)
    if reader is None:
        raise UnreadableFile(_no_reader(file.path))
    parsed = parse(reader, data)
    said = parsed.metadata
    metadata = Metadata(
        author=_one_line(said.author),
        date=_one_line(said.date),
        outlet=_one_line(said.outlet),
        url=_one_line(said.url),
        tags=tuple(tag for tag in map(_one_line, said.tags) if tag),
    )
    document = Document(
        id=document_id(file.source),
        title=_one_line(parsed.title) or file.path.stem,
        text=parsed.text,
        source=file.source,
        sha256=hashlib.sha256(data).hexdigest(),
        metadata=metadata,
        headings=tuple(replace(heading, text=_one_line(heading.text) or "") for heading in parsed.headings),
        pages=parsed.pages,
    )
    return document, parsed.notes


def is_arriving(name: str) -> bool:
    """Whether a name is one of a file that the program is still writing into the folder."""
    return name.startswith(ARRIVING)


def document_id(source: str) -> str:
    """12 hexadecimal digits of the sha256 of the path below the seeds folder: the same as long as the path is."""
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def _walk(root: Path, skipped: list[Skipped]) -> Iterator[Path]:
    """Every file, and every folder that is not walked, below the root."""

    def unreadable(error: OSError) -> None:
        if Path(error.filename) == root:
            raise FolderError(f"the documents folder {root} cannot be listed: {error.strerror}.") from error
        source = Path(error.filename).relative_to(root).as_posix()
        skipped.append(Skipped(printable(source), f"the folder cannot be listed: {error.strerror}"))

    for parent, folders, names in os.walk(root, onerror=unreadable):
        here = Path(parent)
        not_walked = [name for name in folders if name.startswith(".") or (here / name).is_symlink()]
        folders[:] = sorted(set(folders) - set(not_walked))
        yield from (here / name for name in sorted([*names, *not_walked]) if not is_arriving(name))


def _reason_to_skip(path: Path, source: str, root: Path) -> str | None:
    if path.name.startswith("."):
        return "hidden"
    if printable(source) != source:
        return "the file name is not valid UTF-8; rename it"
    if path.is_symlink():
        inside = root in Path(os.path.realpath(path)).parents  # unlike resolve(), takes links in a circle
        return "a link to another place of the folder" if inside else "a link that leaves the folder"
    return _reason_by_kind(path)


def _reason_by_kind(path: Path) -> str | None:
    reader = reader_for(path)
    if reader is None:
        return _no_reader(path)
    try:
        status = path.stat()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    if status.st_size == 0:
        return "the file is empty"
    if status.st_size > reader.max_bytes:
        return f"larger than the {reader.max_bytes // 2**20} MiB allowed for {reader.name}; divide it"
    return None


def _no_reader(path: Path) -> str:
    return f"no reader for {path.suffix or 'a file without suffix'} (readable: {', '.join(suffixes())})"


def _one_line(text: str | None) -> str | None:
    """A field for people: one line, valid UTF-8, of bearable length; None where nothing is left."""
    if text is None:
        return None
    line = " ".join(printable(text).split())
    return (line if len(line) <= _LONGEST_FIELD else f"{line[:_LONGEST_FIELD]}…") or None


def printable(text: str) -> str:
    """The text with what cannot be written as UTF-8, such as half an emoji, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
