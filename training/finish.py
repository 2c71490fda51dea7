"""A trained checkpoint, calibrated and measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from embeddings.models import ModelFiles
from qa.reading.calibrated import Calibrated
from qa.reading.features import RowMaker, open_tokenizer
from training.calibrate import calibrate
from training.corpora import data_folder, parts_of_squad20, read_corpus, read_unanswerable
from training.data import read_examples
from training.evaluate import quick
from training.model import ReadingModel
from training.plan import Plan
from training.report import Measure, threshold
from training.train import put_checkpoint

__all__ = ["Finished", "finish"]


@dataclass(frozen=True)
class Finished:
    """A model with its calibration, the probability from which it answers, its plan, step and figures."""

    model: ReadingModel
    calibrated: Calibrated
    limit: float
    plan: Plan
    step: int
    figures: dict[str, float]


def finish(folder: Path, base: ModelFiles, *, most: int, end_to_end: int) -> Finished:
    """Read the checkpoint of a folder, calibrate it on one part of squad20-a and measure it on another."""
    maker = RowMaker(open_tokenizer(base.folder))
    model = ReadingModel.begin(base.folder, seed=0)
    standing = put_checkpoint(model, folder)
    place = data_folder() / "squad20-a"
    corpus, unanswerable = read_corpus(place), read_unanswerable(place)
    parts = parts_of_squad20(corpus)
    chosen = Measure(corpus, unanswerable, parts["calibrated"], model, maker)
    answered, near = ([reading for _, reading in chosen.own(answerable=kind, most=most)] for kind in (True, False))
    calibrated = calibrate(answered, near)
    limit = threshold(calibrated, near)
    reported = Measure(corpus, unanswerable, parts["reported"], model, maker)
    figures = reported.in_the_paragraph(calibrated, limit, most=most)
    if end_to_end:
        figures.update(reported.end_to_end(calibrated, limit, most=end_to_end))
    kept = quick(model, maker, read_examples(folder / "data" / "held-out.jsonl"))
    figures.update({f"held out: {name}": value for name, value in kept.items()})
    return Finished(model, calibrated, limit, standing.plan, standing.step, figures)
