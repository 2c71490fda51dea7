"""A page of a PDF without text, read by OCR: its lines, and which part of its picture each character is."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.errors import UnreadableFile
from embeddings.formats import ocr
from embeddings.formats.ocr import Engine, Scan, Word, height_of
from embeddings.formats.pdf.glyphs import Box
from embeddings.formats.pdf.layout import Line
from embeddings.formats.signs import BETWEEN_CELLS

LONGEST = 5000  # pixels of a side of the picture that is read
_POINTS = 72.0
_CELL = 2.0  # heights of a word, from which a gap parts two cells of a row
_LOOKED_AT, _MOST_TILT, _WORTH = 800, 5, 1.1  # pixels of the larger side, degrees, and what a turn must bring
_BILINEAR = 2  # Pillow's way to turn a picture
_HYPHENS = ("-", "\u2010", "\u00ad")


@dataclass(frozen=True, slots=True)
class Scanned:
    """The words of a page, and the size of the picture that they were read in; it was turned by ``degrees`` before."""

    words: Scan
    size: tuple[int, int]
    degrees: float = 0.0

    def lines(self) -> list[Line]:
        """Return the lines in points; ``places`` count the characters of all words and of what stands between them."""
        found: list[Line] = []
        at, scale = 0, _POINTS / ocr.DPI
        for words in self.words:
            text = _text(words)
            broken = text.endswith(_HYPHENS) and text[-2:-1].isalnum()
            bottoms = sorted(word.bottom for word in words)  # that of half of them is the base line
            found.append(
                Line(
                    text[:-1] if broken else text,
                    words[0].left * scale,
                    words[-1].right * scale,
                    (self.size[1] - bottoms[(len(bottoms) - 1) // 2]) * scale,
                    height_of(words) * scale,
                    broken,
                    BETWEEN_CELLS in text,  # a row of a table is a paragraph of its own
                    places=tuple(range(at, at + len(text) - broken)),
                )
            )
            at += len(text)
        return found

    def boxes(self, places: Sequence[int], size: tuple[int, int]) -> list[Box | None]:
        """Return the boxes of characters in a picture of the page of this size: even parts of their words.

        Each is turned back about the middle of the page, as a whole.
        """
        boxes: list[Box | None] = []
        for words in self.words:
            for before, word in zip([None, *words[:-1]], words, strict=True):
                boxes += [None] * len(_between(before, word, words))
                wide = (word.right - word.left) / len(word.text)
                lefts = [word.left + wide * number for number in range(len(word.text) + 1)]
                boxes += [(a, word.top, b, word.bottom) for a, b in pairwise(lefts)]
        return [None if (box := boxes[place]) is None else self._turned_back(box, size) for place in places]

    def _turned_back(self, box: Box, size: tuple[int, int]) -> Box:
        (left, top, right, bottom), turn = box, math.radians(self.degrees)
        x, y = (left + right - self.size[0]) / 2, (top + bottom - self.size[1]) / 2
        across, down = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        by, wide, high = (across - x, down - y), size[0] / self.size[0], size[1] / self.size[1]
        return (left + by[0]) * wide, (top + by[1]) * high, (right + by[0]) * wide, (bottom + by[1]) * high


def _text(words: Sequence[Word]) -> str:
    return "".join(
        _between(before, word, words) + word.text for before, word in zip([None, *words[:-1]], words, strict=True)
    )


def _between(before: Word | None, word: Word, line: Sequence[Word]) -> str:
    if before is None:
        return ""
    return BETWEEN_CELLS if word.left - before.right > _CELL * height_of(line) else " "


def read_picture(picture: Any, engine: Engine, seconds: int) -> Scanned:
    """Return the words of a page's picture, a Pillow image of `ocr.DPI` dots an inch. Raises UnreadableFile."""
    file, grey = BytesIO(), picture.convert("L")
    degrees = _tilt(grey)
    (grey.rotate(degrees, _BILINEAR, fillcolor=255) if degrees else grey).save(file, "PPM")
    return Scanned(ocr.words_of(file.getvalue(), engine, seconds), picture.size, degrees)


