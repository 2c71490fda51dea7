"""The only importer of gradio: the parts of the page, and which of them each event draws anew."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio import queueing

from qa.interfaces.bounds import CAME, Visitors
from qa.interfaces.chat.handlers import Handlers
from qa.interfaces.chat.render import documents_panel, source
from qa.interfaces.chat.turns import Said, Turns, turn_of
from qa.library.library import Library

logger = logging.getLogger(__name__)

_STATIC = Path(__file__).parent / "static"
MOST_WAITING = 100
"""Questions, and other events of the page, that wait for their turn; one more is told that the chat is busy."""

_HINT = (
    "<p>Answers are quotes from the documents, compared with the files before they are shown. “Quotation marks” ask "
    'for exact words, −word leaves one out. <span id="told" role="status"></span></p>'
)


def mount_page(app: FastAPI, library: Library, visitors: Visitors, *, root_path: str = "") -> FastAPI:
    """Put the page at ``/`` of an application; what the application has already comes before it.

    ``root_path`` is where a proxy serves it.
    """
    page = make_page(library, visitors)
    visitors.functions = frozenset(page.fns)
    vars(queueing)["traceback"] = _Failures
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page.queue(max_size=MOST_WAITING),
        "/",
        root_path=root_path or None,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        css=_read("page.css") + _read("documents.css"),
    )
    return mounted


class _Failures:
    """What the queue of gradio has in place of the module traceback, which prints what visitors sent."""

    @staticmethod
    def print_exc() -> None:
        """Log the error that is being handled."""
        logger.exception("an event of the page failed")


def make_page(library: Library, visitors: Visitors) -> gr.Blocks:
    """Return the page over a library. What a visitor asked is kept in the visitor's own session."""
    handlers = Handlers(library)
    page: gr.Blocks
    with gr.Blocks(title="Ask the documents", analytics_enabled=False) as page:
        turns = gr.State(())
        header = _part("bar")
        with gr.Row(elem_id="app"):
            with gr.Column(elem_id="chat"):
                thread = _part("thread", "common.js", "thread.js")
                filters = _part("filters", "filters.js")
                _question()
                gr.HTML(_HINT, elem_id="hint", apply_default_css=False)
            with gr.Column(elem_id="side"):
                pane = _part("source", "common.js", "source.js", value=source(None))
        panel = _part("documents", "documents.js", "sending.js", value=documents_panel())
        file = _part("handed", "common.js", "handed.js")
        # What reads or writes the conversation is done one after the other ("talk"), so that nothing old is drawn last.
        # "multiple": a question that is sent while another one is answered waits, and is not lost.
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "trigger_mode": "multiple"}
        free: dict[str, Any] = {**quiet, "concurrency_limit": None}  # keeps nothing, so that many may at once

        def ask(event: gr.EventData, asked: Turns, request: gr.Request) -> Iterator[tuple[Any, ...]]:
            came = request.request.scope[CAME] if request.request else 0.0
            if not visitors.wait_for(request.session_hash or "", came):
                return
            for kept, talk, shown, head, only in handlers.ask(turn_of(_said(event)), asked):
                yield kept, talk, gr.skip() if shown is None else shown, head, only

        def open_quote(event: gr.EventData, asked: Turns) -> str:
            return handlers.open(_said(event), asked)

        def like(event: gr.EventData, asked: Turns) -> tuple[Turns, str]:
            return handlers.like(_said(event), asked)

        def export(event: gr.EventData, asked: Turns) -> str:
            return handlers.export(_said(event), asked)

        def renew(event: gr.EventData, asked: Turns) -> tuple[Any, str, str]:
            thread_too = not asked or _said(event).get("thread") is True  # the examples are of other documents now
            return handlers.thread(asked) if thread_too else gr.skip(), handlers.bar(), handlers.filters()

        page.load(handlers.arrive, None, [thread, header, filters], **free)
        thread.submit(ask, [turns], [turns, thread, pane, header, filters], concurrency_id="talk", **quiet)
        for reported in (thread, pane):
            reported.like(like, [turns], [turns, thread], concurrency_id="talk", **quiet)
        thread.download(export, [turns], [file], **quiet)
        panel.submit(renew, [turns], [thread, header, filters], concurrency_id="talk", **quiet)
        for pressed in (pane, panel):
            pressed.click(
                open_quote, [turns], [pane], concurrency_id="open", **quiet
            )  # one after the other: the last wins
    return page


def _part(name: str, *scripts: str, value: str = "") -> gr.HTML:
    script = "\n".join(_read(script) for script in scripts)
    return gr.HTML(value, elem_id=name, js_on_load=f"(function () {{\n{script}\n}})();", apply_default_css=False)


def _question() -> None:
    """Add the box and its button; thread.js sends what is in the box."""
    with gr.Row(elem_id="ask"):
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


def _read(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")


def _said(event: Any) -> Said:
    data = event._data  # noqa: SLF001 - gradio has no public name for an HTML component's event data
    return data if isinstance(data, dict) else {}
