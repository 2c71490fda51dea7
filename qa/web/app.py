"""The only importer of gradio: the page and its events."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any, TypeAlias

import gradio as gr
from fastapi import FastAPI

from embeddings.errors import FilterError, QAError
from qa.filters import Filters
from qa.library import Library
from qa.retriever import Retriever
from qa.types import Quote
from qa.web.examples import examples_for
from qa.web.render import (
    Turn,
    View,
    bar,
    conversation,
    documents_panel,
    filter_area,
    opening,
    source,
    view_of,
    whole,
)

__all__ = ["make_page", "mount_page"]

Turns: TypeAlias = tuple[Turn, ...]
Clicked: TypeAlias = dict[str, Any]

logger = logging.getLogger(__name__)

_HERE = Path(__file__).parent
_KEPT_TURNS = 50
_LOOK_AGAIN = 0.5  # seconds
_HINT = "<p>Answers are quotes from the documents, compared with the files before they are shown.</p>"
_NO_SOURCE = View(problem="That quote is no longer here: ask the question again.")


def mount_page(app: FastAPI, library: Library) -> FastAPI:
    """Put the page at ``/`` of an application; what the application has already comes before it."""
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        make_page(library),
        "/",
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        css=_text("page.css") + _text("documents.css"),
    )
    return mounted


def make_page(library: Library) -> gr.Blocks:
    """The page over a library. What a visitor asked is kept in the visitor's own session."""
    handlers = _Handlers(library)
    script = _text("page.js")
    page: gr.Blocks
    with gr.Blocks(title="Ask the documents", analytics_enabled=False) as page:
        turns = gr.State(())
        header = gr.HTML(elem_id="bar", apply_default_css=False)
        with gr.Row(elem_id="app"):
            with gr.Column(elem_id="chat"):
                thread = gr.HTML(elem_id="thread", js_on_load=script, apply_default_css=False)
                filters = gr.HTML(
                    elem_id="filters",
                    js_on_load=_text("filters.js"),
                    apply_default_css=False,
                )
                with gr.Row(elem_id="ask"):  # sent by page.js
                    gr.Textbox(
                        placeholder="Ask the documents…",
                        label="Question",
                        show_label=False,
                        elem_id="question",
                        max_lines=4,
                        autofocus=True,
                        html_attributes=gr.InputHTMLAttributes(autocomplete="off"),
                    )
                    gr.Button("Ask", elem_id="send", variant="primary")
                gr.HTML(_HINT, elem_id="hint", apply_default_css=False)
            with gr.Column(elem_id="side"):
                pane = gr.HTML(source(None), elem_id="source", js_on_load=script, apply_default_css=False)
        panel = gr.HTML(
            documents_panel(),
            elem_id="documents",
            js_on_load=_text("documents.js") + _text("sending.js"),
            apply_default_css=False,
        )
        shown = [turns, thread, pane, header, filters]
        # "multiple": a question that is sent while another one is answered waits, and is not lost.
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "trigger_mode": "multiple"}

        def ask(event: gr.EventData, asked: Turns) -> Iterator[tuple[Any, ...]]:
            yield from handlers.ask(_turn(_said(event)), asked)

        def open_quote(event: gr.EventData, asked: Turns) -> tuple[str, str]:
            return handlers.open(_said(event), asked)

        def renew(event: gr.EventData, asked: Turns) -> tuple[Any, str, str]:
            thread = handlers.thread(asked, None) if _said(event).get("thread") is True else gr.skip()
            return thread, handlers.bar(), handlers.filters()

        def open_document(event: gr.EventData) -> str:
            return handlers.document(str(_said(event).get("document", "")))

        page.load(handlers.arrive, None, [thread, header, filters], **quiet)
        thread.submit(ask, [turns], shown, **quiet)
        for pressed in (thread, pane):
            pressed.click(open_quote, [turns], [thread, pane], **quiet)
        panel.submit(renew, [turns], [thread, header, filters], **quiet)
        panel.click(open_document, None, [pane], **quiet)
    return page


