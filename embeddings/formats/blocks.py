"""One text from blocks of text, with the spans of its headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from embeddings.formats.decode import normalise
from embeddings.types import Heading


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading, a row of a table; ``level`` is the heading's, 0 where it is none."""

    text: str
    level: int = 0


def assemble(blocks: Iterable[Block]) -> tuple[str, tuple[Heading, ...]]:
    """Return the blocks' texts with one blank line between them, and the headings; empty blocks are left out.

    The text of a heading is put on one line.
    """
    parts: list[str] = []
    headings: list[Heading] = []
    at = 0
    for block in blocks:
        text = normalise(block.text).strip()
        if block.level:
            text = " ".join(text.split())
        if not text:
            continue
        if block.level:
            headings.append(Heading(at, at + len(text), min(block.level, 6), text))
        parts.append(text)
        at += len(text) + 2
    return "\n\n".join(parts), tuple(headings)
