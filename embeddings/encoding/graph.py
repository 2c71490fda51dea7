"""A network written as ONNX, whose weights stay in the safetensors file that they came in.

A graph takes a few kilobytes and milliseconds, so none is kept. What is written are messages of protocol buffers:
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto names the fields, https://protobuf.dev/programming-guides/encoding
says how they are written. The package onnx would write the same, in three times the time of the whole start.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Final

from embeddings.encoding.weights import Weights

OF_THE_RUNTIME = "com.microsoft"
"""The operations of ONNX Runtime itself; all others are those of the standard."""
_OWN: Final = frozenset({"BiasGelu", "FusedMatMul", "MultiHeadAttention", "SkipLayerNormalization"})
_STANDARD, _OF_RUNTIME, _VERSION = 20, 1, 10
_FLOAT, _WHOLE, _KINDS = 1, 7, {"F32": 1, "F16": 10}
_EXTERNAL = 1
Attribute = int | float | Sequence[int]
Value = int | float | str | bytes
Dimension = int | str


class Graph:
    """A graph of operations on weights of one file."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._nodes: list[bytes] = []
        self._tensors: dict[str, bytes] = {}

    def weight(self, name: str, *shape: int) -> str:
        """Return the name of a weight of the file in float32. Raises ValueError where the file has no such one."""
        if name not in self._tensors:
            own = self._weights.weight(name, shape)
            kept = name if own.kind == "F32" else f"{name} in {own.kind}"
            place = {"location": self._weights.file.name, "offset": own.start, "length": own.end - own.start}
            self._tensors[name] = _message(
                *((1, size) for size in shape),
                (2, _KINDS[own.kind]),
                (8, kept),
                *((13, _message((1, key), (2, str(value)))) for key, value in place.items()),
                (14, _EXTERNAL),
            )
            if kept != name:
                self._node("Cast", [kept], name, to=_FLOAT)
        return name

    def numbers(self, values: Sequence[int]) -> str:
        """Return the name of a few whole numbers, which are kept in the graph."""
        name = f"numbers {len(self._tensors)}"
        self._tensors[name] = _message((1, len(values)), (2, _WHOLE), (8, name), *((7, value) for value in values))
        return name

    def add(self, operation: str, *inputs: str, **attributes: Attribute) -> str:
        """Add an operation; return the name of its output."""
        output = f"{operation} {len(self._nodes)}"
        self._node(operation, inputs, output, **attributes)
        return output

    @property
    def names(self) -> set[str]:
        """Return the names of the weights that were taken from the file."""
        return {name for name in self._weights.named if name in self._tensors}

    def linear(self, states: str, name: str, inputs: int, outputs: int) -> str:
        """Multiply states with a weight, which is kept as (outputs, inputs); the bias is for who asks."""
        return self.add("FusedMatMul", states, self.weight(f"{name}.weight", outputs, inputs), transB=1)

    def bias(self, name: str, size: int) -> str:
        """Return the bias of a linear map or of a normalisation."""
        return self.weight(f"{name}.bias", size)

    def model(self, inputs: Mapping[str, Sequence[Dimension]], outputs: Sequence[str]) -> bytes:
        """Return the model as a file of ONNX; all inputs are in float32, and outputs come in the order given."""
        graph = _message(
            *((1, node) for node in self._nodes),
            (2, "network"),
            *((5, tensor) for tensor in self._tensors.values()),
            *((11, _value(name, shape)) for name, shape in inputs.items()),
            *((12, _value(name)) for name in outputs),
        )
        sets = (_message((1, ""), (2, _STANDARD)), _message((1, OF_THE_RUNTIME), (2, _OF_RUNTIME)))
        return _message((1, _VERSION), (7, graph), *((8, one) for one in sets))

    def _node(self, operation: str, inputs: Sequence[str], output: str, **attributes: Attribute) -> None:
        self._nodes.append(
            _message(
                *((1, name) for name in inputs),
                (2, output),
                (4, operation),
                *((5, _attribute(name, value)) for name, value in attributes.items()),
                (7, OF_THE_RUNTIME if operation in _OWN else ""),
            )
        )


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, float):
        return _message((1, name), (2, value), (20, 1))
    if isinstance(value, int):
        return _message((1, name), (3, value), (20, 2))
    return _message((1, name), *((8, one) for one in value), (20, 7))


def _value(name: str, shape: Sequence[Dimension] | None = None) -> bytes:
    sizes = [_message((2, size) if isinstance(size, str) else (1, size)) for size in shape or ()]
    known = [] if shape is None else [(2, _message(*((1, size) for size in sizes)))]
    return _message((1, name), (2, _message((1, _message((1, _FLOAT), *known)))))


def _message(*fields: tuple[int, Value]) -> bytes:
    """Return the fields of a message as protocol buffers write them: a number and a kind, then the value."""
    written = bytearray()
    for number, value in fields:
        if isinstance(value, float):
            written += _varint(number << 3 | 5) + struct.pack("<f", value)
        elif isinstance(value, int):
            written += _varint(number << 3) + _varint(value % 2**64)
        else:
            own = value.encode() if isinstance(value, str) else value
            written += _varint(number << 3 | 2) + _varint(len(own)) + own
    return bytes(written)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
