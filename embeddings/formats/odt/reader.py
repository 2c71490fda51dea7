"""OpenDocument texts: paragraphs, lists and rows with all changes accepted, between what stands around the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zipfile import ZipFile

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.blocks import Block, around_pages, assemble, title_of
from embeddings.formats.metadata import from_fields, is_junk
from embeddings.formats.odt.styles import Styles
from embeddings.formats.odt.text import Texts
from embeddings.formats.packed.package import Element, attribute, local, opened, xml
from embeddings.types import Metadata

_MANIFEST = "META-INF/manifest.xml"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read(data: bytes) -> Parsed:
    """Return paragraphs, headings and table rows, one block each; notes, comments and boxes follow what they belong to.

    What stands above the pages comes first, what stands below them last. Hidden text is left out and counted.
    """
    with opened(data, ".odt") as package:
        root, named = _content(package), _part(package, "styles.xml")
        roots = [one for one in (named, root) if one is not None]
        texts = Texts(
            Styles(roots), {attribute(one, "id"): one for form in root.iter("{*}form") for one in form.iter()}
        )
        above, below = ([*_around(named, texts, kind)] for kind in ("header", "footer"))
        body = [*texts.blocks(root.find("{*}body/{*}text"))]
        text, headings = assemble([*above, *body, *below])
        title, metadata = _said(_part(package, "meta.xml"))
    notes = (f"left out {texts.hidden} hidden parts",) if texts.hidden else ()
    return Parsed(text, title or title_of(body), metadata, headings, notes=notes)


def _content(package: ZipFile) -> Element:
    """Return the root of the text. Raises UnreadableFile where it is encrypted, or the file is of another kind."""
    names = package.namelist()
    if _MANIFEST in names and b"encryption-data" in package.read(_MANIFEST):
        raise UnreadableFile("it is protected by a password; save it as .odt without password")
    root = xml(package, "content.xml") if "content.xml" in names else None
    if root is None or root.find("{*}body/{*}text") is None:
        raise UnreadableFile("it is not a .odt; give it the suffix of what it is")
    return root


def _part(package: ZipFile, name: str) -> Element | None:
    return xml(package, name) if name in package.namelist() else None


def _around(named: Element | None, texts: Texts, kind: str) -> list[Block]:
    """Return what stands above or below the pages, of every kind of page."""

    def found() -> Iterator[Block]:
        for page in () if named is None else named.iterfind("{*}master-styles/{*}master-page"):
            for part in page:
                if local(part).startswith(kind) and attribute(part, "display") != "false":
                    yield from texts.blocks(part)

    return around_pages(found())


def _said(meta: Element | None) -> tuple[str | None, Metadata]:
    """Return the title and the metadata that the document states."""
    said: dict[str, list[str]] = {}
    for element in () if meta is None else meta.iterfind("{*}meta/*"):
        said.setdefault(local(element), []).append((element.text or "").strip())
    title, author, day = (
        next((value for name in names for value in said.get(name, ()) if value), "")
        for names in (("title",), ("initial-creator", "creator"), ("creation-date", "date"))
    )
    found = _DAY.match(day)
    return from_fields(
        {
            "title": "" if is_junk(title) else title,
            "author": "" if is_junk(author) else author,
            "date": found[0] if found else "",
            "keywords": ";".join(said.get("keyword", ())),
        }
    )
