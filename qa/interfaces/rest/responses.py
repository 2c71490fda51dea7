"""What comes back over REST and MCP, described: the schemas of what `to_dict` of the results gives."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["AnswerBody", "Body", "FoundBody", "QuoteBody", "SpanBody"]


class Body(BaseModel):
    """An object with exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class ParagraphBody(Body):
    """The passage that a quote stands in."""

    start: int
    end: int
    text: str


class QuoteBody(Body):
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


class SpanBody(Body):
    """A span of the document's text."""

    start: int
    end: int


class CitationBody(QuoteBody):
    """A numbered quote that answers."""

    number: int
    also: list[QuoteBody] = Field(description="Quotes that say the same elsewhere.")
    probability: float | None = Field(description="That the passage answers; null without a calibrated reader.")
    words: SpanBody | None = Field(description="The exact words that answer, inside the quote.")


class FiltersBody(Body):
    """The filters that were set; a kind that was not is absent."""

    document: list[str] = []
    outlet: list[str] = []
    author: list[str] = []
    tag: list[str] = []
    since: str = ""
    until: str = ""


class ValueBody(Body):
    """Where a cited document gives a value: ``text[start:end]``, inside the citation's quote."""

    citation: int
    document_id: str
    path: str
    start: int
    end: int
    value: str


class SideBody(Body):
    """One value, the citations that give it, and where."""

    value: str
    citations: list[int]
    places: list[ValueBody]


class AgreementBody(SideBody):
    """Citations that say the same in several documents."""

    kind: Literal["number", "date", "name", "wording"]
    documents: int


class DifferenceBody(Body):
    """Values of one thing that are not the same."""

    kind: Literal["number", "date", "name"]
    sides: list[SideBody]


class ConfidenceBody(Body):
    """Of the answers of tests that were as probable, from `from` upward, how many were right."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True)

    words: str
    right: int
    of: int
    least: float = Field(alias="from")


class ReaderBody(Body):
    """A trained reader, and from which probability it answers."""

    name: str
    digest: str
    limit: float | None
    caution: int | None = Field(description="Of 100 unanswerable questions so many are refused.")


class AnswerBody(Body):
    """What the documents say to a question. No citation means no answer."""

    question: str
    asked: str = Field(description="The question as it was searched.")
    verdict: Literal["answered", "not_in_documents"]
    citations: list[CitationBody] = Field(description="Quotes that answer, best first, compared with the files.")
    related: list[QuoteBody] = Field(description="Near passages that are not cited; whether one answers is not known.")
    reason: str = Field(description="How the answer came about: what was searched, and what was missing.")
    index_id: str = Field(description="Names the documents and the parts that the answer comes from.")
    changed: list[str] = Field(description="Files that are no longer what was indexed and are not quoted.")
    filters: FiltersBody
    agreements: list[AgreementBody] = Field(description="Where several documents give the same.")
    differences: list[DifferenceBody] = Field(description="Where they give something else.")
    taken: list[str] = Field(description="The words of `asked` that come from the conversation.")
    probability: float | None = Field(description="Of the first citation; without one, of the passage nearest to it.")
    confidence: ConfidenceBody | None = Field(description="How often such answers were right in tests.")
    reader: ReaderBody | None = Field(description="The trained reader that decided whether a passage answers.")


class PartBody(Body):
    """What one signal gives to a hit's score."""

    name: str
    score: float
    rank: int
    weight: float
    points: float


class SentenceBody(Body):
    """How near a sentence of the passage is to the question."""

    start: int
    end: int
    text: str
    similarity: float
    coverage: float
    share: float | None = Field(description="Its share in the answer, where a trained reader read the passage.")


class LeadBody(Body):
    """By how many points a hit is above the next: in all, and in each part."""

    points: float
    parts: dict[str, float]


class TraceBody(Body):
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
    probability: float | None = Field(description="That the passage answers; null without a calibrated reader.")
    words: SpanBody | None = Field(description="The exact words that answer, inside the passage.")
    trace: TraceBody


class FoundBody(Body):
    """What a search gives: passages, best first."""

    query: str
    asked: str
    hits: list[HitBody]
    index_id: str
    changed: list[str] = Field(description="Files that are no longer what was indexed and are not quoted.")
    filters: FiltersBody
