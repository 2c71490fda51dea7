"""From what an export shows of a quote to the quote, checked against its key."""

from __future__ import annotations

from dataclasses import dataclass

from qa.export.record import Recorded, quote_key
from qa.types.quotes import Paragraph, Quote

NOT_IN_PARAGRAPH = "its words are not what its paragraph says at its place"

NO_ANSWERS = "it holds no question with its answer"
REFUSALS = frozenset(
    {
        "No passage was found that answers this.",
        "No passage was found that surely answers this.",
        "Not quoted.",
        "Not in the documents.",
    }
)
"""What stands above an answer without quotes, as this program and earlier ones write it."""


@dataclass(frozen=True, slots=True)
class QuoteFields:
    """What is said of a quote's place. ``paragraph`` is None where the quote is all of it."""

    title: str
    locator: str
    path: str
    document_id: str
    sha256: str
    span: tuple[int, int]
    paragraph_span: tuple[int, int]
    paragraph: str | None


def recorded(question: str, key: str, words: str, fields: QuoteFields | None) -> Recorded:
    """Return a quote as exported, or with the problem that its words, place or key were edited."""
    if fields is None:
        return unreadable(key, "what is said of its place is not readable", question, words)
    paragraph = Paragraph(*fields.paragraph_span, words if fields.paragraph is None else fields.paragraph)
    try:
        quote = Quote(
            document_id=fields.document_id,
            path=fields.path,
            title=fields.title,
            locator=fields.locator,
            start=fields.span[0],
            end=fields.span[1],
            quote=words,
            sha256=fields.sha256,
            paragraph=paragraph,
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
