"""Paragraphs and rows in one place of a text: its body, a note, what stands around the pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from embeddings.formats.blocks import Block
from embeddings.formats.raised import written
from embeddings.formats.signs import BETWEEN_CELLS


@dataclass
class Flow:
    """What was said so far; ``beside`` waits for the end of the paragraph or the row."""

    blocks: list[Block] = field(default_factory=list)
    beside: list[Block] = field(default_factory=list)
    _runs: list[tuple[str, int]] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)

    def say(self, text: str, shift: int) -> None:
        """Add text that is raised where the shift is above 0, lowered where it is below."""
        if self._runs and self._runs[-1][1] == shift:
            text = self._runs.pop()[0] + text
        self._runs.append((text, shift))

    def end_paragraph(self, level: int, *, in_table: bool = False) -> None:
        """End a paragraph, which may be a heading of a level; within a table the cell goes on."""
        if in_table:
            self.say(" ", 0)
            return
        text = self._taken()
        if self._cells:
            self.end_row()
        self.blocks += [Block(text, level), *self.beside]
        self.beside = []

    def end_cell(self) -> None:
        """End a cell of a row."""
        self._cells.append(" ".join(self._taken().split()))

    def end_row(self) -> None:
        """End a row of a table."""
        self.blocks += [Block(BETWEEN_CELLS.join(self._cells) if any(self._cells) else ""), *self.beside]
        self._cells, self.beside = [], []

    def _taken(self) -> str:
        """Return the text so far, raised marks told from it, and begin anew."""
        text, runs = "", self._runs
        self._runs = []
        for at, (run, shift) in enumerate(runs):
            after = runs[at + 1][0][:1] if at + 1 < len(runs) else ""
            text += written(text[-8:], run, after, lowered=shift < 0) if shift and run.strip() else run
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
