"""Paragraphs from the lines of PDF pages, without running heads and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from embeddings.words import is_ordinary_word


class Gap(NamedTuple):
    """A wide gap in a line: the offset or number of the character behind it, where what is before it ends, and where
    what is behind it begins, and the base lines of both.
    """

    at: int
    end: float
    begin: float
    base_before: float
    base_behind: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in points: left and right edge, base line (upwards), height of its font.

    ``broken`` says that the line ended with a hyphen, which is not in its text any more; ``alone`` that it is a
    paragraph of its own, as a value of a form is, or a row of a table. ``places`` are, where they were asked for, the
    numbers of the page's characters that the text is made of. ``gaps`` are the wide ones within the line.
    """

    text: str
    left: float
    right: float
    base: float
    height: float
    broken: bool = False
    alone: bool = False
    places: tuple[int | None, ...] = field(default=(), compare=False, repr=False)
    gaps: tuple[Gap, ...] = field(default=(), compare=False, repr=False)


Pages: TypeAlias = list[list[Line]]
"""The lines of each page, in reading order."""

_CLEARLY_LARGER = 1.3  # than the usual gap between lines
_OTHER_FONT = 1.2  # the ratio of heights from which a line is no part of the same paragraph
_INDENT = 0.5  # of a line's height
_LONG_LINE = 0.6  # of the width of the page's text, from which a line may go on
_SHORT_LINE = 0.9  # of the width of the page's text
_SAME_LINE = 0.3  # of a line's height

_FEWEST_PAGES = 4  # on which a repeated line counts as a running head
_ROUNDS = 3  # heads and feet of so many lines are found
_HEAD_GAP = 2.0  # heights of a line, between lines of the same head
_FIRST_PAGE = 999  # the highest number that the first page of a file may have beside words
_NUMBER_OF_A_PAGE = re.compile(r"^\W*(\d{1,5})\b|\b(?:page|p|seite|s)\b\.?\s*(\d{1,5})\b|\b(\d{1,5})\W*$")
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|p|seite|s)\b\.?\s*)?(\d{1,5})(?:\s*(?:of|von|sur|de|/)\s*\d{1,5})?\W*", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_WORD = 100  # characters that are looked at before a hyphen
_HYPHENATED = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_COMPOUNDING = frozenset({"all", "cross", "ex", "half", "ill", "self", "so", "vice", "well"})  # with a hyphen as a rule
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_SENTENCE_END = re.compile(r"""[.!?:]["'”’»)\]]*\Z""")
_BULLET = re.compile(r"[•◦▪‣●■]\s*\S")
_NOTE = re.compile(r"\[[\w,*†‡]{1,5}\]\s")


def without_running_lines(pages: Pages) -> tuple[Pages, int]:
    """Return the pages without running heads, running feet and page numbers, and how many lines were left out.

    A running line is the highest or lowest of its page, has a letter, and is the same, but for the number of the page,
    on more than half of at least four pages. A page number is such a line too, and counts on as the pages do.
    """
    kept = [list(page) for page in pages]
    for edge in (_top, _bottom):
        outer: list[Line | None] = [None] * len(kept)
        for turn in range(_ROUNDS):
            edges = [edge(page) for page in kept]
            near = [not turn or _near(line, last) for line, last in zip(edges, outer, strict=True)]
            running = _running([line if close else None for line, close in zip(edges, near, strict=True)])
            outer = [line if is_running else None for line, is_running in zip(edges, running, strict=True)]
            for page, line in zip(kept, outer, strict=True):
                _take(page, line)
    return kept, sum(map(len, pages)) - sum(map(len, kept))


