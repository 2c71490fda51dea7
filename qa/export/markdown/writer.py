"""Answers as Markdown: each quote a block quote with a footnote that says where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa.export.markdown.escaping import block, code, inline
from qa.export.record import Conversation, QuotedDocument, quote_key, quotes_of
from qa.export.recorded import facts_about, facts_of, said_of
from qa.types.answers import Answer
from qa.types.phrasing import ABOUT_DOCUMENTS, agreeing, differing, headline, related_heading
from qa.types.quotes import Citation, Quote

HEAD = "# Answers from documents"
"""The first line; more than one where exports were pasted together."""


def write(conversation: Conversation) -> str:
    """Return the whole document; each footnote's label is its quote's key, so that two documents can be joined."""
    parts = [HEAD, *_about(conversation)]
    for answer in conversation.answers:
        parts += _answer(answer)
    if conversation.sources:
        parts += ["## Sources", "\n".join(_source(source) for source in conversation.sources)]
    notes = {quote_key(quote): _note(quote) for answer in conversation.answers for _, quote in quotes_of(answer)}
    return "\n\n".join([*parts, *notes.values()]) + "\n"


def _about(conversation: Conversation) -> Iterator[str]:
    yield (
        "Each quote is a word-for-word slice of a file; its footnote says of which, and from which character to which. "
        "`qa verify` with the name of this file compares the quotes with the documents as they are now."
    )
    facts = facts_about(conversation)
    facts["Model"] += f", SHA-256 {facts.pop('Model’s SHA-256')}"
    yield "\n".join(f"- {name}: {_fact(value)}" for name, value in facts.items() if value)


def _fact(value: str) -> str:
    """Return the value unchanged where no sign of it would be markup, else as `code` writes it."""
    return value if inline(value) == value else code(value)


def _answer(answer: Answer) -> Iterator[str]:
    yield f"## {inline(answer.question)}"
    yield "\n".join(f"- {name}: {_fact(value)}" for name, value in facts_of(answer).items() if value)
    if above := headline(answer) or ("" if answer.citations else ABOUT_DOCUMENTS):
        yield above
    for difference in answer.differences:
        yield _line(differing(difference))
    for citation in answer.citations:
        yield from _citation(citation)
    for agreement in answer.agreements:
        yield _line(agreeing(agreement))
    if answer.reason:
        yield from map(inline, answer.reason.split("\n"))
    if answer.related:
        yield f"{related_heading(answer)}:"
        yield from map(_quote, answer.related)


def _line(pieces: Iterable[tuple[str, bool]]) -> str:
    """Return a line with the program's words unchanged and a document's words escaped."""
    return "".join(inline(piece) if is_value else piece for piece, is_value in pieces)


def _citation(citation: Citation) -> Iterator[str]:
    yield f"[{citation.number}]"
    yield _quote(citation.source)
    if citation.also:
        yield "The same is said here:"
        yield from map(_quote, citation.also)


def _quote(quote: Quote) -> str:
    lines = f"{block(quote.quote)}[^{quote_key(quote)}]".split("\n")
    return "\n".join(f"> {line}" for line in lines)


def _note(quote: Quote) -> str:
    """Return one line. Names of fields are emphasised: in values each star has a backslash."""
    fields = said_of(quote)
    fields["Paragraph"] = fields.pop("Paragraph")  # behind the digest
    if quote.paragraph.text != quote.quote:
        fields["In full"] = quote.paragraph.text
    written = " · ".join(f"*{name}* {(code if name == 'File' else inline)(value)}" for name, value in fields.items())
    return f"[^{quote_key(quote)}]: Source: {written}"


def _source(source: QuotedDocument) -> str:
    said = source.metadata
    parts = [*map(inline, filter(None, (source.title, said.author, said.outlet, said.date)))]
    parts += [code(said.url)] if said.url else []
    return f"- {', '.join([*parts, f'file {code(source.path)}', f'key {source.key}'])}"
