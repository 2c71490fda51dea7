"""The places of a document's paragraphs: between blank lines, or one per line where a file is written so."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from embeddings.types import Document

Span: TypeAlias = tuple[int, int]

SCRAP_WORDS = 5  # a block of fewer words is no passage of its own
LIST_WORDS = 12  # scraps in a row that have so many together are a list
LONG_LINE = 160  # characters; nobody wraps lines by hand at this width

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?:;…。؟۔।][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph's span; ``section`` counts the headings and the places with a label that begin above it."""

    start: int
    end: int
    section: int


def blocks(document: Document) -> list[Block]:
    """Return the paragraphs in order, without headings; a scrap of a few words is joined to its neighbour."""
    text = document.text
    found: list[Block] = []
    start = 0
    edges = [(heading.start, heading.end) for heading in document.headings]
    places = [page.start for page in document.pages if page.label]
    for section, (stop, after) in enumerate([*edges, (len(text), len(text))]):
        found.extend(Block(*span, section + bisect_right(places, span[0])) for span in _paragraphs(text, start, stop))
        start = after
    if _one_paragraph_per_line(text, found):
        found = [Block(*span, block.section) for block in found for span in _lines(text, block.start, block.end)]
    return _joined_scraps(text, found)


def _paragraphs(text: str, start: int, stop: int) -> Iterator[Span]:
    for separator in _BLANK_LINES.finditer(text, start, stop):
        if span := stripped(text, start, separator.start()):
            yield span
        start = separator.end()
    if span := stripped(text, start, stop):
        yield span


def _lines(text: str, start: int, stop: int) -> Iterator[Span]:
    while start < stop:
        newline = text.find("\n", start, stop)
        end = stop if newline < 0 else newline
        if span := stripped(text, start, end):
            yield span
        start = end + 1


def _one_paragraph_per_line(text: str, blocks: Sequence[Block]) -> bool:
    """Return whether line ends inside blocks are paragraph ends: most such lines end a sentence or are very long."""
    inner = [span for block in blocks for span in list(_lines(text, block.start, block.end))[:-1]]
    whole = sum(
        end - start > LONG_LINE or bool(_SENTENCE_END.search(text[max(start, end - 8) : end])) for start, end in inner
    )
    return bool(inner) and whole >= 0.8 * len(inner)


def _joined_scraps(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Join a block of a few words to the next one of its section, or to the one before where none follows.

    Many scraps in a row, as a list or a table gives, are joined to each other and not to the paragraph behind them.
    """
    joined: list[Block] = []
    waiting: Block | None = None
    for block in blocks:
        if waiting is not None and waiting.section != block.section:
            _settle(joined, waiting)
            waiting = None
        elif waiting is not None and not _is_scrap(text, block) and _words(text, waiting) >= LIST_WORDS:
            joined.append(waiting)
            waiting = None
        start = block.start if waiting is None else waiting.start
        merged = Block(start, block.end, block.section)
        if _is_scrap(text, block):
            waiting = merged
        else:
            joined.append(merged)
            waiting = None
    if waiting is not None:
        _settle(joined, waiting)
    return joined


def _settle(joined: list[Block], waiting: Block) -> None:
    if joined and joined[-1].section == waiting.section:
        joined[-1] = Block(joined[-1].start, waiting.end, waiting.section)
    else:
        joined.append(waiting)


def _is_scrap(text: str, block: Block) -> bool:
    if block.end - block.start > LONG_LINE:
        return False
    return _words(text, block) < SCRAP_WORDS


def _words(text: str, block: Block) -> int:
    return len(_WORD.findall(text, block.start, block.end))


def stripped(text: str, start: int, end: int) -> Span | None:
    """Return a span without the white space at both ends; None where nothing else is in it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
