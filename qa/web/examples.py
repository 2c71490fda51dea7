"""Example questions from the documents themselves: names they define or repeat, kept only where they get an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from embeddings.corpus import Corpus
from qa.answer import Answerer

__all__ = ["examples_for"]

MOST = 4
_TRIED = 12
_PASSAGES = 2000
_DEFINED = re.compile(r"(?:[A-Z][\w'’-]+ (?:of |the |and |for )?){2,6}\(([A-Z]{2,8})\)")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}(?=[ ,.;])")


def examples_for(answerer: Answerer) -> list[str]:
    """Give up to four questions that the documents answer, in the order of how often their subject is named."""
    examples: list[str] = []
    for tried, question in enumerate(_questions(answerer.retriever.index.corpus)):
        if len(examples) == MOST or tried == _TRIED:
            break
        if answerer.ask(question).citations:
            examples.append(question)
    return examples


def _questions(corpus: Corpus) -> Iterator[str]:
    """Definitions and names in turn, the most frequent first, equals in alphabetical order."""
    texts = [corpus.passage(row).text for row in range(min(len(corpus), _PASSAGES))]
    short = _frequent(match.group(1) for text in texts for match in _DEFINED.finditer(text))
    names = _frequent(match.group() for text in texts for match in _NAME.finditer(text))
    for place in range(max(len(short), len(names))):
        if place < len(short):
            yield f"What is the {short[place]}?"
        if place < len(names):
            yield f"What do the documents say about {names[place]}?"


def _frequent(found: Iterator[str]) -> list[str]:
    counts = Counter(found)
    return sorted(counts, key=lambda name: (-counts[name], name))
