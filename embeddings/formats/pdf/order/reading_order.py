"""The reading order of a page: columns one after another, rows of tables whole, whatever order the file draws in.

A page is divided as by a recursive XY-cut: above, left of, right of and below a gutter that stays free between lines of
prose. The file's own order is taken unless it draws such columns across one another.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median

from embeddings.formats.pdf.glyphs import LEFTWARDS, is_leftwards
from embeddings.formats.pdf.layout import Line
from embeddings.formats.pdf.order.pieces import Piece, in_rows, lines_of, pieces_of
from embeddings.formats.pdf.order.tables import Table, with_tables

_MOST = 3_000  # pieces of a page that are looked at
_DEEPEST = 12
_GUTTERS = 12  # that are tried, the likeliest first
_FEWEST = 3  # rows beside a gutter
_GUTTER = 0.35  # of a line's height, at least
_AT_EDGE = 1.5  # points: lines that begin at one edge
_APART = 1.9  # heights of a line, from which the first or the last row is none of a column
_FULL, _MOSTLY = 0.6, 0.6  # of the width of a column, and of its lines, in prose
_WORDS = 3.5  # of a line of prose, on average
_SMALL = 0.25  # of the lines of prose begin with a small letter
_CROSSINGS = 3  # of a gutter in the order of drawing, from which it is wrong
_OF_A_CELL = 2.5  # lines at a time on one side are cells of a table, drawn one after another
_ALIKE = 0.75  # the ratio of the widths of two columns


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page in reading order; those of columns drawn across one another are divided."""
    if not any(line.parts for line in lines) and all(above.base > line.base for above, line in pairwise(lines)):
        return list(lines)
    letters = [line.text for line in lines if line.text and max(line.text) >= chr(LEFTWARDS)]
    leftwards = 2 * sum(any(is_leftwards(ord(letter)) for letter in text) for text in letters) > len(lines)
    pieces = list(pieces_of(lines, leftwards=leftwards))
    if len(pieces) > _MOST:
        return list(lines)
    areas, is_wrong = _divided(pieces, 0)
    items = [item for area in areas for item in with_tables(area, lines)]
    if len(areas) == 1 and len(items) == len(pieces):
        return list(lines)
    if not is_wrong:
        items.sort(key=lambda item: item.place)
    ordered: list[Line] = []
    for is_table, group in groupby(items, key=lambda item: isinstance(item, Table)):
        if is_table:
            ordered += [row for item in group if isinstance(item, Table) for row in item.rows]
        else:
            ordered += lines_of(lines, [item for item in group if isinstance(item, Piece)])
    return ordered


def _divided(pieces: list[Piece], depth: int) -> tuple[list[list[Piece]], bool]:
    """Return the areas of a page in reading order, each in the order of drawing, and whether that is another."""
    found = _columns(pieces) if depth < _DEEPEST else None
    if not found:
        return [pieces], False
    inside, left = found
    top = max(piece.base for piece in inside)
    above = [piece for piece in pieces if piece not in inside and piece.base >= top]
    below = [piece for piece in pieces if piece not in inside and piece not in above]
    right = inside - left
    areas, is_wrong = [], _is_wrong(pieces, inside, left)
    for part in (above, [p for p in pieces if p in left], [p for p in pieces if p in right], below):
        if part:
            more, wrong = _divided(part, depth + 1)
            areas += more
            is_wrong = is_wrong or wrong
    return areas, is_wrong


def _is_wrong(pieces: Sequence[Piece], inside: set[Piece], left: set[Piece]) -> bool:
    """Return whether the file draws two columns across one another, or one of them before that on its left."""
    sides = [side for side, _ in groupby(piece in left for piece in pieces if piece in inside)]
    if len(sides) > _CROSSINGS:
        return len(inside) < _OF_A_CELL * len(sides)
    widths = sorted(max(p.right for p in side) - min(p.left for p in side) for side in (left, inside - left))
    return not sides[0] and len(sides) == 2 and widths[0] > _ALIKE * widths[1]


