"""Everything computed from the documents before a question is asked."""

from __future__ import annotations

from embeddings.errors import QAError
from embeddings.types import Document, Encoder, Heading, Metadata, Page, Passage, Sentence, VectorIndex

__all__ = ["Document", "Encoder", "Heading", "Metadata", "Page", "Passage", "QAError", "Sentence", "VectorIndex"]
