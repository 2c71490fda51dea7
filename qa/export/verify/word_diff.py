"""Which words of a text are others now, and which sentences of a document are nearest to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nlargest
from typing import Literal

from embeddings.documents.headings import spans_that_say
from embeddings.documents.paragraphs import Span, blocks
from embeddings.documents.splitter import sentence_spans
from embeddings.types import Document

_WORD = re.compile(r"\w+")
_LOOKED_AT = 8  # sentences, or runs of them, that are compared word by word
_BLOCKS = 20  # paragraphs with most words in common, whose sentences are looked at
_LEAST = 0.3  # of words in common, as `SequenceMatcher` counts; below, a passage is nearest by chance
_MOST = 1000  # words compared one by one; longer texts are compared as a whole


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words: in both texts, only in the old one, only in the new one."""

    kind: Literal["same", "removed", "added"]
    text: str


def difference(old: str, new: str) -> tuple[Change, ...]:
    """Return the texts side by side, word by word; white space counts as one space."""
    before, after = old.split(), new.split()
    changes: list[Change] = []
    for kind, a, b, c, d in _steps(before, after):
        if kind == "equal":
            changes.append(Change("same", " ".join(before[a:b])))
            continue
        if b > a:
            changes.append(Change("removed", " ".join(before[a:b])))
        if d > c:
            changes.append(Change("added", " ".join(after[c:d])))
    return tuple(changes)


def in_words(changes: Sequence[Change]) -> str:
    """Return the difference on one line: "The port opened in [-2007.-] {+2008.+}"."""
    around = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return " ".join(around[change.kind].format(change.text) for change in changes)


def nearest(document: Document, text: str) -> tuple[Span, float] | None:
    """Return the sentence, or run of sentences of a paragraph, most like the text, and the likeness, 0 to 1.

    The first of equals wins. Return None where nothing has 0.3 of the words in common.
    """
    wanted = _words(text)
    bag = Counter(wanted)
    runs = nlargest(_LOOKED_AT, _runs(document, len(wanted), bag), key=lambda run: (run[0], -run[1][0]))
    scored = [(_alike(wanted, _words(document.text[slice(*span)]), share), span) for share, span in runs if share > 0]
    if not scored:
        return None
    ratio, span = max(scored, key=lambda item: (item[0], -item[1][0]))
    return (span, ratio) if ratio >= _LEAST else None


def _runs(document: Document, length: int, bag: Counter[str]) -> Iterator[tuple[float, Span]]:
    """Yield runs of sentences of about that many words, each with the share of words in common."""
    for spans in _paragraphs(document, bag):
        words = [Counter(_words(document.text[start:end])) for start, end in spans]
        for first, (start, _) in enumerate(spans):
            run: Counter[str] = Counter()
            for last in range(first, len(spans)):
                run += words[last]
                both = (run & bag).total()
                yield 2 * both / max(1, run.total() + length), (start, spans[last][1])
                if run.total() > 1.5 * length:
                    break


def _paragraphs(document: Document, bag: Counter[str]) -> Iterator[list[Span]]:
    """Yield the sentences of the paragraphs with most words in common with the bag, in reading order."""
    every, having = _words_of(document)
    shared = Counter(place for word in bag for place in having.get(word, ()))
    for place in sorted(nlargest(_BLOCKS, shared, key=lambda place: (shared[place], -place))):
        yield sentence_spans(document.text, *every[place])


@lru_cache(maxsize=4)
def _words_of(document: Document) -> tuple[list[Span], dict[str, list[int]]]:
    """Return paragraphs and headings of a document, and the places of those that hold each word."""
    every = sorted([*((block.start, block.end) for block in blocks(document)), *spans_that_say(document)])
    having: dict[str, list[int]] = {}
    for place, (start, end) in enumerate(every):
        for word in set(_words(document.text[start:end])):
            having.setdefault(word, []).append(place)
    return every, having


def _alike(old: Sequence[str], new: Sequence[str], share: float) -> float:
    """Return the share of words in common, in their order; for long texts ``share``, in any order."""
    if max(len(old), len(new)) > _MOST:
        return share
    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def _steps(before: Sequence[str], after: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Return the steps from one list to the other; in long lists the middle, between equal ends, is one step."""
    if max(len(before), len(after)) <= _MOST:
        return list(SequenceMatcher(None, before, after, autojunk=False).get_opcodes())
    short = min(len(before), len(after))
    start = next((place for place in range(short) if before[place] != after[place]), short)
    end = next((place for place in range(short - start) if before[-1 - place] != after[-1 - place]), short - start)
    stop, last = len(before) - end, len(after) - end
    steps = [("equal", 0, start, 0, start), ("replace", start, stop, start, last)]
    steps.append(("equal", stop, len(before), last, len(after)))
    return [step for step in steps if step[2] > step[1] or step[4] > step[3]]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
