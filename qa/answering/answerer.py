"""The one pipeline from a question to an answer: retrieve, read, check against the files, cite or abstain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from importlib import metadata
from itertools import combinations_with_replacement
from pathlib import Path

from embeddings.encoding.models import DEFAULT_MODEL
from embeddings.index.changes import Progress
from embeddings.types import Document
from qa.answering.about_documents import AboutDocuments
from qa.answering.after_questions import said_after
from qa.answering.agreement.compare import compare_citations, marks_that_differ
from qa.answering.no_answer.reasons import Refusal
from qa.answering.no_answer.scope import not_quoted, nothing_left, searched
from qa.answering.no_answer.spelling import Speller
from qa.answering.sources import AnswerChecks, Sources
from qa.answering.verdict import doubted, verdict_of
from qa.query.followup import Exchange, FollowUp, follow_up
from qa.query.followup.asked_part import questions_in
from qa.query.syntax import Query, checked, parse
from qa.reading.choice import ReaderChoice, reader_for
from qa.reading.types import Mark, Reader
from qa.retrieval.duplicates import Wording, wording_of
from qa.retrieval.retriever import Retriever
from qa.retrieval.topic_fit import IndexFit
from qa.types.answers import Answer
from qa.types.arguments import checked_arguments
from qa.types.filters import Filters
from qa.types.phrasing import ADVICE
from qa.types.quotes import Citation, Quote
from qa.types.settings import Settings

HITS = 5  # passages shown; those that are not cited are shown as related


class Answerer:
    """A source of answers whose quotes are compared with the files before they are given.

    >>> answer = Answerer.open("seeds").ask("What is the capital of Mongolia?")
    >>> answer.verdict, answer.citations
    ('not_in_documents', ())
    >>> print(answer.reason.partition(". ")[2])
    No passage has the words “Mongolia” or “capital”. Other words may find it: see the nearest passages.
    """

    def __init__(self, retriever: Retriever, reader: Reader, sources: Sources) -> None:
        self.retriever = retriever
        self.sources = sources
        self.reader = reader

    @classmethod
    @checked_arguments
    def open(
        cls,
        seeds: str | Path = "seeds",
        *,
        index: str | Path | None = None,
        model: str = DEFAULT_MODEL,
        allow_download: bool = False,
        reader: ReaderChoice | None = None,
    ) -> Answerer:
        """Build the index of a folder, or bring it up to date, and answer from it; see `Retriever.open`.

        ``reader`` is another than the one that comes with the program, or the same with another caution.
        """
        retriever = Retriever.open(seeds, index=index, model=model, allow_download=allow_download)
        return cls.over(retriever, reader)

    @classmethod
    def over(cls, retriever: Retriever, reader: ReaderChoice | None = None) -> Answerer:
        """Answer from a retriever with the reader that was chosen, by default the one that comes with the program."""
        return cls(retriever, reader_for(reader or ReaderChoice(), retriever.encoder), Sources(retriever.seeds))

    def load(self) -> None:
        """Load the models now, and not with the first question."""
        self.retriever.encoder.encode_query("?")
        self.reader.load()

    def refreshed(self, *, progress: Progress | None = None) -> Answerer:
        """Return this answerer where its index is what the folder holds now, else one over an updated index.

        Who asks the old one meanwhile, in another thread, goes on with the old index: nothing is changed in place.
        """
        retriever = self.retriever.refreshed(progress=progress)
        return self if retriever is self.retriever else Answerer(retriever, self.reader, self.sources)

    @checked_arguments
    def ask(
        self,
        question: str,
        *,
        history: Sequence[Exchange] = (),
        filters: Filters | None = None,
        per_document: int | None = None,
        caution: int | None = None,
    ) -> Answer:
        """Answer a question, or say that no passage was found that does.

        ``history`` are the turns before it, oldest first: what the question leaves out is taken from them, see
        `qa.query.followup`. What is no question to the documents gets a reply (see `qa.query.intent`) and, as a turn
        before, adds nothing. The answer's ``asked``, asked again without a history, gives the same. ``filters`` say
        which documents are searched; ``per_document`` is how many passages of one document are looked at, where it is
        given. ``caution`` is how many of 100 unanswerable questions are to get no sure answer, if not the
        reader's own. Raises QuestionError where the question holds no words, FilterError for a value that no document
        has, and ReaderError for a caution that was not measured.
        """
        reader = self.reader if caution is None else self.reader.at(caution)
        filters, checks = filters or Filters(), AnswerChecks(self.sources)
        history = [turn for turn in history if not self._about.concerns(turn.asked)]
        leans = bool(history) and self._about.leans(question)
        reply = None if leans else self._about.reply(question, filters, checks)
        if reply is None:
            meant = follow_up(question, history, ground=self._ground if history else None)
            reply = (
                self._about.reply(question, filters, checks, meant)
                if leans or meant.asked != checked(question)
                else None
            )
            if reply is None:
                return self._spelled(
                    self._answer(question, meant, filters, reader, per_document),
                    lambda asked: self._answer(question, replace(meant, asked=asked), filters, reader, per_document),
                )
        self._forget(checks.changed)
        return reply

    def _spelled(self, answer: Answer, answer_to: Callable[[str], Answer]) -> Answer:
        """Return an answer with names as documents spell them: offered, or asked where nothing sure was found."""
        spelling = None if answer.changed else self._speller.spelling(answer.asked)
        if spelling is None or answer.verdict == "answered":
            return replace(answer, spelling=spelling)
        other = answer_to(spelling.question)
        better = other.verdict == "answered" or (
            other.citations and (other.probability or 0) > (answer.probability or 0)
        )
        return (
            replace(other, spelling=replace(spelling, searched=True)) if better else replace(answer, spelling=spelling)
        )

    def _answer(
        self, question: str, meant: FollowUp, filters: Filters, reader: Reader, per_document: int | None
    ) -> Answer:
        """Search, read what was found, check what is quoted against the files, and cite or abstain."""
        query, checks = parse(meant.asked), AnswerChecks(self.sources)
        found = self.retriever.search(meant.asked, max(HITS, reader.depth), filters=filters, per_document=per_document)
        read = reader.read(query.whole, found)
        hits, marks = read.hits[:HITS], list(read.marks)
        checks.expect(quote for hit in hits for quote in (hit.citation.source, *hit.also))
        if verdict_of(marks, reader.read_by) == "answered":
            marks += marks_that_differ(query.text, hits, marks)
        marks, unread = said_after(marks, query.text, self.retriever.index.corpus)
        changed, citations = checks.changed, self._citations(marks, checks)
        verdict, doubt = doubted(query.text, citations, unread, reader.read_by)
        if verdict == "not_in_documents":
            marks, citations = [], []
        cited = {mark.hit.citation.source for mark in marks}
        compared = citations if verdict == "answered" else []
        agreements, differences = compare_citations(query.text, compared)
        probability = citations[0].probability if citations else read.probability
        others = [hit.citation.source for hit in hits if hit.citation.source not in cited]
        related = tuple(quote for quote in others if checks.passes(quote))
        self._forget(changed)
        reasons = [*filter(None, [doubt, _several(meant.asked)])]
        reasons += self._reasons(query, filters, (bool(hits), bool(citations)), changed)
        if hits and not citations and not changed:
            reasons += [*self._refusal.reasons(query, filters), ADVICE]
        return Answer(
            question=question,
            asked=meant.asked,
            verdict=verdict,
            citations=tuple(citations),
            related=related,
            reason=" ".join(reasons),
            index_id=self.retriever.index_id,
            changed=tuple(changed),
            filters=filters,
            agreements=agreements,
            differences=differences,
            taken=meant.taken,
            probability=probability,
            confidence=reader.measured.confidence(probability) if citations and reader.measured and not doubt else None,
            reader=reader.read_by,
        )

    @property
    def settings(self) -> Settings:
        """Return what the answers are made with, for those who hand them on."""
        made, read_by = self.retriever.index.manifest.made, self.reader.read_by
        return Settings(
            program=f"seeds-qa {metadata.version('seeds-qa')}",
            documents=self.retriever.seeds.name,
            model=made.model_name,
            model_digest=made.model_digest,
            reader=self.reader.description,
            readers=made.readers,
            splitter=made.splitter,
            tokenizer=made.tokenizer,
            reader_digest=read_by.digest if read_by else "",
        )

    def document(self, document_id: str) -> Document | None:
        """Return a document as the index has it; None where it has none of this id."""
        return self.retriever.index.corpus.document(document_id)

    @cached_property
    def _ground(self) -> IndexFit:
        """Return what the index knows of words, worked out when first needed: an answerer keeps its index."""
        return IndexFit(self.retriever.index, self.retriever.encoder)

    @cached_property
    def _refusal(self) -> Refusal:
        """Return the reasons for no answer, worked out from the index; also made once."""
        return Refusal(self.retriever.index)

    @cached_property
    def _speller(self) -> Speller:
        """Return the spellings of the index's names; also made once."""
        return Speller(self.retriever.index)

    @cached_property
    def _about(self) -> AboutDocuments:
        """Return the replies to what is no question to the documents; made once."""
        return AboutDocuments(self.retriever.index)

    def _forget(self, changed: Mapping[str, bool]) -> None:
        """Have files read again that are no longer what was indexed."""
        if changed:
            self.retriever.forget(changed)

    def _citations(self, marks: Sequence[Mark], checks: AnswerChecks) -> list[Citation]:
        """Return one citation of each wording; where else the same is said is its ``also``."""
        corpus = self.retriever.index.corpus
        alike: dict[Wording, list[Quote]] = {}
        said: dict[Wording, Citation] = {}
        for mark in marks:
            passage, sentence = mark.hit.passage, mark.sentence
            document = corpus.document(passage.document_id)
            if document is not None:
                wording = wording_of(document, passage, sentence)
                others = [self._sentence_in(quote, wording) for quote in mark.hit.also]
                quote = Quote.of(document, passage, sentence)
                alike.setdefault(wording, []).extend([quote, *others])
                said.setdefault(wording, Citation(0, quote, probability=mark.probability, words=mark.words))
        good = [
            (said[wording], [quote for quote in quotes if checks.passes(quote)]) for wording, quotes in alike.items()
        ]
        standing = [citation.standing(quotes[0], tuple(quotes[1:])) for citation, quotes in good if quotes]
        return [replace(citation, number=number) for number, citation in enumerate(standing, start=1)]

    def _sentence_in(self, quote: Quote, wording: Wording) -> Quote:
        """Return the sentences of this wording in a quoted passage; the quote where its sentences are cut otherwise."""
        corpus = self.retriever.index.corpus
        document = corpus.document(quote.document_id)
        passage = corpus.passage_at(quote.document_id, quote.start, quote.end)
        if document is not None and passage is not None:
            sentences = [corpus.sentence(each) for each in corpus.sentence_rows(corpus.row_of(passage))]
            for first, last in combinations_with_replacement(sentences, 2):
                marked = passage.from_to(first, last)
                if wording_of(document, passage, marked) == wording:
                    return Quote.of(document, passage, marked)
        return quote

    def _reasons(
        self, query: Query, filters: Filters, outcome: tuple[bool, bool], changed: Mapping[str, bool]
    ) -> Iterator[str]:
        """Return sentences on how the answer came about; ``outcome`` is whether passages and answers were found."""
        index, (found, answered) = self.retriever.index, outcome
        yield from not_quoted(changed)
        if answered and self.reader.caveat:
            yield self.reader.caveat
        if answered:
            yield from self._refusal.missing(query, filters)
        places, nothing = searched(index, filters), "" if found else nothing_left(index, query, filters)
        yield f"{places}."
        if nothing:
            yield nothing


def _several(asked: str) -> str:
    """Say that several questions were searched as one; empty for one."""
    count = len(questions_in(asked))
    return f"These are {count} questions, searched as one: ask each by itself for its own quotes." if count > 1 else ""
