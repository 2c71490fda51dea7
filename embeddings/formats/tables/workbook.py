"""Excel workbooks: the rows of each sheet that is shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from zipfile import ZipFile

from embeddings.formats.base import Parsed
from embeddings.formats.blocks import Block, assemble_places
from embeddings.formats.packed.package import (
    Element,
    attribute,
    left_out,
    local,
    main_part,
    opened,
    properties,
    relations,
    xml,
)
from embeddings.formats.raised import written
from embeddings.formats.signs import comment_by
from embeddings.formats.tables.heads import DATE, TEXT, Cell, Row
from embeddings.formats.tables.rows import blocks, check_rows
from embeddings.formats.tables.shown import code_of, shown

_ON = ("1", "true")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_COLUMNS = 16_384
_THREADED = "[Threaded comment]"
_SHIFTS = ("superscript", "subscript")


def read(data: bytes) -> Parsed:
    """Return the rows of the sheets with their heads, one block each; its place is the sheet and the row.

    Numbers are as they are shown, dates in ISO 8601, formulas as their saved values; a merged cell stands in each row
    that it covers. Comments follow the row of their cell, text boxes the rows. What is hidden is left out and counted.
    """
    with opened(data, ".xlsx", ".xls") as package:
        book = _Book(package, main_part(package, ".xlsx", "workbook"))
        content, headings, places = assemble_places(book.blocks())
        title, metadata = properties(package)
    notes = left_out(book.left_out)
    if book.unsaved:
        notes.append(f"{book.unsaved} formulas have no saved value; open the file in Excel and save it")
    return Parsed(content, title, metadata, headings, places, tuple(notes))


@dataclass
class _Book:
    package: ZipFile
    part: str
    left_out: Counter[str] = field(default_factory=Counter)
    unsaved: int = 0

    def __post_init__(self) -> None:
        self._root = xml(self.package, self.part)
        self._parts = relations(self.package, self.part)
        settings = self._root.find("{*}workbookPr")
        self._since_1904 = settings is not None and settings.get("date1904") in _ON
        self._strings = [_text(one) for one in self._shared("sharedStrings")]
        self._styles = _styles(self._shared("styles"))

    def blocks(self) -> Iterator[Block]:
        """Yield the names of the sheets as headings, and what stands in them."""
        for sheet in self._root.iterfind("{*}sheets/{*}sheet"):
            kind, part = self._parts.get(attribute(sheet, "id"), ("", ""))
            name = " ".join((sheet.get("name") or "").split())
            if (sheet.get("state") or "visible") != "visible":
                self.left_out["hidden sheet"] += 1
            elif kind != "worksheet":
                self.left_out["chart"] += kind == "chartsheet"
            else:
                yield Block(name, 1, f"sheet {name}")
                yield from self._sheet(part, name)

    def _shared(self, kind: str) -> Element:
        part = next((part for found, part in self._parts.values() if found == kind), None)
        return () if part is None or part not in self.package.namelist() else xml(self.package, part)

    def _sheet(self, part: str, name: str) -> Iterator[Block]:
        rows, hidden = self._rows(part)
        beside = relations(self.package, part)
        comments: dict[int, list[str]] = {}
        for number, text in self._comments(beside):
            comments.setdefault(number, []).append(text)
        for block, number in blocks(rows, name):
            yield block
            for text in comments.pop(number, ()):
                yield Block(text, 0, block.place)
        for number, texts in comments.items():
            if number not in hidden:
                yield from (Block(text, 0, f"sheet {name}, row {number}") for text in texts)
        for kind, drawing in beside.values():
            if kind == "drawing":
                yield from (Block(text, 0, f"sheet {name}") for text in self._boxes(drawing))

    def _rows(self, part: str) -> tuple[list[Row], set[int]]:
        """Return the rows that show something, and the numbers of those that are hidden."""
        from lxml import etree

        rows: dict[int, dict[int, Cell]] = {}
        merged: list[tuple[int, int, int, int]] = []
        hidden_columns: set[int] = set()
        hidden_rows: set[int] = set()
        used: set[int] = set()
        number = 0
        wanted = ("{*}col", "{*}row", "{*}mergeCell")
        with self.package.open(part) as file:
            for _, element in etree.iterparse(file, tag=wanted, resolve_entities=False, no_network=True):
                kind = local(element)
                if kind == "col" and element.get("hidden") in _ON:
                    first, last = int(element.get("min")), int(element.get("max"))
                    hidden_columns.update(range(max(0, first - 1), min(last, _COLUMNS)))
                elif kind == "mergeCell":
                    merged.append(_area(element.get("ref") or ""))
                elif kind == "row":
                    number = int(element.get("r") or number + 1)
                    cells = dict(self._cells(element))
                    if cells and element.get("hidden") in _ON:
                        hidden_rows.add(number)
                    elif cells:
                        used |= cells.keys() & hidden_columns
                        rows[number] = {at: cell for at, cell in cells.items() if at not in hidden_columns}
                        check_rows(len(rows))
                    element.clear()
        _merge(rows, merged, hidden_columns)
        self.left_out["hidden row"] += len(hidden_rows)
        self.left_out["hidden column"] += len(used)
        return [Row(at, dict(sorted(cells.items()))) for at, cells in sorted(rows.items()) if cells], hidden_rows

    def _cells(self, row: Element) -> Iterator[tuple[int, Cell]]:
        column = -1
        for cell in row.iterchildren("{*}c"):
            reference = _REFERENCE.match(cell.get("r") or "")
            column = _column(reference[1]) if reference else column + 1
            text, kind, bold = self._shown(cell)
            if text := " ".join(text.split()):
                yield column, Cell(text, kind, bold)

    def _shown(self, cell: Element) -> tuple[str, str, bool]:
        """Return what a cell shows, the kind of it, and whether it is bold."""
        style = cell.get("s") or "0"
        code, bold = self._styles[int(style)] if style.isdecimal() and int(style) < len(self._styles) else ("", False)
        kind, value = cell.get("t") or "n", cell.findtext("{*}v")
        if kind == "inlineStr":
            inline = cell.find("{*}is")
            return ("" if inline is None else _text(inline)), TEXT, bold
        if not value:
            self.unsaved += kind != "str" and cell.find("{*}f") is not None
            return "", TEXT, bold
        if kind == "s":
            return self._strings[int(value)], TEXT, bold
        if kind == "b":
            return ("TRUE" if value == "1" else "FALSE"), TEXT, bold
        if kind == "d":
            return value.removesuffix("T00:00:00").replace("T", " "), DATE, bold
        return (*shown(value, code, since_1904=self._since_1904), bold) if kind == "n" else (value, TEXT, bold)

    def _comments(self, beside: dict[str, tuple[str, str]]) -> Iterator[tuple[int, str]]:
        """Yield the comments on cells, with the number of their row."""
        for kind, part in beside.values():
            if kind not in ("comments", "threadedComment"):
                continue
            root = xml(self.package, part)
            authors = [(author.text or "").strip() for author in root.iterfind("{*}authors/{*}author")]
            for comment in root.iter("{*}comment", "{*}threadedComment"):
                reference = _REFERENCE.match(comment.get("ref") or "")
                said = comment.find("{*}text")
                text = "" if said is None else _text(said) if len(said) else (said.text or "")
                if not reference or text.startswith(_THREADED):
                    continue
                by = comment.get("authorId") or ""
                author = authors[int(by)] if by.isdecimal() and int(by) < len(authors) else ""
                text = " ".join(text.removeprefix(f"{author}:").split())
                yield int(reference[2]), f"{comment_by(author)} {reference[0]}: {text}"

    def _boxes(self, drawing: str) -> Iterator[str]:
        """Yield the paragraphs of text boxes; charts are counted."""
        self.left_out["chart"] += sum(kind == "chart" for kind, _ in relations(self.package, drawing).values())
        for paragraph in xml(self.package, drawing).iterfind(".//{*}sp/{*}txBody/{*}p"):
            yield "".join(paragraph.itertext("{*}t"))


def _text(parent: Element) -> str:
    """Return a text, with raised marks told from it; how it is spoken, which stands above it, is left out."""
    before = ""
    for child in parent:
        if local(child) == "t":
            before += child.text or ""
        elif local(child) == "r":
            text = child.findtext("{*}t") or ""
            shift = child.find("{*}rPr/{*}vertAlign")
            how = "" if shift is None else shift.get("val")
            before += written(before, text, _after(child), lowered=how == "subscript") if how in _SHIFTS else text
    return before


def _after(run: Element) -> str:
    following = run.getnext()
    return "" if following is None else (following.findtext("{*}t") or "")[:1]


def _styles(root: Element) -> list[tuple[str, bool]]:
    """Return the code of the number format and whether the font is bold, for each style of a cell."""
    if not len(root):
        return []
    own = {one.get("numFmtId") or "": one.get("formatCode") or "" for one in root.iterfind("{*}numFmts/{*}numFmt")}
    bold = [
        (mark := font.find("{*}b")) is not None and (mark.get("val") or "1") in _ON
        for font in root.iterfind("{*}fonts/{*}font")
    ]
    return [
        (code_of(style.get("numFmtId") or "0", own), bool(bold[font : font + 1] == [True]))
        for style in root.iterfind("{*}cellXfs/{*}xf")
        for font in [int(style.get("fontId") or 0)]
    ]


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _area(reference: str) -> tuple[int, int, int, int]:
    """Return the first row, the first column, the last row and the last column; rows count from 1, columns from 0."""
    corners = [(int(row), _column(letters)) for letters, row in _REFERENCE.findall(reference)]
    return (*corners[0], *corners[-1]) if corners else (0, 0, 0, 0)


def _merge(rows: dict[int, dict[int, Cell]], areas: Sequence[tuple[int, int, int, int]], hidden: set[int]) -> None:
    """Let a merged cell cover its columns, and stand in each row that it covers and that shows something else."""
    for first, left, last, right in areas:
        cell = rows.get(first, {}).get(left)
        if cell is None:
            continue
        wide = replace(cell, columns=sum(at not in hidden for at in range(left, right + 1)))
        rows[first][left] = wide
        for number in range(first + 1, min(last, first + len(rows)) + 1) if last > first else ():
            if rows.get(number):
                rows[number].setdefault(left, wide)
