"""Tables as text: values between commas, semicolons, tabs or bars."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from itertools import islice
from typing import Literal

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Parsed
from embeddings.formats.blocks import assemble_places
from embeddings.formats.decode import decode, normalise
from embeddings.formats.tables.heads import Cell, Row, kind_of
from embeddings.formats.tables.rows import blocks, check_rows

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 50  # rows that tell the delimiter
_LONGEST_CELL = 1_000_000


def read(data: bytes) -> Parsed:
    """Return each row with its heads, as one block; its place is the row, which counts from 1 with empty ones.

    What stands between the values is told from the first rows. Raises UnreadableFile where a row cannot be read.
    """
    decoded, notes = decode(data)
    text = normalise(decoded)
    said, _, rest = text.partition("\n")
    if said[:4].lower() == "sep=" and len(said) == len("sep=;"):  # as Excel writes and reads
        text, delimiter = rest, said[4]
    else:
        delimiter = _delimiter(text)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        records, more = _records(text, delimiter)
    except csv.Error as error:
        raise UnreadableFile(f"it cannot be read as a table ({error}); save it as .xlsx, or as .txt") from error
    rows = [
        Row(number, {column: Cell(value, kind_of(value)) for column, value in enumerate(record) if value})
        for number, record in enumerate(records, start=1)
    ]
    content, headings, places = assemble_places(block for block, _ in blocks([row for row in rows if row.cells]))
    return Parsed(content, headings=headings, pages=places, notes=notes + more)


def _records(text: str, delimiter: str) -> tuple[list[list[str]], tuple[str, ...]]:
    """Return the values of each row, and notes. Where a quotation mark is never closed, they are only characters."""
    try:
        for _ in csv.reader(StringIO(text), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end" in str(error) or "larger" in str(error):
            note = "a quotation mark is opened and not closed: all are taken as they stand"
            return _values(text, delimiter, quoted=False), (note,)
    return _values(text, delimiter, quoted=True), ()


def _values(text: str, delimiter: str, *, quoted: bool) -> list[list[str]]:
    records = []
    quoting: Literal[0, 3] = 0 if quoted else 3  # QUOTE_MINIMAL and QUOTE_NONE of `csv`, whose types they lack
    for record in csv.reader(StringIO(text), delimiter=delimiter, quoting=quoting):
        records.append([" ".join(value.split()) for value in record])
        check_rows(len(records))
    return records


def _delimiter(text: str) -> str:
    """Return the sign that divides most of the first rows into the same number of values, two or more."""
    best, most = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row in islice(csv.reader(StringIO(text), delimiter=delimiter), _SAMPLE) if any(row)]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
        share = widths[0][1] / len(rows) + min(widths[0][0], 20) / 1000 if widths else 0
        if share > most:
            best, most = delimiter, share
    return best
