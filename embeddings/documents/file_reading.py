"""The bytes of a file of the folder, from one open handle: no link is followed, and nothing is waited for."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TypeAlias

from embeddings.errors import UnreadableFile
from embeddings.formats import reader_for

Stamp: TypeAlias = tuple[int, int, int, int, int]
"""Times of the last write and of the last change in ns, size, inode and mode: another one after a change of a file."""

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def stamp_of(status: os.stat_result) -> Stamp:
    """Return what tells one state of a file from another without reading it."""
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_mode


def read_file(root: Path, source: str) -> tuple[bytes, Stamp]:
    """Return the bytes of a file and the stamp that it had when it was opened.

    ``source`` is its path below ``root``, with ``/``. Between a look at the folder and this the file may have been
    exchanged: what is opened counts. Raises OSError where it cannot be opened, and UnreadableFile where it is no
    regular file, lies behind a link, or is larger than its format may be.
    """
    try:
        handle = _opened(root, source)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EMLINK}:  # what systems say where a link is not followed
            raise UnreadableFile("it is a link, or lies behind one") from error
        raise
    with open(handle, "rb") as file:  # noqa: PTH123 - of a handle
        status = os.fstat(handle)
        check_kind(status, source)
        return file.read(status.st_size), stamp_of(status)


def check_kind(status: os.stat_result, source: str) -> None:
    """Raise UnreadableFile with the reason to leave a file out: no regular file, empty, or too large."""
    reader = reader_for(Path(source))
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFile("not a regular file")
    if status.st_size == 0:
        raise UnreadableFile("the file is empty")
    if reader is not None and status.st_size > reader.max_bytes:
        raise UnreadableFile(f"larger than the {reader.max_bytes // 2**20} MiB allowed for {reader.name}; divide it")


def _opened(root: Path, source: str) -> int:
    """Open a file folder by folder, so that none of them is a link; Windows, which cannot, looks at the whole path."""
    if {"", ".", ".."} & set(source.split("/")):  # an index that was tampered with names what it likes
        raise UnreadableFile("it lies outside the folder")
    if os.open not in os.supports_dir_fd:
        path = root / source
        if Path(os.path.realpath(path)) != Path(os.path.realpath(root)) / source:
            raise UnreadableFile("it is a link, or lies behind one")
        return os.open(path, _FILE)
    *folders, name = source.split("/")
    at = os.open(root, _FOLDER)
    try:
        for folder in folders:
            below = os.open(folder, _FOLDER | _NO_LINK, dir_fd=at)
            os.close(at)
            at = below
        return os.open(name, _FILE | _NO_LINK, dir_fd=at)
    finally:
        os.close(at)
