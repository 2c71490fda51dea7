"""Scans: pictures of text, and PDF files whose pages are such pictures."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pypdfium2
from pdf_maker import Placed, lines, make_pdf
from PIL import Image


def picture(texts: Sequence[str], *, dpi: int = 200, size: int = 12, placed: Sequence[Placed] = ()) -> Image.Image:
    """A page with these lines, as a scanner gives it."""
    document = pypdfium2.PdfDocument(make_pdf([placed or lines(texts)], size=size))
    image: Image.Image = document[0].render(scale=dpi / 72).to_pil().convert("RGB")
    document.close()
    return image


def scan(*pages: Image.Image, dpi: int = 200) -> bytes:
    """A PDF whose pages are pictures and have no text."""
    file = BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:], resolution=dpi)
    return file.getvalue()
