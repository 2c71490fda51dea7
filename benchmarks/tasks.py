"""The data sets of the comparison: the same passages and questions for every system.

The rows are taken as they are, as `qa evaluate` takes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from benchmarks.beir import data_folder
from embeddings.index.rows import Row
from qa.evaluation.beir import read_beir
from qa.evaluation.types import Question

__all__ = ["TASKS", "Task", "cut", "evenly", "open_task"]

T = TypeVar("T")

TASKS = ("squad20-a", "mtrag-un-dev", "muc34", "selqa-dev", "tydi-en-dev", "onestopqa-a")
CUT = {"muc34": (300, 3_000)}
"""Questions and passages that are kept of a large set."""


@dataclass(frozen=True, slots=True)
class Task:
    """Passages with their names, and questions with the passages that are relevant to them."""

    name: str
    rows: tuple[Row, ...]
    questions: tuple[Question, ...]
    part: str = ""

    @property
    def title(self) -> str:
        """Return the name of the data set, and of this part of it."""
        return f"{self.name}, {self.part}" if self.part else self.name

    @property
    def names(self) -> list[str]:
        """Return the passages' names, by row."""
        return [row.id for row in self.rows]

    @property
    def texts(self) -> list[str]:
        """Return the texts for a system without titles, by row: the title as a line before the text.

        A text that begins with that line already stays as it is.
        """
        return [
            f"{row.title}\n{row.text}" if row.title and not _begins_with_title(row) else row.text for row in self.rows
        ]


def open_task(name: str, limit: int | None = None, *, answers: bool = False) -> Task:
    """Read a data set below $QA_DATA; with ``limit``, that many questions, spread over the set.

    Where answers stand is read with ``answers`` only: TyDi QA has empty ones, which are an error.
    Of ``squad20-a`` every second question is asked, those that the weights were not chosen on, over all passages.
    Exit with what to do where the data set is absent; raise DatasetError where it is wrong.
    """
    beir = read_beir(data_folder(name), answers=answers)
    rows, questions, part = tuple(beir.rows), tuple(beir.dataset.judged), ""
    if name == "squad20-a":
        questions, part = questions[1::2], "the half of the questions that chose nothing"
    if name in CUT:
        rows, questions = cut(rows, questions, *CUT[name])
        part = "cut"
    return Task(name, rows, questions if limit is None else tuple(evenly(questions, limit)), part)


def _begins_with_title(row: Row) -> bool:
    """Return whether the first line of the text is the title; white space may differ."""
    return " ".join(row.text.partition("\n")[0].split()) == " ".join(row.title.split())


def cut(
    rows: Sequence[Row], questions: Sequence[Question], asked: int, size: int
) -> tuple[tuple[Row, ...], tuple[Question, ...]]:
    """Keep some questions, spread over the set, their relevant passages, and others spread evenly up to ``size``.

    Passages stay in the order of the corpus.
    """
    kept = evenly(questions, asked)
    needed = {name for question in kept for name in question.relevant}
    others = [row.id for row in rows if row.id not in needed]
    needed.update(evenly(others, max(0, size - len(needed))))
    return tuple(row for row in rows if row.id in needed), tuple(kept)


def evenly(values: Sequence[T], number: int) -> list[T]:
    """Return so many of the values, evenly spread, in their order; all where there are no more."""
    if number >= len(values):
        return list(values)
    return [values[place * len(values) // number] for place in range(number)]
