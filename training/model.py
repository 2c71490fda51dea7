"""The reader's network: one pass over a question and a passage says whether, in which sentence and where it answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel
from transformers.utils import logging

from training.features import Batch

__all__ = ["Judged", "ReadingModel", "loss_of"]

_SPAN_WEIGHT = 0.5  # of the start and the end each, beside 1 for the passage and 1 for the sentence
_NEVER = -1e4


@dataclass(frozen=True)
class Judged:
    """What the network says of a batch, as logits in float32.

    ``answered`` (n,); ``sentences`` (n, s) with -1e4 where there is no such sentence; ``starts`` and ``ends`` (n, t)
    over the tokens, -1e4 outside the passage; the first token stands for "no answer".
    """

    answered: Tensor
    sentences: Tensor
    starts: Tensor
    ends: Tensor


class ReadingModel(nn.Module):
    """A BERT encoder with three heads.

    A sentence is the mean of its tokens beside the first token; the passage is the first token beside the mean of its
    sentences, weighed by how well they answer.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.bert = BertModel(config, add_pooling_layer=False)
        size = config.hidden_size
        self.of_sentence = nn.Sequential(nn.Linear(2 * size, size), nn.GELU(), nn.Linear(size, 1))
        self.of_passage = nn.Sequential(nn.Linear(2 * size, size), nn.GELU(), nn.Linear(size, 1))
        self.of_span = nn.Linear(size, 2)

    @classmethod
    def begin(cls, folder: Path, *, seed: int) -> ReadingModel:
        """The encoder's weights from a folder, the heads new; word embeddings stay as they are."""
        torch.manual_seed(seed)
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the pooling layer is left out on purpose
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        config = settled(BertConfig.from_pretrained(folder, local_files_only=True))
        model = cls(config)
        model.bert = BertModel.from_pretrained(folder, config=config, add_pooling_layer=False, local_files_only=True)
        return model

    def forward(self, batch: Batch) -> Judged:
        """Logits for every passage of the batch."""
        states: Tensor = self.bert(
            input_ids=batch.tokens, attention_mask=batch.mask, token_type_ids=batch.types
        ).last_hidden_state
        with torch.autocast("cpu", enabled=False):  # half precision would round logits to steps of a hundredth and more
            return self._judged(states.float(), batch)

    def _judged(self, states: Tensor, batch: Batch) -> Judged:
        first = states[:, 0]
        means = torch.bmm(batch.weights, states)
        beside = first.unsqueeze(1).expand_as(means)
        sentences = self.of_sentence(torch.cat([means, beside], 2)).squeeze(2).masked_fill(~batch.present, _NEVER)
        evidence = torch.bmm(sentences.softmax(1).unsqueeze(1), means).squeeze(1)
        answered = self.of_passage(torch.cat([first, evidence], 1)).squeeze(1)
        spans = self.of_span(states).masked_fill(~batch.inside.unsqueeze(2), _NEVER)
        return Judged(answered, sentences, spans[..., 0], spans[..., 1])


def settled(config: BertConfig) -> BertConfig:
    """No dropout (few steps, much data) and plain attention, which trains fastest on a processor."""
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    config._attn_implementation = "eager"  # noqa: SLF001 - the library has no other way for a config
    return config


def loss_of(judged: Judged, batch: Batch) -> tuple[Tensor, dict[str, float]]:
    """The sum of the three losses, and each; sentences are learnt from answered passages alone."""
    cross = nn.functional.cross_entropy
    passage = nn.functional.binary_cross_entropy_with_logits(judged.answered, batch.answered)
    sentence = cross(judged.sentences, batch.sentence, ignore_index=-1, reduction="sum") / max(
        1, int((batch.sentence >= 0).sum())
    )
    span = cross(judged.starts, batch.start) + cross(judged.ends, batch.end)
    parts: dict[str, Any] = {"passage": passage, "sentence": sentence, "span": span}
    return passage + sentence + _SPAN_WEIGHT * span, {name: float(value.detach()) for name, value in parts.items()}
