"""What is written over a PDF page: values of its form, text that was added, comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ctypes import POINTER, byref, c_ushort, cast, create_string_buffer
from dataclasses import replace
from typing import Any

from embeddings.formats.pdf.glyphs import Box
from embeddings.formats.pdf.layout import Line
from embeddings.formats.signs import box_sign, comment_by

_HIDDEN = 0x02 | 0x20  # flags: hidden, no view
_PASSWORD = 1 << 13  # of a text field
_MOST = 10_000  # of a page
_LINE = 12.0  # points, of a page without text
_COMMENTS = "text highlight underline squiggly strikeout caret"


def with_fields(lines: Sequence[Line], page: Any, form: Any) -> list[Line]:
    """Return a page's lines with what is written over it: a value beside its label, comments at the end."""
    found, comments = list(lines), []
    for box, text, is_comment in _written(page, form):
        words = " ".join(text.split())
        if words and is_comment:
            comments.append(words)
        elif words:
            _insert(found, words, box)
    height = lines[-1].height if lines else _LINE
    below = min((line.base for line in found), default=0.0)
    for place, comment in enumerate(comments, start=1):
        found.append(Line(comment, 0.0, 0.0, below - 10 * place * height, height, alone=True))
    return found


def _insert(lines: list[Line], text: str, box: Box) -> None:
    """Put a value into the row that it stands in, or between the rows above and below it."""
    left, bottom, right, top = box
    row = [place for place, line in enumerate(lines) if bottom - 3 <= line.base <= top]
    if row:
        label = lines[row[0]]
        at = max((place + 1 for place in row if lines[place].left < left), default=row[0])
        lines.insert(at, replace(label, text=text, left=left, right=right, broken=False, alone=True, places=()))
        return
    at = next((place for place, line in enumerate(lines) if line.base < bottom), len(lines))
    lines.insert(at, Line(text, left, right, bottom, lines[0].height if lines else _LINE, alone=True))


def _written(page: Any, form: Any) -> Iterator[tuple[Box, str, bool]]:
    """Yield the place and the text of each field and annotation that is shown, and whether it is a comment."""
    from pypdfium2 import raw

    kinds = {getattr(raw, f"FPDF_ANNOT_{name.upper()}") for name in _COMMENTS.split()}
    for place in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST)):
        with _annotation(page, place) as found:
            if not found or raw.FPDFAnnot_GetFlags(found) & _HIDDEN:
                continue
            kind, box = raw.FPDFAnnot_GetSubtype(found), raw.FS_RECTF()
            raw.FPDFAnnot_GetRect(found, byref(box))
            place_of = (box.left, box.bottom, box.right, box.top)
            if kind == raw.FPDF_ANNOT_WIDGET and form:
                yield place_of, _value(form, found), False
            elif kind == raw.FPDF_ANNOT_FREETEXT:
                yield place_of, _string(found, b"Contents"), False
            elif kind in kinds and (said := _string(found, b"Contents").strip()):
                author = _string(found, b"T").strip()
                yield place_of, f"{comment_by(author)} {said}", True


@contextmanager
def _annotation(page: Any, place: int) -> Iterator[Any]:
    from pypdfium2 import raw

    found = raw.FPDFPage_GetAnnot(page, place)
    try:
        yield found
    finally:
        if found:
            raw.FPDFPage_CloseAnnot(found)


def _value(form: Any, field: Any) -> str:
    from pypdfium2 import raw

    kind = raw.FPDFAnnot_GetFormFieldType(form, field)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return box_sign(ticked=bool(raw.FPDFAnnot_IsChecked(form, field)))
    if raw.FPDFAnnot_GetFormFieldFlags(form, field) & _PASSWORD:
        return ""
    if kind in (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        return _text(lambda room, size: raw.FPDFAnnot_GetFormFieldValue(form, field, room, size))
    return ""


def _string(annotation: Any, key: bytes) -> str:
    from pypdfium2 import raw

    return _text(lambda room, size: raw.FPDFAnnot_GetStringValue(annotation, key, room, size))


def _text(ask: Callable[[Any, int], int]) -> str:
    """Return a text in UTF-16 that pdfium puts into a room, whose size it tells first."""
    size = ask(None, 0)
    room = create_string_buffer(size)
    ask(cast(room, POINTER(c_ushort)), size)
    return room.raw.decode("utf-16-le", "replace").rstrip("\0").replace("\0", "\ufffd")
