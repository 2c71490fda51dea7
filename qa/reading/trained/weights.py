"""What the weights of a reader must be, so that none is computed with that has another shape or is no number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from qa.reading.trained.inputs import MOST_TOKENS

if TYPE_CHECKING:
    from qa.reading.trained.network import Weight

__all__ = ["check"]

_LARGEST = 65504  # that half precision holds
_TABLES = {"word": 1, "position": MOST_TOKENS, "token_type": 2}
"""The embeddings, and how many rows of each are needed at least: of types, that of the question and of the passage."""


def check(weights: Mapping[str, Weight], *, layers: int, width: int, wide: int) -> None:
    """Raise ValueError unless these are all weights of such a network and no others, and finite.

    Finite means in half precision, which they are kept in: from numbers no larger no sum of the network overflows.
    """
    seen = set()
    for name, shape in _expected(layers, width, wide):
        found = _shape(weights, name)
        if found != shape:
            raise ValueError(f"{name} has the shape {found}, expected {shape}")
        seen.add(name)
    for table, least in _TABLES.items():
        name = f"bert.embeddings.{table}_embeddings.weight"
        found = _shape(weights, name)
        rows, *columns = found or (0,)
        if rows < least or columns != [width]:
            raise ValueError(f"{name} has the shape {found}, expected at least {least} rows of {width}")
        seen.add(name)
    for name, value in weights.items():
        if name not in seen:
            raise ValueError(f"{name!r} belongs to no layer or head that is described, expected no such weights")
        if not (value.is_floating_point() and all(abs(end.item()) <= _LARGEST for end in value.float().aminmax())):
            raise ValueError(
                f"{name} is of {value.dtype} or holds what half precision does not, expected finite numbers from "
                f"{-_LARGEST} to {_LARGEST}"
            )


def _shape(weights: Mapping[str, Weight], name: str) -> tuple[int, ...]:
    if name not in weights:
        raise ValueError(f"{name} is missing")
    return tuple(weights[name].shape)


def _expected(layers: int, width: int, wide: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each name and its shape, but for the embeddings."""
    yield from _norm("bert.embeddings.LayerNorm", width)
    for number in range(layers):
        layer = f"bert.encoder.layer.{number}."
        for part in ("query", "key", "value"):
            yield from _linear(f"{layer}attention.self.{part}", width, width)
        yield from _linear(f"{layer}attention.output.dense", width, width)
        yield from _norm(f"{layer}attention.output.LayerNorm", width)
        yield from _linear(f"{layer}intermediate.dense", width, wide)
        yield from _linear(f"{layer}output.dense", wide, width)
        yield from _norm(f"{layer}output.LayerNorm", width)
    for head in ("of_sentence", "of_passage"):
        yield from _linear(f"{head}.0", 2 * width, width)
        yield from _linear(f"{head}.2", width, 1)
    yield from _linear("of_span", width, 2)


def _linear(name: str, inputs: int, outputs: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def _norm(name: str, width: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (width,)
    yield f"{name}.bias", (width,)