def ways_to_keep(page: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield every way in which `without_running_lines` may leave a page, whatever is on the others."""
    below_head = list(page)
    for _ in range(_ROUNDS + 1):
        kept = list(below_head)
        for _ in range(_ROUNDS + 1):
            yield list(kept)
            _take(kept, _bottom(kept))
        _take(below_head, _top(below_head))


def _take(page: list[Line], line: Line | None) -> None:
    if line:
        page.remove(line)


def _near(line: Line | None, outer: Line | None) -> bool:
    """Return whether the line belongs to the same head or foot as the one outside it."""
    return bool(line and outer and abs(line.base - outer.base) < _HEAD_GAP * outer.height)


def _top(page: list[Line]) -> Line | None:
    return max(page, key=lambda line: line.base, default=None)


def _bottom(page: list[Line]) -> Line | None:
    return min(page, key=lambda line: line.base, default=None)


def _running(edges: Sequence[Line | None]) -> list[bool]:
    """Return for each page whether the line at its edge is a running line or a page number."""
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
    return [not often.isdisjoint(of_page) or shift in regular for of_page, shift in zip(keys, shifts, strict=True)]


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


def usual_gap(pages: Pages) -> float:
    """Return the commonest distance between neighbours' base lines, in heights of a line; 0 where there are none."""
    gaps = Counter(
        round((above.base - line.base) / line.height, 1)
        for page in pages
        for above, line in pairwise(page)
        if line.height > 0 and _SAME_LINE * line.height < above.base - line.base < 4 * line.height
    )
    return min(gaps, key=lambda gap: (-gaps[gap], gap), default=0.0)


def vocabulary(pages: Pages) -> frozenset[str]:
    """Return the words of all lines, casefolded, without the halves of those broken at a line's end.

    Words with a hyphen are there too.
    """
    words: set[str] = set()
    for page in pages:
        broken = False
        for line in page:
            found = _WORD.findall(line.text.casefold())
            words.update(found[int(broken) : len(found) - int(line.broken)])
            words.update(_HYPHENATED.findall(line.text.casefold()))
            broken = line.broken
    return frozenset(words)


def paragraphs(lines: Sequence[Line], gap: float, words: frozenset[str]) -> list[str]:
    """Return the paragraphs of one page; ``gap`` is the usual one, ``words`` decide how broken words are joined."""
    if not lines:
        return []
    left = Counter(round(line.left) for line in lines).most_common(1)[0][0]
    right = max(line.right for line in lines)
    texts: list[str] = []
    text = lines[0].text  # a name of its own: what is added to it is not copied each time
    for above, line in pairwise(lines):
        if _begins(above, line, gap, (left, right)):
            texts.append(text + ("-" if above.broken else ""))
            text = line.text
        else:
            text += joint(text, line.text, broken=above.broken, words=words)
            text += line.text
    return [*texts, text + ("-" if lines[-1].broken else "")]


def _begins(above: Line, line: Line, gap: float, edges: tuple[float, float]) -> bool:
    """Return whether a paragraph begins with this line."""
    drop = above.base - line.base
    if abs(drop) <= _SAME_LINE * line.height:
        return False
    heights = sorted((above.height, line.height))
    is_note = _NOTE.match(line.text) and _SENTENCE_END.search(above.text)
    if above.alone or line.alone or is_note or _BULLET.match(line.text) or heights[1] > _OTHER_FONT * heights[0]:
        return True
    if drop < 0:  # the next column
        return bool(_SENTENCE_END.search(above.text)) or not line.text[:1].islower()
    if drop > _CLEARLY_LARGER * gap * line.height:
        return True
    left, right = edges
    indented = line.left - max(left, above.left) > _INDENT * line.height
    short = above.right - left < _SHORT_LINE * (right - left)
    return indented and (short or bool(_SENTENCE_END.search(above.text)))


def joint(text: str, following: str, *, broken: bool, words: frozenset[str]) -> str:
    """Return what stands between a text and the line that goes on with it: a space, or for a broken word its hyphen.

    The hyphen is the word's own where it is in the file with one, where a capital or a digit follows, or where both
    halves are words of the file or the dictionary, and the whole is not.
    """
    if not broken:
        return " "
    last, first = _LAST_WORD.search(text[-_LONGEST_WORD:]), _WORD.match(following)
    if not last or not first or not following[:1].islower() or len(last[0]) == 1:  # e-mail
        return "-"
    whole, halves = (last[0] + first[0]).casefold(), (last[0].casefold(), first[0].casefold())
    one_word = whole in words or is_ordinary_word(whole)
    two_words = all(half in words or is_ordinary_word(half) for half in halves)
    by_rule = not one_word or (halves[0] in _COMPOUNDING and whole not in words)
    return "-" if "-".join(halves) in words or (two_words and by_rule) else ""


def goes_on(page: Sequence[Line], following: Sequence[Line], gap: float) -> bool:
    """Return whether the paragraph at the foot of a page goes on at the head of the next; ``gap`` is the usual one.

    It does where its last line ends no sentence and is of the same size, and is long and a small letter follows, or it
    is full and the next has another close below it.
    """
    above, below = page[-1], following[0]
    heights = sorted((above.height, below.height))
    if _SENTENCE_END.search(above.text) or _BULLET.match(below.text) or heights[1] > _OTHER_FONT * heights[0]:
        return False
    if len(page) > 1 and page[-2].base - above.base > _CLEARLY_LARGER * max(gap, 1.0) * above.height:  # a note
        return False
    left, right = min(line.left for line in page), max(line.right for line in page)
    share = (above.right - left) / max(right - left, 1.0)
    if above.broken or (below.text[:1].islower() and share >= _LONG_LINE):
        return True
    close = len(following) > 1 and below.base - following[1].base <= _CLEARLY_LARGER * gap * below.height
    return share >= _SHORT_LINE and close and below.text[:1].isalnum()
