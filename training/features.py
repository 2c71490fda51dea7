"""Examples as tensors to train the network on, made from the rows that the installed reader reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from qa.reading.trained.inputs import Row, RowMaker
from qa.reading.types import PassageText
from training.data import Example
from training.network import Inputs, inputs_of

__all__ = ["Batch", "batches", "passage_of", "tensors"]

_SORTED_TOGETHER = 64  # batches whose examples are sorted by length together


@dataclass(frozen=True)
class Batch:
    """A batch of n examples of at most t tokens, and their truth.

    ``inside`` (n, t) is true for the passage's tokens and the first; ``start`` and ``end`` are 0 where there is no
    answer, ``sentence`` is -1 there. All others are numbers of tokens and of sentences in the row.
    """

    inputs: Inputs
    inside: Tensor
    answered: Tensor
    sentence: Tensor
    start: Tensor
    end: Tensor


def passage_of(example: Example) -> PassageText:
    """Return what is read of an example."""
    return PassageText(example.title, example.text, example.sentences)


def tensors(examples: Sequence[Example], maker: RowMaker) -> Batch:
    """Return one batch; of a passage that takes several windows, the first is read."""
    rows = [own[0] for own in maker.rows_of([(example.question, passage_of(example)) for example in examples])]
    inputs = inputs_of(rows)
    inside = torch.zeros(inputs.tokens.shape, dtype=torch.bool)
    inside[:, 0] = True
    sentence = torch.full((len(rows),), -1)
    start, end = torch.zeros(len(rows), dtype=torch.long), torch.zeros(len(rows), dtype=torch.long)
    for number, (example, row) in enumerate(zip(examples, rows, strict=True)):
        inside[number, slice(*row.passage)] = True
        words = _words(row, example)
        if words is not None:
            start[number], end[number] = words
            own = row.numbers.tolist()
            sentence[number] = own.index(example.sentence) if example.sentence in own else -1
    return Batch(inputs, inside, (start > 0).float(), sentence, start, end)


def _words(row: Row, example: Example) -> tuple[int, int] | None:
    """Return the first and the last token of the answer; None where it is not in the row."""
    if example.answer is None:
        return None
    first, last = example.answer
    own = ((row.offsets[:, 1] > first) & (row.offsets[:, 0] < last)).nonzero()[0] + row.passage[0]
    return (int(own[0]), int(own[-1])) if len(own) else None


def batches(examples: Sequence[Example], *, size: int, seed: int, pairs: bool = False) -> list[list[int]]:
    """Return the numbers of the examples in batches of alike length, in the order of training.

    The same seed gives the same. With ``pairs`` the examples 0 and 1, 2 and 3, and so on stay side by side.
    """
    random = Random(seed)
    order: list[list[int]] = []
    chunk = size * _SORTED_TOGETHER
    lengths = [_length(example) for example in examples]
    if pairs:
        lengths = [max(lengths[one // 2 * 2 : one // 2 * 2 + 2]) for one in range(len(lengths))]
    for begin in range(0, len(examples), chunk):
        numbers = sorted(range(begin, min(begin + chunk, len(examples))), key=lambda one: (lengths[one], one))
        cut = [numbers[place : place + size] for place in range(0, len(numbers), size)]
        random.shuffle(cut)
        order.extend(cut)
    return order


def _length(example: Example) -> int:
    return len(example.question) + len(example.title) + len(example.text)
