"""PowerPoint presentations: what each slide shows, then its notes and comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from zipfile import ZipFile

from embeddings.formats.base import Parsed
from embeddings.formats.blocks import Block, assemble_places
from embeddings.formats.packed.package import (
    Element,
    attribute,
    left_out,
    local,
    main_part,
    opened,
    properties,
    relations,
    xml,
)
from embeddings.formats.raised import written
from embeddings.formats.signs import BETWEEN_CELLS, comment_by

_OFF = ("0", "false")
_TITLES = ("title", "ctrTitle")
_REPEATED = ("ftr", "dt", "hdr")
_NO_TEXT = ("sldNum", "sldImg")
_SHAPES = ("sp", "graphicFrame", "grpSp", "cxnSp", "pic")
_SHORT = 100  # characters of a text that is a heading where a slide has no title
_WITHOUT_TEXT = ("parTrans", "sibTrans", "pres")  # points of a diagram that are its lines


@dataclass(frozen=True, slots=True)
class _Box:
    """A shape's place, in the units of the slide or its group, and the blocks in it."""

    top: int
    left: int
    bottom: int
    right: int
    blocks: tuple[Block, ...]


def read(data: bytes) -> Parsed:
    """Return the texts of the slides from top to bottom, titles as headings; the place is the slide.

    A row of a table is one block. Notes and comments follow the slide and say what they are. Hidden slides and shapes,
    what lies outside the slide, and charts are left out and counted.
    """
    with opened(data, ".pptx", ".ppt") as package:
        slides = _Slides(package, main_part(package, ".pptx", "presentation"))
        text, headings, places = assemble_places(slides.blocks())
        title, metadata = properties(package)
    notes = left_out(slides.left_out)
    if slides.without_text:
        notes.append(f"no text on slide {', '.join(map(str, slides.without_text[:10]))}: perhaps pictures")
    first = headings[0].text if headings and headings[0].start == 0 else None
    return Parsed(text, title or first, metadata, headings, places, tuple(notes))


@dataclass
class _Slides:
    package: ZipFile
    part: str
    left_out: Counter[str] = field(default_factory=Counter)
    without_text: list[int] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._root = xml(self.package, self.part)
        self._parts = relations(self.package, self.part)
        size = self._root.find("{*}sldSz")
        self._size = (0, 0) if size is None else (int(size.get("cx")), int(size.get("cy")))
        people = [part for kind, part in self._parts.values() if kind in ("commentAuthors", "authors")]
        self._people = {
            one.get("id"): one.get("name") or "" for part in people for one in xml(self.package, part) if one.get("id")
        }

    def blocks(self) -> Iterator[Block]:
        first = int(self._root.get("firstSlideNum") or 1)
        for number, slide in enumerate(self._root.iterfind("{*}sldIdLst/{*}sldId"), start=first):
            kind, part = self._parts.get(attribute(slide, "id"), ("", ""))
            root = xml(self.package, part) if kind == "slide" else None
            if root is None or root.get("show") in _OFF:
                self.left_out["hidden slide"] += root is not None
                continue
            shown = [*self._slide(root, part)]
            if not any(block.text.strip() for block in shown) and next(root.iter("{*}pic"), None) is not None:
                self.without_text.append(number)
            yield from (replace(block, place=f"slide {number}") for block in shown)

    def _slide(self, root: Element, part: str) -> Iterator[Block]:
        beside = relations(self.package, part)
        layout = next((layout for kind, layout in beside.values() if kind == "slideLayout"), None)
        laid = {} if layout is None else _placeholders(xml(self.package, layout))
        boxes = [box for box in self._boxes(root.find("{*}cSld/{*}spTree"), beside, laid) if self._is_seen(box)]
        yield from _with_heading([block for box in _in_reading_order(boxes) for block in box.blocks])
        for kind, other in beside.values():
            if kind == "notesSlide":
                notes = self._boxes(xml(self.package, other).find("{*}cSld/{*}spTree"), {}, {})
                yield from (
                    Block(f"[Notes] {block.text}") for box in notes for block in box.blocks if block.text.strip()
                )
        for kind, other in beside.values():
            if kind == "comments":
                yield from self._comments(xml(self.package, other))

    def _is_seen(self, box: _Box) -> bool:
        width, height = self._size
        outside = box.right > box.left and not (
            box.left < width and box.right > 0 and box.top < height and box.bottom > 0
        )
        if outside and width and any(block.text.strip() for block in box.blocks):
            self.left_out["outlying text"] += 1
            return False
        return True

    def _boxes(
        self, parent: Element, beside: dict[str, tuple[str, str]], laid: dict[str, tuple[int, ...]]
    ) -> Iterator[_Box]:
        for shape in _shapes(parent):
            named, holder = shape.find(".//{*}cNvPr"), shape.find("{*}nvSpPr/{*}nvPr/{*}ph")
            kind = "" if holder is None else holder.get("type") or "body"
            if named is not None and named.get("hidden") in ("1", "true"):
                self.left_out["hidden shape"] += 1
                continue
            if kind in _NO_TEXT:
                continue
            if local(shape) == "grpSp":
                within = [*self._boxes(shape, beside, laid)]
                blocks = [block for box in _in_reading_order(within) for block in box.blocks]
            elif local(shape) == "graphicFrame":
                blocks = [*self._frame(shape, beside)]
            else:
                blocks = [Block(_line(paragraph)) for paragraph in shape.iterfind("{*}txBody/{*}p")]
            if kind in _TITLES:
                blocks = [Block(" ".join(block.text for block in blocks), 1)]
            if kind in _REPEATED:
                blocks = [block for block in blocks if block.text not in self._seen]
                self._seen.update(block.text for block in blocks)
            place = _place(shape) or next((laid[key] for key in _keys(holder) if key in laid), (0, 0, 0, 0))
            yield _Box(place[0], place[1], place[0] + place[2], place[1] + place[3], tuple(blocks))

    def _frame(self, frame: Element, beside: dict[str, tuple[str, str]]) -> Iterator[Block]:
        """Yield the rows of a table, the texts of a diagram; charts are counted."""
        self.left_out["chart"] += next(frame.iter("{*}chart"), None) is not None
        for row in frame.iter("{*}tr"):
            cells = [
                cell for cell in row.iterfind("{*}tc") if not {"1", "true"} & {cell.get("hMerge"), cell.get("vMerge")}
            ]
            texts = [" ".join(" ".join(map(_line, cell.iterfind("{*}txBody/{*}p"))).split()) for cell in cells]
            yield Block(BETWEEN_CELLS.join(texts) if any(texts) else "")
        for diagram in frame.iter("{*}relIds"):
            _, part = beside.get(attribute(diagram, "dm"), ("", ""))
            for point in xml(self.package, part).iter("{*}pt") if part in self.package.namelist() else ():
                if point.get("type") not in _WITHOUT_TEXT:
                    yield from (Block(_line(paragraph)) for paragraph in point.iterfind("{*}t/{*}p"))

    def _comments(self, root: Element) -> Iterator[Block]:
        for comment in root.iter("{*}cm", "{*}reply"):
            lines = [comment.findtext("{*}text") or "", *map(_line, comment.iterfind("{*}txBody/{*}p"))]
            text = " ".join(" ".join(lines).split())
            yield Block(f"{comment_by(self._people.get(comment.get('authorId'), ''))} {text}" if text else "")


