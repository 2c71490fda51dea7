"""How much a request may take, how long it may last, and how many may be open; who is gone is worked for no more."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.interfaces.refusals import refusal

LARGEST_BODY = 64 * 1024
"""Bytes; the longest question in any script and hundreds of filters are less. Documents have bounds of their own."""

CAME = "seeds.came"
"""In the scope of a request to the queue: when it came, on the monotonic clock."""

_MOST_STREAMS = 32  # of one visitor; a page keeps one, and a second while it waits for an answer
_GRACE_S = 5.0  # between what is asked and the stream on which the answer is waited for
_DOCUMENTS, _HEARTBEAT, _ANSWERS, _QUEUE = (
    "/api/documents/",
    "/gradio_api/heartbeat/",
    "/gradio_api/queue/data",
    "/gradio_api/queue/join",
)


class Visitors:
    """Which sessions of the page have a stream open, and how many streams each visitor has."""

    def __init__(self) -> None:
        self._open: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def streaming(self, visitor: str, session: str) -> Iterator[bool]:
        """Count a stream while it is open; give whether the visitor may have it."""
        names = (("visitor", visitor), ("session", session))
        if self._open[names[0]] >= _MOST_STREAMS:
            yield False
            return
        self._open.update(names)
        try:
            yield True
        finally:
            self._open.subtract(names)
            self._open += Counter()  # without those that have none

    def wait_for(self, session: str, came: float) -> bool:
        """Return whether somebody waits for what a session asked; who has just asked is given some seconds."""
        while not self._open[("session", session)]:
            if time.monotonic() - came > _GRACE_S:
                return False
            time.sleep(0.05)
        return True


class Bounds:
    """ASGI middleware: bodies that are small and come in time, streams that are counted."""

    def __init__(self, app: ASGIApp, visitors: Visitors, *, body_s: float = 15, piece_s: float = 30) -> None:
        """Keep the seconds in which a body must come whole, and in which the next piece of a document must come."""
        self._app = app
        self._visitors = visitors
        self._body_s, self._piece_s = body_s, piece_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when its body has come whole; a document is passed on in pieces."""
        path = str(scope["path"]) if scope["type"] == "http" else ""
        if not path:
            await self._app(scope, receive, send)
        elif scope["method"] == "PUT" and path.startswith(_DOCUMENTS):
            await self._app(scope, self._in_pieces(receive), send)
        elif session := _stream(scope):
            with self._visitors.streaming(_visitor(scope), session) as may:
                await (self._app if may else refusal(path, 429))(scope, receive, send)
        else:
            body = await self._whole(scope, receive)
            if isinstance(body, int):
                await refusal(path, body)(scope, receive, send)
            else:
                if path == _QUEUE:
                    scope[CAME] = time.monotonic()
                await self._app(scope, _again(body, receive), send)

    async def _whole(self, scope: Scope, receive: Receive) -> bytes | int:
        """Return the body, or the status to refuse it with; more than the most is not read."""
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and (len(length) > 9 or int(length) > LARGEST_BODY):
            return 413
        body, more = b"", True
        try:
            async with asyncio.timeout(self._body_s):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return 400
                    body, more = body + message.get("body", b""), message.get("more_body", False)
                    if len(body) > LARGEST_BODY:
                        return 413
        except TimeoutError:
            return 408
        return body

    def _in_pieces(self, receive: Receive) -> Receive:
        """Return what receives a document; a sender who makes it wait too long for a piece is gone."""
        more = True

        async def receive_piece() -> Message:
            nonlocal more
            try:
                async with asyncio.timeout(self._piece_s if more else None):
                    message = await receive()
            except TimeoutError:
                return {"type": "http.disconnect"}
            more = bool(message.get("more_body", False))
            return message

        return receive_piece


def _stream(scope: Scope) -> str:
    """Return the session whose stream is asked for; empty where no stream is."""
    path = str(scope["path"])
    if path == _ANSWERS:
        return str(parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0])
    return path.removeprefix(_HEARTBEAT) if path.startswith(_HEARTBEAT) else ""


def _visitor(scope: Scope) -> str:
    client = cast("tuple[str, int] | None", scope.get("client"))
    return client[0] if client else ""


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what receives a body that was read, and then what comes after it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again
