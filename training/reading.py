"""Examples read by the installed reader with a network in training: what is measured is what ships."""

from __future__ import annotations

from collections.abc import Sequence

from qa.reading.calibration import UNCALIBRATED
from qa.reading.trained.inference import read_pairs
from qa.reading.trained.inputs import RowMaker
from qa.reading.trained.network import Network, Shape
from qa.reading.types import Reading
from training.data import Example
from training.features import passage_of
from training.model import ReadingModel

__all__ = ["network_of", "read"]


def network_of(model: ReadingModel) -> Network:
    """The network with the weights that a model has now, as the installed reader would hold them."""
    config = model.bert.config
    shape = Shape(config.num_hidden_layers, config.num_attention_heads, config.layer_norm_eps)
    return Network({name: value.detach() for name, value in model.state_dict().items()}, shape)


def read(model: ReadingModel, maker: RowMaker, examples: Sequence[Example]) -> list[Reading]:
    """Read every example in full, not calibrated."""
    pairs = [(example.question, passage_of(example)) for example in examples]
    return read_pairs(network_of(model), maker, UNCALIBRATED, pairs) if pairs else []
