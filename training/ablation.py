"""The worth of each kind of negative: short runs of all kinds and of all but one, measured on the calibrating articles.

Every run has the same steps, seed and beginning. Each is finished or goes on from its checkpoint, so the whole may be
stopped anywhere and started again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.parts import Part, open_part
from benchmarks.reliability import auroc
from benchmarks.squad import Paragraph, Question
from embeddings.encoding.models import ModelFiles
from embeddings.encoding.tokens import open_tokenizer
from embeddings.errors import DatasetError
from qa.reading.trained.inputs import RowMaker
from training.checkpoint import CHECKPOINT, digest_of
from training.data import Example, example_of, read_examples
from training.evaluate import quick
from training.model import begin
from training.network import ReadingModel
from training.plan import Plan
from training.reading import read
from training.train import Trainer

__all__ = ["ALL", "FIGURES", "TABLE", "Ablation", "as_table"]

ALL = "nothing"
TABLE = "ablation.json"
FIGURES = ("right sentence", "AUROC against near-misses", "AUROC against other topics")
"""On the calibrating articles; beside them stands the AUROC against each kind on held-out examples of it."""
SAVED_EVERY = 50  # steps
_STRIDE = 7  # paragraphs from one to the next that questions about something else are read with

Row = dict[str, float]


@dataclass(frozen=True)
class Ablation:
    """Runs in a folder with the data that `make` wrote; ``most`` questions of a kind are asked of each."""

    folder: Path
    base: ModelFiles
    plan: Plan
    most: int

    def run(self) -> Iterator[tuple[str, Row]]:
        """Yield each run with its figures, once they are there; the first leaves nothing out."""
        examples, kept = (read_examples(self.folder / "data" / f"{name}.jsonl") for name in ("train", "held-out"))
        kinds = sorted({example.family for example in examples if example.answer is None})
        for left_out in (ALL, *kinds):
            yield left_out, self._one(left_out, examples, kept, kinds)

    def _one(self, left_out: str, examples: Sequence[Example], kept: Sequence[Example], kinds: Sequence[str]) -> Row:
        place = self.folder / "ablation" / f"without-{left_out}"
        done = _kept(place / TABLE)
        learnt = [example for example in examples if not example.of(left_out)]
        asked = {
            "steps": self.plan.steps,
            "batch": self.plan.batch,
            "rate": self.plan.rate,
            "seed": self.plan.seed,
            "questions": self.most,
            "examples": int(digest_of(learnt)[:12], 16),
        }
        if done is not None and {name: done.get(name) for name in asked} == asked and {*FIGURES, *kinds} <= {*done}:
            return done
        maker = RowMaker(open_tokenizer(self.base.folder))
        trainer = Trainer(begin(self.base.folder, seed=self.plan.seed), maker, learnt, self.plan)
        trainer.resume(place)
        while not trainer.done:
            trainer.run(SAVED_EVERY)
            trainer.save(place)
        held = quick(trainer.model, maker, kept, most=self.most)
        row = {**asked, **_measured(trainer.model, maker, self.most)}
        row.update({kind: held.get(f"auroc {kind}", float("nan")) for kind in kinds})  # nan: no example is held out
        (place / TABLE).write_text(json.dumps(row) + "\n", encoding="utf-8")
        (place / CHECKPOINT).unlink()  # only the figures are wanted: the checkpoints of all runs would fill a gigabyte
        return row


def as_table(rows: Sequence[tuple[str, Row]]) -> str:
    """Return a Markdown table: the figures of all kinds, and the loss without each."""
    _, whole = rows[0]
    names = [*FIGURES, *sorted(left_out for left_out, _ in rows if left_out != ALL)]
    lines = [f"| left out | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for left_out, row in rows:
        cells = (
            f"{row[name]:.3f}" if left_out == ALL else f"{row[name]:.3f} ({row[name] - whole[name]:+.3f})"
            for name in names
        )
        lines.append(f"| {left_out} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _measured(model: ReadingModel, maker: RowMaker, most: int) -> Row:
    """Measure each question with its own paragraph, and the answerable ones with one of another article."""
    part = open_part("calibrated").some(most)
    paragraphs = part.corpus.paragraphs
    asked, near = (
        [example_of(one.text, paragraphs[one.paragraph], None, "asked") for one in own]
        for own in (part.answerable, part.near)
    )
    others = [example_of(one.text, other, None, "asked") for one, other in _elsewhere(part)]
    positive, negative, foreign = (read(model, maker, examples) for examples in (asked, near, others))
    marked = [example.sentences[one.sentence] for example, one in zip(asked, positive, strict=True)]
    right = [
        any(start <= place < end for place, _ in question.answers)
        for question, (start, end) in zip(part.answerable, marked, strict=True)
    ]
    sure = [one.answered for one in positive]
    found = (float(np.mean(right)), *(auroc(sure, [one.answered for one in own]) for own in (negative, foreign)))
    return dict(zip(FIGURES, found, strict=True))


def _elsewhere(part: Part) -> Iterator[tuple[Question, Paragraph]]:
    """Yield each answerable question with a paragraph of another article that may be read, in turns."""
    searched = [one for one in part.corpus.paragraphs.values() if one.article in part.searched]
    for number, question in enumerate(part.answerable):
        own = part.corpus.paragraphs[question.paragraph].article
        others = [one for one in searched if one.article != own]
        yield question, others[_STRIDE * number % len(others)]


def _kept(file: Path) -> Row | None:
    """Return the figures of a finished run; None where there are none yet. Raises DatasetError."""
    if not file.exists():
        return None
    try:
        row: Row = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DatasetError(f"{file} holds no figures ({error}): remove it, and the run is made anew") from error
    return row
