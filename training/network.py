"""The reader's network in training: BERT (Devlin et al. 2019) with three heads, its weights named as in transformers.

`qa.reading.trained.network` computes the same from the files; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from embeddings.encoding import bert
from embeddings.encoding.models import ModelFiles
from qa.reading.trained.files import encoder_weights
from qa.reading.trained.inputs import Row
from qa.reading.trained.network import PREFIX, Shape

WORDS = PREFIX + bert.WORDS
"""The weights that are the encoder's, and stay as they are there."""
_Weighted = tuple[Tensor, Tensor]  # weight and bias
_ABSENT = -1e4  # the logit of a sentence that a row does not have


class Inputs(NamedTuple):
    """Tensors of n rows of at most t tokens and s sentences.

    ``tokens`` and ``types`` (n, t) are numbers; ``means`` (n, s, t) takes the mean of each sentence's tokens, and is 0
    for a sentence that a row does not have; ``mask`` (n, t) is true for what is no padding, None where there is none.
    """

    tokens: Tensor
    types: Tensor
    means: Tensor
    mask: Tensor | None = None


class Logits(NamedTuple):
    """What the network says of n rows, in float32.

    ``answered`` (n,); ``sentences`` (n, s), -1e4 where there is no such sentence; ``starts`` and ``ends`` (n, t) of the
    answer over all tokens, of which the first stands for "no answer".
    """

    answered: Tensor
    sentences: Tensor
    starts: Tensor
    ends: Tensor


def words_of(base: ModelFiles) -> dict[str, Tensor]:
    """Return the encoder's word embeddings, under their name in the reader, in float32. Raises ModelNotFound."""
    numbers = encoder_weights(base).numbers(bert.WORDS)
    return {WORDS: torch.from_numpy(numbers.astype(np.float32))}


def inputs_of(rows: Sequence[Row]) -> Inputs:
    """Return the tensors of rows, padded to the longest."""
    lengths = np.asarray([len(row.tokens) for row in rows])
    places = np.arange(lengths.max())
    mask = places < lengths[:, None]
    tokens = np.zeros(mask.shape, dtype=np.int64)
    means = np.zeros((len(rows), max(1, *(len(row.numbers) for row in rows)), len(places)), dtype=np.float32)
    for number, row in enumerate(rows):
        tokens[number, : len(row.tokens)] = row.tokens
        inside = (places >= row.places[:, :1]) & (places < row.places[:, 1:])
        means[number, : len(inside)] = inside / inside.sum(1, keepdims=True, dtype=np.float32)
    types = mask & (places >= np.asarray([row.second for row in rows])[:, None])
    return Inputs(
        torch.from_numpy(tokens),
        torch.from_numpy(types).long(),
        torch.from_numpy(means),
        None if mask.all() else torch.from_numpy(mask),
    )


class ReadingModel(nn.Module):
    """A BERT encoder with three heads.

    A sentence is the mean of its tokens beside the first token; the passage is the first token beside the mean of its
    sentences, weighed by how well they answer.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        size = shape.hidden_size
        self.shape = shape
        self._layers = [_Layer(shape) for _ in range(shape.num_hidden_layers)]
        layers = nn.ModuleList(self._layers)
        self.bert = nn.ModuleDict({"embeddings": _Embeddings(shape), "encoder": nn.ModuleDict({"layer": layers})})
        self.of_sentence = nn.Sequential(nn.Linear(2 * size, size), nn.GELU(), nn.Linear(size, 1))
        self.of_passage = nn.Sequential(nn.Linear(2 * size, size), nn.GELU(), nn.Linear(size, 1))
        self.of_span = nn.Linear(size, 2)

    def forward(self, tokens: Tensor, types: Tensor, means: Tensor, mask: Tensor | None = None) -> Logits:
        """Return the logits of the rows of `Inputs`."""
        return self.judge(self.encode(tokens, types, mask).float(), means)

    def encode(self, tokens: Tensor, types: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the state of each token, (n, t, hidden size)."""
        states: Tensor = self.bert["embeddings"](tokens, types)
        for layer in self._layers:
            states = layer(states, mask)
        return states

    def judge(self, states: Tensor, means: Tensor) -> Logits:
        """Return what the heads make of states in float32."""
        first = states[:, :1]
        sentences = torch.bmm(means, states)
        logits: Tensor = self.of_sentence(torch.cat([sentences, first.expand_as(sentences)], 2)).squeeze(2)
        logits = logits.masked_fill(means.sum(2) == 0, _ABSENT)
        evidence = torch.bmm(logits.softmax(1).unsqueeze(1), sentences)
        answered = self.of_passage(torch.cat([first, evidence], 2)).flatten()
        spans = self.of_span(states)
        return Logits(answered, logits, spans[..., 0], spans[..., 1])


