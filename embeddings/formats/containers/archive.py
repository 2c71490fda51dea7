"""Zip archives: the files in them, under the names that an unpacker would give them."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Entry

PAGES = (".html", ".htm", ".xhtml")
PARTS_OF_A_PAGE = re.compile(  # as browsers name the folder in several languages
    r"[_-](?:files|file|Dateien|fichiers|archivos|bestanden|arquivos|ficheiros|pliki|dosyalar|filer|soubory|файлы)$"
)
_ENCRYPTED, _UTF_8 = 0x1, 0x800  # flags
_METHODS = (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2)  # others may take any memory
_DRIVE = re.compile("[A-Za-z]:")


def members(data: bytes) -> Iterator[Entry]:
    """Yield the files of an archive, in its order. What is hidden, or part of a saved page, is one entry with a reason.

    Raises UnreadableFile where it is no archive.
    """
    try:
        archive = ZipFile(BytesIO(data))
    except (BadZipFile, EOFError, LookupError, NotImplementedError, OSError, OverflowError, ValueError) as error:
        raise UnreadableFile("it is no readable zip archive, or only a part of one; pack it anew") from error
    with archive:
        files = [(info, name) for info in archive.infolist() if not (name := _name(info)).endswith("/")]
        paths = [PurePosixPath(name) for _, name in files]
        pages = {str(path.with_suffix("")): path.name for path in paths if path.suffix.lower() in PAGES}
        told: set[str] = set()
        for info, name in files:
            left_out, reason = _left_out(name, pages)
            if not reason:
                yield Entry(name, partial(_load, archive, info), reason=_unreadable(info))
            elif left_out not in told:
                told.add(left_out)
                yield Entry(left_out, reason=reason)


def _name(info: ZipInfo) -> str:
    """Return the path of an entry; names without a flag are UTF-8 where they can be, else in the code page of DOS."""
    name = info.orig_filename
    if not info.flag_bits & _UTF_8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.orig_filename
    name = name.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8").replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".") and not _DRIVE.fullmatch(part)]
    return "/".join(parts or ["unnamed"]) + ("/" if name.endswith("/") else "")


def _left_out(name: str, pages: Mapping[str, str]) -> tuple[str, str]:
    """Return what of a path is left out, and why; an empty reason for a file that is read."""
    parts = name.split("/")
    if ".." in parts:
        return "/".join(part for part in parts if part != ".."), "its name leads out of the archive"
    for end, part in enumerate(parts, start=1):
        above = "/".join(parts[:end])
        if part.startswith("."):
            return above, "hidden"
        page = pages.get(PARTS_OF_A_PAGE.sub("", above)) if PARTS_OF_A_PAGE.search(part) else None
        if page and end < len(parts):
            return above, f"parts of the saved page {page}"
    return name, ""


def _unreadable(info: ZipInfo) -> str:
    """Return why an entry cannot be unpacked, as far as the list of entries says it."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link"
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted; unpack the archive with its password, and put its files here"
    if info.compress_type not in _METHODS:
        return f"it is packed by a method that is not read here ({info.compress_type}); pack it anew as usual zip"
    return ""


def _load(archive: ZipFile, info: ZipInfo, most: int) -> bytes:
    with archive.open(info) as part:
        return part.read(most + 1)
