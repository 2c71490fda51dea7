"""Libraries over folders with the bag-of-words encoder, for the tests of the doors."""

from __future__ import annotations

from pathlib import Path

from fakes import BagEncoder

from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.library.library import Library
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever

__all__ = ["library_over"]


def library_over(folder: Path, place: Path) -> Library:
    """The library of a folder; its index is kept at the place and brought up to date when it is asked."""
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    return Library(Answerer(Retriever(index, encoder, folder, report, place), SimilarityReader(None), Sources(folder)))
