"""What happens on the page when something is said to it; every method returns HTML."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, partial
from threading import Lock
from time import sleep
from typing import TypeAlias

from embeddings.documents.corpus import Corpus
from embeddings.errors import QAError
from qa.answering.answerer import Answerer
from qa.interfaces.chat.examples import Examples
from qa.interfaces.chat.feedback import file_of, noted
from qa.interfaces.chat.links import link_to, quote_at
from qa.interfaces.chat.render import Shelf, bar, conversation, filter_area, handed, opening, source, welcome
from qa.interfaces.chat.turns import Said, Turn, Turns, turn_in, whole
from qa.interfaces.chat.views import Shown, View, about, document_view, view_of
from qa.interfaces.rest.error_kinds import public_message, public_state
from qa.library.library import Library
from qa.query.followup import Exchange
from qa.types.quotes import Quote

Drawn: TypeAlias = tuple[Turns, str, str | None, str, str]
"""The conversation as it is kept, and the HTML of the conversation, the source pane, the bar and the filters.

No pane is given where the one that is there stays.
"""

logger = logging.getLogger(__name__)

_KEPT_TURNS = 50
_LOOK_AGAIN = 0.5  # seconds
_GONE = "That quote is no longer here: ask the question again."
_MOVED = "The document no longer says there what it said when the link was made; the question was asked anew."
_AWAY = "is no longer in the folder, or has another name now; the question was asked anew."


class Handlers:
    """The page over a library; what a visitor asked is given by the caller, so that visitors stay apart."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._examples = lru_cache(maxsize=1)(partial(Examples, library))
        self._beginning = Lock()
        self._filters = lru_cache(maxsize=1)(_filters_of)

    def arrive(self) -> Iterator[tuple[str, str, str]]:
        """Yield what a visitor sees first: how far the index is, again and again, and then the page."""
        while self._library.state.phase == "opening":
            yield opening(public_state(self._library)), self.bar(), ""
            sleep(_LOOK_AGAIN)
        yield self.thread(()), self.bar(), self.filters()

    def bar(self) -> str:
        """Return the line above everything."""
        if self._library.state.phase != "ready":
            return bar(self._library.seeds.absolute().name, {})
        retriever = self._library.answerer.retriever
        manifest = retriever.index.manifest
        return bar(retriever.seeds.resolve().name, manifest.counts, len(manifest.skipped))

    def filters(self) -> str:
        """Return the filters that tell the documents apart; drawn anew only where the documents changed."""
        if self._library.state.phase != "ready":
            return ""
        return self._filters(self._library.answerer)

    def thread(self, turns: Turns) -> str:
        """Return the questions and answers, each quote only where its file still says it."""
        if self._library.state.phase != "ready":
            return opening(public_state(self._library))
        answerer = self._library.answerer
        if not turns:
            with self._beginning:  # for a moment: a page asks for its first view in two ways at once
                examples = self._examples(answerer)
            ended = examples.ended  # read first: what is found until then is shown
            return welcome(list(examples.found), looking=not ended)
        shelf = Shelf(answerer.sources.still_says, partial(about, answerer.retriever.index.corpus))
        return conversation(turns, shelf, measured=answerer.reader.measured)

    def ask(self, turn: Turn, turns: Turns) -> Iterator[Drawn]:
        """Yield the conversation with the question in it at once, then with its answer and the first source opened."""
        if not turn.question.strip():
            yield turns, *self._page(turns)
            return
        turns = turns[-_KEPT_TURNS:]
        at = bisect_right(turns, turn.serial, key=lambda earlier: earlier.serial)
        before, after = turns[:at], turns[at:]
        if before and turn.serial and before[-1].serial == turn.serial:  # sent again, as the page had not seen it
            if before[-1].ended:
                yield turns, *self._page(turns)
                return
            before = before[:-1]
        yield turns, *self._page((*before, turn, *after), source(None))
        turn = self._answered(turn, before)
        turns = (*before, turn, *after)
        opened: Said | None = None
        if turn.place is not None and turn.answer is not None:
            opened = {"turn": turn.serial, "place": True}
        elif turn.answer is not None and turn.answer.citations:
            opened = {"turn": turn.serial, "number": 1}
        yield turns, *self._page(turns, self.open(opened, turns) if opened else source(None))

    def open(self, said: Said, turns: Turns) -> str:
        """Return the source pane at a quote of an answer, checked once more, or at a document that is named."""
        view = None if self._library.state.phase != "ready" else self._view(said, turns)
        return source(view, whole(said.get("serial")))

    def _view(self, said: Said, turns: Turns) -> View:
        corpus = self._library.answerer.retriever.index.corpus
        if "document" in said:
            return self._document(corpus, str(said["document"]))
        turn = turn_in(turns, said)
        found = self._quote(turn, said) if turn else None
        if turn is None or turn.answer is None or found is None:
            return View(problem=_missing(corpus, turn) if "place" in said else _GONE)
        quote, shown = found
        document, sources = corpus.document(quote.document_id), self._library.answerer.sources
        try:
            sources.check(quote)
            if document is not None and document.sha256 == quote.sha256:  # its other paragraphs are shown too
                sources.check_document(document)
        except QAError as error:
            return View(problem=f"{error}, so it is not quoted. Ask again.")
        link = link_to(turn.answer.asked, turn.filters, quote)
        as_image = said.get("as", "image" if quote.is_by_ocr else "text") == "image"
        return view_of(corpus, quote, replace(shown, turn=turn.serial, link=link, as_image=as_image))

    def like(self, said: Said, turns: Turns) -> tuple[Turns, str]:
        """Return the conversation with what is said of one of its answers, which is kept in the feedback file."""
        turn = turn_in(turns, said)
        if turn is not None:
            note = noted(self._library, turn, said)
            changed = replace(turn, noted=tuple(dict.fromkeys((*turn.noted, note))))
            turns = tuple(changed if other is turn else other for other in turns)
        return turns, self.thread(turns)

    def export(self, said: Said, turns: Turns) -> str:
        """Return the answers so far as a file that the page hands over."""
        answers = [turn.answer for turn in turns if turn.answer is not None]
        return handed(file_of(self._library, answers, str(said.get("export"))))

    def _document(self, corpus: Corpus, document_id: str) -> View:
        """Return a document, if its file is still the one that was indexed."""
        document = corpus.document(document_id)
        if document is not None:
            try:
                self._library.answerer.sources.check_document(document)
            except QAError as error:
                return View(problem=f"{error}, so it is not shown. It is read again in a moment.")
        return document_view(corpus, document_id)

    def _quote(self, turn: Turn, said: Said) -> tuple[Quote, Shown] | None:
        """Return the quote of an answer that is meant, and what the pane says of where it stands."""
        answer = turn.answer
        if answer is None:
            return None
        number, related, also = (whole(said.get(name)) for name in ("number", "related", "also"))
        if "place" in said and turn.place is not None:
            quote = quote_at(self._library.answerer.retriever.index.corpus, turn.place)
            same = [citation.number for citation in answer.citations if citation.source == quote]
            number = same[0] if same else 0
            return (quote, Shown(number=number, citations=len(answer.citations))) if quote else None
        if number and number <= len(answer.citations):
            citation = answer.citations[number - 1]
            quotes = (citation.source, *citation.also)
            quote = quotes[also or 0] if (also or 0) < len(quotes) else citation.source
            return quote, Shown(number=number, citations=len(answer.citations))
        if related is not None and related < len(answer.related):
            return answer.related[related], Shown(citations=len(answer.citations), related=related)
        return None

    def _page(self, turns: Turns, pane: str | None = None) -> tuple[str, str | None, str, str]:
        return self.thread(turns), pane, self.bar(), self.filters()

    def _answered(self, turn: Turn, before: Turns) -> Turn:
        if turn.problem:
            return turn
        history = () if turn.literal else [Exchange.of(earlier.answer) for earlier in before if earlier.answer]
        try:
            return replace(turn, answer=self._library.ask(turn.question, history=history, filters=turn.filters))
        except QAError as error:
            return replace(turn, problem=public_message(error))
        except Exception:  # whatever it is, the visitor must not wait for ever, and the log must tell
            logger.exception("a question could not be answered")
            return replace(turn, problem="something went wrong; the terminal of the chat tells what.")


def _filters_of(answerer: Answerer) -> str:
    return filter_area(answerer.retriever.index.corpus.documents)


def _missing(corpus: Corpus, turn: Turn | None) -> str:
    """Say why the place of a link cannot be shown: its file is gone, or says other words."""
    if turn is None or turn.place is None:
        return _GONE
    here = any(document.source == turn.place.path for document in corpus.documents)
    return _MOVED if here else f"{turn.place.path} {_AWAY}"
