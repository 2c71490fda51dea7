"""Example questions from the documents themselves, kept only where the answer is seen to be right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from embeddings.corpus import Corpus
from qa.answer import Answerer

__all__ = ["examples_for"]

MOST = 4
_TRIED = 16
_PASSAGES = 2000
_DEFINED = re.compile(r"(?:\b[A-Z][\w'’-]{1,40} (?:of |the |and |for )?){2,6}\(([A-Z]{2,8})\)")
_NAME = re.compile(r"(?<=[a-z,] )(?P<name>[A-Z][a-z]{1,40}(?: [A-Z][a-z]{1,40}){1,2})(?=[,.;]| [a-z])")
_CALENDAR = {
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    *("December", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def examples_for(answerer: Answerer) -> list[str]:
    """Give up to four questions whose first quote holds what was asked about: a definition, or a name.

    The first is about a document that came with the last look at the folder, where that added some to others.
    """
    corpus = answerer.retriever.index.corpus
    every = range(min(len(corpus), _PASSAGES))
    fresh = _seen_right(answerer, _questions(corpus, _added(answerer)), most=1)
    others = _seen_right(answerer, _questions(corpus, every), most=MOST)
    return list(dict.fromkeys((*fresh, *others)))[:MOST]


def _seen_right(answerer: Answerer, questions: Iterator[tuple[str, str]], *, most: int) -> list[str]:
    examples: list[str] = []
    for tried, (question, words) in enumerate(questions):
        if len(examples) == most or tried == _TRIED:
            break
        citations = answerer.ask(question).citations
        if citations and words in citations[0].quote:
            examples.append(question)
    return examples


def _added(answerer: Answerer) -> list[int]:
    """The passages of documents that were added to others."""
    report, corpus = answerer.retriever.report, answerer.retriever.index.corpus
    if report is None or not (report.unchanged or report.changed):
        return []
    rows = [corpus.passage_rows(document.id) for document in corpus.documents if document.source in report.added]
    return [row for of_one in rows for row in of_one][:_PASSAGES]


def _questions(corpus: Corpus, rows: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Names and definitions in turn, the most frequent first, equals in alphabetical order; with the words expected."""
    texts = [corpus.passage(row).text for row in rows]
    short = _frequent(match.group(1) for text in texts for match in _DEFINED.finditer(text))
    names = _frequent(match["name"] for text in texts for match in _NAME.finditer(text) if not _is_date(match["name"]))
    for place in range(max(len(short), len(names))):
        if place < len(names):
            yield f"What do the documents say about {_as_named(names[place], texts)}?", names[place]
        if place < len(short):
            yield f"What does {short[place]} stand for?", f"({short[place]})"


def _as_named(name: str, texts: Sequence[str]) -> str:
    """The name with "the" where the texts mostly have that before it."""
    found = re.compile(rf"(?P<the>\b[Tt]he )?\b{re.escape(name)}\b")
    with_the = [match["the"] is not None for text in texts for match in found.finditer(text)]
    return f"the {name}" if 2 * sum(with_the) > len(with_the) else name


def _is_date(name: str) -> bool:
    return not _CALENDAR.isdisjoint(name.split())


def _frequent(found: Iterator[str]) -> list[str]:
    counts = Counter(found)
    return sorted(counts, key=lambda name: (-counts[name], name))
