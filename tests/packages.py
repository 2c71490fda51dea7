"""Zip archives of XML parts, as Office and OpenDocument files are, made of their parts."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">{}</cp:coreProperties>'
)
SAID = (
    "<dc:title>Losses of 2021</dc:title><dc:creator>Jane Doe</dc:creator><cp:keywords>war; losses</cp:keywords>"
    "<dcterms:created>2021-03-04T05:06:07Z</dcterms:created>"
)
BOMB = '<!DOCTYPE a [<!ENTITY a "0123456789">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
"""The beginning of a document type in which &i; stands for a billion characters; ]> ends it."""


def packed(parts: Mapping[str, str | bytes], *, stored: str = "") -> bytes:
    """An archive of parts; one of them may be stored as it is, as a part that tells the type must be."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content, ZIP_STORED if name == stored else ZIP_DEFLATED)
    return target.getvalue()


def relations(*targets: tuple[str, str, str]) -> str:
    """A part of relations: each an id, the last word of its kind, and its target."""
    return "<Relationships>{}</Relationships>".format(
        "".join(f'<Relationship Id="{one}" Type="{OFFICE}/{kind}" Target="{target}"/>' for one, kind, target in targets)
    )


def zeros(suffix_part: str) -> bytes:
    """An archive that takes 320 MiB unpacked."""
    return packed({suffix_part: b"0" * (320 << 20)})
