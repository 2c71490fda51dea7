"""The text of a Word document's paragraphs and tables, with its notes and comments beside what they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from embeddings.formats.blocks import Block
from embeddings.formats.docx.names import FALLBACK, MATH_TEXT, TEXT_BOX, WORD, Element, is_on, value
from embeddings.formats.docx.numbers import Numbers
from embeddings.formats.docx.styles import Styles
from embeddings.formats.docx.symbols import sign
from embeddings.formats.raised import written
from embeddings.formats.signs import box_sign, comment_by

_SKIPPED = frozenset(
    [FALLBACK, TEXT_BOX, *(WORD + name for name in ("pPr", "rPr", "tblPr", "sectPr", "moveFrom", "del", "rt"))]
)
_NOTES = {f"{WORD}footnoteReference": "footnote", f"{WORD}endnoteReference": "endnote"}
_DEEPEST = 100  # boxes and notes in one another


@dataclass
class Texts:
    """Makes blocks of the elements of one document; to be given its parts in their order."""

    styles: Styles
    numbers: Numbers
    notes: Mapping[tuple[str, str], Element] = field(default_factory=dict)
    """Footnotes, endnotes and comments, by kind and id."""
    hidden: int = 0
    _marks: dict[tuple[str, str], str] = field(default_factory=dict)
    _waiting: list[tuple[str, str]] = field(default_factory=list)
    _depth: int = 0

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Yield the paragraphs and rows below an element; a note or comment follows the block that it belongs to.

        A paragraph whose end was deleted goes on in the next.
        """
        begun = ""
        for child in parent:
            if child.tag == f"{WORD}p":
                text = begun + self._paragraph(child)
                begun = text if child.find(f"{WORD}pPr/{WORD}rPr/{WORD}del") is not None else ""
                if not begun:
                    yield Block(text, self.styles.level(child))
                    yield from self._beside()
                for box in _text_boxes(child) if next(child.iter(TEXT_BOX), None) is not None else ():
                    yield from self.blocks(box)
                continue
            if begun and (child.tag == f"{WORD}tbl" or child.tag not in _SKIPPED):
                yield Block(begun)  # what is no paragraph ends it all the same
                begun = ""
            if child.tag == f"{WORD}tbl":
                yield from self._rows(child)
            elif child.tag not in _SKIPPED:
                yield from self.blocks(child)
        if begun:
            yield Block(begun)

    def _paragraph(self, paragraph: Element) -> str:
        listed = self.styles.numbering(paragraph)
        text = "".join(self._pieces(paragraph, []))
        number = self.numbers.next(*listed) if listed else ""  # a blank one counts too
        return f"{number} {text}" if number and text.strip() else text

    def _pieces(self, parent: Element, before: list[str]) -> list[str]:
        """Add the text below an element to what is before it: without deletions, codes of fields, hidden text."""
        for child in parent:
            if child.tag == f"{WORD}r":
                self._run(child, before)
            elif child.tag in _NOTES or child.tag == f"{WORD}commentReference":
                before.append(self._note(child))
            elif child.tag not in _SKIPPED:
                piece = _piece(child)
                if piece is None:
                    self._pieces(child, before)
                else:
                    before.append(piece)
        return before

    def _run(self, run: Element, before: list[str]) -> None:
        if self.styles.is_hidden(run):
            self.hidden += any(_piece(child) for child in run)
            return
        pieces = self._pieces(run, [])
        shift = self.styles.shift(run)
        if shift in ("superscript", "subscript"):
            pieces = [written("".join(before[-8:]), "".join(pieces), _after(run), lowered=shift == "subscript")]
        before += pieces

    def _note(self, reference: Element) -> str:
        """Return the mark of a note in the text, and keep the note for after the paragraph."""
        kind = _NOTES.get(reference.tag, "comment")
        key = kind, str(reference.get(f"{WORD}id"))
        if key not in self.notes or key in self._marks:
            return self._marks.get(key, "")
        number = sum(1 for known, _ in self._marks if known == kind) + 1
        mark = {"footnote": f"[{number}]", "endnote": f"[{_letter(number)}]"}.get(kind, "")
        self._marks[key] = mark
        self._waiting.append(key)
        return mark

    def _beside(self) -> Iterator[Block]:
        """Yield the notes and comments that wait, each in one block."""
        if self._depth >= _DEEPEST:
            return
        waiting, self._waiting = self._waiting, []
        for key in waiting:
            note = self.notes[key]
            author = (note.get(f"{WORD}author") or "").strip()
            said = self._marks[key] or comment_by(author)
            self._depth += 1
            yield Block(f"{said} {' '.join(' '.join(block.text for block in self.blocks(note)).split())}")
            self._depth -= 1

    def _rows(self, table: Element) -> Iterator[Block]:
        """Yield each row's cells; what continues a cell merged from above is not repeated."""
        for row in _children(table, "tr"):
            if row.find(f"{WORD}trPr/{WORD}del") is not None:
                continue
            cells = [cell for cell in _children(row, "tc") if not _continued(cell)]
            texts = [" ".join(" ".join(self._cell(cell)).split()) for cell in cells]
            if any(texts):
                yield Block(" | ".join(texts))
            yield from self._beside()

    def _cell(self, cell: Element) -> Iterator[str]:
        """Yield the texts of a cell; its notes wait for the end of the row."""
        self._depth += _DEEPEST
        yield from (block.text for block in self.blocks(cell))
        self._depth -= _DEEPEST


