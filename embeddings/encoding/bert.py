"""The only importer of onnxruntime: BERT (Devlin et al. 2019) on texts of tokens, without torch.

A text is computed by itself, in one thread, so its numbers depend on nothing beside it, nor on the machine's cores.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.encoding.graph import Graph
from embeddings.encoding.weights import Weights

_SILENT = 3  # errors only
_STATES: Final = "states"
WORDS = "embeddings.word_embeddings.weight"
"""The weights that the tokens have, under their name in an encoder."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is computed from the states of all tokens beyond them: ``add`` puts it into a graph.

    It is given the graph and the name of the states, and returns the names of what comes out; ``inputs`` are what it
    takes besides, by name, each with its sizes.
    """

    add: Callable[[Graph, str], Sequence[str]]
    inputs: Mapping[str, Sequence[int | str]]


_STATES_ALONE: Final = Head(lambda _, states: [states], {})


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a BERT, under the names of transformers' configuration."""

    hidden_size: int
    intermediate_size: int
    layer_norm_eps: float
    max_position_embeddings: int
    num_attention_heads: int
    num_hidden_layers: int
    type_vocab_size: int
    vocab_size: int


Floats = NDArray[np.float32]


class Bert:
    """A network with the weights of a file, in which ``prefix`` stands before the names of the encoder's.

    ``words`` is the encoder's file with the word embeddings, where that is another one. Raises ValueError where a file
    does not hold the weights of this shape, OSError.
    """

    def __init__(
        self,
        shape: Shape,
        weights: Weights,
        *,
        prefix: str = "",
        words: Weights | None = None,
        head: Head = _STATES_ALONE,
    ) -> None:
        size = shape.hidden_size
        of_words = WORDS if words else prefix + WORDS
        of_places, of_types = (f"{prefix}embeddings.{name}_embeddings.weight" for name in ("position", "token_type"))
        self._words = (words or weights).numbers(of_words, (shape.vocab_size, size))
        self._places = weights.numbers(of_places, (shape.max_position_embeddings, size)).astype(np.float32)
        self._types = weights.numbers(of_types, (shape.type_vocab_size, size)).astype(np.float32)
        graph = Graph(weights)
        self._outputs = head.add(graph, _bert(graph, shape, prefix))
        model = graph.model({_STATES: (1, "tokens", size), **head.inputs}, self._outputs)
        self._session = _session(model, weights)
        self.names = graph.names | {of_places, of_types}
        """The weights of the file that it takes, beside the word embeddings."""

    def __call__(self, tokens: NDArray[np.int64], second: int, **more: Floats) -> list[Any]:
        """Return what comes out for one text of t tokens, the second part of which begins at ``second``."""
        states = self._words[tokens].astype(np.float32) + self._places[: len(tokens)]
        states[:second] += self._types[0]
        states[second:] += self._types[1 if second < len(tokens) else 0]
        return self._session.run(self._outputs, {_STATES: states[None], **more})  # type: ignore[no-any-return]


@cache
def threads() -> ThreadPoolExecutor:
    """Return the threads of the process that compute texts at once, as many as it has cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ThreadPoolExecutor(cores, thread_name_prefix="computing")


def _bert(graph: Graph, shape: Shape, prefix: str) -> str:
    size, wide, epsilon = shape.hidden_size, shape.intermediate_size, shape.layer_norm_eps
    norm = f"{prefix}embeddings.LayerNorm"
    states = graph.add(
        "LayerNormalization", _STATES, graph.weight(f"{norm}.weight", size), graph.bias(norm, size),
        axis=-1, epsilon=epsilon,
    )  # fmt: skip
    for number in range(shape.num_hidden_layers):
        layer = f"{prefix}encoder.layer.{number}."
        parts = [f"{layer}attention.self.{name}" for name in ("query", "key", "value")]
        mixed = [graph.linear(states, part, size, size) for part in parts]
        biases = graph.add("Concat", *(graph.bias(part, size) for part in parts), axis=0)
        seen = graph.add("MultiHeadAttention", *mixed, biases, num_heads=shape.num_attention_heads)
        states = _added(graph, (seen, states), f"{layer}attention.output", (size, size), epsilon)
        inner = f"{layer}intermediate.dense"
        raised = graph.add("BiasGelu", graph.linear(states, inner, size, wide), graph.bias(inner, wide))
        states = _added(graph, (raised, states), f"{layer}output", (wide, size), epsilon)
    return states


def _added(graph: Graph, parts: tuple[str, str], name: str, sizes: tuple[int, int], epsilon: float) -> str:
    """Add a linear map of what was computed to the states beside it, and normalise the sum."""
    dense, norm, size = f"{name}.dense", f"{name}.LayerNorm", sizes[1]
    return graph.add(
        "SkipLayerNormalization",
        graph.linear(parts[0], dense, *sizes),
        parts[1],
        graph.weight(f"{norm}.weight", size),
        graph.bias(norm, size),
        graph.bias(dense, size),
        epsilon=epsilon,
    )


def _session(model: bytes, weights: Weights) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = _SILENT
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC  # the rest is written so
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(weights.file.parent))
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
