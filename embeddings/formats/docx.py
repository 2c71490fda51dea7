"""Word documents: the body's paragraphs and tables, as they stand with all changes accepted."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, LargeZipFile, ZipFile

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.blocks import Block, assemble
from embeddings.formats.metadata import from_fields
from embeddings.types import Metadata

if TYPE_CHECKING:
    from docx.document import Document

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_MAX_UNPACKED = 300 * 1024 * 1024
_ZIP_FAILURES = (
    BadZipFile, LargeZipFile, zlib.error, EOFError, OSError, OverflowError, RuntimeError, SyntaxError,
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What zipfile and python-docx raise for damaged files; lxml's XMLSyntaxError is a SyntaxError."""

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_BOX = f"{_WORD}txbxContent"
_SKIPPED = frozenset(
    [_FALLBACK, _TEXT_BOX, *(_WORD + name for name in ("pPr", "rPr", "tblPr", "sectPr", "moveFrom", "del", "rt"))]
)
_HEADINGS = frozenset("123456789")
_MAX_STYLES = 20  # of a chain in which one is based on the next


def read(data: bytes) -> Parsed:
    """Return paragraphs, headings and table rows, one block each; text boxes follow the paragraph they belong to."""
    _check_package(data)
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        document = Document(BytesIO(data))
        levels = _levels(document)
        text, headings = assemble(_blocks(document.element.body, levels))
        title, metadata = _properties(document)
    except (*_ZIP_FAILURES, OpcError) as error:
        raise UnreadableFile(
            f"the Word document is damaged ({type(error).__name__}); open it in Word and save it again"
        ) from error
    first = next((heading.text for heading in headings if heading.level == 1), None)
    return Parsed(text, title or first, metadata, headings)


def _check_package(data: bytes) -> None:
    if data.startswith(_OLE):
        raise UnreadableFile("it is an old .doc or protected by a password; save it as .docx without password")
    try:
        with ZipFile(BytesIO(data)) as package:
            parts = package.infolist()
    except _ZIP_FAILURES as error:
        raise UnreadableFile("it is not a .docx, or only a part of one: it is no readable zip archive") from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > _MAX_UNPACKED:
        raise UnreadableFile(
            f"unpacked it would take {unpacked >> 20} MiB, more than the {_MAX_UNPACKED >> 20} MiB allowed"
        )


def _levels(document: Document) -> dict[str, int]:
    """Return heading levels by style id, for Title (1), Heading 1 to 9, and the styles based on them."""
    styles: dict[str, tuple[str, str | None]] = {}  # name and parent by id: python-docx looks each parent up anew
    for style in document.styles:
        parent = style.element.basedOn_val if hasattr(type(style), "base_style") else None
        styles.setdefault(style.style_id, ((style.name or "").casefold(), parent))
    levels = {}
    for style_id in styles:
        ancestor: str | None = style_id
        for _ in range(_MAX_STYLES):
            if ancestor is None or ancestor not in styles:
                break
            name, parent = styles[ancestor]
            number = name.removeprefix("heading ")
            if name == "title" or (number != name and number in _HEADINGS):
                levels[style_id] = 1 if name == "title" else int(number)
                break
            ancestor = parent
    return levels


def _blocks(parent: Any, levels: dict[str, int]) -> Iterator[Block]:
    for child in parent:
        if child.tag == f"{_WORD}p":
            style = child.find(f"{_WORD}pPr/{_WORD}pStyle")
            level = levels.get(style.get(f"{_WORD}val"), 0) if style is not None else 0
            yield Block("".join(_pieces(child)), level)
            for box in _text_boxes(child) if next(child.iter(_TEXT_BOX), None) is not None else ():
                yield from _blocks(box, levels)
        elif child.tag == f"{_WORD}tbl":
            yield from (Block(row) for row in _rows(child))
        elif child.tag not in _SKIPPED:
            yield from _blocks(child, levels)


def _pieces(parent: Any) -> Iterator[str]:
    """Yield the text below an element, with tabs and line breaks; without deletions, field codes and text boxes."""
    for child in parent:
        if child.tag in {f"{_WORD}t", _MATH_TEXT}:
            yield child.text or ""
        elif child.tag == f"{_WORD}tab":
            yield "\t"
        elif child.tag in {f"{_WORD}br", f"{_WORD}cr"}:
            yield "" if child.get(f"{_WORD}type") in {"page", "column"} else "\n"
        elif child.tag == f"{_WORD}noBreakHyphen":
            yield "-"
        elif child.tag not in _SKIPPED:
            yield from _pieces(child)


def _text_boxes(paragraph: Any) -> Iterator[Any]:
    """Yield the outermost text boxes of a paragraph, which may itself stand in one."""
    for child in paragraph:
        if child.tag == _TEXT_BOX:
            yield child
        elif child.tag != _FALLBACK:
            yield from _text_boxes(child)


def _rows(table: Any) -> Iterator[str]:
    """Yield each row's cells; what continues a cell merged from above is not repeated."""
    for row in _children(table, "tr"):
        cells = [cell for cell in _children(row, "tc") if not _continued(cell)]
        texts = [" ".join(" ".join(block.text for block in _blocks(cell, {})).split()) for cell in cells]
        if any(texts):
            yield " | ".join(texts)


def _children(parent: Any, name: str) -> Iterator[Any]:
    """Yield the elements of that name, through content controls and tracked changes, not inside one another."""
    for child in parent:
        if child.tag == _WORD + name:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _children(child, name)


def _continued(cell: Any) -> bool:
    merge = cell.find(f"{_WORD}tcPr/{_WORD}vMerge")
    return merge is not None and merge.get(f"{_WORD}val") != "restart"


def _properties(document: Document) -> tuple[str | None, Metadata]:
    core = document.core_properties
    day = core.created or core.modified
    date = day.date().isoformat() if day else ""
    return from_fields({"title": core.title, "author": core.author, "date": date, "tags": core.keywords})
