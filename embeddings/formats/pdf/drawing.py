"""How large a PDF page is drawn, and where its points lie in its picture."""

from __future__ import annotations

import math
from typing import Any

from embeddings.errors import UnreadableFile
from embeddings.formats.pdf.glyphs import Box


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
