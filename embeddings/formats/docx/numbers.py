"""The automatic numbers of paragraphs, counted as Word counts them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from embeddings.formats.docx.names import WORD, Element, is_on, value
from embeddings.formats.signs import letters, roman

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9
_MOST = 100_000  # a start above this is a mistake


class Numbers:
    """Counts the paragraphs of each list; to be asked once for each paragraph, in their order."""

    def __init__(self, root: Element | None, style_lists: Mapping[str, str] | None = None) -> None:
        """Take the root of the lists, and the list of each style that is one."""
        self._kinds: dict[str, str] = {}  # the kind of each list
        self._levels: dict[tuple[str, int], Element] = {}  # by the list, or the kind where a list has none of its own
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()
        linked: dict[str, str] = {}
        for kind in () if root is None else root.findall(f"{WORD}abstractNum"):
            for level in kind.findall(f"{WORD}lvl"):
                self._levels[f"kind {kind.get(f'{WORD}abstractNumId')}", _whole(level.get(f"{WORD}ilvl"))] = level
            if (style := value(kind, "numStyleLink")) and style_lists:
                linked[f"kind {kind.get(f'{WORD}abstractNumId')}"] = style_lists.get(style, "")
        for numbers in () if root is None else root.findall(f"{WORD}num"):
            list_id = str(numbers.get(f"{WORD}numId"))
            self._kinds[list_id] = f"kind {value(numbers, 'abstractNumId')}"
            for override in numbers.findall(f"{WORD}lvlOverride"):
                at = _whole(override.get(f"{WORD}ilvl"))
                if (start := value(override, "startOverride")) is not None:
                    self._starts[list_id, at] = _whole(start)
                if (level := override.find(f"{WORD}lvl")) is not None:
                    self._levels[list_id, at] = level
        for list_id, kind_id in self._kinds.items():
            self._kinds[list_id] = self._kinds.get(linked.get(kind_id, ""), kind_id)

    def next(self, list_id: str, at: int) -> str:
        """Return what stands before the next paragraph of a list at this level; empty for a bullet or no number."""
        level = self._level(list_id, at)
        if level is None:
            return ""
        counts = self._counts[self._kinds[list_id]]
        if (list_id, at) in self._starts and (list_id, at) not in self._begun:
            counts[at] = self._starts[list_id, at]
        else:
            counts[at] = counts[at] + 1 if at in counts else self._start(list_id, at)
        self._begun.add((list_id, at))
        for deeper in [other for other in counts if other > at and self._restarts(list_id, other, at)]:
            del counts[deeper]
        if value(level, "numFmt") == "bullet":
            return ""
        legal = bool(is_on(level, "isLgl"))
        shown = _PLACE.sub(
            lambda found: self._shown(list_id, int(found[1]) - 1, legal=legal), value(level, "lvlText") or ""
        )
        return shown.strip()

    def level_of(self, list_id: str, style_id: str) -> int:
        """Return the level of a list that belongs to a style of paragraphs."""
        levels = (at for at in range(_LEVELS) if value(self._level(list_id, at), "pStyle") == style_id)
        return next(levels, 0)

    def _restarts(self, list_id: str, at: int, above: int) -> bool:
        """Return whether a level is counted anew after a paragraph of one above it."""
        said = value(self._level(list_id, at), "lvlRestart")
        return said is None or above < _whole(said)

    def _level(self, list_id: str, at: int) -> Element | None:
        own = self._levels.get((list_id, at))
        return own if own is not None else self._levels.get((self._kinds.get(list_id, ""), at))

    def _start(self, list_id: str, at: int) -> int:
        return _whole(value(self._level(list_id, at), "start") or "1")

    def _shown(self, list_id: str, at: int, *, legal: bool) -> str:
        level = self._level(list_id, at)
        if level is None:
            return ""
        number = self._counts[self._kinds[list_id]].get(at, self._start(list_id, at))
        return str(number) if legal else _FORMATS.get(value(level, "numFmt") or "decimal", str)(number)


def _whole(text: Any) -> int:
    number = int(text) if str(text).isdecimal() and len(str(text)) < 7 else 0
    return min(number, _MOST)


def _ordinal(number: int) -> str:
    end = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{end}"


_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "lowerLetter": letters,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerRoman": lambda number: roman(number).lower(),
    "upperRoman": roman,
    "decimalZero": lambda number: f"{number:02}",
    "ordinal": _ordinal,
}
