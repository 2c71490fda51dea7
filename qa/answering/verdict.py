"""The verdict on what is cited, and what speaks against a quote whatever its probability."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from embeddings.types import Passage
from qa.answering.negation import is_opposite
from qa.reading.types import Mark
from qa.types.answers import Verdict
from qa.types.confidence import ReadBy
from qa.types.quotes import Citation

OPPOSITE = "The question says “not” and the quote does not, or the other way round: it may say the opposite."
SAID_AFTER = "A document asks this question itself: what stands after it is quoted."


def verdict_of(cited: Sequence[Mark] | Sequence[Citation], read_by: ReadBy | None) -> Verdict:
    """Return the verdict on what is marked or cited, by the highest probability: the others are quoted beside it.

    Without a limit, what is marked answers.
    """
    if not cited:
        return "not_in_documents"
    if read_by is None or read_by.limit is None or read_by.uncertain is None:
        return "answered"
    best = max(one.probability or 0.0 for one in cited)
    if best >= read_by.limit:
        return "answered"
    return "uncertain" if best >= read_by.uncertain else "not_in_documents"


def doubted(
    question: str, citations: Sequence[Citation], unread: Collection[Passage], read_by: ReadBy | None
) -> tuple[Verdict, str]:
    """Return the verdict with what speaks against the quotes, and that in a sentence; "uncertain" at most where all do.

    ``unread`` are passages whose quotes were not read as answers, but stand after a question that was.
    """
    places = {(passage.document_id, passage.start) for passage in unread}
    against = [_against(question, citation, places) for citation in citations]
    verdict = verdict_of(citations, read_by)
    sure = [citation for citation, reason in zip(citations, against, strict=True) if not reason]
    if verdict == "answered" and verdict_of(sure, read_by) != "answered":
        return "uncertain", next(filter(None, against))
    return verdict, ""


def _against(question: str, citation: Citation, unread: Collection[tuple[str, int]]) -> str:
    if is_opposite(question, citation.quote):
        return OPPOSITE
    return SAID_AFTER if (citation.source.document_id, citation.source.paragraph.start) in unread else ""
