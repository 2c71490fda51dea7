"""What a PDF page is drawn with, and where its points lie in its picture.

The calls of the engine that are made for each character answer into the same room each time.
"""

from __future__ import annotations

import math
from ctypes import (
    CFUNCTYPE,
    POINTER,
    byref,
    c_int,
    c_uint,
    c_ulong,
    c_ushort,
    c_void_p,
    cast,
    create_string_buffer,
)
from functools import lru_cache
from typing import Any

from embeddings.errors import UnreadableFile
from embeddings.formats.pdf.glyphs import Box

_COLOUR = tuple(c_uint() for _ in range(4))
_LIGHT, _CLEAR = 0xE0, 0x20  # of 255: a colour that may be that of the paper, and one that is not seen


def fitting(page: Any, scale: float, longest: int) -> float:
    """Return the scale at which no side of a page passes ``longest`` pixels. Raises UnreadableFile without a size."""
    width, height = page.get_size()
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise UnreadableFile(f"a page is {width} x {height} points, which cannot be drawn")
    return float(min(scale, longest / max(width, height)))


def on_image(page: Any, box: Box, size: tuple[int, int]) -> Box | None:
    """Return a box in the page's points as one in pixels; the page may be turned or cropped."""
    from pypdfium2 import PdfPosConv

    left, bottom, right, top = box
    if left == right or bottom == top:
        return None
    convert = PdfPosConv(page, (0, 0, *size, 0))
    corners = [convert.to_bitmap(x, y) for x in (left, right) for y in (bottom, top)]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def address_of(text_page: Any, at: int) -> int | None:
    """Return the address of what a character was drawn with; a pointer takes longer to make."""
    return _addresses()(text_page, at)  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _addresses() -> Any:
    """Return the function that gives the address of what a character was drawn with; a pointer takes longer to make."""
    from pypdfium2 import raw

    return CFUNCTYPE(c_void_p, c_void_p, c_int)(cast(raw.FPDFText_GetTextObject, c_void_p).value or 0)


def is_suspect(raw: Any, drawn: Any) -> bool:
    """Return whether text may be drawn so that nobody sees it: not at all, in a light colour, on a layer."""
    if raw.FPDFTextObj_GetTextRenderMode(drawn) in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP):
        return True
    if raw.FPDFPageObj_GetFillColor(drawn, *_COLOUR):
        red, green, blue, opaque = _COLOUR
        if (red.value >= _LIGHT and green.value >= _LIGHT and blue.value >= _LIGHT) or opaque.value <= _CLEAR:
            return True
    marks = range(raw.FPDFPageObj_CountMarks(drawn))
    return bool(marks) and any(_name(raw.FPDFPageObj_GetMark(drawn, place)) == "OC" for place in marks)


def _name(mark: Any) -> str:
    from pypdfium2 import raw

    length, room = c_ulong(), create_string_buffer(64)
    raw.FPDFPageObjMark_GetName(mark, cast(room, POINTER(c_ushort)), len(room), byref(length))
    return room.raw[: min(length.value, len(room))].decode("utf-16-le", "replace").rstrip("\0")


def box_of(text_page: Any, at: int) -> Box:
    """Return left, bottom, right and top of the character's place in the font; zeros where pdfium knows none."""
    ask, box = _loose_box()
    if not ask(text_page, at, box):
        return (0.0, 0.0, 0.0, 0.0)
    return box.left, box.bottom, box.right, box.top


@lru_cache(maxsize=1)
def _loose_box() -> tuple[Any, Any]:
    """Return the function that tells the box of a character, and a room for it."""
    from pypdfium2 import raw

    return raw.FPDFText_GetLooseCharBox, raw.FS_RECTF()
