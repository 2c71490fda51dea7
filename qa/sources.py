"""Quotes against the files they come from: nothing is shown that the file does not say now."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from pathlib import Path

from embeddings.errors import SourceChanged, UnreadableFile
from embeddings.folder import SeedFile, document_of
from qa.types import Quote

__all__ = ["Sources"]

_KEPT = 32


class Sources:
    """The documents folder as it is at this moment.

    A file's bytes are read and hashed each time; its text is worked out once for the same bytes.
    """

    def __init__(self, seeds: Path) -> None:
        self._seeds = seeds
        self._texts: OrderedDict[tuple[str, str], str] = OrderedDict()

    def check(self, quote: Quote) -> None:
        """Raise SourceChanged unless the file still has the digest, and still says the quote at its offsets."""
        path = self._seeds / quote.path
        try:
            data = path.read_bytes()
        except OSError as error:
            raise SourceChanged(f"{quote.path} cannot be read any more ({error.strerror or error})") from error
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 != quote.sha256:
            raise SourceChanged(f"{quote.path} has changed since it was indexed")
        text = self._text(path, quote.path, sha256, data)
        said = text[quote.start : quote.end]
        around = text[quote.paragraph.start : quote.paragraph.end]
        if said != quote.quote or around != quote.paragraph.text:
            raise SourceChanged(f"{quote.path} does not say the quote at {quote.start} to {quote.end}")

    def _text(self, path: Path, source: str, sha256: str, data: bytes) -> str:
        key = (source, sha256)
        if key not in self._texts:
            try:
                document, _ = document_of(SeedFile(source, path), data)
            except UnreadableFile as error:
                raise SourceChanged(f"{source} cannot be read any more ({error})") from error
            self._texts[key] = document.text
            while len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        return self._texts[key]
