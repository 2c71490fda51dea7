"""The division of documents into passages and of passages into sentences, with exact offsets.

A passage is a paragraph, or a heading that says something; a paragraph longer than the encoder reads is divided at
sentence ends. Passages are ordered and disjoint, and what lies between them is white space and headings only: nothing
is cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from embeddings.documents.headings import heading_above, spans_that_say
from embeddings.documents.paragraphs import Span, blocks, stripped
from embeddings.errors import ModelError
from embeddings.types import Document, Encoder
from embeddings.words import language_of

SPLITTER_VERSION = 4
"""Raised whenever the same document would give other passages, sentences or encoder inputs."""

MAX_TOKENS = 512  # an encoder that reads more still gets paragraphs a person can check at a glance
MAX_CHARACTERS = 4000  # a "word" of a megabyte is one token to some tokenizers, and no passage for a reader
SEGMENTED = 2 * MAX_CHARACTERS  # characters of a paragraph that are divided into sentences at a time
FEWEST_TOKENS = 16
TOKEN_MARGIN = 8  # special tokens, prompts' separators, and tokens that a cut between words can add
CONTEXT_SHARE = 4  # title and heading take at most this part (a quarter) of what the encoder reads
CONTEXT_CHARACTERS = 160

_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """A passage's span and the spans of its sentences, in order, all in the document's text."""

    start: int
    end: int
    sentences: tuple[Span, ...]


def split(document: Document, encoder: Encoder) -> list[PassageSpan]:
    """Return the document's passages, in order. The encoder tells how much it reads and counts tokens."""
    passages: list[PassageSpan] = []
    language = language_of(document.text)
    paragraphs = [(block.start, block.end) for block in blocks(document)]
    for start, end in sorted([*paragraphs, *spans_that_say(document)]):
        title_and_heading = context(document.title, heading_above(document, start), encoder)
        budget = _reads(encoder) - TOKEN_MARGIN - _tokens(encoder, title_and_heading)
        units = _fitting(document.text, sentence_spans(document.text, start, end, language), budget, encoder)
        passages.extend(_packed(units, budget))
    return passages


def context(title: str, heading: str, encoder: Encoder) -> str:
    """Return what stands in front of a passage when it is encoded: title and heading, each shortened.

    Where both are too long for the encoder, the title alone; where that is too long, nothing.
    """
    title, heading = _shortened(title), _shortened(heading)
    heading = "" if heading == title else heading
    for lines in ((title, heading), (title,)):
        text = "".join(f"{line}\n" for line in lines if line)
        if _tokens(encoder, text) <= _reads(encoder) // CONTEXT_SHARE:
            return text
    return ""


def sentence_spans(text: str, start: int, end: int, language: str = "en") -> list[Span]:
    """Return the spans of the sentences of ``text[start:end]``, without the white space around them.

    Segmented by sentencex, by the rules of the language; a piece without a letter ("1.") goes with what follows it.
    """
    spans: list[Span] = []
    pending: int | None = None
    for piece in _segmented(text, start, end, language):
        span = stripped(text, *piece)
        if span is None:
            continue
        first = span[0] if pending is None else pending
        if _LETTER.search(text, *span):
            spans.append((first, span[1]))
            pending = None
        else:
            pending = first
    if pending is not None and (rest := stripped(text, pending, end)):
        spans[-1:] = [(spans[-1][0], rest[1]) if spans else rest]
    return spans


def _segmented(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    """Yield what sentencex finds, with the white space. It takes time by the square of a length, so gets a part each.

    The last sentence of a part goes on in the next one; a part that is one sentence is divided between words.
    """
    import sentencex

    while start < end:
        stop = min(end, start + SEGMENTED)
        found = sentencex.get_sentence_boundaries(language, text[start:stop])
        ends = [start + boundary["end_index"] for boundary in found]
        if stop == end:
            ends[-1:] = [end]
        else:
            half = start + SEGMENTED // 2
            space = max(text.rfind(" ", half, stop), text.rfind("\n", half, stop))
            ends = ends[:-1] or [space + 1 or stop]
        for at in ends:
            yield start, at
            start = at


def _fitting(text: str, spans: Sequence[Span], budget: int, encoder: Encoder) -> list[tuple[Span, int]]:
    """Return the spans with their tokens; one that no passage can hold is cut, between words where there are any."""
    whole = [piece for span in spans for piece in _cut(text, span, MAX_CHARACTERS)]
    fitting: list[tuple[Span, int]] = []
    counts = encoder.count_tokens([text[start:end] for start, end in whole]) if whole else []
    for (start, end), tokens in zip(whole, counts, strict=True):
        if tokens <= budget:
            fitting.append(((start, end), tokens))
        else:
            size = max(1, (end - start) * budget // (tokens + budget // 4))
            fitting.extend(_fitting(text, list(_cut(text, (start, end), size)), budget, encoder))
    return fitting


def _cut(text: str, span: Span, size: int) -> Iterator[Span]:
    start, end = span
    while end - start > size:
        space = max(text.rfind(" ", start + 1, start + size), text.rfind("\n", start + 1, start + size))
        stop = space if space > start + size // 2 else start + size
        if piece := stripped(text, start, stop):
            yield piece
        start = stop
    if piece := stripped(text, start, end):
        yield piece


def _packed(units: Sequence[tuple[Span, int]], budget: int) -> Iterator[PassageSpan]:
    """Pack units into the fewest passages that hold them, of about equal size."""
    tokens = sum(count for _, count in units)
    length = units[-1][0][1] - units[0][0][0] if units else 0
    parts = max(1, ceil(tokens / budget), ceil(length / MAX_CHARACTERS))
    target = tokens / parts
    current: list[Span] = []
    filled = 0
    for span, count in units:
        too_long = bool(current) and span[1] - current[0][0] > MAX_CHARACTERS
        if current and (filled + count > budget or filled >= target or too_long):
            yield PassageSpan(current[0][0], current[-1][1], tuple(current))
            current, filled = [], 0
        current.append(span)
        filled += count
    if current:
        yield PassageSpan(current[0][0], current[-1][1], tuple(current))


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= CONTEXT_CHARACTERS else text[:CONTEXT_CHARACTERS].rsplit(" ", 1)[0]


@lru_cache(maxsize=8)
def _reads(encoder: Encoder) -> int:
    """Return the tokens of a passage with its context; what the model itself puts in front is taken off."""
    prompts = [prompt for name, prompt in encoder.prompts.items() if name != "query"]
    reads = min(encoder.max_tokens, MAX_TOKENS) - max(encoder.count_tokens(prompts), default=0)
    if reads < FEWEST_TOKENS:
        raise ModelError(
            f"the model {encoder.name} reads {reads} tokens at a time, at least {FEWEST_TOKENS} are needed. "
            "Choose another with --model."
        )
    return reads


@lru_cache(maxsize=1024)
def _tokens(encoder: Encoder, text: str) -> int:
    return encoder.count_tokens([text])[0] if text else 0
