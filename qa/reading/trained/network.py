"""The trained reader's network as it reads: BERT with three heads, one row at a time.

A sentence is the mean of its tokens beside the first token; the passage is the first token beside the mean of its
sentences, weighed by how well they answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from embeddings.encoding import bert
from embeddings.encoding.graph import Graph
from embeddings.encoding.weights import Weights
from qa.reading.trained.inputs import MOST_TOKENS, Row

PREFIX = "bert."
"""What stands before the names of the encoder's weights in the reader."""
_MEANS = "means"


@dataclass(frozen=True, slots=True)
class Shape(bert.Shape):
    """The sizes of a reader. Raises ValueError where a row has more tokens than positions, or no second part."""

    def __post_init__(self) -> None:
        for name, least in (("max_position_embeddings", MOST_TOKENS), ("type_vocab_size", 2), ("vocab_size", 1)):
            if getattr(self, name) < least:
                raise ValueError(f'"{name}" is {getattr(self, name)}, expected at least {least}')


class Logits(NamedTuple):
    """What the network says of one row of t tokens and s sentences.

    ``sentences`` (s,), a number of no meaning where there is none; ``starts`` and ``ends`` (t,) of the answer over all
    tokens, of which the first stands for "no answer".
    """

    answered: float
    sentences: bert.Floats
    starts: bert.Floats
    ends: bert.Floats


class Network:
    """The network of a reader's weights and the encoder's word embeddings.

    Raises ValueError unless the files hold finite numbers of the right shape, and all that the network has.
    """

    def __init__(self, shape: Shape, weights: Weights, words: Weights) -> None:
        size = shape.hidden_size

        def head(graph: Graph, states: str) -> Sequence[str]:
            return _heads(graph, states, size)

        heads = bert.Head(head, {_MEANS: (1, "sentences", "tokens")})
        self._bert = bert.Bert(shape, weights, prefix=PREFIX, words=words, head=heads)
        if others := sorted(set(weights.named) - self._bert.names):
            raise ValueError(f"{others[0]} is no weight of it")

    def read(self, row: Row) -> Logits:
        """Return the logits of one row."""
        places = np.arange(len(row.tokens))
        means = np.zeros((max(1, len(row.numbers)), len(places)), dtype=np.float32)
        if len(row.numbers):
            inside = (places >= row.places[:, :1]) & (places < row.places[:, 1:])
            means[:] = inside / inside.sum(1, keepdims=True, dtype=np.float32)
        sentences, answered, spans = self._bert(row.tokens, row.second, **{_MEANS: means[None]})
        return Logits(float(answered.item()), sentences[0, :, 0], spans[0, :, 0], spans[0, :, 1])


def _heads(graph: Graph, states: str, size: int) -> Sequence[str]:
    first = graph.add("Slice", states, *(graph.numbers(one) for one in ([0], [1], [1])))
    sentences = graph.add("MatMul", _MEANS, states)
    beside = graph.add("Concat", sentences, graph.add("Expand", first, graph.add("Shape", sentences)), axis=2)
    logits = _judged(graph, beside, "of_sentence", size)
    shares = graph.add("Transpose", graph.add("Softmax", logits, axis=1), perm=[0, 2, 1])
    evidence = graph.add("MatMul", shares, sentences)
    answered = _judged(graph, graph.add("Concat", first, evidence, axis=2), "of_passage", size)
    spans = graph.add("Add", graph.linear(states, "of_span", size, 2), graph.bias("of_span", 2))
    return logits, answered, spans


def _judged(graph: Graph, states: str, name: str, size: int) -> str:
    raised = graph.add("BiasGelu", graph.linear(states, f"{name}.0", 2 * size, size), graph.bias(f"{name}.0", size))
    return graph.add("Add", graph.linear(raised, f"{name}.2", size, 1), graph.bias(f"{name}.2", 1))
