"""The PDF engine: the only importer of pypdfium2. Files are opened one at a time; no type of the engine leaves it."""

from __future__ import annotations

import math
from codecs import getincrementaldecoder
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from threading import Lock
from typing import Any, TypeAlias

from embeddings.errors import UnreadableFile
from embeddings.formats.decode import normalise
from embeddings.formats.pdf.layout import Line

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right and top in the page's own points, or left, top, right and bottom in pixels of its image."""

UNMAPPED = "\ufffd"
"""Stands for a character whose meaning the file does not tell."""

_PDFIUM = Lock()  # pdfium keeps state of its own and is not thread-safe
_HYPHEN_MARKS = frozenset({0x02, 0xFFFE})  # pdfium's own, for a hyphen at the end of a line
_HYPHENS = ("-", "\u2010", "\u00ad")
_LINE_ENDS = frozenset({0x0A, 0x0D})
_ANOTHER_LINE = 0.5  # of a character's height


class Pdf:
    """An open PDF. Pages are counted from 0; what the file says is untrusted."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def __len__(self) -> int:
        return len(self._document)

    def said(self, key: str) -> str:
        """Return what the file says of itself, e.g. its ``Title``; empty where it says nothing."""
        return str(self._document.get_metadata_value(key))

    def lines(self, index: int, *, places: bool = False) -> list[Line] | None:
        """Return the lines of a page that are not blank, in reading order; None where the page cannot be opened.

        With ``places`` each line says which of the page's characters its text is made of.
        """
        from pypdfium2 import PdfiumError

        try:
            with closing(self._document[index]) as page, closing(page.get_textpage()) as text_page:
                return list(_lines(text_page, places=places))
        except PdfiumError:
            return None

    def picture(self, index: int, *, scale: float, longest: int) -> Any:
        """Return a page as a Pillow image, ``scale`` pixels a point; smaller if a side would pass ``longest`` pixels.

        Raises UnreadableFile where the page cannot be opened or has no size.
        """
        from pypdfium2 import PdfiumError

        try:
            with closing(self._document[index]) as page:
                bitmap = page.render(scale=_fitting(page, scale, longest), rev_byteorder=True)
                with closing(bitmap):
                    return bitmap.to_pil().convert("RGB").copy()
        except PdfiumError as error:
            raise UnreadableFile(f"page {index + 1} cannot be opened; open the file in a PDF viewer") from error

    def boxes(self, index: int, places: Sequence[int], size: tuple[int, int]) -> list[Box | None]:
        """Return the boxes of characters in a page's image of this size; None where the engine knows no place."""
        with closing(self._document[index]) as page, closing(page.get_textpage()) as text_page:
            return [_on_image(page, _box(text_page, place), size) for place in places]


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
            yield Pdf(document)


def _fitting(page: Any, scale: float, longest: int) -> float:
    width, height = page.get_size()
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise UnreadableFile(f"a page is {width} x {height} points, which cannot be drawn")
    return float(min(scale, longest / max(width, height)))


def _on_image(page: Any, box: Box, size: tuple[int, int]) -> Box | None:
    """Return a box in the page's points as one in pixels; the page may be turned or cropped."""
    from pypdfium2 import PdfPosConv

    left, bottom, right, top = box
    if left == right or bottom == top:
        return None
    convert = PdfPosConv(page, (0, 0, *size, 0))
    corners = [convert.to_bitmap(x, y) for x in (left, right) for y in (bottom, top)]
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _lines(text_page: Any, *, places: bool) -> Iterator[Line]:
    from pypdfium2 import raw

    characters: list[tuple[int, int]] = []
    for at in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, at)
        generated = code == 0x20 and raw.FPDFText_IsGenerated(text_page, at) == 1
        hyphen = code in _HYPHEN_MARKS
        if hyphen or code in _LINE_ENDS or (generated and _line_ends(text_page, at)):
            yield from _line(text_page, characters, hyphen=hyphen, places=places)
            characters = []
        else:
            characters.append((at, code))
    yield from _line(text_page, characters, hyphen=False, places=places)


