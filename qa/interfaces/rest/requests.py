"""Requests over REST and MCP: checked before anything is done, unknown fields refused; each says how it is run."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from qa.answering.search import Found
from qa.library.documents import OpenedDocument, SourceQuote, open_document, quote_span
from qa.library.library import Library
from qa.query.followup import Exchange
from qa.types.answers import Answer
from qa.types.filters import Filters

MOST_HITS = 100
"""Up to here fewer hits are the first of more; see `Retriever.search`."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Names = Annotated[
    list[str],
    BeforeValidator(lambda given: [given] if isinstance(given, str) else given),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""One name or several."""

PerDocument = Annotated[
    int | None, Field(ge=1, le=1000, description="At most this many passages of one document; without it, any number.")
]


class FilterChoice(_Strict):
    """Which documents are searched. Of several names of one kind any will do; different kinds must all hold."""

    document: Names = Field(default=[], description="A path below the documents folder, an id, or a sub-folder/.")
    since: str | None = Field(default=None, description="A year, a month or a day: 2021, 2021-08 or 2021-08-15.")
    until: str | None = Field(default=None, description="The same; the day, month or year is included.")
    outlet: Names = Field(default=[], description="Published by this outlet.")
    author: Names = Field(default=[], description="Written by this author.")
    tag: Names = Field(default=[], description="With this tag or topic.")

    def chosen(self) -> Filters:
        """Return the filters; raises FilterError for a date that is none."""
        return Filters(**self.model_dump())


class _Filtered(_Strict):
    filters: FilterChoice | None = Field(default=None, description="Without them, every document is searched.")
    per_document: PerDocument = None

    def chosen(self) -> Filters:
        """Return the filters; raises FilterError for a date that is none."""
        return Filters() if self.filters is None else self.filters.chosen()


class Earlier(_Strict):
    """An earlier turn of the conversation: what was typed, and where they are known, what was asked and quoted."""

    question: str = Field(description="As it was typed.")
    asked: str | None = Field(default=None, description="As it was searched: `asked` of its answer.")
    quotes: list[str] = Field(default=[], max_length=100, description="The quotes of its answer.")

    def exchange(self) -> Exchange:
        """Return the turn; raises QuestionError where it holds no words."""
        return Exchange(self.question, self.question if self.asked is None else self.asked, tuple(self.quotes))


class AskRequest(_Filtered):
    """A question to the documents."""

    question: str = Field(description="One question, at most 2,000 characters.")
    history: list[Earlier] = Field(
        default=[],
        max_length=50,
        description="The conversation before it, oldest first: what the question leaves out is taken from there. "
        "The answer says what was asked.",
    )
    caution: int | None = Field(
        default=None,
        ge=1,
        le=99,
        description="How many of 100 questions that the documents do not answer get no sure answer; without it, the "
        "server's own. The answer says which it was. Only where a trained reader answers.",
    )

    def run(self, library: Library) -> Answer:
        """Ask; raises QuestionError and FilterError for what cannot be asked, and the errors of `Library.ask`."""
        return library.ask(
            self.question,
            history=[turn.exchange() for turn in self.history],
            filters=self.chosen(),
            per_document=self.per_document,
            caution=self.caution,
        )


class SearchRequest(_Filtered):
    """A search for passages."""

    query: str = Field(
        description="Words or a question, at most 2,000 characters. "
        'Words in "quotation marks" must stand in a passage, words after a minus sign must not.'
    )
    k: int = Field(default=5, ge=1, le=MOST_HITS, description="How many passages.")

    def run(self, library: Library) -> Found:
        """Search; raises FilterError for a date that is none, and the errors of `Library.search`."""
        return library.search(self.query, self.k, filters=self.chosen(), per_document=self.per_document)


class SpanRequest(_Strict):
    """Which part of a document: all of it, or from ``start`` to ``end``."""

    model_config = ConfigDict(strict=False)  # a query string holds nothing but text

    start: int | None = Field(default=None, ge=0, description="First code point of the text; given with end.")
    end: int | None = Field(default=None, ge=1, description="The code point after the last; given with start.")
    sha256: str | None = Field(default=None, description="The digest that the file must have, as a citation gives it.")

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end are given together, or neither of them")
        return self

    def open(self, library: Library, document_id: str) -> OpenedDocument | SourceQuote:
        """Open the document, or quote the span of it, as the folder is now; raises the errors of `quote_span`."""
        library.refreshed_soon()
        if self.start is None or self.end is None:
            return open_document(library.answerer, document_id, sha256=self.sha256)
        return quote_span(library.answerer, document_id, self.start, self.end, sha256=self.sha256)


class SourceRequest(SpanRequest):
    """A document, or a span of it, by its id."""

    model_config = ConfigDict(strict=True)

    document_id: str = Field(description="The document_id of a citation.")

    def run(self, library: Library) -> OpenedDocument | SourceQuote:
        """Open the document, or quote the span of it; see `open`."""
        return self.open(library, self.document_id)
