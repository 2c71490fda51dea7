"""Rows of a table as blocks of text, each with its heads, so that a row can be quoted alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from embeddings.errors import UnreadableFile
from embeddings.formats.blocks import Block
from embeddings.formats.signs import BETWEEN_CELLS
from embeddings.formats.tables.heads import SAMPLE, TEXT, Row, are_words, find_heads

MAX_ROWS = 200_000
_LONGEST = 600  # characters of a paragraph; a longer row has several, and each begins with the first cell
_LONGEST_KEY = 100
_TITLES = 5  # rows of words in which heads are looked for
_CAPTION, _CAPTION_LEVEL, _NEAR = 100, 2, 2  # characters; rows between a caption and what it stands above
_SENTENCE_ENDS = (".", ";", ",", "\u06d4", "\u061f", "?", "!")


def check_rows(number: int) -> None:
    """Raise UnreadableFile where a file has more rows than are read."""
    if number > MAX_ROWS:
        raise UnreadableFile(f"it has more than {MAX_ROWS:,} rows; divide it")


def blocks(rows: Sequence[Row], sheet: str = "") -> Iterator[tuple[Block, int]]:
    """Yield each row with its heads: "Province: Farah | Killed: 58", and its number; its place is the sheet and that.

    Heads are looked for where a table begins, at the top, below an empty row or a caption, and in the rows below as
    long as they are words. A short text alone in a row above others is a heading.
    """
    heads: dict[int, str] = {}
    heads_until = look_until = 0
    before = last = None  # the row above, and the last that has heads
    for at, row in enumerate(rows):
        place = f"sheet {sheet}, row {row.number}" if sheet else f"row {row.number}"
        begins = before is None or before.number + 1 < row.number or len(before.cells) == 1
        if at >= heads_until and begins:
            look_until = at + _TITLES
            if len(row.cells) > 1 and last and not _goes_on(last, row):
                heads = {}
        if heads_until <= at < look_until:
            depth, found = find_heads(_table(rows, at), by_words=begins and not heads)
            if depth:
                heads, heads_until = found, at + depth
            if depth or not are_words(row.cells):
                look_until = at
        before = row
        texts = {column: cell.text for column, cell in row.cells.items()}
        if at < heads_until:
            yield Block(BETWEEN_CELLS.join(texts.values()), 0, place), row.number
        elif len(row.cells) == 1 and next(iter(row.cells.values())).kind == TEXT:
            (text,) = texts.values()
            is_caption = _is_caption(text, row, rows[at + 1 : at + 2])
            yield Block(text, _CAPTION_LEVEL if is_caption else 0, place), row.number
        else:
            last = row
            yield from ((Block(text, 0, place), row.number) for text in _paragraphs(texts, heads))


def _table(rows: Sequence[Row], at: int) -> Sequence[Row]:
    """Return the rows from one on, as many as are looked at, up to an empty row; one may follow the first."""
    end = at + 1
    while end < min(len(rows), at + SAMPLE) and rows[end].number <= rows[end - 1].number + 1 + (end == at + 1):
        end += 1
    return rows[at:end]


def _goes_on(last: Row, row: Row) -> bool:
    """Return whether a row below a gap belongs to the table above: the same kinds stand in the same columns."""
    return row.cells.keys() <= last.cells.keys() and all(
        cell.kind == last.cells[column].kind for column, cell in row.cells.items()
    )


def _is_caption(text: str, row: Row, following: Sequence[Row]) -> bool:
    return (
        len(text) <= _CAPTION
        and not text.endswith(_SENTENCE_ENDS)
        and any(len(one.cells) > 1 and one.number - row.number <= _NEAR for one in following)
    )


def _paragraphs(texts: Mapping[int, str], heads: Mapping[int, str]) -> Iterator[str]:
    """Yield the cells with their heads, as many paragraphs as they fill."""
    cells = [f"{heads[column]}: {text}" if heads.get(column) else text for column, text in texts.items()]
    key = cells[0] if len(cells[0]) <= _LONGEST_KEY else ""
    line: list[str] = []
    for cell in cells:
        if line and sum(map(len, line)) + len(cell) > _LONGEST:
            yield BETWEEN_CELLS.join(line)
            line = [key] if key else []
        line.append(cell)
    yield BETWEEN_CELLS.join(line)
