"""Styles of an OpenDocument text, and the automatic numbers of its lists and headings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from embeddings.formats.packed.package import Element, attribute, local
from embeddings.formats.signs import letters, roman

_MAX_STYLES = 20  # of a chain in which one is based on the next
_MOST = 100_000  # a number above this is a mistake
_PLACE = re.compile(r"%(\d\d?)%")
_FORMATS: dict[str, Callable[[int], str]] = {
    "a": letters,
    "A": lambda number: letters(number).upper(),
    "i": lambda number: roman(number).lower(),
    "I": roman,
}
_OUTLINE = "outline of the document"


class Styles:
    """The styles by family and name, and the numbers of the lists so far."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._lists: dict[str, dict[int, Element]] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for element in (one for root in roots for one in root.iter("{*}style", "{*}list-style", "{*}outline-style")):
            name = attribute(element, "name")
            if local(element) == "style":
                self._styles[attribute(element, "family"), name] = element
            else:
                levels = {whole(attribute(level, "level")): level for level in element}
                self._lists[name if local(element) == "list-style" else _OUTLINE] = levels

    def is_hidden(self, element: Element, family: str) -> bool:
        """Return whether a paragraph or a span is hidden."""
        return self._said(element, family, "text-properties", "display") == "none"

    def shift(self, span: Element) -> str:
        """Return ``super`` or ``sub`` for what stands above or below the line; else an empty text."""
        position = self._said(span, "text", "text-properties", "text-position").split(" ")[0]
        if position in ("super", "sub"):
            return position
        return {"": "", "0%": ""}.get(position, "sub" if position.startswith("-") else "super")

    def is_title(self, paragraph: Element) -> bool:
        """Return whether a paragraph has the style of a document's title, or one that is based on it."""
        return any(attribute(style, "name") == "Title" for style in self._chain("paragraph", paragraph))

    def begin(self, list_name: str, *, goes_on: bool) -> None:
        """Begin a list, which counts from its start unless it goes on from the last of that name."""
        if not goes_on:
            self._counts.pop(list_name, None)

    def next(self, list_name: str, level: int, start: str = "") -> str:
        """Return what stands before the next paragraph of a list at a level from 1; empty for a bullet."""
        style = self._lists.get(list_name, {}).get(level)
        if style is None:
            return ""
        counts = self._counts[list_name]
        counts[level] = whole(start) if start else counts[level] + 1 if level in counts else self._start(style)
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if not attribute(style, "num-format"):
            return ""
        if written := attribute(style, "num-list-format"):
            return _PLACE.sub(lambda found: self._shown(list_name, int(found[1])), written)
        levels = range(max(1, level + 1 - whole(attribute(style, "display-levels") or "1")), level + 1)
        number = ".".join(self._shown(list_name, at) for at in levels)
        return f"{attribute(style, 'num-prefix')}{number}{attribute(style, 'num-suffix')}"

    def next_heading(self, level: int) -> str:
        """Return what stands before the next heading of a level; empty where headings have no numbers."""
        return self.next(_OUTLINE, level)

    def _start(self, style: Element) -> int:
        return whole(attribute(style, "start-value") or "1")

    def _shown(self, list_name: str, level: int) -> str:
        style = self._lists[list_name].get(level)
        if style is None:
            return ""
        number = self._counts[list_name].get(level, self._start(style))
        return _FORMATS.get(attribute(style, "num-format"), str)(number)

    def _said(self, element: Element, family: str, group: str, name: str) -> str:
        for style in self._chain(family, element):
            for properties in style.iterfind(f"{{*}}{group}"):
                if said := attribute(properties, name):
                    return said
        return ""

    def _chain(self, family: str, element: Element) -> Iterator[Element]:
        name = attribute(element, "style-name")
        for _ in range(_MAX_STYLES):
            style = self._styles.get((family, name))
            if style is None:
                return
            yield style
            name = attribute(style, "parent-style-name")


def whole(text: str) -> int:
    """Return a number, 0 where it is none."""
    return min(int(text), _MOST) if text.isascii() and text.isdecimal() and len(text) < 7 else 0
