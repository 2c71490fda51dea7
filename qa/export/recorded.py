"""What an export shows of a conversation and of a quote, and the quote again, checked against its key."""

from __future__ import annotations

import re
from collections.abc import Mapping

from qa.export.record import Conversation, Recorded, quote_key
from qa.types.answers import Answer
from qa.types.phrasing import ABOUT_DOCUMENTS, reading, spelled
from qa.types.quotes import Paragraph, Quote

NOT_IN_PARAGRAPH = "its words are not what its paragraph says at its place"

NO_ANSWERS = "it holds no question with its answer"
REFUSALS = frozenset(
    {
        "No passage was found that answers this.",
        "No passage was found that surely answers this.",
        "Not quoted.",
        ABOUT_DOCUMENTS,
        "Not in the documents.",
    }
)
"""What stands above an answer without quotes, as this program and earlier ones write it."""


_SPAN = re.compile(r"(\d{1,12}) to (\d{1,12})")


def facts_about(conversation: Conversation) -> dict[str, str]:
    """Return what stands above all answers, by name; empty what there is not."""
    settings = conversation.settings
    return {
        "Date": conversation.made,
        "Program": settings.program,
        "Documents folder": settings.documents,
        "Model": settings.model,
        "Model’s SHA-256": settings.model_digest,
        "Reader": settings.reader,
        "Reader’s SHA-256": settings.reader_digest,
        "Versions": f"readers {settings.readers}, splitter {settings.splitter}, tokenizer {settings.tokenizer}",
    }


def facts_of(answer: Answer) -> dict[str, str]:
    """Return what stands above an answer, by name; empty what there is not."""
    return {
        "Question asked": answer.asked,
        "Taken from the conversation": ", ".join(answer.taken),
        "Spelling": "" if answer.spelling is None else spelled(answer.spelling),
        "Filters": str(answer.filters),
        "Index": answer.index_id,
        **reading(answer),
    }


def said_of(quote: Quote) -> dict[str, str]:
    """Return what stands below a quote, by name: where it is from; `recorded` reads it."""
    return {
        "Title": quote.title,
        "Place": quote.locator,
        "File": quote.path,
        "Document": quote.document_id,
        "Characters": f"{quote.start} to {quote.end}",
        "Paragraph": f"{quote.paragraph.start} to {quote.paragraph.end}",
        "SHA-256": quote.sha256,
    }


def recorded(question: str, key: str, words: str, said: Mapping[str, str] | None) -> Recorded:
    """Return a quote as exported, or with the problem that its words, place or key were edited.

    ``said`` is what `said_of` gave, and "In full" the paragraph where the quote is not all of it; None where that
    cannot be read.
    """
    said = said or {}
    span, around = (_SPAN.fullmatch(said.get(name, "")) for name in ("Characters", "Paragraph"))
    if span is None or around is None:
        return unreadable(key, "what is said of its place is not readable", question, words)
    try:
        quote = Quote(
            document_id=said["Document"],
            path=said["File"],
            title=said["Title"],
            locator=said["Place"],
            start=int(span[1]),
            end=int(span[2]),
            quote=words,
            sha256=said["SHA-256"],
            paragraph=Paragraph(int(around[1]), int(around[2]), said.get("In full", words)),
        )
    except ValueError:
        return unreadable(key, NOT_IN_PARAGRAPH, question, words)
    return checked(question, key, quote)


def checked(question: str, key: str | None, quote: Quote) -> Recorded:
    """Return a quote, with a problem where its offsets are impossible or its key is another's; None is no key."""
    around = quote.paragraph
    possible = 0 <= around.start <= quote.start < quote.end <= around.end
    if not possible or quote.end - quote.start != len(quote.quote) or around.end - around.start != len(around.text):
        return unreadable(key or "", NOT_IN_PARAGRAPH, question, quote.quote)
    edited = key is not None and quote_key(quote) != key
    problem = "its words or its place do not belong to its key" if edited else ""
    return Recorded(question, key or "", quote.quote, quote, problem)


def unquoted(question: str) -> Recorded:
    """Return the problem of an answer, not a refusal, that cites nothing: its quotes were removed."""
    return unreadable("", "the question was answered, and the quotes of its answer are gone", question)


def unreadable(key: str, problem: str, question: str = "", words: str = "") -> Recorded:
    """Return a quote that cannot be read, with its problem."""
    return Recorded(question, key, words, None, problem)
