"""Proves that a question is answered without the network: look-ups and connections of this process are counted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qa.answering.answerer import Answerer
from qa.answering.setup import Setup
from qa.reading.choice import ReaderChoice

_LOOK_UPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
_SENDS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_HERE = ("127.0.0.1", "::1", "localhost", None, "")
_TEXT = "The ferry to the island leaves at nine every morning.\n"
_QUESTION = "When does the ferry to the island leave?"

_listening: list[str] | None = None


@contextmanager
def listening() -> Iterator[list[str]]:
    """Yield a list that every look-up, and every address outside this computer that is sent to, is added to.

    Python tells of them before they are done ("audit events"), where they are made with its own sockets: what a library
    does by itself in C or Rust is not heard.
    """
    global _listening  # noqa: PLW0603 - a hook is one process's, and cannot be taken away
    _hook()
    heard: list[str] = []
    _listening = heard
    try:
        yield heard
    finally:
        _listening = None


def answered_offline(setup: Setup) -> tuple[int, list[str]]:
    """Ask a question of a small document of our own. Return the number of quotes, and what `listening` heard."""
    with TemporaryDirectory() as place, listening() as heard:
        folder = Path(place, "documents")
        folder.mkdir()
        (folder / "ferry.txt").write_text(_TEXT, encoding="utf-8")
        own = replace(setup, seeds=folder, index=Path(place, "index"), reader=ReaderChoice(), allow_download=False)
        answer = Answerer.over(own.open_retriever(), own.reader).ask(_QUESTION)
    return len(answer.citations), heard


@cache
def _hook() -> None:
    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if _listening is None:
            return
        if event in _LOOK_UPS:
            _listening.append(f"the name {arguments[0]!r} was looked up")
        elif event in _SENDS and isinstance(arguments[1], tuple) and arguments[1][0] not in _HERE:
            _listening.append(f"{arguments[1][0]} was connected to")

    sys.addaudithook(hear)
