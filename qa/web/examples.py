"""Example questions from the documents themselves, kept only where the answer is seen to be right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from embeddings.corpus import Corpus
from qa.answer import Answerer

__all__ = ["examples_for"]

MOST = 4
_TRIED = 16
_PASSAGES = 2000
_DEFINED = re.compile(r"(?:\b[A-Z][\w'’-]{1,40} (?:of |the |and |for )?){2,6}\(([A-Z]{2,8})\)")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{1,40}(?: [A-Z][a-z]{1,40}){1,2}(?=[ ,.;])")


def examples_for(answerer: Answerer) -> list[str]:
    """Give up to four questions whose first quote holds what was asked about: a definition, or a name."""
    examples: list[str] = []
    for tried, (question, words) in enumerate(_questions(answerer.retriever.index.corpus)):
        if len(examples) == MOST or tried == _TRIED:
            break
        citations = answerer.ask(question).citations
        if citations and words in citations[0].quote:
            examples.append(question)
    return examples


def _questions(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Names and definitions in turn, the most frequent first, equals in alphabetical order; with the words expected."""
    texts = [corpus.passage(row).text for row in range(min(len(corpus), _PASSAGES))]
    short = _frequent(match.group(1) for text in texts for match in _DEFINED.finditer(text))
    names = _frequent(match.group() for text in texts for match in _NAME.finditer(text))
    for place in range(max(len(short), len(names))):
        if place < len(names):
            yield f"What do the documents say about {names[place]}?", names[place]
        if place < len(short):
            yield f"What does {short[place]} stand for?", f"({short[place]})"


def _frequent(found: Iterator[str]) -> list[str]:
    counts = Counter(found)
    return sorted(counts, key=lambda name: (-counts[name], name))
