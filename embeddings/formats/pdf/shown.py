"""The text of a PDF page as far as a viewer shows it, in lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from ctypes import (
    CFUNCTYPE,
    POINTER,
    byref,
    c_double,
    c_float,
    c_int,
    c_uint,
    c_ulong,
    c_ushort,
    c_void_p,
    cast,
    create_string_buffer,
)
from functools import cached_property, lru_cache
from itertools import groupby, pairwise
from typing import Any

from embeddings.formats.pdf.drawing import fitting, on_image
from embeddings.formats.pdf.glyphs import HYPHEN_MARKS, LEFTWARDS, Box, Glyph, Run, is_leftwards, line_of, shifts_of
from embeddings.formats.pdf.layout import Line, Part
from embeddings.formats.pdf.pieces import with_parts

_LINE_ENDS = frozenset({0x0A, 0x0D})
_SPACE = 0x20
_ANOTHER_LINE = 0.5  # of a character's height
_OF_A_MARK = 0.92  # of the size beside it, at most
_NEAR, _ABOVE = 0.6, 0.3  # of that size: to the right or left, and above it
_LIGHT, _CLEAR = 0xE0, 0x20  # of 255: a colour that may be that of the paper, and one that is not seen
_WIDE_GAP = 0.45  # of a character's height: it may lie between two columns
_FAR = 0.8  # of a character's height, between the beginnings of two characters: the first may end before a wide gap
_TRACE = 12  # of 255: two shades that differ


class ShownText:
    """The text of one page, as far as it is shown."""

    def __init__(self, page: Any, text_page: Any) -> None:
        self._page, self._text = page, text_page
        self._area: Box = page.get_bbox()  # of the crop box that lies on the page
        self.has_hidden = False
        self._room = (c_double(), c_double(), c_double())
        self._origin = _origins()

    def lines(self, *, places: bool) -> Iterator[Line]:
        """Yield the lines that are not blank."""
        waiting: list[Glyph] = []
        for glyph, ends, hyphen in self._glyphs():
            if not ends:
                waiting.append(glyph)
            elif not hyphen and self._goes_on(waiting, glyph[0]):
                waiting += [glyph] if glyph[1] == _SPACE else []
            else:
                yield from self._line(waiting, hyphen=hyphen, places=places)
                waiting = []
        yield from self._line(waiting, hyphen=False, places=places)

    def _glyphs(self) -> Iterator[tuple[Glyph, bool, bool]]:
        """Yield each character that is shown, whether a line ends there instead, and whether with a hyphen."""
        from pypdfium2 import raw

        text, drawn, run, shown = self._text.raw, None, Run(0.0, 0.0), 1.0
        code_at, address_at = raw.FPDFText_GetUnicode, _addresses()
        for at in range(self._text.count_chars()):
            code, found = code_at(text, at), address_at(text, at)
            if found and found != drawn:
                drawn, run = found, self._run(at)
                shown = self._shown(raw.FPDFText_GetTextObject(text, at))
            if code > _SPACE and code not in HYPHEN_MARKS:  # most of a page
                if shown == 1 or (shown and self._is_inside(at)):
                    yield (at, code, run), False, False
                else:
                    self.has_hidden = True
                continue
            hyphen = code in HYPHEN_MARKS
            generated = code == _SPACE and raw.FPDFText_IsGenerated(text, at) == 1
            yield (at, code, run), hyphen or code in _LINE_ENDS or (generated and self._line_ends(at)), hyphen

    def _run(self, at: int) -> Run:
        from pypdfium2 import raw

        _, bottom, _, top = box_of(self._text, at)
        x, y = c_double(), c_double()
        raw.FPDFText_GetCharOrigin(self._text, at, x, y)
        return Run(top - bottom, y.value)

    def _shown(self, drawn: Any) -> float:
        """Return 1 for text that is shown, 0 for text that is not, a half where each character must be asked."""
        from pypdfium2 import raw

        edges = [c_float() for _ in range(4)]
        raw.FPDFPageObj_GetBounds(drawn, *edges)
        left, bottom, right, top = box = tuple(edge.value for edge in edges)
        within = self._area
        if right < within[0] or left > within[2] or top < within[1] or bottom > within[3]:
            return 0.0
        if _is_suspect(drawn) and not self._leaves_a_trace(box):
            return 0.0
        whole = left >= within[0] - 1 and right <= within[2] + 1 and bottom >= within[1] - 1 and top <= within[3] + 1
        return 1.0 if whole else 0.5

    def _is_inside(self, at: int) -> bool:
        left, bottom, right, top = box_of(self._text, at)
        x, y = (left + right) / 2, (bottom + top) / 2
        return self._area[0] <= x <= self._area[2] and self._area[1] <= y <= self._area[3]

    def _leaves_a_trace(self, box: Sequence[float]) -> bool:
        """Return whether the page as it is drawn has anything in a box: else nobody sees what is written there."""
        found = on_image(self._page, (box[0], box[1], box[2], box[3]), self._drawn.size)
        if found is None:
            return False
        darkest, lightest = self._drawn.crop(tuple(map(round, found))).getextrema() or (0, 0)
        return bool(lightest - darkest > _TRACE)

    @cached_property
    def _drawn(self) -> Any:
        with closing(self._page.render(scale=fitting(self._page, 2, 2000), may_draw_forms=False)) as bitmap:
            return bitmap.to_pil().convert("L").copy()

    def _line_ends(self, space: int) -> bool:
        """Return whether a space that pdfium inserted ends a line: the base line changes across it."""
        if space + 1 >= self._text.count_chars():
            return False
        before, after = box_of(self._text, space - 1), box_of(self._text, space + 1)
        return abs(before[1] - after[1]) > _ANOTHER_LINE * (before[3] - before[1])

    def _goes_on(self, line: Sequence[Glyph], end: int) -> bool:
        """Return whether a line goes on where pdfium ends it: it does so before a raised mark, and behind it."""
        last = next((at for at, code, _ in reversed(line) if code != _SPACE), None)
        following = None if last is None else self._after(end)
        if last is None or following is None:
            return False
        before, after = box_of(self._text, last), box_of(self._text, following)
        smaller, larger = sorted((before, after), key=lambda box: box[3] - box[1])
        size, middle = larger[3] - larger[1], (smaller[1] + smaller[3]) / 2
        if smaller[3] - smaller[1] > _OF_A_MARK * size:
            return False
        return larger[1] < middle < larger[3] + _ABOVE * size and abs(after[0] - before[2]) < _NEAR * size

    def _in_reading_order(self, glyphs: Sequence[Glyph]) -> list[Glyph]:
        """Return the characters of a line, with words of scripts that run leftwards as they are read.

        Some programs draw the letters of such a word from left to right, and pdfium gives them so.
        """
        if all(code < LEFTWARDS for _, code, _ in glyphs):  # most lines
            return list(glyphs)
        ordered: list[Glyph] = []
        for leftwards, word in groupby(glyphs, key=lambda glyph: is_leftwards(glyph[1])):
            letters = list(word)
            if leftwards and len(letters) > 1:
                places = [self._middle(at) for at, _, _ in letters]
                rightwards = sum(before < after for before, after in pairwise(places))
                if 2 * rightwards > len(letters) - 1:
                    by_place = sorted(range(len(letters)), key=lambda place: (-places[place], -place))
                    letters = [letters[place] for place in by_place]
            ordered += letters
        return ordered

    def _middle(self, at: int) -> float:
        left, _, right, _ = self._text.get_charbox(at)
        return float(left + right) / 2

    def _after(self, end: int) -> int | None:
        from pypdfium2 import raw

        for at in range(end + 1, self._text.count_chars()):
            code = raw.FPDFText_GetUnicode(self._text, at)
            if code not in _LINE_ENDS and code != _SPACE:
                return at
        return None

    def _line(self, glyphs: Sequence[Glyph], *, hyphen: bool, places: bool) -> Iterator[Line]:
        glyphs = self._in_reading_order(glyphs)
        inked = [at for at, code, _ in glyphs if code != _SPACE]
        if not inked:
            return
        shifts = shifts_of(glyphs)
        own = [at for (at, code, _), shift in zip(glyphs, shifts, strict=True) if code != _SPACE and not shift]
        boxes = [box_of(self._text, at) for at in (inked[0], own[len(own) // 2], inked[-1])]
        parts = list(self._parts(glyphs, boxes[1][1]))
        for line in line_of(glyphs, shifts, boxes, hyphen=hyphen, places=places or bool(parts)):
            yield with_parts(line, parts) if parts else line

    def _parts(self, glyphs: Sequence[Glyph], base: float) -> Iterator[Part]:
        """Yield what stands between wide gaps, with the number of its first character; marks have the base line."""
        cuts, before, spaced = [], None, False
        for place, glyph in enumerate(glyphs):
            if glyph[1] == _SPACE:
                spaced = True
                continue
            if spaced and before and self._is_far(before, glyph):
                one, other = box_of(self._text, before[0]), box_of(self._text, glyph[0])
                gap = max(one[0], other[0]) - min(one[2], other[2])
                cuts += [place] if gap > _WIDE_GAP * max(one[3] - one[1], other[3] - other[1]) else []
            before, spaced = glyph, False
        for start, stop in pairwise([0, *cuts, len(glyphs)] if cuts else []):
            part = [glyph for glyph in glyphs[start:stop] if glyph[1] != _SPACE]
            one, other = box_of(self._text, part[0][0]), box_of(self._text, part[-1][0])
            own = one[1] if part[0][2].size > _OF_A_MARK * max(glyph[2].size for glyph in part) else base
            yield Part(part[0][0], min(one[0], other[0]), max(one[2], other[2]), own)

    def _is_far(self, before: Glyph, glyph: Glyph) -> bool:
        """Return whether there may be a wide gap between two characters; this takes less time than their boxes."""
        first, second, y = self._room
        self._origin(self._text, before[0], first, y)
        self._origin(self._text, glyph[0], second, y)
        return bool(abs(second.value - first.value) > _FAR * glyph[2].size)


@lru_cache(maxsize=1)
def _addresses() -> Any:
    """Return the function that gives the address of what a character was drawn with; a pointer takes longer to make."""
    from pypdfium2 import raw

    return CFUNCTYPE(c_void_p, c_void_p, c_int)(cast(raw.FPDFText_GetTextObject, c_void_p).value or 0)


@lru_cache(maxsize=1)
def _origins() -> Any:
    from pypdfium2 import raw

    return raw.FPDFText_GetCharOrigin


def _is_suspect(drawn: Any) -> bool:
    """Return whether text may be drawn so that nobody sees it: not at all, in a light colour, on a layer."""
    from pypdfium2 import raw

    if raw.FPDFTextObj_GetTextRenderMode(drawn) in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP):
        return True
    colour = [c_uint() for _ in range(4)]
    if raw.FPDFPageObj_GetFillColor(drawn, *colour):
        *light, opaque = (part.value for part in colour)
        if min(light) >= _LIGHT or opaque <= _CLEAR:
            return True
    return any(
        _name(raw.FPDFPageObj_GetMark(drawn, place)) == "OC" for place in range(raw.FPDFPageObj_CountMarks(drawn))
    )


def _name(mark: Any) -> str:
    from pypdfium2 import raw

    length, room = c_ulong(), create_string_buffer(64)
    raw.FPDFPageObjMark_GetName(mark, cast(room, POINTER(c_ushort)), len(room), byref(length))
    return room.raw[: min(length.value, len(room))].decode("utf-16-le", "replace").rstrip("\0")


def box_of(text_page: Any, at: int) -> Box:
    """Return left, bottom, right and top of the character's place in the font; zeros where pdfium knows none."""
    from pypdfium2 import PdfiumError

    try:
        left, bottom, right, top = text_page.get_charbox(at, loose=True)
    except PdfiumError:
        return (0.0, 0.0, 0.0, 0.0)
    return left, bottom, right, top
