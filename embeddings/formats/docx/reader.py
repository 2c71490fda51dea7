"""Word documents: paragraphs and tables with all changes accepted, between what stands above and below the pages."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.blocks import Block, assemble, title_of
from embeddings.formats.docx.names import RELATIONS, WORD, Element, is_on
from embeddings.formats.docx.numbers import Numbers
from embeddings.formats.docx.styles import Styles
from embeddings.formats.docx.text import Texts
from embeddings.formats.metadata import from_fields
from embeddings.formats.packed.package import FAILURES, check_package
from embeddings.types import Metadata

if TYPE_CHECKING:
    from docx.document import Document

_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = (
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", WORD[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)


def read(data: bytes) -> Parsed:
    """Return paragraphs, headings and table rows, one block each; notes, comments and boxes follow what they belong to.

    Automatic numbers, ticked boxes and chosen entries are text. What stands above the pages comes first, what stands
    below them last. Hidden text is left out and counted.
    """
    data = _checked(data)
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        document = Document(BytesIO(data))
        parts = _parts(document)
        styles = Styles(parts.get("styles"))
        texts = Texts(styles, Numbers(parts.get("numbering"), styles.lists()), _notes(parts))
        body = [*texts.blocks(document.element.body)]
        above, below = _around(document, texts, "header"), _around(document, texts, "footer")
        text, headings = assemble([*above, *body, *below])
        title, metadata = _properties(document)
    except (*FAILURES, OpcError) as error:
        raise UnreadableFile(
            f"the Word document is damaged ({type(error).__name__}); open it in Word and save it again"
        ) from error
    notes: tuple[str, ...] = (f"left out {texts.hidden} hidden parts",) if texts.hidden else ()
    if embedded := sum(1 for _ in document.element.iter(f"{WORD}altChunk")):
        notes += (f"{embedded} files within this one are not read; save it with Word, which takes them in",)
    return Parsed(text, title or title_of(body), metadata, headings, notes=notes)


def _checked(data: bytes) -> bytes:
    """Return the document's bytes, a strict one as Word's usual kind. Raises UnreadableFile for another file."""
    check_package(data, ".docx", ".doc")
    try:
        with ZipFile(BytesIO(data)) as package:
            return _transitional(package) if _STRICT in package.read("_rels/.rels") else data
    except FAILURES:  # the library says what is wrong
        return data


def _transitional(package: ZipFile) -> bytes:
    """Return a package whose parts have the names that the library knows in place of those of strict Open XML."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as changed:
        for name in package.namelist():
            content = package.read(name)
            if name.endswith((".xml", ".rels")):
                for strict, usual in _TRANSITIONAL:
                    content = content.replace(strict, usual)
            changed.writestr(name, content)
    return target.getvalue()


def _parts(document: Document) -> dict[str, Element]:
    """Return the roots of the parts that the text depends on, by the last word of their relation to it."""
    from docx.oxml.parser import parse_xml

    found = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in ("styles", "numbering", "footnotes", "endnotes", "comments") and not relation.is_external:
            found[kind] = parse_xml(relation.target_part.blob)
    return found


def _notes(parts: dict[str, Element]) -> dict[tuple[str, str], Element]:
    return {
        (kind, str(note.get(f"{WORD}id"))): note
        for kind in ("footnote", "endnote", "comment")
        for note in (parts[f"{kind}s"].findall(f"{WORD}{kind}") if f"{kind}s" in parts else ())
    }


def _around(document: Document, texts: Texts, kind: str) -> list[Block]:
    """Return what stands above or below the pages, each wording once; numbers of pages alone are left out."""
    from docx.oxml.parser import parse_xml

    settings = document.settings.element
    found: dict[str, Block] = {}
    for section in document.element.iter(f"{WORD}sectPr"):
        for reference in section.findall(f"{WORD}{kind}Reference"):
            switch = {"first": (section, "titlePg"), "even": (settings, "evenAndOddHeaders")}.get(
                str(reference.get(f"{WORD}type"))
            )
            relation = document.part.rels.get(str(reference.get(f"{RELATIONS}id")))
            if relation is None or relation.is_external or (switch and not is_on(*switch)):
                continue
            for block in texts.around(parse_xml(relation.target_part.blob)):
                found.setdefault(" ".join(block.text.split()), Block(block.text))
    return [*found.values()]


def _properties(document: Document) -> tuple[str | None, Metadata]:
    core = document.core_properties
    day = core.created or core.modified
    date = day.date().isoformat() if day else ""
    return from_fields({"title": core.title, "author": core.author, "date": date, "tags": core.keywords})
