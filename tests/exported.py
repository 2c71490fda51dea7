"""Conversations for the tests of exports: one asked of real files, one made of given texts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from fakes import BagEncoder

from embeddings.index.sync import sync
from embeddings.types import Metadata
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.export import Conversation, QuotedDocument, Settings
from qa.reading.similarity import Calibration, SimilarityReader
from qa.retrieval.retriever import Retriever
from qa.types.answers import Answer
from qa.types.quotes import Citation, Paragraph, Quote

__all__ = ["MADE", "answerer_over", "asked", "quote", "said"]

MADE = "2026-01-31T12:00:00+00:00"
STRICT = Calibration("bag-of-words", similarity=1, coverage=1, threshold=1.0, answered=1, near_miss=0, off_topic=0)


def answerer_over(folder: Path, index: Path) -> Answerer:
    """Answers from a folder, by the encoder that counts words."""
    encoder = BagEncoder()
    opened, report = sync(folder, index, encoder)
    return Answerer(Retriever(opened, encoder, folder, report), SimilarityReader(STRICT), Sources(folder))


def asked(answerer: Answerer, *questions: str) -> Conversation:
    """The answers to some questions, as they are exported."""
    return Conversation.of(answerer, [answerer.ask(question) for question in questions], made=MADE)


def quote(text: str, *, before: str = "", after: str = "", title: str = "A title", path: str = "a.md") -> Quote:
    """A quote of a document that says these words."""
    whole = before + text + after
    return Quote(
        document_id="0123456789ab",
        path=path,
        title=title,
        locator="A heading, ¶ 2",
        start=100 + len(before),
        end=100 + len(before) + len(text),
        quote=text,
        sha256=hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest(),
        paragraph=Paragraph(100, 100 + len(whole), whole),
    )


def said(quotes: Sequence[Quote], *, question: str = "What is said?", metadata: Metadata | None = None) -> Conversation:
    """A conversation of one answer with these citations."""
    answer = Answer(
        question=question,
        asked=question,
        verdict="answered",
        citations=tuple(Citation(number, quote) for number, quote in enumerate(quotes, start=1)),
        related=(),
        reason="Searched 2 passages in 1 document.",
        index_id="0123456789abcdef",
    )
    settings = Settings("seeds-qa 1", "documents", "bag-of-words", "ab" * 32, "SimilarityReader", 2, 1, 2)
    sources = {
        (quote.path, quote.sha256): QuotedDocument(
            quote.document_id, quote.path, quote.title, quote.sha256, metadata or Metadata()
        )
        for quote in quotes
    }
    return Conversation((answer,), MADE, settings, tuple(sources.values()))