class _Embeddings(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.position_embeddings = nn.Embedding(shape.max_position_embeddings, shape.hidden_size)
        self.token_type_embeddings = nn.Embedding(shape.type_vocab_size, shape.hidden_size)
        self.LayerNorm = nn.LayerNorm(shape.hidden_size, shape.layer_norm_eps)

    def forward(self, tokens: Tensor, types: Tensor) -> Tensor:
        positions = self.position_embeddings.weight[: tokens.shape[1]]
        normed: Tensor = self.LayerNorm(self.word_embeddings(tokens) + positions + self.token_type_embeddings(types))
        return normed


class _Layer(nn.Module):
    """Attention and two projections.

    It holds modules for their weights alone: to call each of them takes a twentieth of the time of a short row.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        size, wide = shape.hidden_size, shape.intermediate_size
        self.heads, self.epsilon = shape.num_attention_heads, shape.layer_norm_eps
        attention = nn.ModuleDict({name: nn.Linear(size, size) for name in ("query", "key", "value")})
        self.attention = nn.ModuleDict({"self": attention, "output": _normed(size, size)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(size, wide)})
        self.output = _normed(wide, size)

    def _weighted(self) -> list[_Weighted]:
        """Return the weights as `forward` takes them, query, key and value in one."""
        (query, of_query), (key, of_key), (value, of_value) = (
            self._pair(f"attention.self.{name}") for name in ("query", "key", "value")
        )
        scale = (len(of_query) / self.heads) ** -0.5  # of the products of query and key, taken into the query
        projection = torch.cat([query * scale, key, value]), torch.cat([of_query * scale, of_key, of_value])
        attention = (self._pair(f"attention.output.{name}") for name in ("dense", "LayerNorm"))
        others = (self._pair(name) for name in ("intermediate.dense", "output.dense", "output.LayerNorm"))
        return [projection, *attention, *others]

    def _pair(self, name: str) -> _Weighted:
        return self.get_parameter(f"{name}.weight"), self.get_parameter(f"{name}.bias")

    def forward(self, states: Tensor, mask: Tensor | None) -> Tensor:
        projection, joined, joined_norm, wide, narrow, narrow_norm = self._weighted()
        rows, length, size = states.shape
        mixed = functional.linear(states, *projection).view(rows, length, 3, self.heads, -1)
        query, key, value = mixed.permute(2, 0, 3, 1, 4)
        products = query @ key.transpose(2, 3)
        if mask is not None:
            products = products.masked_fill(~mask[:, None, None], -torch.inf)
        seen = (products.softmax(-1) @ value).transpose(1, 2).reshape(rows, length, size)
        states = functional.layer_norm(functional.linear(seen, *joined) + states, (size,), *joined_norm, self.epsilon)
        raised = functional.linear(functional.gelu(functional.linear(states, *wide)), *narrow)
        return functional.layer_norm(raised + states, (size,), *narrow_norm, self.epsilon)


def _normed(inputs: int, outputs: int) -> nn.ModuleDict:
    return nn.ModuleDict({"dense": nn.Linear(inputs, outputs), "LayerNorm": nn.LayerNorm(outputs)})
