"""What the PDF engine says of each character of a page, and of what it was drawn with.

The engine's functions are given addresses as numbers and write into rooms that are made once: a pointer for each call
takes longer than the answer.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, byref, c_double, c_float, c_int, c_uint, c_ulong, c_ushort, c_void_p, cast
from functools import cache
from struct import Struct
from typing import Any, Final

from embeddings.formats.pdf.glyphs import Box

_LIGHT, _CLEAR = 0xE0, 0x20  # of 255: a colour that may be that of the paper, and one that is not seen
_FOUR_FLOATS, _TWO_DOUBLES, _FOUR_NUMBERS = Struct("4f"), Struct("2d"), Struct("4I")
_ALONE = 4  # values of one call, each of which has an address


class Characters:
    """The characters of one page; each is named by its number there."""

    def __init__(self, text_page: Any) -> None:
        from pypdfium2 import raw

        self._engine, self._text = raw, text_page
        self._address: Final = cast(text_page, c_void_p).value
        self._edges, self._origin, self._numbers = (c_float * 4)(), (c_double * 2)(), (c_uint * 4)()
        edges, origin, numbers = (ctypes.addressof(room) for room in (self._edges, self._origin, self._numbers))
        self._x, self._y = origin, origin + ctypes.sizeof(c_double)
        self._each_edge = [edges + place * ctypes.sizeof(c_float) for place in range(_ALONE)]
        self._each_number = [numbers + place * ctypes.sizeof(c_uint) for place in range(_ALONE)]
        self._drawn = _direct("FPDFText_GetTextObject", c_void_p, c_void_p, c_int)
        self._loose_box = _direct("FPDFText_GetLooseCharBox", c_int, c_void_p, c_int, c_void_p)
        self._place = _direct("FPDFText_GetCharOrigin", c_int, c_void_p, c_int, c_void_p, c_void_p)
        self._generated = _direct("FPDFText_IsGenerated", c_int, c_void_p, c_int)
        self._guessed = _direct("FPDFText_HasUnicodeMapError", c_int, c_void_p, c_int)
        self._bounds = _direct("FPDFPageObj_GetBounds", c_int, c_void_p, *[c_void_p] * 4)
        self._mode = _direct("FPDFTextObj_GetTextRenderMode", c_int, c_void_p)
        self._colour = _direct("FPDFPageObj_GetFillColor", c_int, c_void_p, *[c_void_p] * 4)
        self._marks = _direct("FPDFPageObj_CountMarks", c_int, c_void_p)
        self._unseen = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)

    def codes(self, count: int) -> list[int]:
        """Return the codes of the page's characters; at once where each is one unit of its text."""
        room = (c_ushort * (count + 1))()
        if self._engine.FPDFText_GetText(self._text, 0, count, room) == count + 1:
            return list(room[:count])
        return [self.code(at) for at in range(count)]

    def code(self, at: int) -> int:
        """Return the code of a character: a unit of UTF-16 or a code point."""
        return int(self._engine.FPDFText_GetUnicode(self._text, at))

    def drawn_with(self, at: int) -> int | None:
        """Return the address of what a character was drawn with; None where the engine put it in."""
        return self._drawn(self._address, at)  # type: ignore[no-any-return]

    def is_generated(self, at: int) -> bool:
        """Return whether the engine put the character in."""
        return self._generated(self._address, at) == 1  # type: ignore[no-any-return]

    def is_guess(self, at: int) -> bool:
        """Return whether the font does not tell what the character means."""
        return self._guessed(self._address, at) == 1  # type: ignore[no-any-return]

    def box(self, at: int) -> Box:
        """Return left, bottom, right and top of the character's place in the font; zeros where pdfium knows none."""
        if not self._loose_box(self._address, at, self._each_edge[0]):
            return (0.0, 0.0, 0.0, 0.0)
        left, top, right, bottom = _FOUR_FLOATS.unpack_from(self._edges)
        return left, bottom, right, top

    def origin(self, at: int) -> tuple[float, float]:
        """Return where a character begins, from the left of the page, and its base line, from below."""
        self._place(self._address, at, self._x, self._y)
        return _TWO_DOUBLES.unpack_from(self._origin)

    def middle(self, at: int) -> float:
        """Return the middle of what is drawn of a character, from the left of the page."""
        edges = [c_double() for _ in range(4)]
        self._engine.FPDFText_GetCharBox(self._text, at, *edges)
        return (edges[0].value + edges[1].value) / 2

    def bounds(self, drawn: int) -> Box:
        """Return left, bottom, right and top of what was drawn in one go, given by its address."""
        self._bounds(drawn, *self._each_edge)
        return _FOUR_FLOATS.unpack_from(self._edges)

    def is_suspect(self, drawn: int) -> bool:
        """Return whether text may be drawn so that nobody sees it: not at all, in a light colour, on a layer."""
        if self._mode(drawn) in self._unseen:
            return True
        if self._colour(drawn, *self._each_number):
            red, green, blue, opaque = _FOUR_NUMBERS.unpack_from(self._numbers)
            if min(red, green, blue) >= _LIGHT or opaque <= _CLEAR:
                return True
        marks = range(self._marks(drawn))
        return bool(marks) and any(self._name(drawn, place) == "OC" for place in marks)

    def _name(self, drawn: int, place: int) -> str:
        given = cast(drawn, self._engine.FPDF_PAGEOBJECT)
        mark = self._engine.FPDFPageObj_GetMark(given, place)
        length, room = c_ulong(), ctypes.create_string_buffer(64)
        self._engine.FPDFPageObjMark_GetName(mark, cast(room, POINTER(c_ushort)), len(room), byref(length))
        return room.raw[: min(length.value, len(room))].decode("utf-16-le", "replace").rstrip("\0")


@cache
def _direct(name: str, *kinds: Any) -> Any:
    """Return a function of the engine that takes addresses as numbers; the first kind is that of what it returns."""
    from pypdfium2 import raw

    return ctypes.CFUNCTYPE(*kinds)(cast(getattr(raw, name), c_void_p).value or 0)
