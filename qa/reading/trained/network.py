"""The only importer of torch beside the encoder: the trained network, reading one row of tokens at a time.

A row alone has no padding, and its numbers depend on nothing that is read beside it. The network is BERT (Devlin et al.
2019) with the three heads that `training/model.py` trains, written out: the same weights under the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from qa.reading.trained.inputs import Row

__all__ = ["Logits", "Network", "Shape", "Weight", "quickest"]

Weight = Tensor
Linear = tuple[Tensor, Tensor]

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the weights do not tell."""

    layers: int
    heads: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Logits:
    """Logits of one row: that it answers; of each of its sentences; of each token, as start and as end of the answer.

    ``starts[0]`` and ``ends[0]`` stand for "no answer"; those behind, for the passage's tokens.
    """

    answered: float
    sentences: Numbers
    starts: Numbers
    ends: Numbers


@dataclass(frozen=True, slots=True)
class _Layer:
    heads_of: Linear  # query, key and value in one
    joined: Linear
    joined_norm: Linear
    wide: Linear
    narrow: Linear
    narrow_norm: Linear


def quickest() -> torch.dtype:
    """The number format that this processor multiplies fastest in: bfloat16 where it has instructions for it."""
    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32  # noqa: SLF001


class Network:
    """Weights ready to read with; the words, positions and layers in one number format, the heads in float32."""

    def __init__(self, weights: Mapping[str, Tensor], shape: Shape, *, precision: torch.dtype | None = None) -> None:
        self._shape = shape
        kind = quickest() if precision is None else precision
        start = "bert.embeddings."
        self._words, self._positions, self._parts = (
            weights[f"{start}{name}_embeddings.weight"].to(kind) for name in ("word", "position", "token_type")
        )
        self._norm = _pair(weights, f"{start}LayerNorm", kind)
        self._layers = [
            _layer(weights, f"bert.encoder.layer.{number}.", shape.heads, kind) for number in range(shape.layers)
        ]
        self._of_sentence = [_pair(weights, f"of_sentence.{number}") for number in (0, 2)]
        self._of_passage = [_pair(weights, f"of_passage.{number}") for number in (0, 2)]
        self._of_span = _pair(weights, "of_span")

    @property
    def words(self) -> int:
        """How many tokens have an embedding."""
        return len(self._words)

    @torch.inference_mode()
    def read(self, row: Row) -> Logits:
        """The logits of a row."""
        states = self._states(row).float()
        first = states[:1]
        if len(row.numbers):
            tokens = torch.arange(len(states))
            starts, ends = (torch.from_numpy(row.places[:, side, None].copy()) for side in (0, 1))
            weights = ((tokens >= starts) & (tokens < ends)).float()
            means = (weights / weights.sum(1, keepdim=True)) @ states
            beside = torch.cat([means, first.expand_as(means)], 1)
            sentences = _two(beside, self._of_sentence).squeeze(1)
            evidence = sentences.softmax(0)[None] @ means
        else:
            sentences, evidence = torch.zeros(0), torch.zeros_like(first)
        answered = _two(torch.cat([first, evidence], 1), self._of_passage)
        spans = functional.linear(torch.cat([first, states[slice(*row.passage)]]), *self._of_span)
        return Logits(float(answered), sentences.numpy(), spans[:, 0].numpy(), spans[:, 1].numpy())

    def _states(self, row: Row) -> Tensor:
        tokens = torch.from_numpy(row.tokens)
        count, heads = len(tokens), self._shape.heads
        parts = self._parts[(torch.arange(count) >= row.second).long()]
        states = self._normed(self._words[tokens] + self._positions[:count] + parts, self._norm)
        for layer in self._layers:
            mixed = functional.linear(states, *layer.heads_of).view(count, 3, heads, -1)
            query, key, value = mixed.permute(1, 2, 0, 3)
            shares = torch.bmm(query, key.transpose(1, 2)).softmax(-1)
            seen = torch.bmm(shares, value).transpose(0, 1).reshape(count, -1)
            states = self._normed(functional.linear(seen, *layer.joined).add_(states), layer.joined_norm)
            wide = functional.gelu(functional.linear(states, *layer.wide))
            states = self._normed(functional.linear(wide, *layer.narrow).add_(states), layer.narrow_norm)
        return states

    def _normed(self, states: Tensor, norm: Linear) -> Tensor:
        return functional.layer_norm(states, states.shape[-1:], *norm, eps=self._shape.epsilon)


def _layer(weights: Mapping[str, Tensor], name: str, heads: int, kind: torch.dtype) -> _Layer:
    query, *others = (_pair(weights, f"{name}attention.self.{part}") for part in ("query", "key", "value"))
    scale = (len(query[1]) / heads) ** -0.5  # of the products of query and key, taken into the query's weights
    three = [(query[0] * scale, query[1] * scale), *others]
    return _Layer(
        (torch.cat([weight for weight, _ in three]).to(kind), torch.cat([bias for _, bias in three]).to(kind)),
        _pair(weights, f"{name}attention.output.dense", kind),
        _pair(weights, f"{name}attention.output.LayerNorm", kind),
        _pair(weights, f"{name}intermediate.dense", kind),
        _pair(weights, f"{name}output.dense", kind),
        _pair(weights, f"{name}output.LayerNorm", kind),
    )


def _pair(weights: Mapping[str, Tensor], name: str, kind: torch.dtype = torch.float32) -> Linear:
    return weights[f"{name}.weight"].to(kind).contiguous(), weights[f"{name}.bias"].to(kind).contiguous()


def _two(inputs: Tensor, layers: list[Linear]) -> Tensor:
    first, second = layers
    return functional.linear(functional.gelu(functional.linear(inputs, *first)), *second)
