"""Examples read by the installed reader with a network in training: the reader measured is the one that ships."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from embeddings.encoding.encoder import one_thread
from qa.reading.calibration import UNCALIBRATED
from qa.reading.trained.inference import read_pairs
from qa.reading.trained.inputs import Row, RowMaker
from qa.reading.trained.network import Logits
from qa.reading.types import Reading
from training.data import Example
from training.features import passage_of
from training.network import ReadingModel, inputs_of

__all__ = ["read"]


def read(model: ReadingModel, maker: RowMaker, examples: Sequence[Example]) -> list[Reading]:
    """Read every example in full, not calibrated, with the weights that the model has now."""
    pairs = [(example.question, passage_of(example)) for example in examples]
    with one_thread():
        return read_pairs(_InTraining(model), maker, UNCALIBRATED, pairs) if pairs else []


class _InTraining:
    """A network in training as one that reads."""

    def __init__(self, model: ReadingModel) -> None:
        self._model = model

    @torch.inference_mode()
    def read(self, row: Row) -> Logits:
        answered, sentences, starts, ends = self._model(*inputs_of([row]))
        return Logits(float(answered), sentences[0].numpy(), starts[0].numpy(), ends[0].numpy())