def _shapes(parent: Element | None) -> Iterator[Element]:
    """Yield the shapes right below an element; of alternatives the first."""
    for child in () if parent is None else parent:
        if local(child) == "AlternateContent":
            yield from _shapes(next(iter(child), None))
        elif local(child) in _SHAPES:
            yield child


def _in_reading_order(boxes: Iterable[_Box]) -> list[_Box]:
    """Return boxes with headings first, the others from top to bottom; those side by side from left to right."""
    ordered: list[_Box] = []
    band: list[_Box] = []
    titled = [box for box in boxes if any(block.level for block in box.blocks)]
    for box in sorted((box for box in boxes if box not in titled), key=lambda box: (box.top, box.left)):
        if band and box.top >= (band[0].top + band[0].bottom) / 2:
            ordered += sorted(band, key=lambda one: (one.left, one.top))
            band = []
        band.append(box)
    return titled + ordered + sorted(band, key=lambda one: (one.left, one.top))


def _with_heading(blocks: list[Block]) -> list[Block]:
    """Return a slide's blocks; where it has no title, a short first text above others is its heading."""
    blocks = [block for block in blocks if block.text.strip()]
    if len(blocks) > 1 and not any(block.level for block in blocks) and len(blocks[0].text) <= _SHORT:
        blocks[0] = replace(blocks[0], level=1)
    return blocks


def _place(shape: Element) -> tuple[int, ...] | None:
    """Return a shape's top, left, height and width, where it says them itself."""
    frame = shape.find("{*}xfrm")
    frame = shape.find("{*}spPr/{*}xfrm") if frame is None else frame
    frame = shape.find("{*}grpSpPr/{*}xfrm") if frame is None else frame
    at, size = (None, None) if frame is None else (frame.find("{*}off"), frame.find("{*}ext"))
    if at is None or size is None:
        return None
    return int(at.get("y")), int(at.get("x")), int(size.get("cy")), int(size.get("cx"))


def _placeholders(layout: Element) -> dict[str, tuple[int, ...]]:
    """Return where a layout puts its placeholders, by number and by kind."""
    places: dict[str, tuple[int, ...]] = {}
    for shape in _shapes(layout.find("{*}cSld/{*}spTree")):
        place = _place(shape)
        for key in _keys(shape.find("{*}nvSpPr/{*}nvPr/{*}ph")) if place else ():
            places.setdefault(key, place or ())
    return places


def _keys(holder: Element | None) -> tuple[str, ...]:
    if holder is None:
        return ()
    return f"#{holder.get('idx') or '0'}", holder.get("type") or "body"


def _line(paragraph: Element) -> str:
    """Return the text of a paragraph, raised marks told from it."""
    before = ""
    for child in paragraph:
        kind = local(child)
        if kind == "br":
            before += "\n"
        elif kind in ("r", "fld", "AlternateContent") and child.get("type") != "slidenum":
            text = "".join(child.itertext("{*}t"))
            run = child.find("{*}rPr")
            shift = "0" if run is None else run.get("baseline") or "0"
            raised = shift.strip("0%") not in ("", "-")
            before += written(before, text, _after(child), lowered=shift.startswith("-")) if raised else text
    return before


def _after(run: Element) -> str:
    following = run.getnext()
    return "" if following is None else "".join(following.itertext("{*}t"))[:1]
