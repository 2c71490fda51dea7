"""Examples as the tensors the network reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch import Tensor
from transformers import BertTokenizer

from training.data import Example

__all__ = ["MOST_TOKENS", "Batch", "batches", "open_tokenizer", "tensors", "windows"]

MOST_TOKENS = 384
_QUESTION_TOKENS = 64
_TITLE_CHARACTERS = 160
_HALF = re.compile("[\ud800-\udfff]")
_SORTED_TOGETHER = 64  # batches whose examples are sorted by length together


@dataclass(frozen=True)
class Batch:
    """n examples of t tokens and at most s sentences.

    ``weights`` (n, s, t) takes the mean of each sentence's tokens; ``inside`` (n, t) is true for the passage's tokens
    and the first; ``start`` and ``end`` are 0 where there is no answer, ``sentence`` is -1 there.
    """

    tokens: Tensor
    types: Tensor
    mask: Tensor
    weights: Tensor
    present: Tensor
    inside: Tensor
    answered: Tensor
    sentence: Tensor
    start: Tensor
    end: Tensor
    offsets: list[list[tuple[int, int]]]


def open_tokenizer(folder: Path) -> BertTokenizer:
    """The tokenizer of a model's folder."""
    tokenizer: BertTokenizer = BertTokenizer.from_pretrained(folder, local_files_only=True)
    return tokenizer


def tensors(examples: Sequence[Example], tokenizer: BertTokenizer) -> Batch:
    """One batch; what lies behind MOST_TOKENS is not read (see `windows`)."""
    titles = [f"{example.title[:_TITLE_CHARACTERS]}\n" if example.title else "" for example in examples]
    questions = _short([_readable(example.question) for example in examples], tokenizer)
    coded = tokenizer(
        questions,
        [_readable(title + example.text) for title, example in zip(titles, examples, strict=True)],
        truncation="only_second",
        max_length=MOST_TOKENS,
        padding=True,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    count, length = coded["input_ids"].shape
    most = max(len(example.sentences) for example in examples)
    weights = torch.zeros(count, most, length)
    inside = torch.zeros(count, length, dtype=torch.bool)
    inside[:, 0] = True
    sentence = torch.full((count,), -1)
    start, end = torch.zeros(count, dtype=torch.long), torch.zeros(count, dtype=torch.long)
    offsets: list[list[tuple[int, int]]] = []
    for row, (example, title) in enumerate(zip(examples, titles, strict=True)):
        places = _places(coded, row, len(title))
        offsets.append(places)
        for token, (_, stop) in enumerate(places):
            inside[row, token] |= stop > 0
        for number, (first, last) in enumerate(example.sentences):
            own = [token for token, (a, b) in enumerate(places) if b > 0 and a < last and b > first]
            if own:
                weights[row, number, own] = 1 / len(own)
        if example.answer is not None:
            first, last = example.answer
            own = [token for token, (a, b) in enumerate(places) if b > 0 and a < last and b > first]
            if own:
                start[row], end[row] = own[0], own[-1]
                sentence[row] = -1 if example.sentence is None else example.sentence
    present = weights.sum(2) > 0
    return Batch(
        coded["input_ids"], coded["token_type_ids"], coded["attention_mask"], weights, present, inside,
        (start > 0).float(), sentence, start, end, offsets,
    )  # fmt: skip


def _readable(text: str) -> str:
    """The text with halves of surrogate pairs replaced, which no tokenizer takes; offsets stay."""
    return _HALF.sub("\ufffd", text)


def _short(questions: Sequence[str], tokenizer: BertTokenizer) -> list[str]:
    coded = tokenizer(list(questions), add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    return [
        question if len(offsets) <= _QUESTION_TOKENS else question[: offsets[_QUESTION_TOKENS - 1][1]]
        for question, offsets in zip(questions, coded["offset_mapping"], strict=True)
    ]


def _places(coded: object, row: int, title: int) -> list[tuple[int, int]]:
    """Where each token stands in the passage's text; (0, 0) for those of question and title and special ones."""
    found = []
    for (a, b), part in zip(coded["offset_mapping"][row].tolist(), coded.sequence_ids(row), strict=True):  # type: ignore[index,attr-defined]
        found.append((a - title, b - title) if part == 1 and a >= title else (0, 0))
    return found


def windows(example: Example, tokenizer: BertTokenizer, *, most: int = MOST_TOKENS) -> list[tuple[int, Example]]:
    """The example in pieces of whole sentences that are read in full, each with the number of its first sentence.

    A piece begins with the last sentence of the one before.

    A sentence that is longer than a piece is a piece of its own, and read as far as it goes.
    """
    spans = example.sentences
    own = [
        len(ids)
        for ids in tokenizer([_readable(example.text[a:b]) for a, b in spans], add_special_tokens=False, verbose=False)[
            "input_ids"
        ]
    ]
    beside = tokenizer(
        [_readable(example.question), _readable(example.title[:_TITLE_CHARACTERS])],
        add_special_tokens=False,
        verbose=False,
    )["input_ids"]
    budget = most - 3 - min(len(beside[0]), _QUESTION_TOKENS) - len(beside[1])
    if sum(own) <= budget:
        return [(0, example)]
    pieces: list[tuple[int, Example]] = []
    first = 0
    while True:
        last, total = first + 1, own[first]
        while last < len(spans) and total + own[last] <= budget:
            total += own[last]
            last += 1
        pieces.append((first, _piece(example, first, last)))
        if last >= len(spans):
            return pieces
        first = last - 1 if last - first > 1 and own[last - 1] + own[last] <= budget else last


def _piece(example: Example, first: int, last: int) -> Example:
    """Sentences ``first`` to ``last`` (exclusive); offsets count from the first of them."""
    spans = example.sentences[first:last]
    start, end = spans[0][0], spans[-1][1]
    answer = example.answer if example.answer and start <= example.answer[0] < end else None
    moved = tuple((a - start, b - start) for a, b in spans)
    inside = None if answer is None else (answer[0] - start, min(answer[1], end) - start)
    return Example(example.question, example.title, example.text[start:end], moved, inside, example.kind)


def batches(examples: Sequence[Example], *, size: int, seed: int) -> list[list[int]]:
    """The numbers of the examples in batches of alike length, in the order of training; the same for the same seed."""
    random = Random(seed)
    order: list[list[int]] = []
    chunk = size * _SORTED_TOGETHER
    for begin in range(0, len(examples), chunk):
        numbers = sorted(range(begin, min(begin + chunk, len(examples))), key=lambda one: _length(examples[one]))
        cut = [numbers[place : place + size] for place in range(0, len(numbers), size)]
        random.shuffle(cut)
        order.extend(cut)
    return order


def _length(example: Example) -> int:
    return len(example.question) + len(example.title) + len(example.text)