class _Handlers:
    """What happens on the page; every method gives HTML."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._examples: list[str] | None = None
        self._drawn: tuple[Retriever | None, str] = None, ""

    def arrive(self) -> Iterator[tuple[str, str, str]]:
        """What a visitor sees first: how far the index is, again and again, and then the page."""
        while self._library.state.phase == "opening":
            yield opening(self._library.state), "", ""
            sleep(_LOOK_AGAIN)
        if self._library.state.phase == "failed":
            yield opening(self._library.state), self.bar(), ""
        else:
            yield self.thread((), None), self.bar(), self.filters()

    def bar(self) -> str:
        if self._library.state.phase != "ready":
            return bar(self._library.seeds.absolute().name, {})
        retriever = self._library.answerer.retriever
        manifest = retriever.index.manifest
        return bar(retriever.seeds.resolve().name, manifest.counts, len(manifest.skipped))

    def filters(self) -> str:
        if self._library.state.phase != "ready":
            return ""
        retriever = self._library.answerer.retriever
        if retriever is not self._drawn[0]:
            self._drawn = retriever, filter_area(retriever.index.corpus.documents)
        return self._drawn[1]

    def thread(self, turns: Turns, shown: tuple[int, int] | None) -> str:
        if self._library.state.phase != "ready":
            return opening(self._library.state)
        answerer = self._library.answerer
        if self._examples is None:
            self._examples = examples_for(answerer)
        return conversation(turns, shown, self._examples, answerer.sources.still_says)

    def ask(self, turn: Turn, turns: Turns) -> Iterator[tuple[Any, ...]]:
        """The conversation with the question in it at once, then with its answer and the first source opened."""
        if not turn.question.strip():
            yield turns, *self._page(turns)
            return
        turns = turns[-_KEPT_TURNS:]
        place = bisect_right(turns, turn.serial, key=lambda earlier: earlier.serial)
        before, after = turns[:place], turns[place:]
        yield turns, *self._page((*before, turn, *after))
        turn = self._answered(turn)
        turns = (*before, turn, *after)
        if turn.answer is None or not turn.answer.citations:
            yield turns, *self._page(turns)
        else:
            yield turns, *self.open({"turn": place, "number": 1}, turns), self.bar(), self.filters()

    def document(self, document_id: str) -> str:
        """The source pane with a whole document, if its file is still the one that was indexed."""
        if self._library.state.phase != "ready":
            return source(None)
        answerer = self._library.answerer
        corpus = answerer.retriever.index.corpus
        document, rows = corpus.document(document_id), corpus.passage_rows(document_id)
        if document is None or not rows:
            return source(View(problem="That document is no longer here."))
        quote = Quote.of(document, corpus.passage(rows.start))
        try:
            answerer.sources.check(quote)
        except QAError as error:
            return source(View(problem=f"{error}, so it is not shown. It is read again in a moment."))
        return source(whole(corpus, quote))

    def _page(self, turns: Turns) -> tuple[str, str, str, str]:
        return self.thread(turns, None), source(None), self.bar(), self.filters()

    def _answered(self, turn: Turn) -> Turn:
        if turn.problem:
            return turn
        try:
            return replace(turn, answer=self._library.ask(turn.question, filters=turn.filters))
        except QAError as error:
            return replace(turn, problem=str(error))
        except Exception:  # whatever it is, the visitor must not wait for ever, and the log must tell
            logger.exception("a question could not be answered")
            return replace(turn, problem="something went wrong; the terminal of the chat tells what.")

    def open(self, clicked: Clicked, turns: Turns) -> tuple[str, str]:
        """The conversation with the number pressed, and the source pane at that quote, checked once more."""
        place, number = _whole(clicked.get("turn")), _whole(clicked.get("number"))
        related = _whole(clicked.get("related"))
        answer = turns[place].answer if place is not None and place < len(turns) else None
        if place is None or answer is None:
            return self.thread(turns, None), source(_NO_SOURCE)
        if number is not None and 1 <= number <= len(answer.citations):
            quote = answer.citations[number - 1].source
        elif related is not None and related < len(answer.related):
            quote, number = answer.related[related], 0
        else:
            return self.thread(turns, None), source(_NO_SOURCE)
        try:
            self._library.answerer.sources.check(quote)
        except QAError as error:
            return self.thread(turns, None), source(View(problem=f"{error}, so it is not quoted. Ask again."))
        corpus = self._library.answerer.retriever.index.corpus
        view = view_of(corpus, quote, turn=place, number=number, citations=len(answer.citations))
        return self.thread(turns, (place, number) if number else None), source(view)


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _whole(value: object) -> int | None:
    """A number from the browser: nothing but a small non-negative whole one is one."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def _turn(said: Clicked) -> Turn:
    """What was sent: the question, its number, and the filters; what is wrong with them is the turn's problem."""
    question, serial, only = str(said.get("ask", "")), _whole(said.get("serial")) or 0, said.get("only")
    pairs = [f"{name}={value}" for name, value in only.items()] if isinstance(only, dict) else []
    try:
        return Turn(question, serial=serial, filters=Filters.of(pairs))
    except FilterError as error:
        return Turn(question, serial=serial, problem=str(error))


def _said(event: Any) -> Clicked:
    data = event._data  # noqa: SLF001 - gradio has no public name for an HTML component's event data
    return data if isinstance(data, dict) else {}
