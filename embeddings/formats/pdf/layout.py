"""Paragraphs from the lines of PDF pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from embeddings.words import is_ordinary_word


class Part(NamedTuple):
    """What stands in a line between wide gaps: its first character, its left and right edge, and its base line."""

    at: int
    left: float
    right: float
    base: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text in points: left and right edge, base line (upwards), height of its font.

    ``broken`` says that the line ended with a hyphen, which is not in its text any more; ``alone`` that it is a
    paragraph of its own, as a value of a form is, or a row of a table. ``places`` are, where they were asked for, the
    numbers of the page's characters that the text is made of. ``parts`` are what stands between wide gaps, if any.
    """

    text: str
    left: float
    right: float
    base: float
    height: float
    broken: bool = False
    alone: bool = False
    places: tuple[int | None, ...] = field(default=(), compare=False, repr=False)
    parts: tuple[Part, ...] = field(default=(), compare=False, repr=False)


Pages: TypeAlias = list[list[Line]]
"""The lines of each page, in reading order."""

_CLEARLY_LARGER = 1.3  # than the usual gap between lines
_OTHER_FONT = 1.2  # the ratio of heights from which a line is no part of the same paragraph
_INDENT = 0.5  # of a line's height
_SAME_FONT = 1.03  # the ratio of heights up to which two lines are of one size
_WORDS = 5  # of the first line of a sentence, at least
_LONG_LINE = 0.6  # of the width of the page's text, from which a line may go on
_SHORT_LINE = 0.9  # of the width of the page's text
_LINES_AROUND = 5  # of a column, by which its width is told
_SAME_LINE = 0.3  # of a line's height

_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_WORD = 100  # characters that are looked at before a hyphen
_HYPHENATED = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_COMPOUNDING = frozenset({"all", "cross", "ex", "half", "ill", "self", "so", "vice", "well"})  # with a hyphen as a rule
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_SENTENCE_END = re.compile(r"""[.!?:]["'”’»)\]]*\Z""")
_BULLET = re.compile(r"[•◦▪‣●■]\s*\S")
_NOTE = re.compile(r"\[[\w,*†‡]{1,5}\]\s")
_BESIDE_THE_TEXT = re.compile(r"(?:fig(?:ure)?|table|map|photo\w*|sources?|notes?)\b", re.IGNORECASE)


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
    text, top = lines[0].text, 0  # names of their own: what is added to a text is not copied each time
    for place, (above, line) in enumerate(pairwise(lines), start=1):
        drop = above.base - line.base
        column = lines[max(top, place - _LINES_AROUND) : place]
        if drop < -_SAME_LINE * line.height:
            top = place
        if _begins(above, line, gap, (left, right)) and not (
            _leaves_room(above, line, gap) and goes_on(column, lines[place : place + 2], gap, at_page_end=False)
        ):
            texts.append(text + ("-" if above.broken else ""))
            text = line.text
        else:
            text += joint(text, line.text, broken=above.broken, words=words)
            text += line.text
    return [*texts, text + ("-" if lines[-1].broken else "")]


def _leaves_room(above: Line, line: Line, gap: float) -> bool:
    """Return whether a line stands in the next column, or below a picture before which the text may go on."""
    drop = above.base - line.base
    far = drop > _CLEARLY_LARGER * gap * line.height and line.text[:1].islower()
    return not (above.alone or line.alone) and (drop < -_SAME_LINE * line.height or far)


def _begins(above: Line, line: Line, gap: float, edges: tuple[float, float]) -> bool:
    """Return whether a paragraph begins with this line, as far as it does not go on over a column or a picture."""
    drop = above.base - line.base
    if abs(drop) <= _SAME_LINE * line.height:
        return False
    heights = sorted((above.height, line.height))
    is_note = _NOTE.match(line.text) and _SENTENCE_END.search(above.text)
    if above.alone or line.alone or is_note or _BULLET.match(line.text) or heights[1] > _OTHER_FONT * heights[0]:
        return True
    if drop < 0 or drop > _CLEARLY_LARGER * gap * line.height:
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


def goes_on(page: Sequence[Line], following: Sequence[Line], gap: float, *, at_page_end: bool = True) -> bool:
    """Return whether the paragraph at the foot of a page goes on at the head of the next; ``gap`` is the usual one.

    It does where its last line ends no sentence and is of the same size, and is long and a small letter follows, or
    has no room for the next word and the next has another close below it.
    """
    above, below = page[-1], following[0]
    heights = sorted((above.height, below.height))
    if _SENTENCE_END.search(above.text) or _BULLET.match(below.text) or heights[1] > _OTHER_FONT * heights[0]:
        return False
    apart = len(page) > 1 and page[-2].base - above.base > _CLEARLY_LARGER * max(gap, 1.0) * above.height
    if apart and not (at_page_end and _is_body(above, page[-2]) and below.text[:1].islower()):
        return False
    left, right = min(line.left for line in page), max(line.right for line in page)
    share = (above.right - left) / max(right - left, 1.0)
    if above.broken or (below.text[:1].islower() and share >= _LONG_LINE):
        return True
    next_word = (len(below.text.split(" ", 1)[0]) + 1) * (above.right - above.left) / len(above.text)
    full = share >= _SHORT_LINE or above.right + next_word > right
    close = len(following) > 1 and below.base - following[1].base <= _CLEARLY_LARGER * gap * below.height
    return full and close and below.text[:1].isalnum()


def _is_body(line: Line, above: Line) -> bool:
    """Return whether a line apart from the one above begins a paragraph of the text, no note, caption or formula."""
    smaller = line.height * _SAME_FONT < above.height
    is_sentence = line.text[:1].isupper() and line.text.count(" ") >= _WORDS
    return is_sentence and not (smaller or _BESIDE_THE_TEXT.match(line.text))
