"""Quotes of documents, and citations made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Self

from embeddings.documents.headings import heading_above, heading_at
from embeddings.types import Document, Passage, Sentence
from qa.types.serialize import Plain

BY_OCR = "read by OCR"
"""What stands in the locator of a quote that was read by OCR."""

_NUMBER = re.compile(r"¶ (\d{1,12})$")  # as `_locator` writes it
_HEADING = re.compile(rf"(?:p\. \d{{1,12}}, )?(?:{BY_OCR}, )?(?:title|heading \d{{1,12}})")
_OCR = re.compile(rf"p\. [^,]+, {BY_OCR},")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The passage a quote stands in; offsets in the document's text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Quote(Plain):
    """A verbatim slice of a document: ``document.text[start:end] == quote``.

    ``path`` is relative to the documents folder, ``sha256`` the digest of the file's bytes when it was indexed.

    >>> from embeddings.types import Document, Passage
    >>> document = Document("1", "Rail", "Trains stopped.", "rail.txt", "ab12")
    >>> quote = Quote.of(document, Passage("1", 1, 0, 15, "", "Trains stopped."))
    >>> print(quote, quote.place, sep="; ")
    Rail, ¶ 1 (rail.txt); rail.txt ¶ 1
    >>> quote.quote == document.text[quote.start : quote.end]
    True
    """

    document_id: str
    path: str
    title: str
    locator: str
    start: int
    end: int
    quote: str
    sha256: str
    paragraph: Paragraph

    def __post_init__(self) -> None:
        inside = self.paragraph.text[self.start - self.paragraph.start : self.end - self.paragraph.start]
        if inside != self.quote or not self.quote:
            raise ValueError(f"the quote {self.start}..{self.end} of {self.path} is not what its paragraph says there")

    @classmethod
    def of(cls, document: Document, passage: Passage, sentence: Sentence | None = None) -> Quote:
        """Quote a passage, or a sentence of it."""
        span = sentence or passage
        return cls(
            document_id=document.id,
            path=document.source,
            title=document.title,
            locator=_locator(document, passage),
            start=span.start,
            end=span.end,
            quote=span.text,
            sha256=document.sha256,
            paragraph=Paragraph(passage.start, passage.end, passage.text),
        )

    def again(self, document: Document) -> Quote | None:
        """Return what this quote would be in a document at the same offsets, or None where it has no text there.

        The paragraph's number is taken over: it can only be counted with the model that divided long paragraphs.
        """
        around, number, text = self.paragraph, self.number, document.text
        inside = 0 <= around.start <= self.start < self.end <= around.end <= len(text)
        if not inside or number is None or (heading_at(document, around.start) is None) == (number == 0):
            return None
        heading = heading_above(document, around.start)
        passage = Passage(document.id, number, around.start, around.end, heading, text[around.start : around.end])
        return Quote.of(document, passage, Sentence(self.start, self.end, text[self.start : self.end]))

    @property
    def number(self) -> int | None:
        """Return the paragraph's number, 0 for a heading, or None for a locator that was not made here."""
        found = _NUMBER.search(self.locator)
        if found:
            return int(found[1])
        return 0 if _HEADING.fullmatch(self.locator) else None

    @property
    def is_by_ocr(self) -> bool:
        """Return whether OCR read a page that its paragraph stands on, so that letters may be wrong."""
        return _OCR.match(self.locator) is not None

    @property
    def place(self) -> str:
        """Return file and paragraph in short: "a.md ¶ 3"."""
        return f"{self.path} {f'¶ {self.number}' if self.number else self.locator}"

    def __str__(self) -> str:
        """Return title, place and file, as written below a quote."""
        return f"{self.title}, {self.locator} ({self.path})"


@dataclass(frozen=True, slots=True)
class Citation(Plain):
    """A numbered quote that answers, or, on a hit, the passage at that rank.

    ``also`` are quotes that say the same elsewhere, best first (see `qa.retrieval.duplicates`). ``probability`` is that
    the passage answers, 0 to 1, and ``words`` the exact words that do, as a span of the document's text inside the
    quote; None where no trained reader said so.

    >>> quote = Quote("1", "rail.txt", "Rail", "¶ 1", 7, 15, "stopped.", "ab12", Paragraph(0, 15, "Trains stopped."))
    >>> print(Citation(2, quote))
    [2] Rail, ¶ 1 (rail.txt)
    >>> Citation(2, quote).to_dict()["quote"]
    'stopped.'
    """

    number: int
    source: Quote
    also: tuple[Quote, ...] = ()
    probability: float | None = None
    words: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.probability is not None and not 0 <= self.probability <= 1:
            raise ValueError(f"a probability is between 0 and 1: {self.probability}")
        if self.words is not None and not self.source.start <= self.words[0] < self.words[1] <= self.source.end:
            raise ValueError(f"the words {self.words} lie outside the quote {self.source.start}..{self.source.end}")

    @property
    def exact(self) -> str:
        """Return the exact words that answer; empty where none are marked."""
        if self.words is None:
            return ""
        return self.quote[self.words[0] - self.source.start : self.words[1] - self.source.start]

    def standing(self, source: Quote, also: tuple[Quote, ...]) -> Self:
        """Return this citation with another of its quotes; the words move along where it says exactly the same."""
        words = self.words
        if words is not None:
            by = source.start - self.source.start
            words = (words[0] + by, words[1] + by) if source.quote == self.quote else None
        return replace(self, source=source, also=also, words=words)

    @property
    def quote(self) -> str:
        """Return the words quoted."""
        return self.source.quote

    def __str__(self) -> str:
        """Return the number and the place."""
        return f"[{self.number}] {self.source}"

    def to_dict(self) -> dict[str, Any]:
        """Return the number and the quote's fields in one object."""
        return {
            "number": self.number,
            **self.source.to_dict(),
            "also": [quote.to_dict() for quote in self.also],
            "probability": self.probability,
            "words": None if self.words is None else {"start": self.words[0], "end": self.words[1]},
        }


def _locator(document: Document, passage: Passage) -> str:
    """Return the page or place and OCR (where there are any), heading (where it says more) and paragraph number.

    Of a heading: that it is the title, or the how manieth of the others it is.
    """
    page = document.page_at(passage.start)
    place = (page.label or f"p. {page.number}") if page else ""
    heading = "" if passage.heading == document.title or passage.heading in place else passage.heading
    within = heading_at(document, passage.start)
    if within is None:
        own = f"¶ {passage.number}"
    else:
        others = [each.start for each in document.headings if each.text not in {"", document.title}]
        own = f"heading {others.index(within.start) + 1}" if within.start in others else "title"
    ocr = BY_OCR if document.is_by_ocr(passage.start, passage.end) else ""
    places = [place, ocr, heading, own]
    return ", ".join(place for place in places if place)
