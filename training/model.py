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
from qa.reading.trained.network import Shape
from training.features import Batch
from training.network import Logits, ReadingModel

__all__ = ["begin", "loss_of"]

_SPAN_WEIGHT = 0.5  # of the start and the end each, beside 1 for the passage and 1 for the sentence
_NEVER = -1e4
_MARGIN = 1.0  # of the logits of a pair
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


def loss_of(logits: Logits, batch: Batch, ranking: float = 0.0) -> tuple[Tensor, dict[str, float]]:
    """Return the sum of the losses, and each; sentences are learnt from answered passages alone.

    With ``ranking``, its weight, the rows 0 and 1, 2 and 3, and so on are pairs: where one is answered and the other is
    not, the logit of the first is to be higher by `_MARGIN`, which no look at the question or the passage alone gives.
    """
    passage = functional.binary_cross_entropy_with_logits(logits.answered, batch.answered)
    known = max(1, int((batch.sentence >= 0).sum()))
    sentence = functional.cross_entropy(logits.sentences, batch.sentence, ignore_index=-1, reduction="sum") / known
    starts, ends = (own.masked_fill(~batch.inside, _NEVER) for own in (logits.starts, logits.ends))
    span = functional.cross_entropy(starts, batch.start) + functional.cross_entropy(ends, batch.end)
    parts = {"passage": passage, "sentence": sentence, "span": span}
    loss = passage + sentence + _SPAN_WEIGHT * span
    if ranking:
        parts["ranking"] = _ranking(logits, batch.answered)
        loss = loss + ranking * parts["ranking"]
    return loss, {name: float(value.detach()) for name, value in parts.items()}


def _ranking(logits: Logits, answered: Tensor) -> Tensor:
    """Return the mean loss of the pairs in which just one is answered; 0 where there is none."""
    whole = len(answered) // 2 * 2
    said, truth = logits.answered[:whole].view(-1, 2), answered[:whole].view(-1, 2)
    sign = truth[:, 0] - truth[:, 1]
    found = functional.softplus(_MARGIN - sign * (said[:, 0] - said[:, 1])) * sign.abs()
    return found.sum() / sign.abs().sum().clamp(min=1.0)
