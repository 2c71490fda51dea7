"""Figures of a reader: the answering sentence, and the separation of answered from unanswered questions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.reliability import auroc
from qa.reading.trained.inputs import RowMaker
from training.data import Example
from training.network import ReadingModel
from training.reading import read

__all__ = ["log", "quick"]

QUICKLY = 100  # examples of each kind that a checkpoint is measured with


def quick(model: ReadingModel, maker: RowMaker, kept: Sequence[Example], *, most: int = QUICKLY) -> dict[str, float]:
    """Return figures on some of the held-out examples, always the same ones."""
    by_kind: dict[str, list[Example]] = {}
    for example in kept:
        own = by_kind.setdefault(example.family, [])
        if len(own) < most:
            own.append(example)
    readings = {kind: read(model, maker, own) for kind, own in by_kind.items()}
    asked, answered = by_kind.pop("answered", []), readings.pop("answered", [])
    right = [reading.sentence == example.sentence for example, reading in zip(asked, answered, strict=True)]
    figures = {"sentence": float(np.mean(right))} if right else {}
    for kind, found in readings.items():
        figures[f"auroc {kind}"] = auroc([one.answered for one in answered], [one.answered for one in found])
        figures[f"auroc {kind} by span"] = auroc(
            [one.span_margin for one in answered], [one.span_margin for one in found]
        )
    return figures


def log(file: Path, figures: Mapping[str, float]) -> None:
    """Add one line."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({name: round(value, 4) for name, value in figures.items()}) + "\n")
