"""Tables of a page: rows whose pieces stand below one another in columns, ruled or not."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple, TypeAlias

from embeddings.formats.pdf.layout import Line, joint
from embeddings.formats.pdf.order.pieces import Piece, in_rows, lines_of, steps
from embeddings.formats.signs import BETWEEN_CELLS

Span: TypeAlias = tuple[float, float]
Cells: TypeAlias = list[list[Piece]]

_STRIP = 0.4  # of a line's height: the least between two columns
_FARTHEST = 3.5  # heights of a line between rows of a table
_SINGLE = 3  # rows of one piece, at most, between rows of more
_EDGE = 2.0  # points: pieces that begin, end or have their middle at one place
_ALIGNED, _FIGURES = 0.6, 0.6  # of the cells of a column
_MOSTLY = 0.7  # of the rows
_FILLED, _GRID = 0.5, 0.8  # of the cells of a table, and of one that is not drawn row by row
_LONGEST, _SHORT = 45, 28  # characters of a cell: the median, and that in a table of two columns of words
_MUCH_CLOSER = 0.85  # than that, from which two whole rows are lines of one
_CLOSER = 0.88  # of the distance between rows, from which two lines are of one
_FIGURE = re.compile(r"[^\w]{0,3}\d[\d.,:/\s\u2013%-]*\W{0,2}\w{0,3}|[-\u2013\u2014]|n/?a", re.IGNORECASE)
_MARKER = re.compile(r"\W*(?:\w{1,3}|[ivxIVX]{1,6})[.):]|[^\w\s]{1,2}")
_LEADERS = re.compile(r"(?:[.\u2026_] ?){4}")


class Table(NamedTuple):
    """Rows as lines, and the place of its first piece in the order of drawing."""

    place: tuple[int, int]
    rows: list[Line]


def with_tables(pieces: Sequence[Piece], lines: Sequence[Line]) -> list[Piece | Table]:
    """Return the pieces of an area in the order of drawing, with a table at the place of its first piece."""
    tables: dict[tuple[int, int], Table] = {}
    taken: set[Piece] = set()
    for rows in _runs(in_rows(pieces)):
        cells = _cells(rows)
        if cells:
            within = {piece for row in rows for piece in row}
            place = min(piece.place for piece in within)
            tables[place] = Table(place, [_line(row, lines) for row in cells])
            taken |= within
    if not tables:
        return list(pieces)
    items: list[Piece | Table] = []
    for piece in pieces:
        items += [tables[piece.place]] if piece.place in tables else [] if piece in taken else [piece]
    return items


def _runs(rows: list[list[Piece]]) -> Iterator[list[list[Piece]]]:
    """Yield rows of several pieces with a strip between them that stays free, and the single ones within columns."""
    at = 0
    while at < len(rows):
        strips, last, after = _gaps(rows[at]), at, at + 1
        while strips and after < len(rows) and after - last <= _SINGLE:
            if steps(rows[after - 1 : after + 1])[0] > _FARTHEST * rows[after][0].height:
                break
            kept = [free for strip in strips if (free := _free(strip, rows[after]))]
            if not kept or (len(rows[after]) == 1 and len(kept) < len(strips)):
                break
            if len(rows[after]) > 1:
                strips, last = kept, after
            after += 1
        if last > at:
            yield rows[at : _end(rows, at, last, after)]
        at = max(last, at) + 1


def _end(rows: list[list[Piece]], first: int, last: int, after: int) -> int:
    """Return where a table ends: behind its last row of several pieces, and what goes on close below it."""
    near = _CLOSER * median(steps([row for row in rows[first : last + 1] if len(row) > 1]))
    end = last + 1
    while end < after and steps(rows[end - 1 : end + 1])[0] <= near:
        end += 1
    return end


def _gaps(row: Sequence[Piece]) -> list[Span]:
    spans = ((piece.right, following.left) for piece, following in pairwise(row))
    return [(left, right) for left, right in spans if right - left >= _STRIP * row[0].height]


def _free(strip: Span, row: Sequence[Piece]) -> Span | None:
    """Return the widest part of a strip that a row leaves free."""
    left, right = strip
    inside = sorted((piece.left, piece.right) for piece in row if piece.left < right and piece.right > left)
    edges = [left, *(edge for span in inside for edge in span), right]
    wide = max(zip(edges[::2], edges[1::2], strict=True), key=lambda span: span[1] - span[0])
    return wide if wide[1] - wide[0] >= _STRIP * row[0].height else None


def _cells(rows: list[list[Piece]]) -> list[Cells] | None:
    """Return the rows of a table with the pieces of each cell; None where these rows are no table."""
    several = [row for row in rows if len(row) > 1]
    single = [row[0].text for row in rows if len(row) == 1]
    if len(single) > 1.5 * len(several) or max(map(len, single), default=0) > _LONGEST:
        return None
    columns = _columns(several)
    if len(several) < (3 if len(columns) < 3 else 2) or len(columns) < 2:
        return None
    placed = [_placed(row, columns) for row in rows]
    if not _is_table([cells for row, cells in zip(rows, placed, strict=True) if len(row) > 1]):
        return None
    return list(_merged(rows, placed))


def _columns(rows: Sequence[Sequence[Piece]]) -> list[Span]:
    """Return the spans of the columns; of many rows some may run over the strip between two, as heads do."""
    allowed = 0 if len(rows) < 4 else max(1, len(rows) // 10)
    edges = sorted(edge for row in rows for piece in row for edge in ((piece.left, 1), (piece.right - _EDGE / 2, -1)))
    columns: list[Span] = []
    over, start = 0, 0.0
    for at, step in edges:
        if over <= allowed < over + step:
            start = at
        if over > allowed >= over + step:
            columns.append((start, at))
        over += step
    joined: list[Span] = []
    for left, right in columns:
        if joined and left - joined[-1][1] < _STRIP * rows[0][0].height:
            joined[-1] = (joined[-1][0], right)
        else:
            joined.append((left, right))
    return joined


def _placed(row: Sequence[Piece], columns: Sequence[Span]) -> Cells:
    """Return the pieces of a row by column: each where most of it lies, the first of equal ones."""
    cells: Cells = [[] for _ in columns]
    lefts = [left for left, _ in columns]
    for piece in row:
        begun = bisect_right(lefts, piece.left)
        if begun == bisect_left(lefts, piece.right) and begun and piece.left < columns[begun - 1][1]:
            cells[begun - 1].append(piece)
            continue
        shares = [min(piece.right, right) - max(piece.left, left) for left, right in columns]
        cells[max(range(len(columns)), key=lambda at: (shares[at], -at))].append(piece)
    return cells


def _is_table(rows: Sequence[Cells]) -> bool:
    """Return whether cells stand in columns, and are those of no list, form or table of contents."""
    columns = [[cell for cell in column if cell] for column in zip(*rows, strict=True)]
    texts = [" ".join(piece.text for piece in cell) for column in columns for cell in column]
    labels = sum(any(cell and cell[-1].text.endswith(":") for cell in row[:-1]) for row in rows)
    leaders = sum(bool(_LEADERS.search(text)) for text in texts)
    if 2 * max(labels, leaders) >= len(rows) or not all(map(_is_aligned, columns)):
        return False
    filled, usual = len(texts) / (len(rows) * len(columns)), median(map(len, texts))
    in_order = sum(map(_is_drawn_at_once, rows)) >= _MOSTLY * len(rows)
    if filled < (_FILLED if in_order else _GRID) or usual > (_LONGEST if in_order else _SHORT):
        return False
    long = sum(len(text) > _LONGEST for text in texts)
    if 3 * long > len(texts) or (long and len(rows) < 4) or (not in_order and max(map(len, texts)) > _SHORT):
        return False
    figures = any(_has_figures([cell for cell in column[1:] if cell]) for column in zip(*rows, strict=True))
    cased = [text[0] for text in texts if text[0].lower() != text[0].upper()]
    small = sum(map(str.islower, cased))
    if 2 * small > len(texts) or (len(rows) < 3 and (not figures or max(map(len, texts)) > _SHORT)):
        return False
    if len(columns) > 2:
        return True
    first, last = columns
    is_list = 2 * sum(bool(_MARKER.fullmatch(cell[0].text)) for cell in first) > len(first)
    is_list = is_list or _count_on(last) or _count_on(first, by_one=True)
    return not is_list and (figures or (filled >= _GRID and max(map(len, texts)) <= _SHORT))


def _is_aligned(column: Sequence[Sequence[Piece]]) -> bool:
    if _has_figures(column) or len(column) < 3:
        return True
    edges = [(cell[0].left, cell[-1].right, (cell[0].left + cell[-1].right) / 2) for cell in column]
    for of_kind in zip(*edges, strict=True):
        places = Counter(round(edge / _EDGE) for edge in of_kind)
        if max(places[at] + max(places[at + 1], places[at - 1]) for at in places) >= _ALIGNED * len(column):
            return True
    return False


def _has_figures(column: Sequence[Sequence[Piece]]) -> bool:
    return sum(bool(_FIGURE.fullmatch(cell[0].text)) for cell in column) >= _FIGURES * len(column) > 0


def _count_on(column: Sequence[Sequence[Piece]], *, by_one: bool = False) -> bool:
    """Return whether these are numbers of pages, equations or lines: each is higher than the one above, or by one."""
    numbers = [int(text) if (text := cell[0].text.strip("()")).isdecimal() else -1 for cell in column]
    steps_between = {other - one for one, other in pairwise(numbers)}
    return min(numbers) >= 0 and (steps_between == {1} if by_one else min(steps_between, default=1) >= 0)


def _is_drawn_at_once(row: Cells) -> bool:
    places = [piece.place for cell in row for piece in cell]
    return places == sorted(places) and places[-1][0] - places[0][0] < len(places) + 2


def _merged(rows: list[list[Piece]], placed: Sequence[Cells]) -> Iterator[Cells]:
    """Yield the rows with the further lines of their cells: those that stand closer to them than another row does."""
    is_row = [bool(cells[0]) and 2 * sum(map(bool, cells)) >= max(len(cells), 3) for cells in placed]
    gaps = steps(rows)
    pitches = [gap for gap, above, row in zip(gaps, is_row, is_row[1:], strict=False) if above and row]
    near = _CLOSER * median(pitches) if pitches else max(gaps, default=0.0) * _CLOSER
    owner: list[int] = list(range(len(rows)))
    for place in range(1, len(rows)):  # down: it goes on with the one above
        nearest = place == len(gaps) or gaps[place - 1] <= gaps[place]
        least = near * _MUCH_CLOSER if is_row[place] and is_row[place - 1] else near
        if nearest and (gaps[place - 1] <= least or not (placed[place][0] or is_row[place])):
            owner[place] = owner[place - 1]
    for place in range(len(rows) - 2, -1, -1):  # up: it begins the one below
        if not is_row[place] and owner[place] == place and gaps[place] <= near:
            owner = [owner[place + 1] if of == place else of for of in owner]
    for row in dict.fromkeys(owner):
        own = [cells for cells, of in zip(placed, owner, strict=True) if of == row]
        yield [[piece for cells in own for piece in cells[at]] for at in range(len(placed[0]))]


def _line(cells: Cells, lines: Sequence[Line]) -> Line:
    """Return a row as one line, with a sign between its cells."""
    text = ""
    places: tuple[int | None, ...] = ()
    while cells and not cells[-1]:
        cells = cells[:-1]
    for number, cell in enumerate(cells):
        sign = (BETWEEN_CELLS if text else BETWEEN_CELLS.lstrip()) if number else ""
        text, places = text + sign, (*places, *[None] * len(sign))
        parts = [part for piece in cell for part in lines_of(lines, [piece])]
        for above, part in zip([None, *parts], parts, strict=False):
            between = joint(text, part.text, broken=above.broken, words=frozenset()) if above else ""
            text += between + part.text
            places = (*places, *[None] * len(between), *(part.places or [None] * len(part.text)))
    whole = [piece for cell in cells for piece in cell]
    first = lines[whole[0].place[0]]
    edges = min(piece.left for piece in whole), max(piece.right for piece in whole), min(piece.base for piece in whole)
    return Line(text, *edges, first.height, alone=True, places=places)
