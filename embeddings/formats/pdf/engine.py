"""The PDF engine, by pypdfium2. Files are opened one at a time; no type of the library leaves this folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from threading import Lock
from typing import Any

from embeddings.errors import UnreadableFile
from embeddings.formats.ocr import DPI
from embeddings.formats.pdf.characters import Characters
from embeddings.formats.pdf.drawing import fitting, on_image
from embeddings.formats.pdf.fields import with_fields
from embeddings.formats.pdf.glyphs import UNMAPPED, Box
from embeddings.formats.pdf.layout import Line
from embeddings.formats.pdf.order.reading_order import in_reading_order
from embeddings.formats.pdf.scanned import LONGEST, Scanner
from embeddings.formats.pdf.shown import ShownText

_PDFIUM = Lock()  # pdfium keeps state of its own and is not thread-safe


class Pdf:
    """An open PDF. Pages are counted from 0; what the file says is untrusted."""

    def __init__(self, document: Any, sha256: str) -> None:
        self._document = document
        self.scanner = Scanner(sha256, len(document))
        self.guessed: dict[int, list[str]] = {}  # by page from 1: words whose characters have no certain meaning
        self.has_hidden: set[int] = set()  # numbers of the pages of which something was left out, from 1

    def __len__(self) -> int:
        return len(self._document)

    def said(self, key: str) -> str:
        """Return what the file says of itself, e.g. its ``Title``; empty where it says nothing."""
        return str(self._document.get_metadata_value(key))

    def lines(self, index: int, *, places: bool = False) -> list[Line] | None:
        """Return the lines of a page that are not blank, in reading order; None where the page cannot be opened.

        What no viewer shows is left out, and `has_hidden` then names the page. With ``places`` each line says which of
        the page's characters its text is made of. A page without text is read by OCR, where that is installed.
        """
        from pypdfium2 import PdfiumError

        try:
            with closing(self._document[index]) as page, closing(page.get_textpage()) as text_page:
                shown = ShownText(page, text_page)
                lines = in_reading_order(list(shown.lines(places=places)))
                found = with_fields(lines, page, self._document.formenv)
                is_drawn = next(page.get_objects(max_depth=1), None) is not None
        except PdfiumError:
            return None
        if shown.guessed:
            self.guessed[index + 1] = shown.guessed
        if shown.has_hidden:
            self.has_hidden.add(index + 1)
        if is_drawn and not "".join(line.text for line in found).replace(UNMAPPED, "").strip():
            draw = partial(self.picture, index, scale=DPI / 72, longest=LONGEST)
            return self.scanner.page(index + 1, draw) or found
        return found

    def picture(self, index: int, *, scale: float, longest: int) -> Any:
        """Return a page as a Pillow image, ``scale`` pixels a point; smaller if a side would pass ``longest`` pixels.

        Raises UnreadableFile where the page cannot be opened or has no size.
        """
        from pypdfium2 import PdfiumError

        try:
            with closing(self._document[index]) as page:
                bitmap = page.render(scale=fitting(page, scale, longest), rev_byteorder=True)
                with closing(bitmap):
                    return bitmap.to_pil().convert("RGB").copy()
        except PdfiumError as error:
            raise UnreadableFile(f"page {index + 1} cannot be opened; open the file in a PDF viewer") from error

    def boxes(self, index: int, places: Sequence[int], size: tuple[int, int]) -> list[Box | None]:
        """Return the boxes of characters in a page's image of this size; None where the engine knows no place."""
        if scanned := self.scanner.read.get(index + 1):
            return scanned.boxes(places, size)
        with closing(self._document[index]) as page, closing(page.get_textpage()) as text_page:
            characters = Characters(text_page.raw)
            return [on_image(page, characters.box(place), size) for place in places]


@contextmanager
def opened(data: bytes) -> Iterator[Pdf]:
    """Open the bytes of a PDF. Raises UnreadableFile where it is encrypted or damaged."""
    from pypdfium2 import PdfDocument, PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    with _PDFIUM:
        try:
            document = PdfDocument(data)
        except PdfiumError as error:
            if error.err_code in {FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY}:
                raise UnreadableFile("the PDF is encrypted; save a copy without password") from error
            raise UnreadableFile("it is no PDF, or a damaged one; open it in a PDF viewer and save it again") from error
        with closing(document):
            document.init_forms()
            yield Pdf(document, hashlib.sha256(data).hexdigest())
