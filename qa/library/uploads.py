"""New documents in the folder: each is received beside the others, read on trial, and only then named."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import BinaryIO

from embeddings.disk import digest_if_readable
from embeddings.documents.folder import ARRIVING, SeedFile, Skipped, document_of, limits_in
from embeddings.documents.members import documents_in, holds_documents
from embeddings.errors import UnreadableFile, UploadRefused, UploadTooLarge
from embeddings.formats import Format, reader_for, suffixes
from embeddings.formats.apart.pool import Limits
from qa.library.filenames import numbered, safe_name

_STALE = 24 * 60 * 60  # seconds after which a file that never arrived is cleared away
_NUMBERS = 1000
_MOST = 20 * 2**30  # bytes that are taken until the program ends
_FREE = 2**30  # bytes of the disk that are left to others


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    """Raise UploadRefused for what the disk does not do."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            why = "the disk is full: nothing of it was kept. Make room, and send it again."
        else:
            why = f"it cannot be written into the documents folder: {error.strerror or error}"
        raise UploadRefused(why) from error


@dataclass(frozen=True, slots=True)
class Added:
    """A file that is in the folder now, or was there: ``is_new`` tells. ``note`` is what is worth knowing about it."""

    name: str
    path: str
    title: str
    is_new: bool = True
    note: str = ""


@dataclass(slots=True)
class Arrival:
    """A file on its way in: written piece by piece to a name that is no document's, and hashed meanwhile."""

    name: str
    place: Path
    file: BinaryIO
    reader: Format
    coming: dict[Path, int]
    size: int = 0
    hash: hashlib._Hash = field(default_factory=hashlib.sha256, repr=False)

    def write(self, data: bytes) -> None:
        """Take the next bytes. Raises UploadTooLarge beyond the size of its format, UploadRefused on a full disk."""
        self.size += len(data)
        _check_size(self.size, self.reader)
        self.hash.update(data)
        with _writing():
            self.file.write(data)

    def finish(self) -> str:
        """Close the file, safe on the disk, and return its sha256. Raises OSError."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        return self.hash.hexdigest()

    def discard(self) -> None:
        """Remove what was written, unless it has been given its name."""
        with contextlib.suppress(OSError):  # what is still to be written has no room, and is not wanted
            self.file.close()
        self.place.unlink(missing_ok=True)
        self.coming.pop(self.place, None)


class Uploads:
    """The way into a documents folder; may be used by several threads.

    It takes ``most`` bytes in all, and leaves ``free`` bytes of the disk; what is on its way counts in full.
    """

    def __init__(self, folder: Path, *, most: int = _MOST, free: int = _FREE) -> None:
        self.folder = folder
        self._most, self._free, self._taken = most, free, 0
        self._coming: dict[Path, int] = {}
        self._lock = Lock()
        self._reading = Lock()  # one at a time: a large file takes memory
        self._lately: dict[str, str] = {}

    def begin(self, sent: str, size: int = 0) -> Arrival:
        """Make room for a file of the name that was sent, and of ``size`` bytes where the sender says so.

        Raises UploadRefused where its format is not read or there is no room, and UploadTooLarge where it may not have
        that size.
        """
        name = safe_name(sent)
        reader = reader_for(PurePosixPath(name))
        if reader is None:
            suffix = PurePosixPath(name).suffix
            what = f"{suffix} files are" if suffix else "a file without suffix is"
            raise UploadRefused(f"{what} not read here (readable: {', '.join(suffixes())})")
        _check_size(size, reader)
        with _writing():
            self.folder.mkdir(exist_ok=True)
            self._clear_away()
            place = self.folder / f"{ARRIVING}{secrets.token_hex(8)}"
            self._keep_room(place, size or reader.max_bytes)
            try:
                return Arrival(name, place, place.open("xb"), reader, self._coming)
            except OSError:
                del self._coming[place]
                raise

    def _keep_room(self, place: Path, size: int) -> None:
        """Keep room for a file on its way. Raises UploadRefused where there is none."""
        with self._lock:
            coming = sum(self._coming.values()) + size
            if self._taken + coming > self._most:
                raise UploadRefused(
                    f"no more than {self._most / 2**30:.3g} GiB are taken in all until the program is started again"
                )
            if shutil.disk_usage(self.folder).free - coming < self._free:
                raise UploadRefused(
                    f"the disk would have less than {self._free / 2**30:.3g} GiB left. Make room, and send it again."
                )
            self._coming[place] = size

    def accept(self, arrival: Arrival, known: dict[str, str] | None = None) -> Added:
        """Give a file that has arrived whole its place, if it can be read; it is gone again if not.

        ``known`` is the path of each document by the sha256 of its bytes. A file whose bytes are there already is not
        added a second time. One whose name is taken by other bytes is added with a number: nothing is overwritten.
        Raises UploadRefused with the reason.
        """
        try:
            with _writing():
                return self._accepted(arrival, known or {})
        except UnreadableFile as error:
            raise UploadRefused(str(error)) from error
        finally:
            arrival.discard()

    def _accepted(self, arrival: Arrival, known: dict[str, str]) -> Added:
        sha256 = arrival.finish()
        with self._reading:
            file = SeedFile(arrival.name, Path(arrival.name))
            title, notes = _read(file, arrival.place.read_bytes(), limits_in(self.folder))
        with self._lock:
            there = self._there(sha256, known)
            if there is not None:
                return Added(arrival.name, there, title, is_new=False)
            path = self._placed(arrival, sha256)
            self._taken += arrival.size
            self._lately[sha256] = path
        if path != arrival.name:
            notes = (f"another {arrival.name} is there already; both are kept", *notes)
        return Added(arrival.name, path, title, note="; ".join(notes))

    def _there(self, sha256: str, known: dict[str, str]) -> str | None:
        """Return the path of a file with these bytes, read now: what was known may have changed since."""
        for path in filter(None, (known.get(sha256), self._lately.get(sha256))):
            if digest_if_readable(self.folder / path) == sha256:
                return path
        return None

    def _placed(self, arrival: Arrival, sha256: str) -> str:
        """Give the file the first name that is free; return the path that it has then."""
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


def _read(file: SeedFile, data: bytes, limits: Limits) -> tuple[str, tuple[str, ...]]:
    """Return a file's title, and what is worth knowing; of one that holds documents its name, and how many are read.

    Raises UnreadableFile with the reason where nothing in it can be read.
    """
    if not holds_documents(file.source):
        document, notes = document_of(file, data, limits)
        return document.title, notes
    read, reasons = 0, []
    for found, _ in documents_in(file, data, limits=limits):
        if isinstance(found, Skipped):
            reasons.append(found.reason)
        else:
            read += 1
    if not read:
        raise UnreadableFile(f"nothing in it can be read: {reasons[0]}" if reasons else "there is nothing in it")
    left_out = f", {len(reasons):,} left out" if reasons else ""
    return file.path.stem, (f"{read:,} document{'' if read == 1 else 's'} in it{left_out}",)


def _check_size(size: int, reader: Format) -> None:
    if size > reader.max_bytes:
        raise UploadTooLarge(f"larger than the {reader.max_bytes // 2**20} MiB allowed for {reader.name}; divide it")


def _name(place: Path, target: Path) -> None:
    """Give a file its name in one step. Raises FileExistsError where the name is taken."""
    try:
        os.link(place, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: the name is reserved, and then taken
        target.open("xb").close()
        try:
            place.replace(target)
        except OSError:
            target.unlink()
            raise
    else:
        place.unlink()
