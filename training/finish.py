"""A trained checkpoint, calibrated and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.answers import Limits, collect, figures_of
from benchmarks.parts import given, marked, open_part
from benchmarks.reading_figures import in_the_paragraph
from benchmarks.remembered import RememberedReader
from benchmarks.shared import SharedEncoder, default_cache
from embeddings.encoding.encoder import open_encoder
from embeddings.encoding.models import ModelFiles
from embeddings.encoding.tokens import open_tokenizer
from embeddings.errors import DatasetError
from qa.reading.calibration import UNCALIBRATED
from qa.reading.trained.files import describe
from qa.reading.trained.inputs import RowMaker
from qa.reading.trained.reader import TrainedReader
from training.checkpoint import Standing, digest_of
from training.choose import Chosen, choose
from training.data import MADE, read_examples
from training.evaluate import quick
from training.export import add_measured, export
from training.model import begin
from training.plan import Plan
from training.train import put_checkpoint

__all__ = ["Finished", "finish"]

_LEAST = 0.5  # the limit of a reader that is still to be measured


@dataclass(frozen=True)
class Finished:
    """A finished reader: folder, numbers chosen, plan, step, figures, table of negatives, how its data were made.

    ``averaged`` names the other weights that it is the mean with.
    """

    place: Path
    chosen: Chosen
    plan: Plan
    step: int
    figures: dict[str, float]
    ablation: str
    made: str
    averaged: tuple[str, ...]


def finish(folders: Sequence[Path], base: ModelFiles, place: Path, *, most: int) -> Finished:
    """Read the checkpoint of a folder, choose its numbers on one half of each set, export and measure it on the other.

    Several folders give the mean of their weights; all else comes from the first, and goes there.
    It is read as it ships: in half precision, by the program's own code. Readings are kept in the folder, so that a
    stopped run goes on. ``most`` questions of a kind are asked of each set.
    """
    maker = RowMaker(open_tokenizer(base.folder))
    model = begin(base.folder, seed=0)
    folder = folders[0]
    standing, *others = put_checkpoint(model, *folders)
    _require_its_own(folder, standing)
    export(model, base, UNCALIBRATED, _LEAST, folder / "uncalibrated")
    uncalibrated = _remembered(folder, base, folder / "uncalibrated")
    chosen = choose(collect(uncalibrated, None, chooses=True, most=most))
    export(model, base, chosen.calibrated, chosen.limit, place)
    add_measured(place, chosen.measured)
    figures = {f"where it was chosen: {name}": value for name, value in chosen.figures.items()}
    figures.update(_reported(_remembered(folder, base, place), chosen, most))
    kept = quick(model, maker, read_examples(folder / "data" / "held-out.jsonl"))
    figures.update({f"held out: {name}": value for name, value in kept.items()})
    made = (folder / MADE).read_text(encoding="utf-8").strip() if (folder / MADE).exists() else "not recorded"
    averaged = tuple(other.named for other in others)
    return Finished(place, chosen, standing.plan, standing.step, figures, _ablation(folder), made, averaged)


def _require_its_own(folder: Path, standing: Standing) -> None:
    """Raise DatasetError unless the folder holds the data trained on: the card tells how these were made."""
    found = digest_of(read_examples(folder / "data" / "train.jsonl"))
    if found != standing.examples:
        raise DatasetError(
            f"the checkpoint in {folder} was trained on the examples {standing.examples}, and the folder has {found}: "
            "make the data again as they were, or train anew in another folder."
        )


def _remembered(folder: Path, base: ModelFiles, place: Path) -> RememberedReader:
    described = describe(place)
    return RememberedReader(TrainedReader(described, base), described, folder / "readings")


def _reported(reader: RememberedReader, chosen: Chosen, most: int) -> dict[str, float]:
    part = open_part("reported", unused=True).some(most)
    retriever = part.retriever(SharedEncoder(open_encoder(), default_cache(), "squad20-a"))
    asked, near = (given(part, own, reader) for own in (part.answerable, part.near))
    found = {"paragraph": in_the_paragraph(asked, near, marked(part.answerable, asked, retriever))}
    limits = Limits(chosen.limit, chosen.uncertain * chosen.limit)
    for name, kinds in collect(reader, chosen.nearness, chooses=False, most=most).items():
        found[name] = figures_of(kinds, limits, name)
    return {f"{where}: {name}": one.value for where, own in found.items() for name, one in own.items()}


def _ablation(folder: Path) -> str:
    """Return the table that ``ablate`` wrote, or what to do for one."""
    file = folder / "ablation.md"
    if not file.exists():
        return "Not measured with this model: `python -m training ablate` does it, then export again."
    return file.read_text(encoding="utf-8").strip()
