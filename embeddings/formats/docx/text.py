"""The text of a Word document's paragraphs and tables, with its notes and comments beside what they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from embeddings.formats.blocks import Block
from embeddings.formats.docx.fields import unseen
from embeddings.formats.docx.names import MATHS, TEXT_BOX, WORD, Element, value
from embeddings.formats.docx.numbers import Numbers
from embeddings.formats.docx.pieces import (
    children_of,
    goes_on,
    is_continued,
    is_private,
    is_skipped,
    note_letter,
    or_nothing,
    text_after,
    text_boxes,
    text_piece,
    whole_number,
    without_page_words,
)
from embeddings.formats.docx.styles import Styles
from embeddings.formats.docx.symbols import in_font
from embeddings.formats.maths import formula
from embeddings.formats.raised import written
from embeddings.formats.signs import BETWEEN_CELLS, STRUCK_OUT, comment_by

_NOTES = {f"{WORD}footnoteReference": "footnote", f"{WORD}endnoteReference": "endnote"}
_DEEPEST = 100  # boxes and notes in one another
_SIGN_FONTS = ("symbol", "webdings", "wingdings")
_BETWEEN = re.compile(f"{STRUCK_OUT}(\\s*){STRUCK_OUT}")  # two that are struck out side by side


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
    _nested: list[Block] | None = None  # rows of tables in the cells of a row
    _unseen: set[Element] = field(default_factory=set)
    _pages: bool = False

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Yield the paragraphs and rows below an element; a note or comment follows the block that it belongs to.

        A paragraph whose end was deleted goes on in the next.
        """
        begun = ""
        for child in parent:
            if child.tag == f"{WORD}p":
                begun += self._paragraph(child)
                if not goes_on(child):
                    yield Block(self._numbered(child, begun), self.styles.level(child))
                    begun = ""
                    yield from self._beside()
                for box in text_boxes(child) if next(child.iter(TEXT_BOX), None) is not None else ():
                    yield from self.blocks(box)
                continue
            if begun and (child.tag == f"{WORD}tbl" or not is_skipped(child)):
                yield Block(begun)  # what is no paragraph ends it all the same
                begun = ""
            if child.tag == f"{WORD}tbl":
                rows = self._rows(child)
                if self._nested is None:
                    yield from rows
                else:
                    self._nested += rows
            elif not is_skipped(child):
                yield from self.blocks(child)
        if begun:
            yield Block(begun)

    def around(self, parent: Element) -> Iterator[Block]:
        """Yield the blocks of what stands above or below the pages, without the numbers of pages."""
        self._pages = True
        yield from self.blocks(parent)
        self._pages = False

    def _paragraph(self, paragraph: Element) -> str:
        self._unseen, has_number = unseen(paragraph, pages=self._pages)
        text = _BETWEEN.sub(r"\1", "".join(self._pieces(paragraph, [])))
        return without_page_words(text) if has_number else text

    def _numbered(self, paragraph: Element, text: str) -> str:
        listed = self.styles.numbering(paragraph)
        if listed is None:
            return text
        list_id, level = listed
        at = level if isinstance(level, int) else self.numbers.level_of(list_id, level)
        number = self.numbers.next(list_id, at)  # a blank one counts too
        return f"{number} {text}" if number and text.strip() else text

    def _pieces(self, parent: Element, before: list[str]) -> list[str]:
        """Add the text below an element to what is before it: without deletions, codes of fields, hidden text."""
        for child in parent:
            if child.tag == f"{WORD}r":
                self._run(child, before)
            elif child.tag in _NOTES or child.tag == f"{WORD}commentReference":
                before.append(self._note(child))
            elif child.tag == f"{WORD}ruby":
                word, reading = (child.find(f"{WORD}{name}") for name in ("rubyBase", "rt"))
                before += [*self._pieces(or_nothing(word), []), "(", *self._pieces(or_nothing(reading), []), ")"]
            elif child.tag == MATHS:
                text = formula(child)
                before.append(f" {text}" if "".join(before[-1:])[-1:].isdigit() and text[:1].isdigit() else text)
            elif not is_skipped(child) and child not in self._unseen:
                piece = text_piece(child)
                if piece is None:
                    self._pieces(child, before)
                else:
                    before.append(piece)
        return before

    def _run(self, run: Element, before: list[str]) -> None:
        if self.styles.is_hidden(run):
            self.hidden += any(text_piece(child) for child in run)
            return
        text = "".join(self._pieces(run, []))
        font = self.styles.font(run).casefold()
        if text and (font.startswith(_SIGN_FONTS) or any(map(is_private, text))):
            text = "".join(in_font(ord(character), font) for character in text)
        shift = self.styles.shift(run)
        if shift in ("superscript", "subscript"):
            text = written("".join(before)[-24:], text, text_after(run), lowered=shift == "subscript")
        if text.strip() and self.styles.is_struck(run):
            text = text.replace(text.strip(), f"{STRUCK_OUT}{text.strip()}{STRUCK_OUT}", 1)
        before.append(text)

    def _note(self, reference: Element) -> str:
        """Return the mark of a note in the text, and keep the note for after the paragraph."""
        kind = _NOTES.get(reference.tag, "comment")
        key = kind, str(reference.get(f"{WORD}id"))
        if key not in self.notes or key in self._marks:
            return self._marks.get(key, "")
        number = sum(1 for known, _ in self._marks if known == kind) + 1
        mark = {"footnote": f"[{number}]", "endnote": f"[{note_letter(number)}]"}.get(kind, "")
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
        """Yield each row's cells; a cell that is merged with the one above says the same. Tables in them follow."""
        above: dict[int, str] = {}
        for row in children_of(table, "tr"):
            if any(row.find(f"{WORD}trPr/{WORD}{name}") is not None for name in ("del", "hidden")):
                continue
            cells = [cell for cell in children_of(row, "tc") if cell.find(f"{WORD}tcPr/{WORD}cellDel") is None]
            if len(cells) == 1 and self._nested is None:
                yield from self.blocks(cells[0])
                continue
            texts: list[str] = []
            outer, self._nested = self._nested, []
            column = whole_number(value(row, "trPr/gridBefore"), 0)
            for cell in cells:
                text = " ".join(" ".join(self._cell(cell)).split())
                if is_continued(cell):
                    text = above.get(column, text)
                texts.append(text)
                above[column] = text
                column += whole_number(value(cell, "tcPr/gridSpan"), 1)
            nested, self._nested = self._nested, outer
            if any(texts):
                yield Block(" ".join(BETWEEN_CELLS.join(texts).split()).rstrip(" |"))
            yield from nested
            yield from self._beside()

    def _cell(self, cell: Element) -> Iterator[str]:
        """Yield the texts of a cell; its notes wait for the end of the row."""
        control = next(cell.iterancestors(f"{WORD}sdt", f"{WORD}tr"), None)
        if control is not None and control.tag == f"{WORD}sdt" and is_skipped(control):
            return
        self._depth += _DEEPEST
        yield from (block.text for block in self.blocks(cell))
        self._depth -= _DEEPEST
