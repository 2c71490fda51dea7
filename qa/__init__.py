"""Answers from a folder of documents, in its own words.

>>> from qa import Answerer, Retriever  # doctest: +SKIP
>>> Answerer.open("seeds").ask("Who leads the PTM?").verdict  # doctest: +SKIP
'answered'
"""

from __future__ import annotations

from embeddings.errors import QAError
from qa.answer import Answerer
from qa.conversation import Exchange, FollowUp, follow_up
from qa.filters import Filters
from qa.retriever import Retriever
from qa.types import Answer, Citation, Hit, Quote

__all__ = [
    "Answer",
    "Answerer",
    "Citation",
    "Exchange",
    "Filters",
    "FollowUp",
    "Hit",
    "QAError",
    "Quote",
    "Retriever",
    "follow_up",
]
