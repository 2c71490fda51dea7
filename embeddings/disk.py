"""Files on the disk: their digests, writes that survive a loss of power, and who may read them."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

from embeddings.errors import OutOfHandles


def digest(path: Path) -> str:
    """Return the sha256 of a file's bytes. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_if_readable(path: Path) -> str:
    """Return `digest`; empty for an unreadable file, and for one that is not regular, as a pipe would block.

    Raises OutOfHandles where no file can be opened.
    """
    try:
        return digest(path) if path.is_file() else ""
    except OSError as error:
        OutOfHandles.check(error)
        return ""


def write(path: Path, text: str) -> None:
    """Write a text in UTF-8 with its line ends as they are, safe on the disk."""
    path.write_text(text, encoding="utf-8", newline="\n")
    sync_file(path)


def sync_file(path: Path) -> None:
    """Make what was written to a file durable."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, for this user alone. Raises OSError."""
    for path in reversed((folder, *folder.parents)):
        path.mkdir(mode=0o700, exist_ok=True)


def make_private(place: Path) -> None:
    """Take a file, or a folder with all in it, from everybody but its owner; on Windows nothing is changed.

    Nothing is raised: what belongs to somebody else, or has just been removed, stays as it is.
    """
    if os.name == "nt":
        return
    inside = (Path(folder) / name for folder, folders, files in os.walk(place) for name in (*folders, *files))
    for path in (place, *(path for path in inside if not path.is_symlink())):
        with suppress(OSError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                path.chmod(mode & stat.S_IRWXU)
