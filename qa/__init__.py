"""Answers from a folder of documents, in its own words.

>>> from qa import Answerer
>>> answer = Answerer.open("seeds").ask("Who leads the PTM?")
>>> answer.verdict
'answered'
>>> print(answer.citations[0].quote[:46], "...")
It also calls two movements hypocritical and o ...

All of it is described in docs/python.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from embeddings.errors import QAError
    from qa.answering.answerer import Answerer
    from qa.answering.search import Found
    from qa.answering.setup import Setup
    from qa.library.library import Library
    from qa.query.followup import Exchange, FollowUp, follow_up
    from qa.reading.choice import ReaderChoice
    from qa.reading.measured import Measured
    from qa.retrieval.retriever import Retriever
    from qa.types.answers import Answer
    from qa.types.comparison import Agreement, Difference
    from qa.types.confidence import Confidence, ReadBy
    from qa.types.filters import Filters
    from qa.types.hits import Hit
    from qa.types.quotes import Citation, Quote

__all__ = [
    "Agreement",
    "Answer",
    "Answerer",
    "Citation",
    "Confidence",
    "Difference",
    "Exchange",
    "Filters",
    "FollowUp",
    "Found",
    "Hit",
    "Library",
    "Measured",
    "QAError",
    "Quote",
    "ReadBy",
    "ReaderChoice",
    "Retriever",
    "Setup",
    "follow_up",
]

_FROM = {
    "Agreement": "qa.types.comparison",
    "Answer": "qa.types.answers",
    "Answerer": "qa.answering.answerer",
    "Citation": "qa.types.quotes",
    "Confidence": "qa.types.confidence",
    "Difference": "qa.types.comparison",
    "Exchange": "qa.query.followup",
    "Filters": "qa.types.filters",
    "FollowUp": "qa.query.followup",
    "Found": "qa.answering.search",
    "Hit": "qa.types.hits",
    "Library": "qa.library.library",
    "Measured": "qa.reading.measured",
    "QAError": "embeddings.errors",
    "Quote": "qa.types.quotes",
    "ReadBy": "qa.types.confidence",
    "ReaderChoice": "qa.reading.choice",
    "Retriever": "qa.retrieval.retriever",
    "Setup": "qa.answering.setup",
    "follow_up": "qa.query.followup",
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: the name `qa` alone costs nothing."""
    if name not in _FROM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_FROM[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
