"""The seeds folder: which files are documents, which are left out and why, and how one becomes a `Document`."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path, PurePath

from embeddings.documents.file_reading import Stamp, check_kind, stamp_of
from embeddings.errors import FolderError, OutOfHandles, UnreadableFile
from embeddings.formats import Format, no_reader, reader_for
from embeddings.formats.apart.pool import Limits, parse_apart
from embeddings.formats.containers.archive import PAGES, PARTS_OF_A_PAGE
from embeddings.location import ocr_place
from embeddings.types import Document, Metadata

ARRIVING = ".arriving-"
"""How the name of a file begins that the program is still writing here: it is no document yet, and nothing left out."""

_LONGEST_FIELD = 500
_TICK = 2_000_000_000  # ns; the coarsest clock of a file system, that of FAT


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was left out. ``sha256`` is set where its content was read and is the reason."""

    source: str
    reason: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SeedFile:
    """A file that a reader takes; ``source`` is its path below the seeds folder, with ``/``.

    ``reader`` is set for a document inside a file, whose name may not tell its format.
    """

    source: str
    path: Path
    stamp: Stamp = (0, 0, 0, 0, 0)
    reader: Format | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A folder as a walk found it, its parts by path: equal to an earlier one where nothing that counts has changed.

    ``taken`` is when the walk began, in ns since the epoch; ``root`` is the folder.
    """

    files: tuple[SeedFile, ...]
    skipped: tuple[Skipped, ...]
    taken: int = field(compare=False)
    root: Path = field(compare=False)


def is_settled(stamp: Stamp, at: int) -> bool:
    """Return whether any write after the time ``at`` gives another stamp.

    One within the same tick of the file system's clock does not: what was written just before must be read again. Git
    calls such files "racily clean".
    """
    return max(stamp[:2]) + _TICK < at


def resolve_folder(folder: Path) -> Path:
    """Return the absolute path of a folder without links. Raises FolderError for a link in a circle."""
    try:
        return folder.resolve()
    except RuntimeError as error:  # Python below 3.13 says so of links in a circle
        raise FolderError(f"the documents folder {folder} is a link that leads to itself.") from error


def scan(folder: Path) -> Snapshot:
    """Walk the folder without opening a file. Raises FolderError where it is missing, no folder or cannot be listed."""
    try:
        is_there, is_folder = folder.exists(), folder.is_dir()
    except OSError as error:
        raise _folder_error(folder, f"cannot be reached: {error.strerror or error}.") from error
    if not is_folder:
        missing = "does not exist. Make it and put documents in, or name another."
        why = "is a file. Name the folder that holds it." if is_there else missing
        raise _folder_error(folder, why)
    root, taken = folder.resolve(), time.time_ns()
    files: list[SeedFile] = []
    skipped: list[Skipped] = []
    waiting = [""]
    while waiting:
        below = waiting.pop()
        listed = _listed(root, below, skipped)
        pages = {PurePath(entry.name).stem: entry.name for entry in listed if entry.name.lower().endswith(PAGES)}
        for entry in listed:
            source = f"{below}{entry.name}"
            page = pages.get(PARTS_OF_A_PAGE.sub("", entry.name)) if PARTS_OF_A_PAGE.search(entry.name) else None
            if page and entry.is_dir(follow_symlinks=False):
                skipped.append(Skipped(printable(source), f"parts of the saved page {printable(page)}"))
                continue
            try:
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False) and not _is_link(entry):
                    waiting.append(f"{source}/")
                else:
                    files.append(_file_of(entry, source, root))
            except UnreadableFile as error:
                skipped.append(Skipped(printable(source), str(error)))
            except OSError as error:  # gone since it was listed
                skipped.append(Skipped(printable(source), f"cannot be read: {error.strerror}"))
    by_path = attrgetter("source")
    return Snapshot(tuple(sorted(files, key=by_path)), tuple(sorted(skipped, key=by_path)), taken, root)


def limits_in(folder: Path, tell: Callable[[int, int], object] = lambda *_: None) -> Limits:
    """Return the usual limits for the files of a folder; what OCR reads in them is kept for it."""
    return Limits(kept=ocr_place(resolve_folder(folder)), tell=tell)


def document_of(file: SeedFile, data: bytes, limits: Limits | None = None) -> tuple[Document, tuple[str, ...]]:
    """Return the document in a file's bytes and its reader's remarks. Raises UnreadableFile with the reason.

    The bytes are read in a child process; see `embeddings.formats.apart.pool`.
    """
    reader = file.reader or reader_for(file.path)
    if reader is None:
        raise UnreadableFile(no_reader(file.path))
    parsed = parse_apart(reader, data, limits)
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
    """Return whether a name is one of a file that the program is still writing into the folder."""
    return name.startswith(ARRIVING)


def document_id(source: str) -> str:
    """Return 12 hexadecimal digits of the sha256 of the path below the seeds folder: the same as long as it is."""
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def _folder_error(folder: Path, what: str) -> FolderError:
    return FolderError(f"the documents folder {folder} {what}", public=f"the documents folder {what}")


def _listed(root: Path, below: str, skipped: list[Skipped]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(root / below) as listing:
            return [entry for entry in listing if not is_arriving(entry.name)]
    except OSError as error:
        OutOfHandles.check(error)
        if not below:
            raise _folder_error(root, f"cannot be listed: {error.strerror}.") from error
        skipped.append(Skipped(printable(below[:-1]), f"the folder cannot be listed: {error.strerror}"))
        return []


def _is_link(entry: os.DirEntry[str]) -> bool:
    # Windows has a second kind of link to a folder; Python below 3.12 cannot tell it.
    return entry.is_symlink() or (hasattr(os.path, "isjunction") and os.path.isjunction(entry.path))


def _file_of(entry: os.DirEntry[str], source: str, root: Path) -> SeedFile:
    """Return the file that is to be read. Raises UnreadableFile with the reason to leave it out, and OSError."""
    if entry.name.startswith("."):
        raise UnreadableFile("hidden")
    if printable(source) != source:
        raise UnreadableFile("the file name is not valid UTF-8; rename it")
    if _is_link(entry):
        inside = root in Path(os.path.realpath(entry.path)).parents  # unlike resolve(), takes links in a circle
        raise UnreadableFile("a link to another place of the folder" if inside else "a link that leaves the folder")
    path = Path(entry.path)
    if reader_for(path) is None:
        raise UnreadableFile(no_reader(path))
    status = path.lstat()  # not the entry's, which Windows does not bring up to date while a file is written
    check_kind(status, source)
    return SeedFile(source, path, stamp_of(status))


def _one_line(text: str | None) -> str | None:
    """Return a field for people: one line, valid UTF-8, of bearable length; None where nothing is left."""
    if text is None:
        return None
    line = " ".join(printable(text).split())
    return (line if len(line) <= _LONGEST_FIELD else f"{line[:_LONGEST_FIELD]}…") or None


def printable(text: str) -> str:
    """Return the text with what cannot be written as UTF-8, such as half an emoji, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")