def _piece(element: Element) -> str | None:
    """Return the text that an element stands for; None where it may have some below it."""
    name = str(element.tag)
    if name in (f"{WORD}t", MATH_TEXT):
        return element.text or ""
    if name == f"{WORD}tab":
        return "\t"
    if name in (f"{WORD}br", f"{WORD}cr"):
        return "" if element.get(f"{WORD}type") in ("page", "column") else "\n"
    if name == f"{WORD}noBreakHyphen":
        return "-"
    if name == f"{WORD}sym":
        return sign(element)
    return _field(element) if name == f"{WORD}fldChar" else None


def _field(begin: Element) -> str:
    """Return what is chosen in an old form field: a box that is ticked or open, the entry of a list."""
    box, entries = begin.find(f"{WORD}ffData/{WORD}checkBox"), begin.find(f"{WORD}ffData/{WORD}ddList")
    if box is not None:
        ticked = is_on(box, "checked")
        return box_sign(ticked=bool(is_on(box, "default") if ticked is None else ticked))
    if entries is None:
        return ""
    listed = [str(entry.get(f"{WORD}val")) for entry in entries.findall(f"{WORD}listEntry")]
    chosen = value(entries, "result") or value(entries, "default") or "0"
    return listed[int(chosen)] if chosen.isdecimal() and int(chosen) < len(listed) else ""


def _after(run: Element) -> str:
    """Return the text that follows a run in the next one."""
    following = run.getnext()
    return "" if following is None else "".join(following.itertext(f"{WORD}t"))[:1]


def _letter(number: int) -> str:
    return ("i" * number) if number < 4 else f"e{number}"


def _text_boxes(paragraph: Element) -> Iterator[Element]:
    """Yield the outermost text boxes of a paragraph, which may itself stand in one."""
    for child in paragraph:
        if child.tag == TEXT_BOX:
            yield child
        elif child.tag != FALLBACK:
            yield from _text_boxes(child)


def _children(parent: Element, name: str) -> Iterator[Element]:
    """Yield the elements of that name, through content controls and tracked changes, not inside one another."""
    for child in parent:
        if child.tag == WORD + name:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _children(child, name)


def _continued(cell: Element) -> bool:
    merge = cell.find(f"{WORD}tcPr/{WORD}vMerge")
    return merge is not None and merge.get(f"{WORD}val") != "restart"