def _tilt(grey: Any) -> float:
    """Return by how many degrees a page is to be turned, against the clock, for its lines to be level.

    The rows of pixels differ most where the lines are level; what brings little is left as it is.
    """
    small = grey.reduce(max(1, max(grey.size) // _LOOKED_AT))

    def levelness(degrees: float) -> float:
        turned = small.rotate(degrees, _BILINEAR, fillcolor=255) if degrees else small
        return float(np.square(np.diff(np.asarray(turned, dtype=np.float64).mean(axis=1))).sum())

    best = max((half / 2 for half in range(-2 * _MOST_TILT, 2 * _MOST_TILT + 1)), key=levelness)
    best = max((round(best + tenth / 10, 1) for tenth in range(-4, 5)), key=levelness)
    return best if abs(best) > 0.1 and levelness(best) > _WORTH * levelness(0) else 0.0


def kept(folder: Path | None, sha256: str, engine: Engine) -> dict[int, Scanned]:
    """Return the pages of a file that this engine has read before, by their number; what is not whole is left out."""
    found: dict[int, Scanned] = {}
    with suppress(OSError):
        for line in _file(folder, sha256).read_text(encoding="utf-8").splitlines() if folder else ():
            with suppress(ValueError, TypeError, KeyError):  # as a killed process leaves its last line
                page = json.loads(line)
                words = tuple(tuple(Word(*word) for word in row) for row in page["words"])
                if page["engine"] == engine.name:
                    found[page["page"]] = Scanned(words, (page["size"][0], page["size"][1]), page["degrees"])
    return found


def keep(folder: Path | None, sha256: str, engine: Engine, page: int, scanned: Scanned) -> None:
    """Keep what was read, for this user alone; where that cannot be written, the page is read again next time."""
    words = [[astuple(word) for word in row] for row in scanned.words]
    said = {"engine": engine.name, "page": page, "size": scanned.size, "degrees": scanned.degrees, "words": words}
    line = json.dumps(said)
    with suppress(OSError):
        if folder:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(_file(folder, sha256), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a") as file:
                file.write(f"{line}\n")


def _file(folder: Path, sha256: str) -> Path:
    return folder / f"{sha256}.jsonl"


class Scanner:
    """Reads pages of one file by OCR, each once: what was read of the same bytes before is taken over."""

    def __init__(self, sha256: str, pages: int) -> None:
        self._sha256, self._pages = sha256, pages
        self._engine, self._terms = ocr.engine(), ocr.terms.get()
        self._known = kept(self._terms.kept, sha256, self._engine) if self._engine else {}
        self.read: dict[int, Scanned] = {}
        self.failed: dict[int, str] = {}  # why a page was not read

    def page(self, number: int, picture: Any) -> list[Line]:
        """Return the lines of a page, by its number from 1; ``picture`` draws it. None are read without an engine."""
        if self._engine is None:
            return []
        if len(self.read) >= ocr.MOST_PAGES and number not in self.read:
            self.failed[number] = f"{ocr.MOST_PAGES:,} pages of a file are read by OCR: divide it"
            return []
        if number not in self._known:
            self._terms.tell(number, self._pages)
            try:
                self._known[number] = read_picture(picture(), self._engine, self._terms.seconds)
            except UnreadableFile as error:
                self.failed[number] = str(error)
                return []
            keep(self._terms.kept, self._sha256, self._engine, number, self._known[number])
        self.read[number] = self._known[number]
        return self.read[number].lines()


def unreadable(failed: Mapping[int, str]) -> UnreadableFile:
    """Return why a PDF without text is left out, and what helps; ``failed`` are the pages that OCR could not read."""
    why = next(iter(failed.values()), "it found no words")
    if name := ocr.engine_name():
        return UnreadableFile(f"no text layer, and OCR ({name}) read nothing: {why}")
    return UnreadableFile(f"no text layer: it looks like a scan. OCR reads it with the extra ocr. {ocr.INSTALL}")
