"""Zip archives of XML parts, as Office, OpenDocument and EPUB files are, within limits."""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any, TypeAlias
from zipfile import BadZipFile, LargeZipFile, ZipFile

from embeddings.errors import UnreadableFile
from embeddings.formats.metadata import from_fields, is_junk
from embeddings.types import Metadata

Element: TypeAlias = Any  # lxml.etree._Element

FAILURES = (
    BadZipFile, LargeZipFile, zlib.error, EOFError, OSError, OverflowError, RuntimeError, SyntaxError,
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What is raised for damaged files; lxml's XMLSyntaxError is a SyntaxError."""

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_MAX_UNPACKED = 300 * 1024 * 1024
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def check_package(data: bytes, suffix: str, old: str = "") -> None:
    """Raise UnreadableFile for bytes that are no zip archive or would be too large unpacked.

    ``old`` is the suffix of the old format, which looks like one that is protected by a password.
    """
    if data.startswith(_OLE):
        what = f"an old {old} or protected by a password" if old else "protected by a password"
        raise UnreadableFile(f"it is {what}; save it as {suffix} without password")
    try:
        with ZipFile(BytesIO(data)) as package:
            unpacked = sum(part.file_size for part in package.infolist())
    except FAILURES as error:
        raise UnreadableFile(f"it is not a {suffix}, or only a part of one: it is no readable zip archive") from error
    if unpacked > _MAX_UNPACKED:
        raise UnreadableFile(
            f"unpacked it would take {unpacked >> 20} MiB, more than the {_MAX_UNPACKED >> 20} MiB allowed"
        )


def left_out(counts: Mapping[str, int]) -> list[str]:
    """Return a note on what was left out, by how many of each; none where nothing was."""
    said = [f"{count} {what}{'s' * (count > 1)}" for what, count in counts.items() if count]
    return [f"left out {', '.join(said)}"] if said else []


@contextmanager
def opened(data: bytes, suffix: str, old: str = "") -> Iterator[ZipFile]:
    """Open a package, see `check_package`. Whatever fails while it is open is told as damage."""
    check_package(data, suffix, old)
    try:
        with ZipFile(BytesIO(data)) as package:
            yield package
    except FAILURES as error:
        raise UnreadableFile(
            f"the {suffix} file is damaged ({type(error).__name__}); open it in its program and save it again"
        ) from error


def xml(package: ZipFile, name: str) -> Element:
    """Return the root of a part. Entities are not replaced; comments are left out."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(package.read(name), parser)


def local(element: Element) -> str:
    """Return an element's name without its namespace, which strict files spell otherwise."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return the value of an attribute that has a namespace, whichever; empty where it is not there."""
    return next((str(value) for key, value in element.attrib.items() if key.endswith(f"}}{name}")), "")


def relations(package: ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """Return what a part refers to within the package, by id: the last word of the kind, and the part's name."""
    folder, file = posixpath.split(name)
    at = f"{folder}/_rels/{file}.rels".lstrip("/")
    if at not in package.namelist():
        return {}
    return {
        relation.get("Id"): (
            relation.get("Type").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/", folder, relation.get("Target"))).lstrip("/"),
        )
        for relation in xml(package, at)
        if relation.get("TargetMode") != "External"
    }


def main_part(package: ZipFile, suffix: str, root: str) -> str:
    """Return the name of an Office file's main part. Raises UnreadableFile where its root has another name."""
    part = next((part for kind, part in relations(package, "").values() if kind == "officeDocument"), "")
    if not part.endswith(".xml") or local(xml(package, part)) != root:
        raise UnreadableFile(f"it is not a {suffix}; give it the suffix of what it is")
    return part


def properties(package: ZipFile) -> tuple[str | None, Metadata]:
    """Return the title and the metadata in the properties of an Office file."""
    name = "docProps/core.xml"
    said: dict[str, str] = {}
    for child in xml(package, name) if name in package.namelist() else ():
        said.setdefault(local(child), (child.text or "").strip())
    day = _DAY.match(said.get("created") or said.get("modified", ""))
    title, author = said.get("title", ""), said.get("creator", "")
    return from_fields(
        {
            "title": "" if is_junk(title) else title,
            "author": "" if is_junk(author) else author,
            "date": day[0] if day else "",
            "tags": said.get("keywords", ""),
        }
    )
