"""What a network says of questions and passages, read in windows and in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from transformers import BertTokenizer

from training.data import Example
from training.features import tensors, windows
from training.model import Judged, ReadingModel

__all__ = ["Reading", "read"]

_BATCH = 8  # few, so that short passages are not padded to the longest


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of one example.

    ``answered`` is a logit; ``sentence`` the number of the best sentence and ``share`` what of an answer that there is
    falls to it; ``span`` how far the best words stand above "no answer". Of several windows, the one that answers best.
    """

    answered: float
    sentence: int
    share: float
    span: float


def read(model: ReadingModel, tokenizer: BertTokenizer, examples: Sequence[Example]) -> list[Reading]:
    """Read every example in full, in windows where it is long; sorted by length into batches, given in their order."""
    model.eval()
    pieces = [(number, *piece) for number, one in enumerate(examples) for piece in windows(one, tokenizer)]
    order = sorted(range(len(pieces)), key=lambda place: len(pieces[place][2].text))
    found: list[Reading | None] = [None] * len(examples)
    for begin in range(0, len(order), _BATCH):
        own = [pieces[place] for place in order[begin : begin + _BATCH]]
        batch = tensors([piece for _, _, piece in own], tokenizer)
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            judged = model(batch)
        for (number, _, _), reading in zip(own, _readings(judged, own), strict=True):
            best = found[number]
            if best is None or reading.answered > best.answered:
                found[number] = reading
    return [reading for reading in found if reading is not None]


def _readings(judged: Judged, pieces: Sequence[tuple[int, int, Example]]) -> Iterator[Reading]:
    shares = judged.sentences.softmax(1)
    null = judged.starts[:, 0] + judged.ends[:, 0]
    spans = judged.starts[:, 1:].amax(1) + judged.ends[:, 1:].amax(1) - null
    for row, (_, first, piece) in enumerate(pieces):
        own = shares[row, : len(piece.sentences)]
        yield Reading(float(judged.answered[row]), first + int(own.argmax()), float(own.max()), float(spans[row]))
