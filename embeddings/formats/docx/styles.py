"""Styles of a Word document, and what a paragraph or a run takes from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from embeddings.formats.docx.names import OFF, TEXT_BOX, WORD, Element, value

_T = TypeVar("_T")
_MAX_STYLES = 20  # of a chain in which one is based on the next
_HEADINGS = frozenset("123456789")
_WHITE = "FFFFFF"
_SHIFTED, _RAISED = re.compile(r"-?\d{1,4}"), 4  # half points, from which what stands higher or lower is a mark
_BODY = 9  # the outline level of what is no heading


class Styles:
    """The styles by their id; each may be based on another."""

    def __init__(self, root: Element | None) -> None:
        self._root = root
        self._styles: dict[str, Element] = {}
        self._said: dict[tuple[str, str], str | None] = {}
        for style in () if root is None else root.iter(f"{WORD}style"):
            self._styles.setdefault(style.get(f"{WORD}styleId") or "", style)
        self._default = next((id_ for id_, style in self._styles.items() if _is_default(style)), "")
        self._levels: dict[str, int] = {}

    def level(self, paragraph: Element) -> int:
        """Return the level of the heading that a paragraph is; 0 where it is none."""
        own = _outline(paragraph)
        if own is not None:
            return own
        style_id = value(paragraph, "pPr/pStyle") or self._default
        if style_id not in self._levels:
            self._levels[style_id] = self._first(style_id, _level) or 0
        return self._levels[style_id]

    def is_hidden(self, run: Element) -> bool:
        """Return whether a run of text is hidden, or white on white."""
        return self._of_run(run, "vanish") not in (None, *OFF) or (
            (self._of_run(run, "color") or "").upper() == _WHITE and self._is_on_white(run)
        )

    def shift(self, run: Element) -> str:
        """Return ``superscript`` or ``subscript`` for a run that stands above or below the line; else another word."""
        said = self._of_run(run, "vertAlign")
        at = self._of_run(run, "position") or ""
        if said in (None, "baseline") and _SHIFTED.fullmatch(at) and abs(int(at)) >= _RAISED:
            return "subscript" if at.startswith("-") else "superscript"
        return said or ""

    def is_struck(self, run: Element) -> bool:
        """Return whether a run of text is struck out."""
        return any(self._of_run(run, name) not in (None, *OFF) for name in ("strike", "dstrike"))

    def font(self, run: Element) -> str:
        """Return the font that a run names for itself."""
        fonts = run.find(f"{WORD}rPr/{WORD}rFonts")
        return "" if fonts is None else fonts.get(f"{WORD}ascii") or fonts.get(f"{WORD}hAnsi") or ""

    def _is_on_white(self, run: Element) -> bool:
        """Return whether nothing is known to lie below a run; what a table's style may colour is not known."""
        grounds = [run.find(f"{WORD}rPr/{WORD}shd"), run.find(f"{WORD}rPr/{WORD}highlight")]
        for around in run.iterancestors():
            if around.tag == TEXT_BOX or around.find(f"{WORD}background") is not None:
                return False
            if any(True for style in self._chain(value(around, "tblPr/tblStyle")) for _ in style.iter(f"{WORD}shd")):
                return False
            grounds += [around.find(f"{WORD}{name}/{WORD}shd") for name in ("pPr", "tcPr", "tblPr")]
            if around.tag == f"{WORD}p":
                styles = self._chain(value(around, "pPr/pStyle") or self._default)
                grounds += [style.find(f"{WORD}{name}/{WORD}shd") for style in styles for name in ("pPr", "rPr")]
        return not any(ground is not None and ground.get(f"{WORD}fill") != _WHITE for ground in grounds)

    def numbering(self, paragraph: Element) -> tuple[str, int | str] | None:
        """Return the list and the level of a paragraph that has an automatic number; None for another.

        In place of the level stands the style that the list has one for.
        """
        list_id, level = _numbering(paragraph)
        style_id = value(paragraph, "pPr/pStyle") or self._default
        if list_id is None:
            for style in self._chain(style_id):
                list_id, its_level = _numbering(style)
                level = level if level is not None else its_level
                if list_id is not None:
                    style_id = style.get(f"{WORD}styleId") or ""
                    break
        return None if list_id in (None, "", "0") else (list_id, style_id if level is None else level)

    def lists(self) -> dict[str, str]:
        """Return the list that each style of lists names."""
        return {id_: _numbering(style)[0] or "" for id_, style in self._styles.items()}

    def _of_run(self, run: Element, name: str) -> str | None:
        """Return a property of a run: its own, or of its style, its paragraph's style, the whole document."""
        own = value(run, f"rPr/{name}")
        if own is not None:
            return own
        paragraph = next(run.iterancestors(f"{WORD}p"), None)
        for style_id in (value(run, "rPr/rStyle"), value(paragraph, "pPr/pStyle") or self._default):
            if style_id:
                key = style_id, name
                if key not in self._said:
                    self._said[key] = self._first(style_id, lambda style: value(style, f"rPr/{name}"))
                if self._said[key] is not None:
                    return self._said[key]
        return value(self._root, f"docDefaults/rPrDefault/rPr/{name}")

    def _first(self, style_id: str, read: Callable[[Element], _T | None]) -> _T | None:
        return next((found for style in self._chain(style_id) if (found := read(style)) is not None), None)

    def _chain(self, style_id: str | None) -> Iterator[Element]:
        for _ in range(_MAX_STYLES):
            style = self._styles.get(style_id or "")
            if style is None:
                return
            yield style
            style_id = value(style, "basedOn")


def _is_default(style: Element) -> bool:
    return style.get(f"{WORD}type") == "paragraph" and style.get(f"{WORD}default") in ("1", "true", "on")


def _outline(element: Element) -> int | None:
    said = value(element, "pPr/outlineLvl")
    if said is None or not said.isdecimal():
        return None
    return int(said) + 1 if int(said) < _BODY else 0


def _level(style: Element) -> int | None:
    """Return the level of a style that is named Title or Heading, or has an outline level."""
    name = (value(style, "name") or "").casefold()
    number = name.removeprefix("heading ")
    if name == "title":
        return 1
    return int(number) if number != name and number in _HEADINGS else _outline(style)


def _numbering(element: Element) -> tuple[str | None, int | None]:
    """Return the list and the level that an element names; the list is "0" where it says that there is none."""
    list_id, level = value(element, "pPr/numPr/numId"), value(element, "pPr/numPr/ilvl")
    return list_id, int(level) if level and level.isdecimal() else None
