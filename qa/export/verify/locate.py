"""Where given words stand in documents as they are now."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path

from embeddings.documents.file_reading import read_file
from embeddings.documents.folder import SeedFile, Skipped, limits_in, scan
from embeddings.documents.headings import heading_above, heading_at
from embeddings.documents.members import documents_in, file_of, holds_documents
from embeddings.documents.paragraphs import Block, Span, blocks
from embeddings.errors import OutOfHandles, UnreadableFile
from embeddings.types import Document, Passage, Sentence
from qa.types.quotes import Quote

_MOST = 1000  # places of the same words in one document that are compared by what stands around them
_AROUND = 200  # characters before and after


class Folder:
    """The documents of a folder, each read once, when it is asked for."""

    def __init__(self, seeds: Path, *, without: Path | None = None) -> None:
        """Walk the folder; ``without`` is a file that is no document, such as an export there."""
        self._root = seeds
        self._files = {file.source: file for file in scan(seeds).files if not _same(file.path, without)}
        self._read: dict[str, dict[str, Document | str]] = {}
        self._digests: dict[str, str] | None = None

    def __contains__(self, path: str) -> bool:
        return path in self._in(file_of(self._root, path))

    def document(self, path: str) -> Document | str:
        """Return the document of a path that is in the folder, or why it cannot be read."""
        return self._in(file_of(self._root, path))[path]

    def of_digest(self, sha256: str) -> Iterator[Document]:
        """Yield the readable documents with this content; no other file is parsed for it but those that hold some."""
        if self._digests is None:
            self._digests = {path: self._digest(path) for path in self._files}
        files = [path for path, digest in self._digests.items() if digest == sha256 or holds_documents(path)]
        yield from (document for document in self._readable(files) if document.sha256 == sha256)

    def others(self, path: str) -> Iterator[Document]:
        """Yield the readable documents except this one, by path."""
        yield from (document for document in self._readable(self._files) if document.source != path)

    def _in(self, path: str) -> dict[str, Document | str]:
        """Return by path the documents that a file is or holds, or why they cannot be read; none where it is gone."""
        if path not in self._read:
            self._read[path] = dict(self._parsed(self._files[path])) if path in self._files else {}
        return self._read[path]

    def _parsed(self, file: SeedFile) -> Iterator[tuple[str, Document | str]]:
        try:
            data, _ = read_file(self._root, file.source)
        except OSError as error:
            OutOfHandles.check(error)
            yield file.source, error.strerror or str(error)
            return
        except UnreadableFile as error:
            yield file.source, str(error)
            return
        for found, _ in documents_in(file, data, limits=limits_in(self._root)):
            yield found.source, found.reason if isinstance(found, Skipped) else found

    def _digest(self, path: str) -> str:
        try:
            return hashlib.sha256(read_file(self._root, path)[0]).hexdigest()
        except UnreadableFile:
            return ""
        except OSError as error:
            OutOfHandles.check(error)
            return ""

    def _readable(self, files: Iterable[str]) -> Iterator[Document]:
        found = (document for path in files for document in self._in(path).values())
        return (document for document in found if isinstance(document, Document))


def places(text: str, words: str) -> Iterator[Span]:
    """Yield where the words stand, in order: exactly, else with other white space; never within longer words."""
    found = False
    for span in _exact(text, words):
        found = True
        yield span
    if not found:
        yield from _loose(text, words)


def best_place(document: Document, quote: Quote) -> Span | None:
    """Return where a quote's words stand now, or None where they do not.

    Of several places: in the same paragraph, and of several such the nearest to where it stood; where the words stood;
    where most of the same stands around them, the first.
    """
    text, paragraph = document.text, quote.paragraph
    before, after = quote.start - paragraph.start, quote.end - paragraph.end
    same = min(_exact(text, paragraph.text), key=lambda span: abs(span[0] - paragraph.start), default=None)
    if same is not None:
        return same[0] + before, same[1] + after
    if text[quote.start : quote.end] == quote.quote:
        return quote.start, quote.end
    left, right = paragraph.text[:before], paragraph.text[len(paragraph.text) + after :]

    def alike(span: Span) -> int:
        ends = _common(text[max(0, span[0] - _AROUND) : span[0]][::-1], left[::-1])
        return ends + _common(text[span[1] : span[1] + _AROUND], right)

    return max(islice(places(text, quote.quote), _MOST), key=alike, default=None)


def quoted(document: Document, span: Span) -> Quote:
    """Return the words of a span as a quote, in their paragraph, which is numbered as the file has them."""
    numbered = [(number, block) for number, block in enumerate(_blocks(document), start=1) if block.start < span[1]]
    around = [(number, block) for number, block in numbered if block.end > span[0]]
    number = 0 if heading_at(document, span[0]) else around[0][0] if around else max(1, len(numbered))
    start = min([span[0], *(block.start for _, block in around)])
    end = max([span[1], *(block.end for _, block in around)])
    heading = heading_above(document, span[0])
    passage = Passage(document.id, number, start, end, heading, document.text[start:end])
    return Quote.of(document, passage, Sentence(*span, document.text[slice(*span)]))


@lru_cache(maxsize=4)
def _blocks(document: Document) -> list[Block]:
    return blocks(document)


def _exact(text: str, words: str) -> Iterator[Span]:
    at = text.find(words)
    while at >= 0 and words:
        end = at + len(words)
        if not (_joined(text, at) or _joined(text, end)):
            yield at, end
        at = text.find(words, at + 1)


def _joined(text: str, at: int) -> bool:
    """Return whether a word continues across this place."""
    return 0 < at < len(text) and _is_letter(text[at - 1]) and _is_letter(text[at])


def _is_letter(character: str) -> bool:
    # Scripts that write no spaces between words have no such places; their words may be cut anywhere.
    return character.isalnum() and ord(character) < 0x0E00


def _loose(text: str, words: str) -> Iterator[Span]:
    wanted = re.compile(r"\s+".join(map(re.escape, words.split())))
    found = wanted.search(text) if wanted.pattern else None
    while found:
        if not (_joined(text, found.start()) or _joined(text, found.end())):
            yield found.span()
        found = wanted.search(text, found.start() + 1)


def _common(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _same(path: Path, other: Path | None) -> bool:
    try:
        return other is not None and path.samefile(other)
    except OSError:
        return False
