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
