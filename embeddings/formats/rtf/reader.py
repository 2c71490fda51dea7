"""Rich Text Format: paragraphs and rows with all changes accepted, between what stands above and below the pages."""

from __future__ import annotations

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.blocks import around_pages, assemble, title_of
from embeddings.formats.metadata import from_fields, is_junk
from embeddings.formats.rtf.text import Texts

_BEGIN = b"{\\rtf"


def read(data: bytes) -> Parsed:
    """Return paragraphs, headings and table rows, one block each; notes and comments follow what they belong to.

    What stands above the pages comes first, what stands below them last. Hidden text is left out and counted. A file
    that breaks off is read to where it does, with a note.
    """
    if _BEGIN not in data[:8]:
        raise UnreadableFile("it is not a .rtf; give it the suffix of what it is")
    texts = Texts(data)
    above, below = (around_pages(texts.around[kind]) for kind in ("header", "footer"))
    text, headings = assemble([*above, *texts.blocks, *below])
    said = {name: " ".join(value.split()) for name, value in texts.info.items()}
    title, author = said.get("title", ""), said.get("author", "")
    day = "-".join(said.get(part, "") for part in ("yr", "mo", "dy"))
    stated, metadata = from_fields(
        {
            "title": "" if is_junk(title) else title,
            "author": "" if is_junk(author) else author,
            "date": day if day.strip("-0") else "",
            "keywords": said.get("keywords", ""),
        }
    )
    notes = [f"left out {texts.hidden} hidden parts"] if texts.hidden else []
    if texts.breaks_off:
        notes.append("the file breaks off: its end is missing")
    return Parsed(text, stated or title_of(texts.blocks), metadata, headings, notes=tuple(notes))
