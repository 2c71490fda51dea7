"""Running heads, running feet and page numbers, which are left out but for one of each head."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import TypeAlias

from embeddings.formats.pdf.layout import Line, Pages, goes_on, usual_gap

Key: TypeAlias = tuple[str, int]
"""What a line shares with the same one on other pages: its words, and how far a number in it is off the page's."""

_FEWEST_PAGES = 4  # on which a repeated line counts as a running head
_ROUNDS = 3  # heads and feet of so many lines are found
_HEAD_GAP = 2.0  # heights of a line, between lines of the same head
_FIRST_PAGE = 999  # the highest number that the first page of a file may have beside words
_NUMBER_OF_A_PAGE = re.compile(r"^\W*(\d{1,5})\b|\b(?:page|p|seite|s)\b\.?\s*(\d{1,5})\b|\b(\d{1,5})\W*$")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|p|seite|s)\b\.?\s*)?(\d{1,5})(?:\s*(?:of|von|sur|de|/)\s*\d{1,5})?\W*", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]")


def without_running_lines(pages: Pages) -> tuple[Pages, int]:
    """Return the pages without running heads, running feet and page numbers, and how many lines were left out.

    A running line is the highest or lowest of its page, has a letter, and is the same, but for the number of the page,
    on more than half of at least four pages. A page number is such a line too, and counts on as the pages do. One line
    of each wording stays, where it parts no sentence that goes on over the end of a page.
    """
    kept = [list(page) for page in pages]
    found: list[tuple[bool, Key, int, Line]] = []
    for edge in (_top, _bottom):
        outer: list[Line | None] = [None] * len(kept)
        for turn in range(_ROUNDS):
            edges = [edge(page) for page in kept]
            near = [not turn or _near(line, last) for line, last in zip(edges, outer, strict=True)]
            running = _running([line if close else None for line, close in zip(edges, near, strict=True)])
            outer = [line if key else None for line, key in zip(edges, running, strict=True)]
            for number, (line, key) in enumerate(zip(outer, running, strict=True)):
                _take(kept[number], line)
                found += [(edge is _top, key, number, line)] if line and key and key[0] else []
    return _with_one_of_each(kept, pages, found), sum(map(len, pages)) - sum(map(len, kept))


def _with_one_of_each(kept: Pages, pages: Pages, found: Sequence[tuple[bool, Key, int, Line]]) -> Pages:
    """Put one line of each wording back into its page, as a paragraph of its own."""
    gap = usual_gap(kept)
    flows = [bool(page and after) and goes_on(page, after, gap) for page, after in pairwise(kept)]
    parts = {True: [False, *flows], False: [*flows, False]}
    back: set[int] = set()
    for is_head, key in dict.fromkeys((is_head, key) for is_head, key, _, _ in found):
        same = [(number, line) for head, of, number, line in found if (head, of) == (is_head, key)]
        number, line = min(same, key=lambda one: (parts[is_head][one[0]], one[0]))
        back.add(id(line))
        stay = {id(other) for other in kept[number]} | {id(line)}
        kept[number] = [other for other in pages[number] if id(other) in stay]
    return [[replace(line, alone=True) if id(line) in back else line for line in page] for page in kept]


def ways_to_keep(page: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield every way in which `without_running_lines` may leave a page, whatever is on the others."""
    heads, feet = (_outermost(page, edge) for edge in (_top, _bottom))
    for keep in product((False, True), repeat=len(heads) + len(feet)):
        left_out = {id(line) for line, stays in zip(heads + feet, keep, strict=True) if not stays}
        yield [line for line in page if id(line) not in left_out]


def _outermost(page: Sequence[Line], edge: Callable[[list[Line]], Line | None]) -> list[Line]:
    rest, found = list(page), list[Line]()
    while rest and len(found) < _ROUNDS:
        found += [line for line in [edge(rest)] if line]
        _take(rest, found[-1])
    return found


def _take(page: list[Line], line: Line | None) -> None:
    if line:
        page[:] = [other for other in page if other is not line]


def _near(line: Line | None, outer: Line | None) -> bool:
    """Return whether the line belongs to the same head or foot as the one outside it."""
    return bool(line and outer and abs(line.base - outer.base) < _HEAD_GAP * outer.height)


def _top(page: list[Line]) -> Line | None:
    return max(page, key=lambda line: line.base, default=None)


def _bottom(page: list[Line]) -> Line | None:
    return min(page, key=lambda line: line.base, default=None)


def _running(edges: Sequence[Line | None]) -> list[Key | None]:
    """Return for each page the key of the line at its edge if that is a running line; a page number has no words."""
    keys = [_keys(line.text, place) if line else set() for place, line in enumerate(edges, start=1)]
    counts = Counter(key for of_page in keys for key in of_page)
    often = {
        (line, shift)
        for (line, shift), count in counts.items()
        if len(edges) >= _FEWEST_PAGES and (count > len(edges) / 2 or ("\0" in line and count >= _FEWEST_PAGES))
    }
    numbers = [_PAGE_NUMBER.fullmatch(line.text) if line else None for line in edges]
    shifts = [int(number[1]) - place if number else None for place, number in enumerate(numbers, start=1)]
    regular = {shift for shift, count in Counter(shifts).items() if shift is not None and (count > 1 or shift == 0)}
    words = [max(often & of_page, key=lambda key: (counts[key], key), default=None) for of_page in keys]
    return [key or (("", 0) if shift in regular else None) for key, shift in zip(words, shifts, strict=True)]


def _keys(text: str, place: int) -> set[tuple[str, int]]:
    """Return what a line shares with the same one on another page: its words, and how far a number is off the page's.

    A number at its beginning or end, or behind "page", may be that of the page; the others must be the same.
    """
    line = text.casefold()
    if not _WORD.search(line):
        return set()
    found = {(line, 0)}
    for number in _NUMBER_OF_A_PAGE.finditer(line):
        start, end = number.span(number.lastindex or 0)
        if int(line[start:end]) - place > _FIRST_PAGE:  # a year, say
            continue
        found.add((f"{line[:start]}\0{line[end:]}", int(line[start:end]) - place))
    return found
