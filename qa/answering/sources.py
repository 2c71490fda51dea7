"""Quotes against the files they come from: nothing is shown that the file does not say now."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from embeddings.documents.file_reading import Stamp, read_file, stamp_of
from embeddings.documents.folder import SeedFile, document_of, is_settled, limits_in
from embeddings.errors import OutOfHandles, SourceChanged, SourceGone, UnreadableFile
from embeddings.types import Document
from qa.answering.no_answer.scope import not_quoted
from qa.types.answers import Answer
from qa.types.quotes import Quote

_KEPT = 32
_Stamps: TypeAlias = dict[tuple[str, str], Stamp]  # by path and sha256: the stamp at which the file had this digest


class Sources:
    """The documents folder as it is at this moment; may be used by several threads.

    Where SourceChanged is raised, it is SourceGone if there is no such file any more.
    """

    def __init__(self, seeds: Path) -> None:
        self._seeds = seeds
        self._read: OrderedDict[tuple[str, str], Document] = OrderedDict()
        self._seen: dict[str, tuple[str, Stamp]] = {}  # by path: what the last check read there
        self._lock = Lock()

    def check(self, quote: Quote, stamps: _Stamps | None = None) -> None:
        """Raise SourceChanged unless the file still has the digest, and still says the quote at its offsets.

        Title, heading, page and paragraph must be the file's too. The file's bytes are read and hashed, unless
        ``stamps`` have the one that the file has now; what they say is worked out once for the same bytes.
        """
        stamps = {} if stamps is None else stamps
        if quote.again(self._now(quote.path, quote.sha256, stamps)) != quote:
            raise SourceChanged(f"{quote.path} does not say the quote at {quote.start} to {quote.end}")
        self._seen |= {path: (sha256, stamp) for (path, sha256), stamp in stamps.items()}

    def check_document(self, document: Document) -> None:
        """Raise SourceChanged unless the file still has the digest, and is still read as this document."""
        if self._now(document.source, document.sha256, {}) != document:
            raise SourceChanged(f"{document.source} is not read as it was when it was indexed")

    def data(self, source: str) -> bytes:
        """Return the bytes of a file, compared with nothing. Raises SourceChanged where it cannot be read."""
        return _read(self._seeds, source)[0]

    def still_says(self, quote: Quote) -> bool:
        """Return whether a quote may be shown again: its file is as the last check read it, or passes one."""
        try:
            if self._seen.get(quote.path) != (quote.sha256, _stamp_now(self._seeds / quote.path)):
                self.check(quote)
        except (SourceChanged, OutOfHandles):
            return False
        return True

    def _now(self, source: str, sha256: str, stamps: _Stamps) -> Document:
        """Return the document in a file that has this digest. Raises SourceChanged where it has another.

        The file's stamp is put into ``stamps`` where a later write would show in it.
        """
        key, path, began = (source, sha256), self._seeds / source, time.time_ns()
        document = self._read.get(key)
        if document is not None and key in stamps and stamps[key] == _stamp_now(path):
            return document
        data, stamp = _read(self._seeds, source)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise SourceChanged(f"{source} has changed since it was indexed")
        if is_settled(stamp, began):
            stamps[key] = stamp
        return self._kept(key, path, data) if document is None else document

    def _kept(self, key: tuple[str, str], path: Path, data: bytes) -> Document:
        try:
            document, _ = document_of(SeedFile(key[0], path), data, limits_in(self._seeds))
        except UnreadableFile as error:
            raise SourceChanged(f"{key[0]} cannot be read any more ({error})") from error
        with self._lock:
            self._read[key] = document
            while len(self._read) > _KEPT:
                self._read.popitem(last=False)
        return document


class AnswerChecks:
    """The checks of one answer's quotes: a file is read once, and again only where it changes meanwhile.

    ``changed`` has the paths of the files that failed one, with whether the file is gone.
    """

    def __init__(self, sources: Sources) -> None:
        self.changed: dict[str, bool] = {}
        self._sources = sources
        self._stamps: _Stamps = {}

    def passes(self, quote: Quote) -> bool:
        """Return whether a quote passes `Sources.check`, and no other of its file failed."""
        if quote.path in self.changed:
            return False
        try:
            self._sources.check(quote, self._stamps)
        except SourceChanged as error:
            self.changed[quote.path] = isinstance(error, SourceGone)
            return False
        return True

    def of(self, quotes: Iterable[Quote]) -> tuple[Quote, ...]:
        """Return those of some quotes that pass."""
        return tuple(quote for quote in quotes if self.passes(quote))


def answer_now(answer: Answer, sources: Sources) -> Answer:
    """Return an earlier answer without what its files no longer say; these are named in its reason."""
    checks = AnswerChecks(sources)
    kept = [(citation, checks.of((citation.source, *citation.also))) for citation in answer.citations]
    citations = [citation.standing(quotes[0], quotes[1:]) for citation, quotes in kept if quotes]
    related = checks.of(answer.related)
    if not checks.changed:
        return answer
    first = bool(citations) and citations[0].probability == answer.probability
    replies = answer.verdict == "about_documents"
    return replace(
        answer,
        verdict=answer.verdict if citations or replies else "not_in_documents",
        citations=tuple(replace(citation, number=number) for number, citation in enumerate(citations, start=1)),
        related=related,
        reason=" ".join([*not_quoted(checks.changed), *([] if replies else [answer.reason])]),
        changed=tuple(dict.fromkeys((*answer.changed, *checks.changed))),
        agreements=(),
        differences=(),
        probability=citations[0].probability if citations else None,
        confidence=answer.confidence if first else None,
    )


def _read(seeds: Path, source: str) -> tuple[bytes, Stamp]:
    """Return the bytes of a regular file and its stamp. Raises SourceChanged, and OutOfHandles."""
    try:
        return read_file(seeds, source)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceGone(f"{source} is no longer in the folder") from error
    except OSError as error:
        OutOfHandles.check(error)
        raise SourceChanged(f"{source} cannot be read any more ({error.strerror or error})") from error
    except UnreadableFile as error:
        raise SourceChanged(f"{source} cannot be read any more ({error})") from error


def _stamp_now(path: Path) -> Stamp | None:
    try:
        return stamp_of(path.stat())
    except OSError:
        return None
