"""The text of a PDF page as far as a viewer shows it, in lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cached_property
from itertools import pairwise, repeat
from typing import Any

from embeddings.formats.pdf.characters import Characters
from embeddings.formats.pdf.drawing import fitting, on_image
from embeddings.formats.pdf.glyphs import (
    CODE,
    HYPHEN_MARKS,
    LEFTWARDS,
    Box,
    Glyph,
    Run,
    line_of,
    shifts_of,
)
from embeddings.formats.pdf.layout import Line, Part
from embeddings.formats.pdf.leftwards import as_read
from embeddings.formats.pdf.order.pieces import with_parts

_LINE_ENDS, _END = frozenset({0x0A, 0x0D}), 0x0A
_WORD = re.compile("[^\x01-\x20\ufffe]+")
_LINE = re.compile("[^\x01-\x1f\ufffe]*[^\x01-\x20\ufffe]")
_SPACE = 0x20
_ANOTHER_LINE = 0.5  # of a character's height
_OF_A_MARK = 0.92  # of the size beside it, at most
_NEAR, _ABOVE = 0.6, 0.3  # of that size: to the right or left, and above it
_WIDE_GAP = 0.45  # of a character's height: it may lie between two columns
_WIDE_GAP_LEFTWARDS = 1.5  # where letters are joined, their boxes are those of others
_FAR = 0.8  # of a character's height, between the beginnings of two characters: the first may end before a wide gap
_TRACE = 12  # of 255: two shades that differ


class ShownText:
    """The text of one page, as far as it is shown."""

    def __init__(self, page: Any, text_page: Any) -> None:
        self._page, self._characters = page, Characters(text_page.raw)
        self._area: Box = page.get_bbox()  # of the crop box that lies on the page
        self.has_hidden = False
        self.guessed: list[str] = []  # words in a font that does not tell what its characters mean
        self._count: int = text_page.count_chars()

    def lines(self, *, places: bool) -> Iterator[Line]:
        """Yield the lines that are not blank."""
        waiting: list[Glyph] = []
        for word, at, code, run in self._words():
            waiting += word
            hyphen = code in HYPHEN_MARKS
            if not hyphen and code not in _LINE_ENDS and not self._line_ends(at, code):
                waiting.append((at, code, run))
            elif not hyphen and self._goes_on(waiting, at):
                waiting += [(at, code, run)] if code == _SPACE else []
            else:
                yield from self._line(waiting, hyphen=hyphen, places=places)
                waiting = []

    def _words(self) -> Iterator[tuple[list[Glyph], int, int, Run]]:
        """Yield the characters of each word that are shown, and the character behind it, which is none of a word.

        Words that were drawn in one go up to the end of a line are one. A line ends behind the last one.
        """
        ask = self._characters
        codes = ask.codes(self._count)
        text = "".join(map(chr, codes))
        drawn, run, shown, is_guess = None, Run(0.0, 0.0), 1.0, False
        end, last, leftwards = 0, -1, False
        while match := _WORD.search(text, end):
            at, stop = match.span()
            for between in range(end, at):
                yield [], between, codes[between], run
            if at > last:
                last, leftwards = _end_of_line(text, at)
            word = list[Glyph]()
            while at < stop:
                found = ask.drawn_with(at)
                if found and found != drawn:
                    drawn, run = found, self._run(at)
                    shown = self._shown(found)
                    is_guess = ask.is_guess(at)
                    if stop <= last and not leftwards and ask.drawn_with(last) == drawn:
                        stop = last + 1
                till = stop if stop - at > 1 and ask.drawn_with(stop - 1) == drawn else at + 1  # of one go
                if is_guess:
                    self.guessed += text[match.start() : stop].split()
                if shown == 1:
                    word += zip(range(at, till), codes[at:till], repeat(run))
                else:
                    word += [(one, codes[one], run) for one in range(at, till) if shown and self._is_inside(one)]
                    self.has_hidden = self.has_hidden or len(word) < till - match.start()
                at = till
            end = stop + 1
            yield word, stop, codes[stop] if stop < len(codes) else _END, run
        for between in range(end, len(codes) + 1):
            yield [], between, codes[between] if between < len(codes) else _END, run

    def _run(self, at: int) -> Run:
        _, bottom, _, top = self._characters.box(at)
        return Run(top - bottom, self._characters.origin(at)[1])

    def _shown(self, drawn: int) -> float:
        """Return 1 for text that is shown, 0 for text that is not, a half where each character must be asked."""
        left, bottom, right, top = box = self._characters.bounds(drawn)
        within = self._area
        if right < within[0] or left > within[2] or top < within[1] or bottom > within[3]:
            return 0.0
        if self._characters.is_suspect(drawn) and not self._leaves_a_trace(box):
            return 0.0
        whole = left >= within[0] - 1 and right <= within[2] + 1 and bottom >= within[1] - 1 and top <= within[3] + 1
        return 1.0 if whole else 0.5

    def _is_inside(self, at: int) -> bool:
        left, bottom, right, top = self._characters.box(at)
        x, y = (left + right) / 2, (bottom + top) / 2
        return self._area[0] <= x <= self._area[2] and self._area[1] <= y <= self._area[3]

    def _leaves_a_trace(self, box: Sequence[float]) -> bool:
        """Return whether the page as it is drawn has anything in a box: else nobody sees what is written there."""
        found = on_image(self._page, (box[0], box[1], box[2], box[3]), self._drawn.size)
        if found is None:
            return False
        darkest, lightest = self._drawn.crop(tuple(map(round, found))).getextrema() or (0, 0)
        return bool(lightest - darkest > _TRACE)

    @cached_property
    def _drawn(self) -> Any:
        with closing(self._page.render(scale=fitting(self._page, 2, 2000), may_draw_forms=False)) as bitmap:
            return bitmap.to_pil().convert("L").copy()

    def _line_ends(self, space: int, code: int) -> bool:
        """Return whether a space that pdfium inserted ends a line: the base line changes across it."""
        if code != _SPACE or not self._characters.is_generated(space):
            return False
        if space + 1 >= self._count:
            return False
        if self._characters.drawn_with(space - 1) == self._characters.drawn_with(space + 1):
            return False  # drawn in one go
        before, after = self._characters.box(space - 1), self._characters.box(space + 1)
        return abs(before[1] - after[1]) > _ANOTHER_LINE * (before[3] - before[1])

    def _goes_on(self, line: Sequence[Glyph], end: int) -> bool:
        """Return whether a line goes on where pdfium ends it: it does so before a raised mark, and behind it."""
        last = next((at for at, code, _ in reversed(line) if code != _SPACE), None)
        following = None if last is None else self._after(end)
        if last is None or following is None:
            return False
        before, after = self._characters.box(last), self._characters.box(following)
        smaller, larger = sorted((before, after), key=lambda box: box[3] - box[1])
        size, middle = larger[3] - larger[1], (smaller[1] + smaller[3]) / 2
        if smaller[3] - smaller[1] > _OF_A_MARK * size:
            return False
        return larger[1] < middle < larger[3] + _ABOVE * size and abs(after[0] - before[2]) < _NEAR * size

    def _as_read(self, glyphs: Sequence[Glyph]) -> Sequence[Glyph]:
        if max(map(CODE, glyphs), default=0) < LEFTWARDS:  # most lines
            return glyphs
        return as_read(glyphs, self._characters.middle)

    def _after(self, end: int) -> int | None:
        for at in range(end + 1, self._count):
            code = self._characters.code(at)
            if code not in _LINE_ENDS and code != _SPACE:
                return at
        return None

    def _line(self, glyphs: Sequence[Glyph], *, hyphen: bool, places: bool) -> Iterator[Line]:
        glyphs = self._as_read(glyphs)
        inked = [at for at, code, _ in glyphs if code != _SPACE]
        if not inked:
            return
        shifts = shifts_of(glyphs)
        own = inked
        if any(shifts):
            own = [at for (at, code, _), shift in zip(glyphs, shifts, strict=True) if code != _SPACE and not shift]
        boxes = [self._characters.box(at) for at in (inked[0], own[len(own) // 2], inked[-1])]
        parts = list(self._parts(glyphs, boxes[1][1]))
        for line in line_of(glyphs, shifts, boxes, hyphen=hyphen, places=places or bool(parts)):
            yield with_parts(line, parts) if parts else line

    def _parts(self, glyphs: Sequence[Glyph], base: float) -> Iterator[Part]:
        """Yield what stands between wide gaps, with the number of its first character; marks have the base line."""
        cuts = []
        for place in [place for place, glyph in enumerate(glyphs) if glyph[1] == _SPACE]:
            if 0 < place < len(glyphs) - 1 and glyphs[place + 1][1] != _SPACE:
                start = place - 1
                while start and glyphs[start][1] == _SPACE:
                    start -= 1
                if glyphs[start][1] != _SPACE and self._is_wide(glyphs[start], glyphs[place + 1]):
                    cuts.append(place + 1)
        for start, stop in pairwise([0, *cuts, len(glyphs)] if cuts else []):
            part = [glyph for glyph in glyphs[start:stop] if glyph[1] != _SPACE]
            one, other = self._characters.box(part[0][0]), self._characters.box(part[-1][0])
            own = one[1] if part[0][2].size > _OF_A_MARK * max(glyph[2].size for glyph in part) else base
            yield Part(part[0][0], min(one[0], other[0]), max(one[2], other[2]), own)

    def _is_wide(self, before: Glyph, behind: Glyph) -> bool:
        """Return whether the gap between two characters is wide; where they begin takes less time than their boxes."""
        ask = self._characters
        if abs(ask.origin(behind[0])[0] - ask.origin(before[0])[0]) <= _FAR * behind[2].size:
            return False
        one, other = ask.box(before[0]), ask.box(behind[0])
        gap = max(one[0], other[0]) - min(one[2], other[2])
        least = _WIDE_GAP if max(before[1], behind[1]) < LEFTWARDS else _WIDE_GAP_LEFTWARDS
        return gap > least * max(one[3] - one[1], other[3] - other[1])


def _end_of_line(text: str, at: int) -> tuple[int, bool]:
    """Return the last character of a line that is not blank, and whether any runs leftwards: others may lie between."""
    line = _LINE.match(text, at)
    return (line.end() - 1, max(line[0]) >= chr(LEFTWARDS)) if line else (at, False)
