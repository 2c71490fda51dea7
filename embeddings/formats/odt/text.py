"""The text of an OpenDocument text: paragraphs, lists and rows, with notes and comments beside what they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from embeddings.formats.blocks import Block
from embeddings.formats.odt.styles import Styles, whole
from embeddings.formats.packed.package import Element, attribute, local
from embeddings.formats.raised import written
from embeddings.formats.signs import BETWEEN_CELLS, box_sign, comment_by

_SPACES = re.compile(r"[ \t\r\n]+")
_SKIPPED = frozenset(
    {"tracked-changes", "forms", "sequence-decls", "variable-decls", "user-field-decls", "ruby-text", "title", "desc"}
    | {
        "annotation-end",
        "event-listeners",
        "number",
        "math",
        "script",
        "bibliography-source",
        "alphabetical-index-source",
    }
    | {"table-of-content-source", "illustration-index-source", "table-index-source", "object-index-source"}
)
_BOXES = frozenset({"frame", "text-box", "custom-shape", "rect", "g", "ellipse", "line", "polygon", "control"})
_HIDDEN = ("collapse", "filter")
_MOST_SPACES = 1000
_YES = ("true", "1")


@dataclass
class Texts:
    """Makes blocks of the elements of one document; to be given its parts in their order."""

    styles: Styles
    forms: Mapping[str, Element] = field(default_factory=dict)
    """Boxes and fields of forms by their id."""
    hidden: int = 0
    _waiting: list[Block] = field(default_factory=list)
    _cells: int = 0

    def blocks(self, parent: Element, lists: tuple[str, ...] = ()) -> Iterator[Block]:
        """Yield the paragraphs and rows below an element; a note, a comment or a box follows what it belongs to.

        ``lists`` are the names of the lists that the element stands in, from without.
        """
        for child in parent:
            kind = local(child)
            if kind in ("p", "h"):
                yield self._paragraph(child, kind)
                yield from self._beside()
            elif kind == "list":
                yield from self._list(child, lists)
            elif kind == "table":
                yield from self._rows(child)
            elif kind in ("section", *_BOXES) and attribute(child, "display") == "none":
                self.hidden += 1
            elif kind not in _SKIPPED:
                yield from self.blocks(child, lists)

    def _paragraph(self, paragraph: Element, kind: str) -> Block:
        level = whole(attribute(paragraph, "outline-level") or "1") if kind == "h" else 0
        if self.styles.is_hidden(paragraph, "paragraph") or any(
            attribute(mark, "is-hidden") in _YES for mark in paragraph.iter("{*}hidden-paragraph")
        ):
            self.hidden += bool("".join(paragraph.itertext()).strip())
            return Block("")
        text = self._line(paragraph)
        if level and text and attribute(paragraph, "is-list-header") not in _YES:
            text = f"{self.styles.next_heading(level)} {text}".strip()
        return Block(text, level or int(self.styles.is_title(paragraph)))

    def _line(self, paragraph: Element) -> str:
        pieces: list[str] = []
        self._pieces(paragraph, pieces)
        return "".join(pieces).strip(" ")

    def _pieces(self, parent: Element, before: list[str]) -> None:
        """Add the text below an element to what is before it."""
        _add(before, parent.text)
        for child in parent:
            self._piece(child, before)
            _add(before, child.tail)

    def _piece(self, child: Element, before: list[str]) -> None:
        kind = local(child)
        if kind == "s":
            before.append(" " * min(whole(attribute(child, "c") or "1"), _MOST_SPACES))
        elif kind in ("tab", "line-break"):
            before.append("\t" if kind == "tab" else "\n")
        elif kind == "hidden-text" or (kind == "span" and self.styles.is_hidden(child, "text")):
            self.hidden += bool("".join(child.itertext()).strip())
        elif kind == "span" and (shift := self.styles.shift(child)):
            pieces: list[str] = []
            self._pieces(child, pieces)
            after = child.tail or "".join(following.itertext() if (following := child.getnext()) is not None else ())
            before.append(written("".join(before[-8:]), "".join(pieces), after, lowered=shift == "sub"))
        elif kind == "note":
            mark = f"[{' '.join((child.findtext('{*}note-citation') or '').split())}]"
            before.append(mark)
            self._wait(mark, child.find("{*}note-body"))
        elif kind == "annotation":
            self._wait(comment_by((child.findtext("{*}creator") or "").strip()), child)
        elif kind == "control":
            before.append(_value(self.forms.get(attribute(child, "control"))))
        elif kind in _BOXES:
            waiting, self._waiting = self._waiting, []
            self._waiting = [*waiting, *self.blocks([child]), *self._waiting]
        elif kind not in _SKIPPED:
            self._pieces(child, before)

    def _wait(self, mark: str, note: Element | None) -> None:
        """Keep a note or a comment for after the paragraph, in one block."""
        self._cells += 1
        said = [] if note is None else [block.text for block in self.blocks(note)]
        self._cells -= 1
        self._waiting.append(Block(f"{mark} {' '.join(' '.join(said).split())}"))

    def _beside(self) -> Iterator[Block]:
        if not self._cells:
            waiting, self._waiting = self._waiting, []
            yield from waiting

    def _list(self, element: Element, lists: tuple[str, ...]) -> Iterator[Block]:
        """Yield the paragraphs of a list; its number stands before the first of each item."""
        name = attribute(element, "style-name") or (lists[-1] if lists else "")
        within = (*lists, name)
        if not lists:
            goes_on = attribute(element, "continue-numbering") in _YES or bool(attribute(element, "continue-list"))
            self.styles.begin(name, goes_on=goes_on)
        for item in element:
            number = ""
            if local(item) == "list-item" and local(next(iter(item), item)) != "list":
                number = self.styles.next(name, len(within), attribute(item, "start-value"))
            for block in self.blocks(item, within):
                yield replace(block, text=f"{number} {block.text}") if number and block.text else block
                number = "" if block.text else number

    def _rows(self, table: Element) -> Iterator[Block]:
        for row in _children(table, "table-row"):
            if attribute(row, "visibility") in _HIDDEN:
                self.hidden += 1
                continue
            self._cells += 1
            texts = [" ".join(" ".join(block.text for block in self.blocks(cell)).split()) for cell in _cells(row)]
            self._cells -= 1
            if any(texts):
                yield Block(BETWEEN_CELLS.join(texts))
            yield from self._beside()


def _add(before: list[str], text: str | None) -> None:
    """Add characters of a paragraph; of white space one blank is left, and none where one stands before."""
    text = _SPACES.sub(" ", text or "")
    last = next(filter(None, reversed(before)), " ")
    if text.startswith(" ") and last.endswith((" ", "\n")):
        text = text[1:]
    if text:
        before.append(text)


def _children(parent: Element, name: str) -> Iterator[Element]:
    """Yield the rows of a table, in whatever group they are, without those of tables in its cells."""
    for child in parent:
        if local(child) == name:
            yield child
        elif local(child).startswith(("table-header-rows", "table-row-group", "table-rows")):
            yield from _children(child, name)


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if local(cell) == "table-cell"]


def _value(control: Element | None) -> str:
    """Return what was typed or chosen in a field of a form; a box is ticked or open."""
    if control is None or local(control) in ("button", "hidden", "password", "image"):
        return ""
    if local(control) in ("checkbox", "radio"):
        state = (
            attribute(control, "current-state") or attribute(control, "current-selected") or attribute(control, "state")
        )
        return f"{box_sign(ticked=state in ('checked', *_YES))} {attribute(control, 'label')}".strip()
    chosen = [
        option for option in control.iter("{*}option", "{*}item") if attribute(option, "current-selected") in _YES
    ]
    return ", ".join(attribute(option, "label") for option in chosen) or attribute(control, "current-value")
