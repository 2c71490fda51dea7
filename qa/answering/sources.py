"""Quotes against the files they come from: nothing is shown that the file does not say now."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import OrderedDict
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from embeddings.documents.folder import SeedFile, document_of
from embeddings.errors import SourceChanged, SourceGone, UnreadableFile
from embeddings.types import Document
from qa.types.quotes import Quote

__all__ = ["Sources"]

_KEPT = 32
_Stamp: TypeAlias = tuple[int, int, int, int]


class Sources:
    """The documents folder as it is at this moment; may be used by several threads.

    Where SourceChanged is raised, it is SourceGone if there is no such file any more.
    """

    def __init__(self, seeds: Path) -> None:
        self._seeds = seeds
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._seen: dict[tuple[str, str], _Stamp] = {}
        self._lock = Lock()

    def check(self, quote: Quote) -> None:
        """Raise SourceChanged unless the file still has the digest, and still says the quote at its offsets.

        The file's bytes are read and hashed each time; its text is worked out once for the same bytes.
        """
        text, stamp = self._now(quote.path, quote.sha256)
        said = text[quote.start : quote.end]
        around = text[quote.paragraph.start : quote.paragraph.end]
        if said != quote.quote or around != quote.paragraph.text:
            raise SourceChanged(f"{quote.path} does not say the quote at {quote.start} to {quote.end}")
        self._seen[quote.path, quote.sha256] = stamp

    def check_document(self, document: Document) -> None:
        """Raise SourceChanged unless the file still has the digest, and is still read as the document's text."""
        text, _ = self._now(document.source, document.sha256)
        if text != document.text:
            raise SourceChanged(f"{document.source} is not read as it was when it was indexed")

    def data(self, source: str) -> bytes:
        """The bytes of a file as it is now, compared with nothing; raises SourceChanged where it cannot be read."""
        return _read(self._seeds / source, source)[0]

    def passes(self, quote: Quote, changed: dict[str, bool]) -> bool:
        """Whether a quote passes `check`; else its path is put into ``changed``, with whether the file is gone."""
        if quote.path in changed:
            return False
        try:
            self.check(quote)
        except SourceChanged as error:
            changed[quote.path] = isinstance(error, SourceGone)
            return False
        return True

    def still_says(self, quote: Quote) -> bool:
        """Whether a quote may be shown again: its file is untouched since the last check, or passes another one."""
        try:
            seen = self._seen.get((quote.path, quote.sha256))
            if seen is None or seen != _stamp((self._seeds / quote.path).stat()):
                self.check(quote)
        except (OSError, SourceChanged):
            return False
        return True

    def _now(self, source: str, sha256: str) -> tuple[str, _Stamp]:
        """The text of a file that has this digest; raises SourceChanged where it has another."""
        path = self._seeds / source
        data, stamp = _read(path, source)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise SourceChanged(f"{source} has changed since it was indexed")
        return self._text(path, source, sha256, data), stamp

    def _text(self, path: Path, source: str, sha256: str, data: bytes) -> str:
        key = (source, sha256)
        with self._lock:
            if key in self._texts:
                return self._texts[key]
        try:
            document, _ = document_of(SeedFile(source, path), data)
        except UnreadableFile as error:
            raise SourceChanged(f"{source} cannot be read any more ({error})") from error
        with self._lock:
            self._texts[key] = document.text
            while len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        return document.text


def _read(path: Path, source: str) -> tuple[bytes, _Stamp]:
    """The bytes of a regular file; what was put in its place, such as a pipe, is not waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:  # noqa: PTH123 - of a handle
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise SourceChanged(f"{source} is no regular file any more")
            return file.read(), _stamp(status)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceGone(f"{source} is no longer in the folder") from error
    except OSError as error:
        raise SourceChanged(f"{source} cannot be read any more ({error.strerror or error})") from error


def _stamp(status: os.stat_result) -> _Stamp:
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
