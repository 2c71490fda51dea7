"""Quotes against the files they come from: nothing is shown that the file does not say now."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from embeddings.documents.file_reading import Stamp, read_file, stamp_of
from embeddings.documents.folder import SeedFile, Skipped, document_of, is_settled, limits_in
from embeddings.documents.members import file_of, is_in, pieces
from embeddings.errors import OutOfHandles, SourceChanged, SourceGone, UnreadableFile
from embeddings.types import Document
from qa.answering.no_answer.scope import not_quoted
from qa.types.answers import Answer
from qa.types.quotes import Quote

_KEPT = 64
_Key: TypeAlias = tuple[str, str]  # path and sha256


@dataclass(slots=True)
class _Seen:
    """What was seen while some quotes were checked: of a document, the stamp at which its file had it.

    ``expected`` are documents that will be asked for: they are read with the first one of the same file.
    """

    stamps: dict[_Key, Stamp] = field(default_factory=dict)
    expected: set[_Key] = field(default_factory=set)


class Sources:
    """The documents folder as it is at this moment; may be used by several threads.

    Where SourceChanged is raised, it is SourceGone if there is no such file any more.
    """

    def __init__(self, seeds: Path) -> None:
        self._seeds = seeds
        self._read: OrderedDict[_Key, Document] = OrderedDict()
        self._seen: dict[str, tuple[str, Stamp]] = {}  # by path: what the last check read there
        self._lock = Lock()

    def check(self, quote: Quote, seen: _Seen | None = None) -> None:
        """Raise SourceChanged unless the file still has the digest, and still says the quote at its offsets.

        Title, heading, page and paragraph must be the file's too. The file's bytes are read and hashed, unless they
        were ``seen`` with the stamp that it has now; what they say is worked out once for the same bytes.
        """
        seen = seen or _Seen()
        if quote.again(self._now((quote.path, quote.sha256), seen)) != quote:
            raise SourceChanged(f"{quote.path} does not say the quote at {quote.start} to {quote.end}")
        self._seen |= {path: (sha256, stamp) for (path, sha256), stamp in seen.stamps.items()}

    def check_document(self, document: Document) -> None:
        """Raise SourceChanged unless the file still has the digest, and is still read as this document."""
        if self._now((document.source, document.sha256), _Seen()) != document:
            raise SourceChanged(f"{document.source} is not read as it was when it was indexed")

    def data(self, source: str) -> bytes:
        """Return the bytes of a document, compared with nothing. Raises SourceChanged where they cannot be read."""
        return self._read_now(source, {source})[0][0][1]

    def still_says(self, quote: Quote) -> bool:
        """Return whether a quote may be shown again: its file is as the last check read it, or passes one."""
        try:
            if self._seen.get(quote.path) != (quote.sha256, self._stamp_now(quote.path)):
                self.check(quote)
        except (SourceChanged, OutOfHandles):
            return False
        return True

    def _now(self, key: _Key, seen: _Seen) -> Document:
        """Return the document of a path that has this digest. Raises SourceChanged where it has another.

        The stamp of its file is put into ``seen`` where a later write would show in it.
        """
        document, began = self._read.get(key), time.time_ns()
        if document is not None and key in seen.stamps and seen.stamps[key] == self._stamp_now(key[0]):
            return document
        file = file_of(self._seeds, key[0])
        expected = {key, *(one for one in seen.expected if is_in(one[0], file))}
        found, stamp = self._read_now(key[0], {source for source, _ in expected})
        there: dict[_Key, Document | SourceChanged] = {}
        for piece, data in found:
            its = (piece.source, hashlib.sha256(data).hexdigest())
            if its in expected:
                there[its] = self._read.get(its) or self._kept(its, piece, data)
            if is_settled(stamp, began):
                seen.stamps[its] = stamp
        now = there.get(key, SourceChanged(f"{key[0]} has changed since it was indexed"))
        if isinstance(now, SourceChanged):
            raise now
        return now

    def _read_now(self, source: str, wanted: Collection[str]) -> tuple[list[tuple[SeedFile, bytes]], Stamp]:
        """Return the bytes of a document, and of the ``wanted`` others of its file; and the file's stamp.

        Raises SourceChanged where the first cannot be read, and OutOfHandles.
        """
        file = file_of(self._seeds, source)
        data, stamp = _read(self._seeds, file)
        found: list[tuple[SeedFile, bytes]] = []
        reasons: list[str] = []
        for piece in pieces(SeedFile(file, self._seeds / file), data, wanted):
            if not isinstance(piece, Skipped):
                found.append(piece)
            elif piece.source in (source, file):
                reasons.append(piece.reason)
        if not any(piece.source == source for piece, _ in found):
            if reasons:
                raise SourceChanged(f"{source} cannot be read any more ({reasons[0]})")
            raise SourceGone(f"{source} is no longer in {file}")
        return found, stamp

    def _kept(self, key: _Key, file: SeedFile, data: bytes) -> Document | SourceChanged:
        try:
            document, _ = document_of(file, data, limits_in(self._seeds))
        except UnreadableFile as error:
            return SourceChanged(f"{key[0]} cannot be read any more ({error})")
        with self._lock:
            self._read[key] = document
            while len(self._read) > _KEPT:
                self._read.popitem(last=False)
        return document

    def _stamp_now(self, source: str) -> Stamp | None:
        try:
            return stamp_of((self._seeds / file_of(self._seeds, source)).stat())
        except OSError:
            return None


class AnswerChecks:
    """The checks of one answer's quotes: a file is read once, and again only where it changes meanwhile.

    ``changed`` has the paths of the files that failed one, with whether the file is gone.
    """

    def __init__(self, sources: Sources) -> None:
        self.changed: dict[str, bool] = {}
        self._sources = sources
        self._seen = _Seen()

    def expect(self, quotes: Iterable[Quote]) -> None:
        """Name quotes that will be checked: a file that holds the documents of several is opened once for them."""
        self._seen.expected |= {(quote.path, quote.sha256) for quote in quotes}

    def passes(self, quote: Quote) -> bool:
        """Return whether a quote passes `Sources.check`, and no other of its file failed."""
        if quote.path in self.changed:
            return False
        try:
            self._sources.check(quote, self._seen)
        except SourceChanged as error:
            self.changed[quote.path] = isinstance(error, SourceGone)
            return False
        return True

    def of(self, quotes: Iterable[Quote]) -> tuple[Quote, ...]:
        """Return those of some quotes that pass."""
        self.expect(quotes := tuple(quotes))
        return tuple(quote for quote in quotes if self.passes(quote))


def answer_now(answer: Answer, sources: Sources) -> Answer:
    """Return an earlier answer without what its files no longer say; these are named in its reason."""
    checks = AnswerChecks(sources)
    checks.expect((*answer.related, *(one for each in answer.citations for one in (each.source, *each.also))))
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
