"""One text from blocks of text, with the spans of its headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from embeddings.formats.decode import normalise
from embeddings.types import Heading, Page

_WORD = re.compile(r"\w+")
_OF_A_PAGE_NUMBER = re.compile(
    r"\d+|p|pp|pg|pages?|of|seite|von|página|pagina|pág|de|di|sur|sayfa|صفحه|صفحہ|صفحة|من|از", re.IGNORECASE
)
_BEGINNING = 3  # blocks, of which a heading may be the document's title


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a row of a table; ``level`` is the heading's, 0 where it is none.

    ``place`` names where it stands, such as a slide, where that is no page.
    """

    text: str
    level: int = 0
    place: str = ""


def assemble(blocks: Iterable[Block]) -> tuple[str, tuple[Heading, ...]]:
    """Return the blocks' texts with one blank line between them, and the headings; see `assemble_places`."""
    return assemble_places(blocks)[:2]


def assemble_places(blocks: Iterable[Block]) -> tuple[str, tuple[Heading, ...], tuple[Page, ...]]:
    """Return the blocks' texts with one blank line between them, the headings and the places.

    Empty blocks are left out. The text of a heading is put on one line. A place is that of all blocks in a row that
    name it.
    """
    parts: list[str] = []
    headings: list[Heading] = []
    places: list[Page] = []
    at = 0
    for block in blocks:
        text = normalise(block.text).strip()
        if block.level:
            text = " ".join(text.split())
        if not text:
            continue
        if block.level:
            headings.append(Heading(at, at + len(text), min(block.level, 6), text))
        if block.place and places and places[-1].label == block.place:
            places[-1] = replace(places[-1], end=at + len(text))
        elif block.place:
            places.append(Page(len(places) + 1, at, at + len(text), block.place))
        parts.append(text)
        at += len(text) + 2
    return "\n\n".join(parts), tuple(headings), tuple(places)


def around_pages(blocks: Iterable[Block]) -> list[Block]:
    """Return what stands above or below the pages, each wording once; page numbers alone are left out."""
    found: dict[str, Block] = {}
    for block in blocks:
        if not all(map(_OF_A_PAGE_NUMBER.fullmatch, _WORD.findall(block.text))):
            found.setdefault(" ".join(block.text.split()), Block(block.text))
    return [*found.values()]


def title_of(body: Sequence[Block]) -> str | None:
    """Return the heading of level 1 that stands at the beginning; None where none does."""
    shown = [block for block in body if block.text.strip()]
    return next((" ".join(block.text.split()) for block in shown[:_BEGINNING] if block.level == 1), None)
