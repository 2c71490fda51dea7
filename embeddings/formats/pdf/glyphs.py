"""Lines of text from the characters of a PDF page: what is raised is told apart, what is broken is told."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias
from unicodedata import bidirectional

from embeddings.formats.decode import normalise
from embeddings.formats.pdf.layout import Line
from embeddings.formats.raised import written

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top in the page's own points, or left, top, right and bottom in pixels of its image."""

UNMAPPED = "\ufffd"
"""Stands for a character whose meaning the file does not tell."""

HYPHEN_MARKS = frozenset({0x02, 0xFFFE})  # pdfium's own, for a hyphen at the end of a line
LEFTWARDS = 0x590  # the first code of a script that is written from right to left
_SPACE, _SURROGATES = 0x20, 0xD800
_HYPHENS = ("-", "\u2010", "\u00ad")
_SMALLER = 0.92  # of the line's own size, from which what stands higher or lower is a mark
_RAISED, _LOWERED = 0.12, 0.06  # of the line's size, above and below its base line


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that were drawn in one go: the size of their font with its ascent and descent, and their base line."""

    size: float
    base: float


Glyph: TypeAlias = tuple[int, int, Run]
"""A character of a page: its number there, its code, and its run."""


_AT, CODE, _RUN = itemgetter(0), itemgetter(1), itemgetter(2)


def is_leftwards(code: int) -> bool:
    """Return whether a character is of a script that is written from right to left; digits and signs are of none."""
    if not (LEFTWARDS <= code <= 0x8FF or 0xFB1D <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFF):
        return False
    return bidirectional(chr(code)) in ("R", "AL", "NSM")


def line_of(
    glyphs: Sequence[Glyph], shifts: Sequence[int], boxes: Sequence[Box], *, hyphen: bool, places: bool
) -> Iterator[Line]:
    """Yield one line of these characters, or none where they are blank.

    ``shifts`` are those of `shifts_of`; ``boxes`` are those of the first, the middle and the last character that is not
    blank; ``hyphen`` says that the engine took a hyphen from its end.
    """
    made = _made(glyphs, shifts)
    text = " ".join(filter(None, "".join(map(CODE, made)).split(" "))).strip()
    text = normalise(text)
    broken = hyphen or (text.endswith(_HYPHENS) and text[-2:-1].isalnum())
    text = text if hyphen or not broken else text[:-1]
    if hyphen and not text:
        text, broken = "-", False
    if not text:
        return
    (left, bottom, right, top), middle, last = boxes
    on_page = _places(text, made) if places else ()
    if abs(last[1] - bottom) > abs(last[0] - left):  # it runs up or down the page
        upwards = last[1] > bottom
        edges = (bottom, last[3], -left) if upwards else (-top, -last[1], left)
        yield Line(text, *edges, middle[2] - middle[0], broken, places=on_page)
    else:
        edges = (min(left, last[0]), max(right, last[2]), middle[1])
        yield Line(text, *edges, middle[3] - middle[1], broken, places=on_page)


def shifts_of(glyphs: Sequence[Glyph]) -> list[int]:
    """Return for each character of a line whether it stands above the line (1), below it (-1) or on it (0)."""
    if len({*map(id, map(_RUN, glyphs))}) < 2:  # most lines
        return [0] * len(glyphs)
    runs = [run for _, code, run in glyphs if code != _SPACE]
    known = dict(zip(map(id, runs), runs, strict=True))
    kind_of = {one: (round(run.size, 1), round(run.base, 1)) for one, run in known.items()}
    if len({*kind_of.values()}) < 2:
        return [0] * len(glyphs)
    kinds = Counter(kind_of[id(run)] for run in runs)
    size, base = max(kinds, key=lambda kind: (kinds[kind], kind))
    shift = {one: _shift(run, size, base) for one, run in known.items()}
    return (
        [0 if is_leftwards(code) else shift.get(id(run), 0) for _, code, run in glyphs]
        if any(shift.values())
        else [0] * len(glyphs)
    )


def _shift(run: Run, size: float, base: float) -> int:
    if run.size > _SMALLER * size:
        return 0
    higher = run.base - base
    return 1 if higher > _RAISED * size else -1 if higher < -_LOWERED * size else 0


def _made(glyphs: Sequence[Glyph], shifts: Sequence[int]) -> list[tuple[int, str]]:
    """Return the characters of a line's text, each with its number on the page; what is put in has a neighbour's."""
    if not any(shifts):
        return _decoded(glyphs)
    made: list[tuple[int, str]] = []
    pieces = [
        (shift, _decoded([glyph for glyph, _ in group]))
        for shift, group in groupby(zip(glyphs, shifts, strict=True), key=lambda item: item[1])
    ]
    for place, (shift, piece) in enumerate(pieces):
        if not shift or not piece:
            made += piece
            continue
        before = "".join(character for _, character in made[-8:])
        after = pieces[place + 1][1][0][1] if place + 1 < len(pieces) and pieces[place + 1][1] else ""
        mark = "".join(character for _, character in piece)
        text = written(before, mark, after, lowered=shift < 0)
        added = len(text) - len(mark)
        first = next((at for at, character in piece if character != " "), piece[0][0])
        numbers = [first, *(at for at, _ in piece), *[piece[-1][0]] * added] if added else [at for at, _ in piece]
        made += zip(numbers, text, strict=False)
    return made


def _places(text: str, made: Sequence[tuple[int, str]]) -> tuple[int, ...]:
    """Return the page's character for each one of a line's text; none where the text has others too.

    The text was made by taking characters away, never by exchanging two, so the first that is alike is the one.
    """
    whole = "".join(map(CODE, made))
    if not whole[: (start := max(0, whole.find(text)))].strip(" ") and whole.startswith(text, start):  # most lines
        return tuple(map(_AT, made[start : start + len(text)]))
    following = iter(made)
    places: list[int] = []
    for wanted in text:
        found = next((at for at, character in following if character == wanted), None)
        if found is None:
            return ()
        places.append(found)
    return tuple(places)


def _decoded(glyphs: Sequence[Glyph]) -> list[tuple[int, str]]:
    """Return the code points of UTF-16 or Unicode values, each with its place, of two halves that of the second.

    Control characters are left out; U+FFFD stands for what has no meaning.
    """
    codes = [*map(CODE, glyphs)]
    if codes and min(codes) >= _SPACE and max(codes) < _SURROGATES:
        return [*zip(map(_AT, glyphs), map(chr, codes), strict=True)]
    return list(_halves_joined(glyphs))


def _halves_joined(glyphs: Sequence[Glyph]) -> Iterator[tuple[int, str]]:
    decoder = getincrementaldecoder("utf-16-le")("replace")
    before = 0
    for at, code, _ in glyphs:
        if _has_meaning(code):
            *earlier, last = [*decoder.decode(_unit(code))] or [""]
            yield from ((before, _known(character)) for character in earlier)
            yield from [(at, _known(last))] if last else []
            before = at
    yield from ((before, _known(character)) for character in decoder.decode(b"", final=True))


def _has_meaning(code: int) -> bool:
    """Return whether it is not a control character; 0 is a glyph whose meaning the file does not tell."""
    return code == 0 or code >= 0x20 or code == 0x09


def _unit(code: int) -> bytes:
    return chr(code).encode("utf-16-le", "surrogatepass") if 0 < code <= 0x10FFFF else b"\xfd\xff"


def _known(text: str) -> str:
    return text.replace("\uffff", UNMAPPED)
