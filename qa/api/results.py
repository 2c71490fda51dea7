"""What comes back over REST and MCP, described: the schemas of what `to_dict` of the results gives."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["AnswerBody", "FoundBody", "ListingBody", "QuotedBody", "SourceBody", "StatusBody"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ParagraphBody(_Body):
    """The passage that a quote stands in."""

    start: int
    end: int
    text: str


class QuoteBody(_Body):
    """A verbatim slice of a document's text, ``text[start:end]``; offsets count code points."""

    document_id: str
    path: str = Field(description="Below the documents folder.")
    title: str
    locator: str = Field(description="Page, heading and paragraph, for people.")
    start: int
    end: int
    quote: str
    sha256: str = Field(description="Digest of the file's bytes.")
    paragraph: ParagraphBody


class CitationBody(QuoteBody):
    """A numbered quote that answers."""

    number: int
    also: list[QuoteBody] = Field(description="Quotes that say the same elsewhere.")


class FiltersBody(_Body):
    """The filters that were set; a kind that was not is absent."""

    document: list[str] = []
    outlet: list[str] = []
    author: list[str] = []
    tag: list[str] = []
    since: str = ""
    until: str = ""


class ValueBody(_Body):
    """Where a cited document gives a value: ``text[start:end]``, inside the citation's quote."""

    citation: int
    document_id: str
    path: str
    start: int
    end: int
    value: str


class SideBody(_Body):
    """One value, the citations that give it, and where."""

    value: str
    citations: list[int]
    places: list[ValueBody]


class AgreementBody(SideBody):
    """Citations that say the same in several documents."""

    kind: Literal["number", "date", "name", "wording"]
    documents: int


class DifferenceBody(_Body):
    """Values of one thing that are not the same."""

    kind: Literal["number", "date", "name"]
    sides: list[SideBody]


class AnswerBody(_Body):
    """What the documents say to a question. No citation means no answer."""

    question: str
    asked: str = Field(description="The question as it was searched.")
    verdict: Literal["answered", "not_in_documents"]
    citations: list[CitationBody] = Field(description="Quotes that answer, best first, compared with the files.")
    related: list[QuoteBody] = Field(description="Passages that are near and do not answer.")
    reason: str = Field(description="How the answer came about: what was searched, and what was missing.")
    index_id: str = Field(description="Names the documents and the parts that the answer comes from.")
    changed: list[str] = Field(description="Files that are no longer what was indexed and are not quoted.")
    filters: FiltersBody
    agreements: list[AgreementBody] = Field(description="Where several documents give the same.")
    differences: list[DifferenceBody] = Field(description="Where they give something else.")
    taken: list[str] = Field(description="The words of `asked` that come from the conversation.")


class PartBody(_Body):
    """What one signal gives to a hit's score."""

    name: str
    score: float
    rank: int
    weight: float
    points: float


class SentenceBody(_Body):
    """How near a sentence of the passage is to the question."""

    start: int
    end: int
    text: str
    similarity: float
    coverage: float


class SpanBody(_Body):
    """A span of the document's text."""

    start: int
    end: int


class LeadBody(_Body):
    """By how many points a hit is above the next: in all, and in each part."""

    points: float
    parts: dict[str, float]


class TraceBody(_Body):
    """Why a hit stands where it stands."""

    parts: list[PartBody]
    matched: list[str] = Field(description="Words of the question that were found.")
    missing: list[str] = Field(description="Words of the question that were not.")
    sentences: list[SentenceBody]
    aliases: list[str] = Field(description="Names that were searched as the same.")
    best: SpanBody | None
    above_next: LeadBody | None


class HitBody(QuoteBody):
    """A passage found; a higher score is better."""

    rank: int
    score: float
    also: list[QuoteBody] = Field(description="Passages that say the same elsewhere.")
    trace: TraceBody


class FoundBody(_Body):
    """What a search gives: passages, best first."""

    query: str
    asked: str
    hits: list[HitBody]
    index_id: str
    changed: list[str] = Field(description="Files that are no longer what was indexed and are not quoted.")
    filters: FiltersBody


class DocumentBody(_Body):
    """A document without its text; null or empty where its file does not say."""

    id: str
    title: str
    path: str
    date: str | None
    author: str | None
    outlet: str | None
    url: str | None
    tags: list[str]
    passages: int
    pages: int
    sha256: str


class LeftOutBody(_Body):
    """A file that was not indexed, and why."""

    source: str
    reason: str


class ListingBody(_Body):
    """What is indexed, and what was left out."""

    documents: list[DocumentBody]
    left_out: list[LeftOutBody]
    index_id: str


class HeadingBody(SpanBody):
    """A heading: the span of its lines, and its text without markup."""

    level: int
    text: str


class PageBody(SpanBody):
    """A page of a paged document."""

    number: int


class PlaceBody(SpanBody):
    """Where a passage is."""

    number: int
    heading: str


class SourceBody(_Body):
    """A whole document, compared with its file; offsets count code points of ``text``."""

    document: DocumentBody
    text: str
    headings: list[HeadingBody]
    pages: list[PageBody]
    passages: list[PlaceBody]
    index_id: str


class QuotedBody(_Body):
    """A span of a document in its paragraph, compared with the file."""

    document: DocumentBody
    quote: QuoteBody
    index_id: str


class StateBody(_Body):
    """How far the index is: what is being done, and ``done`` of ``total`` of it; the problem where it failed."""

    phase: Literal["opening", "ready", "failed"]
    doing: str
    done: int
    total: int
    problem: str


class IndexBody(_Body):
    """The index that answers."""

    index_id: str
    model: str
    documents: int
    passages: int


class StatusBody(_Body):
    """Whether the documents can be asked."""

    state: StateBody
    index: IndexBody | None
    version: str
