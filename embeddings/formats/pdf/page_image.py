"""A page of a PDF as a picture, with the place of a quote marked on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from embeddings.errors import PageMissing, SourceChanged
from embeddings.formats.pdf.engine import Pdf, opened
from embeddings.formats.pdf.glyphs import Box
from embeddings.formats.pdf.places import places_of
from embeddings.types import Document, Page

if TYPE_CHECKING:
    from PIL.Image import Image

_SCALE = 2.0  # pixels a point: 144 dots an inch
_LONGEST = 3000  # pixels of a side, whatever size the page says it has
_MARKER, _EDGE = (255, 214, 0), (184, 134, 0)
_STRENGTH = 0.3  # of the marker, so that black text on white stays black on yellow and white on black is seen too
_NEIGHBOURS = 300  # characters before and after the span that a mark may not run over
_WIDEST_SPACE = 3.0  # heights of a character
_SAME_LINE = 0.5  # of the lower character's height
_SLANT = 1.8  # heights of a character; a mark that would be higher is begun anew, as where the text is slanted


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as PNG, and where on it the span is marked: left, top, right and bottom in pixels, in reading order.

    No marks: no span was given, none of it is on this page, or its place is not known for certain.
    """

    png: bytes
    width: int
    height: int
    marks: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says, and what of it is to be marked: offsets in this text, or None."""

    number: int
    text: str
    span: tuple[int, int] | None
    scale: float


def page_image(
    data: bytes, document: Document, number: int, *, span: tuple[int, int] | None = None, scale: float = _SCALE
) -> PageImage:
    """Draw a page of a PDF document from its file's bytes, and mark what of the span in its text is on that page.

    Pages count from 1. A page is drawn smaller where a side would have more than 3,000 pixels. Raises the errors of
    `page_text` and `draw`.
    """
    return draw(data, page_text(data, document, number, span=span, scale=scale))


def page_text(
    data: bytes, document: Document, number: int, *, span: tuple[int, int] | None = None, scale: float = _SCALE
) -> PageText:
    """Return what a page says and what is to be marked there; ``span`` counts in the document's text.

    Raises PageMissing where there is no such page, SourceChanged where the bytes are not the ones that were indexed,
    and ValueError for a span that is not in the document's text.
    """
    page = _page(document, number)
    start, end = span or (0, 0)
    if span and not 0 <= start < end <= len(document.text):
        raise ValueError(f"a span must lie in 0..{len(document.text)} and hold something, found {start}..{end}")
    if not 0 < scale < float("inf"):
        raise ValueError(f"scale must be above 0, found {scale}")
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise SourceChanged(f"{document.source} has changed since it was indexed")
    within = (max(start, page.start) - page.start, min(end, page.end) - page.start) if span else None
    return PageText(number, document.text[page.start : page.end], within, scale)


def draw(data: bytes, page: PageText) -> PageImage:
    """Draw a page from its file's bytes. Raises UnreadableFile where it cannot be drawn."""
    with opened(data) as pdf:
        image: Image = pdf.picture(page.number - 1, scale=page.scale, longest=_LONGEST)
        characters = _characters(pdf, page, image.size) if page.span else []
    marks = tuple(_marks(characters, page.span, image.size)) if page.span else ()
    file = BytesIO()
    _marked(image, marks).save(file, "PNG")
    return PageImage(file.getvalue(), *image.size, marks)


def _page(document: Document, number: int) -> Page:
    if not document.pages or document.pages[0].label:
        raise PageMissing(f"{document.source} has no pages; only those of PDF files can be drawn")
    if not 1 <= number <= len(document.pages):
        raise PageMissing(f"{document.source} has the pages 1 to {len(document.pages)}, and no page {number}")
    return document.pages[number - 1]


def _characters(pdf: Pdf, page: PageText, size: tuple[int, int]) -> list[Box | None]:
    """Return the box of each code point of the page's text in the image; nothing where that is not certain."""
    places = places_of(pdf.lines(page.number - 1, places=True) or [], page.text)
    if places is None:
        return []
    known = [place for place in places if place is not None]
    boxes = iter(pdf.boxes(page.number - 1, known, size))
    return [None if place is None else next(boxes) for place in places]


def _marks(characters: Sequence[Box | None], span: tuple[int, int], size: tuple[int, int]) -> Iterator[Box]:
    """Yield boxes over the characters of the span, one for each stretch of a line that has no other text in it."""
    start, end = span
    if start >= end:
        return
    near = [*characters[max(0, start - _NEIGHBOURS) : start], *characters[end : end + _NEIGHBOURS]]
    others = [_middle(box) for box in near if box]
    mark: Box | None = None
    for box in filter(None, characters[start:end]):
        longer = _longer(mark, box, others) if mark else None
        if mark and not longer:
            yield from _inside(mark, size)
        mark = longer or box
    if mark:
        yield from _inside(mark, size)


def _longer(mark: Box, box: Box, others: Sequence[tuple[float, float]]) -> Box | None:
    """Return the mark made longer by a character; None where that is on another line, or across other text."""
    for along, across in ((0, 1), (1, 0)):  # lines run across the image, or down on a page that is turned
        height = min(mark[across + 2] - mark[across], box[across + 2] - box[across])
        shared = min(mark[across + 2], box[across + 2]) - max(mark[across], box[across])
        gap = max(mark[along], box[along]) - min(mark[along + 2], box[along + 2])
        both = (min(mark[0], box[0]), min(mark[1], box[1]), max(mark[2], box[2]), max(mark[3], box[3]))
        tall = both[across + 2] - both[across] > _SLANT * height
        if shared < _SAME_LINE * height or gap > _WIDEST_SPACE * height or tall:
            continue
        if not any(both[0] < x < both[2] and both[1] < y < both[3] for x, y in others):
            return both
    return None


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _inside(box: Box, size: tuple[int, int]) -> Iterator[Box]:
    """Yield the part of a box that is in the image, if there is one."""
    left, top, right, bottom = max(box[0], 0), max(box[1], 0), min(box[2], size[0]), min(box[3], size[1])
    if left < right and top < bottom:
        yield left, top, right, bottom


def _marked(image: Image, marks: Sequence[Box]) -> Image:
    from PIL import Image as Images
    from PIL import ImageDraw

    if not marks:
        return image
    mask = Images.new("L", image.size)
    pen = ImageDraw.Draw(mask)
    inner = [(left, top, right - 1, bottom - 1) for left, top, right, bottom in marks]
    for box in inner:
        pen.rectangle(box, fill=255)
    yellow = Images.blend(image, Images.new("RGB", image.size, _MARKER), _STRENGTH)
    marked = Images.composite(yellow, image, mask)
    pen = ImageDraw.Draw(marked)
    for box in inner:
        pen.rectangle(box, outline=_EDGE)
    return marked