def _columns(pieces: Sequence[Piece]) -> tuple[set[Piece], set[Piece]] | None:
    """Return the pieces beside the gutter that has most of them, and those on its left; None where there is none."""
    if len(pieces) < 2 * _FEWEST:
        return None
    starts = Counter(round(piece.left) for piece in pieces)
    near = {at: starts[at - 1] + starts[at] + starts[at + 1] for at in starts}
    likely = sorted((at for at in near if near[at] >= _FEWEST), key=lambda at: (-near[at], at))[:_GUTTERS]
    height = median(piece.height for piece in pieces)
    ordered = sorted(pieces, key=lambda piece: -piece.base)
    lefts, rights = sorted(piece.left for piece in pieces), sorted(piece.right for piece in pieces)
    best: tuple[set[Piece], set[Piece]] | None = None
    for at in likely:
        beside = bisect_right(rights, at - _GUTTER * height), len(pieces) - bisect_left(lefts, at - _AT_EDGE)
        if min(beside) < _FEWEST or (best and sum(beside) <= len(best[0])):
            continue
        for band in _bands(ordered, at, height):
            if len(band) <= (len(best[0]) if best else 2 * _FEWEST - 1):
                continue
            left = {piece for piece in band if piece.left < at - _AT_EDGE}
            if min(len(left), len(band) - len(left)) < _FEWEST:
                continue
            inside = set(_without_lone_rows(band, height))
            left, right = left & inside, inside - left
            if _beside(left, right, height) and _is_prose(left) and _is_prose(right):
                best = left | right, left
    return best


def _bands(ordered: Sequence[Piece], at: float, height: float) -> Iterator[list[Piece]]:
    """Yield from the top what stands beside a gutter without a line across it."""
    begin, end = at - _AT_EDGE, at - _GUTTER * height
    for is_free, group in groupby(ordered, key=lambda piece: piece.left >= begin or piece.right <= end):
        if is_free:
            yield list(group)


def _without_lone_rows(band: Sequence[Piece], height: float) -> list[Piece]:
    """Return the pieces without a first or last row that stands apart from the others, as a running head does."""
    rows = in_rows(band)
    while len(rows) > 1 and rows[0][0].base - rows[1][0].base > _APART * height:
        rows = rows[1:]
    while len(rows) > 1 and rows[-2][0].base - rows[-1][0].base > _APART * height:
        rows = rows[:-1]
    return [piece for row in rows for piece in row]


def _beside(left: set[Piece], right: set[Piece], height: float) -> bool:
    """Return whether enough rows of either side stand beside the other."""
    if not left or not right:
        return False
    for side, other in ((left, right), (right, left)):
        top, bottom = max(piece.base for piece in other) + height, min(piece.base for piece in other) - height
        if len({round(piece.base) for piece in side if bottom < piece.base < top}) < _FEWEST:
            return False
    return True


def _is_prose(side: set[Piece]) -> bool:
    """Return whether these are lines of prose: of several words, most of them as wide as their column, going on."""
    widths: dict[int, list[float]] = defaultdict(list)
    for piece in side:
        widths[round(piece.left / 20)].append(piece.right - piece.left)
    widest = {column: max(found) for column, found in widths.items()}
    near = {at: max(widest.get(at - 1, 0.0), widest[at], widest.get(at + 1, 0.0)) for at in widest}
    full = sum(width >= _FULL * near[column] for column, found in widths.items() for width in found)
    words = sum(piece.text.count(" ") + 1 for piece in side)
    cased = [piece.text[0] for piece in side if piece.text[0].lower() != piece.text[0].upper()]
    small = sum(map(str.islower, cased))
    return full >= _MOSTLY * len(side) and words >= _WORDS * len(side) and small >= _SMALL * len(cased)
