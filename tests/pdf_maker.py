"""A minimal PDF writer: pages of lines of text at given places, in Helvetica."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

Placed: TypeAlias = tuple[float, float, str] | tuple[float, float, str, str]
"""x and base line in points from the lower left, the text (Windows-1252), and operators before it, such as its size."""


def lines(texts: Sequence[str], *, top: float = 700, left: float = 72, gap: float = 14) -> list[Placed]:
    """Lines below one another; an empty text leaves its line blank."""
    return [(left, top - place * gap, text) for place, text in enumerate(texts) if text]


def make_pdf(
    pages: Sequence[Sequence[Placed]],
    *,
    info: Mapping[str, str] | None = None,
    trailer: str = "",
    size: int = 12,
    page: str = "/MediaBox [0 0 612 792]",
    meaning: Mapping[str, str] | None = None,
    drawn: Mapping[int, str] = MappingProxyType({}),
    fields: Sequence[str] = (),
    catalog: str = "",
    resources: str = "",
    objects: Sequence[str] = (),
) -> bytes:
    """The bytes of a PDF with these pages; ``trailer`` is added to the trailer's dictionary, ``page`` to each page's.

    ``drawn`` are operators that draw below the text of a page, by its number from 0. ``meaning`` says which text a
    glyph stands for where it is another than its own, as for a ligature. ``fields`` are annotations of the first page,
    and those of a form. ``catalog`` and ``resources`` are added to those; further ``objects`` are numbered behind the
    pages.
    """
    more = objects
    first = 4 + 2 * len(pages) + bool(meaning) + len(more)
    numbers = " ".join(f"{first + place} 0 R" for place in range(len(fields)))
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    entries = " ".join(f"/{key} ({_escaped(value)})" for key, value in (info or {}).items())
    meant = f" /ToUnicode {4 + 2 * len(pages)} 0 R" if meaning else ""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{numbers}] >> {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding{meant} >>",
    ]
    resources = f"/Resources << /Font << /F1 3 0 R >> {resources} >>"
    for number, placed in enumerate(pages):
        content = drawn.get(number, "") + "".join(
            f"BT /F1 {size} Tf {''.join(said)} {x} {y} Td ({_escaped(text)}) Tj ET\n" for x, y, text, *said in placed
        )
        own = f"{page} /Annots [{numbers}]" if not number else page
        objects += [f"<< /Type /Page /Parent 2 0 R {own} /Contents {5 + 2 * number} 0 R {resources} >>"]
        objects += [_stream(content)]
    if meaning:
        objects.append(_stream(_to_unicode(meaning)))
    objects += [*more, *(f"<< /Type /Annot {field} >>" for field in fields)]
    objects.append(f"<< {entries} >>")
    return _file(objects, f"/Root 1 0 R /Info {len(objects)} 0 R {trailer}")


def encrypted_pdf(*, handler: str = "Standard") -> bytes:
    """A PDF that no empty password opens."""
    zeros = "00" * 32
    encryption = f"<< /Filter /{handler} /V 1 /R 2 /Length 40 /P -4 /O <{zeros}> /U <{zeros}> >>"
    return make_pdf([lines(["secret"])], trailer=f"/Encrypt {encryption} /ID [<00><00>]")


def _stream(content: str) -> str:
    return f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream"


def _to_unicode(meaning: Mapping[str, str]) -> str:
    entries = "\n".join(
        f"<{glyph.encode('cp1252').hex()}> <{text.encode('utf-16-be').hex()}>" for glyph, text in meaning.items()
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Meant def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange {len(meaning)} beginbfchar\n{entries}\nendbfchar\n"
        "endcmap end end"
    )


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: Sequence[str], trailer: str) -> bytes:
    data = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "0000000000 65535 f \n" + "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n{table}trailer << /Size {size} {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + end.encode("ascii")
