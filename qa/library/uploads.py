"""Adds documents to the folder: each is received beside the others, read on trial, and only then given its name."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from threading import Lock

from embeddings.disk import digest_if_readable
from embeddings.documents.folder import ARRIVING, SeedFile, document_of
from embeddings.errors import UnreadableFile, UploadRefused
from embeddings.formats import reader_for, suffixes
from qa.library.filenames import numbered, safe_name

__all__ = ["Added", "Arrival", "Limits", "Uploads"]

_MIB = 1024 * 1024
_STALE = 24 * 60 * 60  # seconds after which a file that never arrived is cleared away
_NUMBERS = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be sent at once. The size of one file is limited by its reader."""

    files: int = 200
    total: int = 1024 * _MIB


@dataclass(frozen=True, slots=True)
class Added:
    """A file that is in the folder now, or was there: ``is_new`` tells. ``note`` is what is worth knowing about it."""

    name: str
    path: str
    title: str
    is_new: bool = True
    note: str = ""


class Uploads:
    """The way into a documents folder; may be used by several threads."""

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self._lock = Lock()
        self._reading = Lock()  # one at a time: a large file takes memory
        self._lately: dict[str, str] = {}

    def begin(self, sent: str) -> Arrival:
        """Make room for a file of the name that was sent. Raises UploadRefused where its format is not read."""
        name = safe_name(sent)
        reader = reader_for(PurePosixPath(name))
        if reader is None:
            suffix = PurePosixPath(name).suffix
            what = f"{suffix} files are" if suffix else "a file without suffix is"
            raise UploadRefused(f"{what} not read here (readable: {', '.join(suffixes())})")
        try:
            self.folder.mkdir(exist_ok=True)
            self._clear_away()
            place = self.folder / f"{ARRIVING}{secrets.token_hex(8)}"
            handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        except OSError as error:
            raise _not_written(error) from error
        return Arrival(name, place, handle, reader.max_bytes, reader.name)

    def accept(self, arrival: Arrival, known: dict[str, str] | None = None) -> Added:
        """Give a file that has arrived whole its place, if it can be read; it is gone again if not.

        ``known`` is the path of each document by the sha256 of its bytes. A file whose bytes are there already is not
        added a second time. One whose name is taken by other bytes is added with a number: nothing is overwritten.
        Raises UploadRefused with the reason.
        """
        try:
            sha256 = arrival.finish()
            with self._reading:
                file = SeedFile(arrival.name, Path(arrival.name))
                document, notes = document_of(file, arrival.place.read_bytes())
            with self._lock:
                there = self._there(sha256, known or {})
                if there is not None:
                    return Added(arrival.name, there, document.title, is_new=False)
                path = self._placed(arrival, sha256)
                self._lately[sha256] = path
        except UnreadableFile as error:
            raise UploadRefused(str(error)) from error
        except OSError as error:
            raise _not_written(error) from error
        finally:
            arrival.discard()
        if path != arrival.name:
            notes = (f"another {arrival.name} is there already; both are kept", *notes)
        return Added(arrival.name, path, document.title, note="; ".join(notes))

    def _there(self, sha256: str, known: dict[str, str]) -> str | None:
        """The path of a file with these bytes, read now: what was known may have changed since."""
        for path in filter(None, (known.get(sha256), self._lately.get(sha256))):
            if digest_if_readable(self.folder / path) == sha256:
                return path
        return None

    def _placed(self, arrival: Arrival, sha256: str) -> str:
        """Give the file the first name that is free; the path that it has then."""
        for number in range(1, _NUMBERS):
            name = numbered(arrival.name, number)
            try:
                _name(arrival.place, self.folder / name)
            except FileExistsError:
                if digest_if_readable(self.folder / name) == sha256:
                    return name
                continue
            return name
        raise UploadRefused(f"there are {_NUMBERS - 1} files of this name already")

    def _clear_away(self) -> None:
        """Remove what arrived by halves when the program was stopped long ago."""
        for path in self.folder.glob(f"{ARRIVING}*"):
            with contextlib.suppress(FileNotFoundError):  # one that arrived meanwhile has its own name now
                if time.time() - path.stat().st_mtime > _STALE:
                    path.unlink()


@dataclass(slots=True)
class Arrival:
    """A file on its way in: written piece by piece to a name that is no document's, and hashed meanwhile."""

    name: str
    place: Path
    handle: int | None
    max_bytes: int
    format: str
    size: int = 0
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256, repr=False)

    def write(self, data: bytes) -> None:
        """Take the next bytes. Raises UploadRefused beyond the size that its reader takes, or on a full disk."""
        self.size += len(data)
        if self.size > self.max_bytes:
            raise UploadRefused(f"larger than the {self.max_bytes // _MIB} MiB allowed for {self.format}; divide it")
        self._hash.update(data)
        rest = memoryview(data)
        try:
            while rest and self.handle is not None:
                rest = rest[os.write(self.handle, rest) :]
        except OSError as error:
            raise _not_written(error) from error

    def finish(self) -> str:
        """Close the file, safe on the disk; its sha256."""
        if self.handle is not None:
            os.fsync(self.handle)
            self._close()
        return self._hash.hexdigest()

    def discard(self) -> None:
        """Remove what was written, unless it has been given its name."""
        self._close()
        self.place.unlink(missing_ok=True)

    def _close(self) -> None:
        handle, self.handle = self.handle, None
        if handle is not None:
            os.close(handle)


def _name(place: Path, target: Path) -> None:
    """Give a file its name in one step. Raises FileExistsError where the name is taken."""
    try:
        os.link(place, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is reserved, and then taken
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        try:
            place.replace(target)
        except OSError:
            target.unlink()
            raise
    else:
        place.unlink()


def _not_written(error: OSError) -> UploadRefused:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UploadRefused("the disk is full: nothing of it was kept. Make room, and send it again.")
    return UploadRefused(f"it cannot be written into the documents folder: {error.strerror or error}")