def _line_ends(text_page: Any, space: int) -> bool:
    """Return whether a space that pdfium inserted ends a line: the base line changes across it."""
    if space + 1 >= text_page.count_chars():
        return False
    before, after = _box(text_page, space - 1), _box(text_page, space + 1)
    return abs(before[1] - after[1]) > _ANOTHER_LINE * (before[3] - before[1])


def _box(text_page: Any, at: int) -> Box:
    """Return left, bottom, right and top of the character's place in the font; zeros where pdfium knows none."""
    from pypdfium2 import PdfiumError

    try:
        left, bottom, right, top = text_page.get_charbox(at, loose=True)
    except PdfiumError:
        return (0.0, 0.0, 0.0, 0.0)
    return left, bottom, right, top


def _line(text_page: Any, characters: Sequence[tuple[int, int]], *, hyphen: bool, places: bool) -> Iterator[Line]:
    """Yield one line of these characters (index and code), or none where they are blank."""
    codes = [code for _, code in characters]
    text = " ".join(filter(None, _characters(codes).split(" "))).strip()
    broken = hyphen or (text.endswith(_HYPHENS) and text[-2:-1].isalnum())
    text = text if hyphen or not broken else text[:-1]
    if hyphen and not text:
        text, broken = "-", False
    inked = [at for at, code in characters if code != 0x20]
    if not text or not inked:
        return
    boxes = [_box(text_page, inked[place]) for place in (0, len(inked) // 2, -1)]
    (left, bottom, _, top), middle, last = boxes
    height = middle[3] - middle[1]
    on_page = _places(text, characters) if places else ()
    if abs(last[1] - bottom) > abs(last[0] - left):  # it runs up or down the page
        upwards = last[1] > bottom
        edges = (bottom, last[3], -left) if upwards else (-top, -last[1], left)
        yield Line(text, *edges, middle[2] - middle[0], broken, on_page)
    else:
        yield Line(text, left, last[2], middle[1], height, broken, on_page)


def _places(text: str, characters: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the page's character for each one of a line's text; none where the text has others too.

    The text was made by taking characters away, never by exchanging two, so the first that is alike is the one.
    """
    made = _decoded(characters)
    places: list[int] = []
    for wanted in text:
        found = next((at for at, character in made if character == wanted), None)
        if found is None:
            return ()
        places.append(found)
    return tuple(places)


def _decoded(characters: Sequence[tuple[int, int]]) -> Iterator[tuple[int, str]]:
    """Yield each code point that `_characters` gives, with its place; of two halves of one, that of the second."""
    decoder = getincrementaldecoder("utf-16-le")("replace")
    before = 0
    for at, code in characters:
        if _has_meaning(code):
            *earlier, last = [*decoder.decode(_unit(code))] or [""]
            yield from ((before, _known(character)) for character in earlier)
            yield from [(at, _known(last))] if last else []
            before = at
    yield from ((before, _known(character)) for character in decoder.decode(b"", final=True))


def _characters(codes: Sequence[int]) -> str:
    """Return the text of UTF-16 or Unicode values, without control characters; U+FFFD for what has no meaning."""
    units = b"".join(_unit(code) for code in codes if _has_meaning(code))
    return _known(normalise(units.decode("utf-16-le", "replace")))


def _has_meaning(code: int) -> bool:
    """Return whether it is not a control character; 0 is a glyph whose meaning the file does not tell."""
    return code == 0 or code >= 0x20 or code == 0x09


def _unit(code: int) -> bytes:
    return chr(code).encode("utf-16-le", "surrogatepass") if 0 < code <= 0x10FFFF else b"\xfd\xff"


def _known(text: str) -> str:
    return text.replace("\uffff", UNMAPPED)
