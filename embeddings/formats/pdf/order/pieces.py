"""Pieces of lines: what stands between wide gaps, which may be those between columns or the cells of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from embeddings.formats.pdf.layout import Line, Part

_HYPHENS = ("-", "\u2010", "\u00ad")
_SAME_ROW = 0.35  # of a line's height


@dataclass(eq=False, slots=True)
class Piece:
    """A part of a line, and its box: ``place`` is the line's in the order of drawing, and where in it this begins.

    Where a page runs leftwards its left and right are those of a mirror.
    """

    place: tuple[int, int]
    end: int
    left: float
    right: float
    base: float
    height: float
    text: str


def with_parts(line: Line, parts: Sequence[Part]) -> Line:
    """Return a line that knows its parts, each given by the number of the page's character that it begins with."""
    offsets = {place: offset for offset, place in reversed(list(enumerate(line.places)))}
    known = [part._replace(at=offsets.get(part.at, 0)) for part in parts]
    is_known = known[0].at == 0 and all(line.text[part.at - 1] == " " for part in known[1:])
    in_order = all(before.at < part.at for before, part in pairwise(known))
    return replace(line, parts=tuple(known)) if is_known and in_order else line


def pieces_of(lines: Sequence[Line], *, leftwards: bool) -> Iterator[Piece]:
    """Yield the pieces of lines in the order in which they were drawn."""
    for number, line in enumerate(lines):
        for (start, left, right, base), end in _spans(line):
            edges = (-right, -left) if leftwards else (left, right)
            yield Piece((number, start), end, *edges, base, line.height, line.text[start:end])


def _spans(line: Line) -> Iterator[tuple[Part, int]]:
    """Yield the parts of a line, each with where it ends."""
    parts = line.parts or (Part(0, line.left, line.right, line.base),)
    yield from zip(parts, [*(part.at - 1 for part in parts[1:]), len(line.text)], strict=True)


def in_rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return pieces row by row from the top, each row from its left."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.base):
        if rows and rows[-1][0].base - piece.base < _SAME_ROW * piece.height:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def lines_of(lines: Sequence[Line], pieces: Sequence[Piece]) -> Iterator[Line]:
    """Yield the lines that pieces are of; those of one line that follow one another are one again."""
    start = 0
    for place in range(1, len(pieces) + 1):
        before = pieces[place - 1]
        if place < len(pieces) and (before.place[0], before.end + 1) == pieces[place].place:
            continue
        yield _part(lines[before.place[0]], pieces[start:place])
        start = place


def _part(line: Line, pieces: Sequence[Piece]) -> Line:
    start, end = pieces[0].place[1], pieces[-1].end
    if (start, end) == (0, len(line.text)):
        return line
    text, broken = line.text[start:end], line.broken and end == len(line.text)
    if end < len(line.text) and text.endswith(_HYPHENS) and text[-2:-1].isalnum():
        text, broken = text[:-1], True
    inside = [part for part, stop in _spans(line) if start <= part.at and stop <= end]
    left, right = min(part.left for part in inside), max(part.right for part in inside)
    places = line.places[start:][: len(text)]
    return replace(line, text=text, left=left, right=right, base=inside[0].base, broken=broken, places=places, parts=())


def steps(rows: Sequence[Sequence[Piece]]) -> list[float]:
    """Return the distances between the base lines of rows."""
    return [above[0].base - row[0].base for above, row in pairwise(rows)]
