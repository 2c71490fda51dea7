"""Rows through the network, on all cores, and what that says of each passage."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from embeddings.encoding.encoder import one_thread
from qa.reading.calibration import Calibrated
from qa.reading.trained.inputs import Row, RowMaker
from qa.reading.trained.network import Logits, Network
from qa.reading.types import PassageText, Reading, Span

__all__ = ["read_pairs"]


def read_pairs(
    network: Network,
    maker: RowMaker,
    calibrated: Calibrated,
    pairs: Sequence[tuple[str, PassageText]],
    *,
    spans: bool = True,
) -> list[Reading]:
    """One reading for each question and passage, in their order.

    Each row is read by itself in one thread, and several at once: how many cores there are changes no number. Of the
    windows of a long passage the one that answers best speaks for it. Without ``spans`` no words are marked.
    """
    rows = maker.rows_of(pairs)
    said = iter(_all_said(network, [row for own in rows for row in own]))
    readings = []
    for (_, text), own in zip(pairs, rows, strict=True):
        best, row = max(((next(said), row) for row in own), key=lambda pair: pair[0].answered)
        readings.append(_reading(best, row, text, calibrated, spans=spans))
    return readings


def _all_said(network: Network, rows: Sequence[Row]) -> list[Logits]:
    order = sorted(
        range(len(rows)), key=lambda place: -len(rows[place].tokens)
    )  # long ones last would leave cores idle
    with one_thread() as cores, ThreadPoolExecutor(max(1, min(cores, len(rows)))) as pool:
        found = dict(zip(order, pool.map(network.read, [rows[place] for place in order]), strict=True))
    return [found[place] for place in range(len(rows))]


def _reading(said: Logits, row: Row, text: PassageText, calibrated: Calibrated, *, spans: bool) -> Reading:
    shares = np.zeros(len(text.sentences))
    if len(row.numbers):
        odds = np.exp(said.sentences.astype(np.float64) - said.sentences.max())
        shares[row.numbers] = odds / odds.sum()
    span, margin = _span(said, row, shares, text) if spans else (None, 0.0)
    best = float(shares.max(initial=0.0))
    answered = float(said.answered)
    return Reading(
        calibrated.probability(answered, margin, best),
        tuple(shares.tolist()),
        span if margin > 0 else None,
        answered,
        margin,
    )


def _span(said: Logits, row: Row, shares: NDArray[np.float64], text: PassageText) -> tuple[Span | None, float]:
    """The likeliest words inside the best sentence, and how far they stand above "no answer"."""
    first, last, edges = 0, len(row.offsets), (0, len(text.text))
    if len(row.numbers):
        own = int(shares[row.numbers].argmax())
        first, last = (int(place) - row.passage[0] for place in row.places[own])
        edges = text.sentences[int(row.numbers[own])]
    if first == last:
        return None, 0.0
    starts, ends = said.starts[1 + first : 1 + last], said.ends[1 + first : 1 + last]
    behind = np.maximum.accumulate(ends[::-1])[::-1]  # the best end at or behind each start
    start = int((starts + behind).argmax())
    end = start + int(ends[start:].argmax())
    margin = float(starts[start] + ends[end] - said.starts[0] - said.ends[0])
    return _words(row, (first + start, first + end), text.text, edges), margin


def _words(row: Row, tokens: Span, text: str, edges: Span) -> Span:
    """The whole words from one token to another, no further than the edges."""
    start = int(np.searchsorted(row.words, row.words[tokens[0]], side="left"))
    end = int(np.searchsorted(row.words, row.words[tokens[1]], side="right")) - 1
    last = min(int(row.offsets[end, 1]), edges[1])
    while last < edges[1] and category(text[last]).startswith("M"):  # no token is made of a mark above a letter
        last += 1
    return max(int(row.offsets[start, 0]), edges[0]), last
