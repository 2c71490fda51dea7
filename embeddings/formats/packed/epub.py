"""Books in EPUB: their chapters in the order of reading."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote
from zipfile import ZipFile

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.blocks import Block, assemble
from embeddings.formats.html import whole
from embeddings.formats.metadata import from_fields
from embeddings.formats.packed.package import Element, local, opened, xml
from embeddings.types import Metadata

_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read(data: bytes) -> Parsed:
    """Return the chapters as paragraphs, rows and headings; the table of contents is left out.

    A chapter without a heading has the one that the table of contents gives it. Raises UnreadableFile for a book that
    is protected.
    """
    with opened(data, ".epub") as package:
        book = _Book.of(package)
        blocks, notes = book.blocks()
        title, metadata = book.said()
    text, headings = assemble(blocks)
    return Parsed(text, title, metadata, headings, notes=notes)


@dataclass(frozen=True, slots=True)
class _Book:
    package: ZipFile
    root: Element
    folder: str
    items: dict[str, Element]

    @classmethod
    def of(cls, package: ZipFile) -> _Book:
        """Find what describes the book. Raises UnreadableFile where nothing does, or where a part is encrypted."""
        names = package.namelist()
        found = xml(package, _CONTAINER).find(".//{*}rootfile") if _CONTAINER in names else None
        if found is None:
            raise UnreadableFile("it is not a .epub; give it the suffix of what it is")
        path = found.get("full-path") or ""
        if path not in names:
            raise UnreadableFile("the book is damaged: what describes it is missing; get it anew")
        root = xml(package, path)
        items = {item.get("id") or "": item for item in root.iterfind("{*}manifest/{*}item")}
        book = cls(package, root, posixpath.dirname(path), items)
        hidden = xml(package, _ENCRYPTION).iter("{*}CipherReference") if _ENCRYPTION in names else ()
        locked = {unquote(reference.get("URI") or "") for reference in hidden}
        if locked & {path, *(book.part(item.get("href")) for item in items.values() if _is_page(item))}:
            raise UnreadableFile("it is protected against copying; only the shop's own program can open it")
        return book

    def part(self, reference: str | None, folder: str | None = None) -> str:
        """Return the name of the part that is referred to, from what describes the book or from another folder."""
        path = unquote((reference or "").partition("#")[0])
        return posixpath.normpath(posixpath.join(self.folder if folder is None else folder, path))

    def blocks(self) -> tuple[list[Block], tuple[str, ...]]:
        """Return what the chapters show, and notes."""
        names = frozenset(self.package.namelist())
        contents = self._contents(names)
        sheets = " ".join(
            self.package.read(part).decode("utf-8", "replace")
            for item in self.items.values()
            if item.get("media-type") == "text/css" and (part := self.part(item.get("href"))) in names
        )
        blocks: list[Block] = []
        counts: Counter[str] = Counter()
        for item in self._chapters():
            part = self.part(item.get("href"))
            if part not in names:
                counts["missing"] += 1
                continue
            chapter, hidden = whole(self.package.read(part), sheets=sheets)
            counts["hidden"] += hidden
            blocks += _with_heading(chapter, contents.get(part, ""))
        said = {"missing": "{} chapters are missing in the file", "hidden": "left out {} hidden parts"}
        return blocks, tuple(words.format(counts[what]) for what, words in said.items() if counts[what])

    def _chapters(self) -> Iterator[Element]:
        for reference in self.root.iterfind("{*}spine/{*}itemref"):
            item = self.items.get(reference.get("idref") or "")
            if item is not None and _is_page(item) and not _is_contents(item):
                yield item

    def _contents(self, names: frozenset[str]) -> dict[str, str]:
        """Return what the table of contents calls each part; the first name of several."""
        found: dict[str, str] = {}
        for item in self.items.values():
            part = self.part(item.get("href"))
            if part not in names or not (_is_contents(item) or item.get("media-type") == "application/x-dtbncx+xml"):
                continue
            folder = posixpath.dirname(part)
            for entry in xml(self.package, part).iter("{*}a", "{*}navPoint"):
                is_link = local(entry) == "a"
                target = entry.get("href") if is_link else getattr(entry.find("{*}content"), "attrib", {}).get("src")
                label = "".join(entry.itertext()) if is_link else entry.findtext("{*}navLabel/{*}text") or ""
                found.setdefault(self.part(target, folder), " ".join(label.split()))
        return found

    def said(self) -> tuple[str | None, Metadata]:
        """Return title and metadata."""
        said: dict[str, list[str]] = {}
        for element in self.root.iterfind("{*}metadata/*"):
            said.setdefault(local(element), []).append(" ".join("".join(element.itertext()).split()))
        day = next(iter(said.get("date", ())), "")
        return from_fields(
            {
                "title": next(iter(said.get("title", ())), ""),
                "author": tuple(said.get("creator", ())),
                "date": day[: len("2021-03-04")] if re.match(r"\d{4}-\d{2}-\d{2}T", day) else day,
                "outlet": next(iter(said.get("publisher", ())), ""),
                "topics": tuple(said.get("subject", ())),
            }
        )


def _is_page(item: Element) -> bool:
    return item.get("media-type") in _PAGES


def _is_contents(item: Element) -> bool:
    return "nav" in (item.get("properties") or "").split()


def _with_heading(chapter: list[Block], name: str) -> list[Block]:
    """Return a chapter's blocks, below its name where none of them is a heading."""
    if not name or not chapter or any(block.level for block in chapter):
        return chapter
    if " ".join(chapter[0].text.split()).casefold() == name.casefold():
        return [replace(chapter[0], level=1), *chapter[1:]]
    return [Block(name, 1), *chapter]
