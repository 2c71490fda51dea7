"""Rows through the network, on all cores, and what that says of each passage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from embeddings.encoding.bert import threads
from qa.reading.calibration import Calibrated
from qa.reading.trained.inputs import Row, RowMaker
from qa.reading.trained.network import Logits
from qa.reading.types import PassageText, Reading, Span


class _Reads(Protocol):
    def read(self, row: Row, /) -> Logits: ...


def read_pairs(
    network: _Reads,
    maker: RowMaker,
    calibrated: Calibrated,
    pairs: Sequence[tuple[str, PassageText]],
    *,
    spans: bool = True,
) -> list[Reading]:
    """Return one reading for each question and passage, in their order.

    Each row is read by itself in one thread, and several at once: how many cores there are changes no number. Of the
    windows of a long passage the one that answers best speaks for it. Without ``spans`` no words are marked.
    """
    rows = maker.rows_of(pairs)
    logits = iter(_read(network, [row for own in rows for row in own]))
    readings = []
    for (_, text), own in zip(pairs, rows, strict=True):
        best, row = max(((next(logits), row) for row in own), key=lambda pair: pair[0].answered)
        readings.append(_reading(best, row, text, calibrated, spans=spans))
    return readings


def _read(network: _Reads, rows: Sequence[Row]) -> list[Logits]:
    # long ones last would leave cores idle
    order = sorted(range(len(rows)), key=lambda place: -len(rows[place].tokens))
    found = dict(zip(order, threads().map(network.read, [rows[place] for place in order]), strict=True))
    return [found[place] for place in range(len(rows))]


def _reading(logits: Logits, row: Row, text: PassageText, calibrated: Calibrated, *, spans: bool) -> Reading:
    shares = np.zeros(len(text.sentences))
    if len(row.numbers):
        own = logits.sentences[: len(row.numbers)]
        odds = np.exp(own.astype(np.float64) - own.max())
        shares[row.numbers] = odds / odds.sum()
    span, margin = _span(logits, row, shares, text) if spans else (None, 0.0)
    answered = logits.answered
    return Reading(
        calibrated.probability(answered, margin, float(shares.max(initial=0.0))),
        tuple(shares.tolist()),
        span if margin > 0 else None,
        answered,
        margin,
    )


def _span(logits: Logits, row: Row, shares: NDArray[np.float64], text: PassageText) -> tuple[Span | None, float]:
    """Return the likeliest words inside the best sentence, and how far they stand above "no answer"."""
    (first, last), edges = row.passage, (0, len(text.text))
    if len(row.numbers):
        own = int(shares[row.numbers].argmax())
        first, last = row.places[own].tolist()
        edges = text.sentences[int(row.numbers[own])]
    if first == last:
        return None, 0.0
    starts, ends = logits.starts, logits.ends
    behind = np.maximum.accumulate(ends[first:last][::-1])[::-1]  # the best end at or behind each start
    start = first + int((starts[first:last] + behind).argmax())
    end = start + int(ends[start:last].argmax())
    margin = float(starts[start] + ends[end] - starts[0] - ends[0])
    return _words(row, (start - row.passage[0], end - row.passage[0]), text.text, edges), margin


def _words(row: Row, tokens: Span, text: str, edges: Span) -> Span:
    """Return the whole words from one token of the passage to another, no further than the edges."""
    start = int(np.searchsorted(row.words, row.words[tokens[0]], side="left"))
    end = int(np.searchsorted(row.words, row.words[tokens[1]], side="right")) - 1
    last = min(int(row.offsets[end, 1]), edges[1])
    while last < edges[1] and category(text[last]).startswith("M"):  # no token is made of a mark above a letter
        last += 1
    return max(int(row.offsets[start, 0]), edges[0]), last
