"""The network before training, and the loss that training minimises."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from embeddings.errors import ModelNotFound
from qa.reading.trained.files import ACTIVATION, ENCODER_WEIGHTS
from qa.reading.trained.model import Logits, ReadingModel, Shape
from training.features import Batch

__all__ = ["begin", "loss_of"]

_SPAN_WEIGHT = 0.5  # of the start and the end each, beside 1 for the passage and 1 for the sentence
_NEVER = -1e4
_UNUSED = ("pooler.", "embeddings.position_ids")  # weights of an encoder that a reader does without


def begin(folder: Path, *, seed: int) -> ReadingModel:
    """Return a model with the weights of the encoder in a folder and new heads. Raises ModelNotFound."""
    torch.manual_seed(seed)
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        model = ReadingModel(Shape(**{field.name: config[field.name] for field in fields(Shape)}))
        weights = load_file(folder / ENCODER_WEIGHTS)
        model.bert.load_state_dict({name: weights[name] for name in weights if not name.startswith(_UNUSED)})
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelNotFound(f"{folder} holds no BERT to begin with: {error}") from error
    if config.get("hidden_act") != ACTIVATION:
        raise ModelNotFound(f"{folder} has the activation {config.get('hidden_act')!r}, expected {ACTIVATION!r}")
    return model


def loss_of(logits: Logits, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """Return the sum of the three losses, and each; sentences are learnt from answered passages alone."""
    passage = functional.binary_cross_entropy_with_logits(logits.answered, batch.answered)
    known = max(1, int((batch.sentence >= 0).sum()))
    sentence = functional.cross_entropy(logits.sentences, batch.sentence, ignore_index=-1, reduction="sum") / known
    starts, ends = (own.masked_fill(~batch.inside, _NEVER) for own in (logits.starts, logits.ends))
    span = functional.cross_entropy(starts, batch.start) + functional.cross_entropy(ends, batch.end)
    parts = {"passage": passage, "sentence": sentence, "span": span}
    return passage + sentence + _SPAN_WEIGHT * span, {name: float(value.detach()) for name, value in parts.items()}
