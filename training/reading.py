"""Examples read by the installed reader with a network in training: the reader measured is the one that ships."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from qa.reading.calibration import UNCALIBRATED
from qa.reading.trained.inference import read_pairs
from qa.reading.trained.inputs import RowMaker
from qa.reading.trained.model import ReadingModel
from qa.reading.types import Reading
from training.data import Example
from training.features import passage_of

__all__ = ["read"]


def read(model: ReadingModel, maker: RowMaker, examples: Sequence[Example]) -> list[Reading]:
    """Read every example in full, not calibrated, with the weights that the model has now."""
    pairs = [(example.question, passage_of(example)) for example in examples]
    return read_pairs(deepcopy(model).for_reading(), maker, UNCALIBRATED, pairs) if pairs else []
