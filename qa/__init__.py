"""Answers from a folder of documents, in its own words.

>>> from qa import Answerer, Retriever  # doctest: +SKIP
>>> Answerer.open("seeds").ask("Who leads the PTM?").verdict  # doctest: +SKIP
'answered'
"""

from __future__ import annotations

from embeddings.errors import QAError
from qa.answer import Answerer
from qa.difference import Agreement, Difference
from qa.filters import Filters
from qa.retriever import Retriever
from qa.types import Answer, Citation, Hit, Quote

__all__ = [
    "Agreement",
    "Answer",
    "Answerer",
    "Citation",
    "Difference",
    "Filters",
    "Hit",
    "QAError",
    "Quote",
    "Retriever",
]
