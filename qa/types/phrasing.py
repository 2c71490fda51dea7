"""Numbers and nouns in the program's own sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.types.answers import Answer, Spelling
from qa.types.comparison import Agreement, Difference
from qa.types.quotes import Citation

NAMED = 5  # places that are named; of more, how many

UNCERTAIN = "Not sure. One of these passages may answer."
ONE_UNCERTAIN = "Not sure. This passage may answer."
"""Headlines of quotes that come near, and of which none is sure."""
ADVICE = "Other words may find it: see the nearest passages."
"""What an answer without quotes ends with, where passages were looked at."""

ABOUT_DOCUMENTS = "About the documents."
"""What an export says over a reply to what was no question to the documents, so that it is read back as one."""


AS_WRITTEN = "Nothing is put into other words here"
"""How a reply begins that quotes how documents begin."""


def headline(answer: Answer) -> str:
    """Return the headline above an answer that is not sure, or has no quotes; empty above a sure one, and over a reply.

    It says what was found, not what the documents say.
    """
    if answer.verdict == "answered":
        return ""
    if answer.verdict == "uncertain":
        return UNCERTAIN if len(answer.citations) > 1 else ONE_UNCERTAIN
    if answer.changed and not answer.citations:
        return "Not quoted."
    return "" if answer.verdict == "about_documents" else "No passage was found that answers this."


def spelled(spelling: Spelling) -> str:
    """Return what is said of names that stand in no document, and of others that are near."""
    typed, meant = (" and ".join(f"“{name}”" for name in names) for names in (spelling.typed, spelling.meant))
    if spelling.searched:
        return f"No document has {typed}. Asked with {meant}."
    return f"No document has {typed}. Did you mean {meant}?"


def related_heading(answer: Answer) -> str:
    """Return the heading of the passages that are not cited; whether one of them answers is not known."""
    return "Related passages" if answer.citations else "The nearest passages"


def counted(count: int, noun: str) -> str:
    """Return "1 passage", "1,024 passages"."""
    return f"{count:,} {plural(count, noun)}"


def plural(count: int, noun: str) -> str:
    """Return the noun in the form for this number."""
    return noun if count == 1 else f"{noun}s"


def also_in(citation: Citation) -> str:
    """Return "also in 2 documents", where the same is said elsewhere; empty where it is not."""
    own = citation.source.document_id
    documents = {quote.document_id for quote in citation.also}
    others = f"also in {counted(len(documents - {own}), 'document')}" if documents - {own} else ""
    if own not in documents:
        return others
    return f"{others} and again in this one" if others else "again in this document"


def also_named(citation: Citation) -> list[str]:
    """Return the first few places that say the same: "a.md ¶ 3", "b.txt ¶ 1", "and 7 more"."""
    named = [quote.place for quote in citation.also[:NAMED]]
    more = len(citation.also) - len(named)
    return [*named, f"and {more} more"] if more else named


def numbered(citations: Sequence[int]) -> str:
    """Return "[1][3]"."""
    return "".join(f"[{number}]" for number in citations)


def agreeing(agreement: Agreement) -> Iterator[tuple[str, bool]]:
    """Yield "2 documents say “26”: [1][2]" in pieces, each with whether it is a document's own words."""
    yield f"{counted(agreement.documents, 'document')} say ", False
    if agreement.value:
        yield f"“{agreement.value}”", True
    else:
        yield "this, word for word", False
    yield f": {numbered(agreement.citations)}", False


def differing(difference: Difference) -> Iterator[tuple[str, bool]]:
    """Yield "The documents differ on the number: “26” [1] – “32” [2]" in such pieces."""
    yield f"The documents differ on the {difference.kind}: ", False
    for place, side in enumerate(difference.sides):
        yield " – " if place else "", False
        yield f"“{side.value}”", True
        yield f" {numbered(side.citations)}", False


def reading(answer: Answer) -> dict[str, str]:
    """Return what a trained reader says of an answer, each under its name; empty where none read the passages."""
    cited, reader = answer.citations, answer.reader
    by = ""
    if reader is not None:
        limit = "" if reader.limit is None else f", answers from a probability of {reader.limit:g}"
        if reader.uncertain is not None and reader.uncertain != reader.limit:
            limit += f", may answer from {reader.uncertain:g}"
        cautious = "" if reader.caution is None else f" (caution {reader.caution})"
        by = f"{reader.name}, SHA-256 {reader.digest}{limit}{cautious}"
    probable = [f"[{one.number}] {one.probability:.4f}" for one in cited if one.probability is not None]
    if not cited and answer.probability is not None:
        probable = [f"{answer.probability:.4f} at most"]
    facts = {
        "Read by": by,
        "Probability": ", ".join(probable),
        "Exact words": ", ".join(f"[{one.number}] “{one.exact}”" for one in cited if one.exact),
        "In tests": "" if answer.confidence is None else str(answer.confidence),
    }
    return {name: value for name, value in facts.items() if value}
