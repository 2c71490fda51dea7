"""Styles of a Word document, and what a paragraph or a run takes from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from embeddings.formats.docx.names import WORD, Element, is_on, value

_T = TypeVar("_T")
_MAX_STYLES = 20  # of a chain in which one is based on the next
_HEADINGS = frozenset("123456789")
_BODY = 9  # the outline level of what is no heading


class Styles:
    """The styles by their id; each may be based on another."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
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
        """Return whether a run of text is hidden."""
        return bool(self._of_run(run, lambda at: is_on(at, "rPr/vanish")))

    def shift(self, run: Element) -> str:
        """Return ``superscript`` or ``subscript`` for a run that stands above or below the line; else another word."""
        return self._of_run(run, lambda at: value(at, "rPr/vertAlign")) or ""

    def numbering(self, paragraph: Element) -> tuple[str, int] | None:
        """Return the list and the level of a paragraph that has an automatic number; None for another."""
        found = _numbering(paragraph)
        if found is None:
            found = self._first(value(paragraph, "pPr/pStyle") or self._default, _numbering)
        return None if found is None or found[0] in ("", "0") else found

    def _of_run(self, run: Element, read: Callable[[Element], _T | None]) -> _T | None:
        own = read(run)
        return own if own is not None else self._first(value(run, "rPr/rStyle") or "", read)

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


def _numbering(element: Element) -> tuple[str, int] | None:
    """Return the list and the level that an element names; the list is "0" where it says that there is none."""
    list_id, level = value(element, "pPr/numPr/numId"), value(element, "pPr/numPr/ilvl")
    if list_id is None:
        return None
    return list_id, int(level) if level and level.isdecimal() else 0
