"""An answer: citations, or the statement that there are none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from embeddings.words import as_read
from qa.types.comparison import Agreement, Difference
from qa.types.confidence import Confidence, ReadBy
from qa.types.filters import Filters
from qa.types.quotes import Citation, Quote
from qa.types.serialize import Plain, as_json

Verdict: TypeAlias = Literal["answered", "uncertain", "not_in_documents", "about_documents"]
"""`answered`: a passage answers. `uncertain`: passages come near, and one of them may answer. Both have citations.

`about_documents`: it was no question to the documents, but about them, or a greeting; see `qa.query.intent`."""


@dataclass(frozen=True, slots=True)
class Spelling(Plain):
    """Names of a question that stand in no document, as they were typed, and as documents spell names that are near.

    ``question`` is the question with these; ``searched`` says that it is the one that was answered.
    """

    typed: tuple[str, ...]
    meant: tuple[str, ...]
    question: str
    searched: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question. No citation means that nothing comes near.

    What asks nothing of their text has the verdict "about_documents": ``reason`` is the reply, and ``citations``, if
    any, are how documents begin.

    ``asked`` is the question as it was searched; ``related`` are near passages that are not cited;
    ``changed`` are files that are no longer what was indexed and are therefore not quoted; ``filters`` say which
    documents were searched.
    ``agreements`` and ``differences`` say where citations of several documents give the same, and where not;
    ``taken`` are the words of ``asked`` that come from the conversation, ``spelling`` is another spelling of its names,
    offered or, where nothing else was found, searched. ``reader`` is the trained reader that decided,
    ``probability`` that of the first citation, or where there is none that of the passage that came nearest, and
    ``confidence`` how often a first citation as probable was right in our tests; None without a trained reader.

    >>> answer = Answer("Who?", "Who?", "not_in_documents", (), (), "Searched 1 passage in 1 document.", "ab12")
    >>> answer.to_dict()["citations"]
    []
    >>> Answer("Who?", "Who?", "answered", (), (), "", "ab12")
    Traceback (most recent call last):
    ValueError: an answer that is answered cannot have 0 citations
    """

    question: str
    asked: str
    verdict: Verdict
    citations: tuple[Citation, ...]
    related: tuple[Quote, ...]
    reason: str
    index_id: str
    changed: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    agreements: tuple[Agreement, ...] = ()
    differences: tuple[Difference, ...] = ()
    taken: tuple[str, ...] = ()
    spelling: Spelling | None = None
    probability: float | None = field(default=None, metadata={"ge": 0, "le": 1})
    confidence: Confidence | None = None
    reader: ReadBy | None = None

    def __post_init__(self) -> None:
        if self.verdict != "about_documents" and (self.verdict == "not_in_documents") == bool(self.citations):
            raise ValueError(f"an answer that is {self.verdict} cannot have {len(self.citations)} citations")

    @property
    def is_asked_otherwise(self) -> bool:
        """Return whether another question was searched: completed, or without the sentences beside it."""
        spelled = self.spelling is not None and self.spelling.searched
        return bool(self.taken) or (not spelled and self.asked != " ".join(as_read(self.question).split()))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {
            "question": self.question,
            "asked": self.asked,
            "verdict": self.verdict,
            "citations": [citation.to_dict() for citation in self.citations],
            "related": [quote.to_dict() for quote in self.related],
            "reason": self.reason,
            "index_id": self.index_id,
            "changed": list(self.changed),
            "filters": self.filters.to_dict(),
            "agreements": [agreement.to_dict() for agreement in self.agreements],
            "differences": [difference.to_dict() for difference in self.differences],
            "taken": list(self.taken),
            "spelling": None if self.spelling is None else self.spelling.to_dict(),
            "probability": self.probability,
            "confidence": None if self.confidence is None else self.confidence.to_dict(),
            "reader": None if self.reader is None else self.reader.to_dict(),
        }

    def to_json(self) -> str:
        """Return one object, keys in a fixed order: the same answer gives the same bytes."""
        return as_json(self.to_dict())
