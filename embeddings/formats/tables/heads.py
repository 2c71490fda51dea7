"""Which rows of a table are its heads, told from what stands in them and below them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

TEXT, NUMBER, DATE = "text", "number", "date"

_NUMBER = re.compile(
    r"[($€£¥]?\s*[-+\u2212]?[\d\u0660-\u0669\u06f0-\u06f9][\d\u0660-\u0669\u06f0-\u06f9\s.,'’]*\s*[%€)]?"
)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T\s].{4,20})?|\d{1,2}:\d{2}(?::\d{2})?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOST_LEVELS = 4
SAMPLE = 40
"""Rows that are looked at below the heads."""

_LONGEST, _SHORT = 300, 40  # characters of a head; the second where nothing but its wording tells it
_FEWEST = 3  # such heads: two columns are as often names and values without heads


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows; ``columns`` is how many it covers, ``kind`` one of text, number and date."""

    text: str
    kind: str = TEXT
    bold: bool = False
    columns: int = 1


Cells: TypeAlias = Mapping[int, Cell]
"""The cells of a row that are not empty, by column, in order."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is not empty; its number counts from 1, empty ones too."""

    number: int
    cells: Cells


def kind_of(text: str) -> str:
    """Return the kind of what is written as text."""
    if _DATE.fullmatch(text):
        return DATE
    return NUMBER if _NUMBER.fullmatch(text) else TEXT


def find_heads(rows: Sequence[Row], *, by_words: bool) -> tuple[int, dict[int, str]]:
    """Return how many rows at the beginning are heads, and the head of each column; 0 where there are none.

    Heads are words above numbers or dates, or bold words above others; with ``by_words`` also three or more short words
    that do not come again below. Years and dates are heads above other kinds. A head over several columns is joined to
    those below it: "Killed, Men".
    """
    upper: dict[int, Cell] = {}
    for depth, row in enumerate(rows[:_MOST_LEVELS], start=1):
        below = [one.cells for one in rows[depth : depth + SAMPLE]]
        if not below:
            break
        if _is_group(row, rows[depth]):
            upper = _joined(upper, _spread(row, rows[depth]))
            continue
        heads = _joined(upper, row.cells)
        if len(heads) < len(rows[depth].cells) and find_heads(rows[depth:], by_words=by_words)[0]:
            break  # words above the heads
        if _are_heads(heads, below, by_words=by_words):
            return depth, {column: cell.text for column, cell in heads.items()}
        break
    return 0, {}


def _is_group(row: Row, below: Row) -> bool:
    """Return whether the heads of a row stand over several of the row below, which are heads as well."""
    if row.number + 1 != below.number or len(below.cells) < 2 or not are_words(row.cells) or not are_words(below.cells):
        return False
    covered = _covered(row.cells, below.cells)
    spread = any(len(columns) > 1 for columns in covered.values())
    if len(row.cells) == 1 and len(next(iter(covered.values()))) >= len(below.cells):
        return False  # a title over the whole table
    lone = [columns for columns in covered.values() if len(columns) == 1 and columns[0] in below.cells]
    merged = any(cell.columns > 1 for cell in row.cells.values())
    return spread and (merged or not lone) and (merged or len(row.cells) > 1)


def _covered(cells: Cells, below: Cells) -> dict[int, list[int]]:
    """Return the columns that each cell stands over: those it is merged with, else the empty ones to its right."""
    if any(cell.columns > 1 for cell in cells.values()):
        return {column: [*range(column, column + min(cell.columns, 1000))] for column, cell in cells.items()}
    starts = [*cells, max([*cells, *below]) + 1]
    return {
        column: [column, *(at for at in range(column + 1, min(end, column + 1000)) if at in below)]
        for column, end in pairwise(starts)
    }


def _spread(row: Row, below: Row) -> dict[int, Cell]:
    return {
        column: row.cells[start]
        for start, columns in _covered(row.cells, below.cells).items()
        for column in columns
        if column == start or column in below.cells
    }


def _joined(upper: Mapping[int, Cell], cells: Cells) -> dict[int, Cell]:
    """Return the heads of two rows as one for each column."""
    joined = {}
    for column in sorted({*upper, *cells}):
        parts = [row[column] for row in (upper, cells) if column in row]
        texts = dict.fromkeys(part.text.rstrip(": ") for part in parts)
        joined[column] = Cell(", ".join(texts), parts[-1].kind, all(part.bold for part in parts))
    return joined


def _are_heads(heads: Mapping[int, Cell], below: Sequence[Cells], *, by_words: bool) -> bool:
    texts = [cell.text for cell in heads.values()]
    lone = len(heads) < 2 and min(heads) <= min(below[0])  # else the corner is empty
    if lone or len(set(texts)) < len(texts) or max(map(len, texts)) > _LONGEST or not are_words(heads):
        return False
    if not all(_may_be_head(column, cell, below) for column, cell in heads.items()):
        return False
    kinds = {column: Counter(row[column].kind for row in below if column in row) for column in heads}
    if any(2 * kinds[column][TEXT] <= kinds[column].total() for column in heads if kinds[column]):
        return True
    first = below[0].values()
    if all(cell.bold for cell in heads.values()) and not all(cell.bold for cell in first):
        return True
    if not by_words or len(heads) < _FEWEST:
        return False
    again = any(row[column].text == heads[column].text for row in below for column in heads if column in row)
    return not again and max(map(len, texts)) <= _SHORT and len(heads) >= max(map(len, below))


def _may_be_head(column: int, cell: Cell, below: Sequence[Cells]) -> bool:
    """Return whether a cell is of words, or a year or a date above what is none."""
    if cell.kind == TEXT:
        return True
    if cell.kind == DATE:
        return all(row[column].kind != DATE for row in below if column in row)
    return bool(_YEAR.fullmatch(cell.text)) and not all(
        _YEAR.fullmatch(row[column].text) for row in below if column in row
    )


def are_words(cells: Cells) -> bool:
    """Return whether cells are words, years and dates, with a word among them."""
    return any(cell.kind == TEXT for cell in cells.values()) and all(
        cell.kind != NUMBER or _YEAR.fullmatch(cell.text) for cell in cells.values()
    )
