"""How much a request may take, how long it may last, and how many may be open; who is gone is worked for no more."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.interfaces.keys import VISITOR, Keys
from qa.interfaces.refusals import refusal

LARGEST_BODY = 64 * 1024
"""Bytes; the longest question in any script and hundreds of filters are less. Documents have bounds of their own."""

CAME = "seeds.came"
"""In the scope of a request to the queue: when it came, on the monotonic clock."""

_MOST_STREAMS = 32  # of one visitor; a page keeps one, and a second while it waits for an answer
_GRACE_S = 3.0  # between what is asked and the stream on which the answer is waited for
_DOCUMENTS, _HEARTBEAT, _ANSWERS, _QUEUE = (
    "/api/documents/",
    "/gradio_api/heartbeat/",
    "/gradio_api/queue/data",
    "/gradio_api/queue/join",
)


class Visitors:
    """Which sessions of the page have a stream open, and how many streams each visitor has."""

    functions: Collection[int] | None = None
    """The numbers of what the page can ask of the server; None until it is made."""

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
    """ASGI middleware: bodies that are small and come in time, streams that are counted, sessions of a browser."""

    def __init__(
        self, app: ASGIApp, visitors: Visitors, keys: Keys, *, body_s: float = 15, piece_s: float = 30
    ) -> None:
        """Keep the seconds in which a body must come whole, and in which the next piece of a document must come."""
        self._app = app
        self._visitors = visitors
        self._keys = keys
        self._body_s, self._piece_s = body_s, piece_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on when its body has come whole; a document is passed on in pieces."""
        path, visitor = str(scope.get("path", "")), str(scope.get(VISITOR, ""))
        named = _named(scope) if scope["type"] == "http" else ""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] == "PUT" and path.startswith(_DOCUMENTS):
            await self._app(scope, self._in_pieces(receive), send)
        elif (named or path == _QUEUE) and not visitor:
            await refusal(path, 401)(scope, receive, send)
        elif path == _ANSWERS and not named:
            await refusal(path, 400)(scope, receive, send)
        elif named:
            session = self._keys.session(visitor, named)
            with self._visitors.streaming(visitor, session) as may:
                await (self._app if may else refusal(path, 429))(_renamed(scope, session), receive, send)
        else:
            body = await self._whole(scope, receive)
            if path == _QUEUE and not isinstance(body, int):
                scope[CAME] = time.monotonic()
                body = self._with_session(body, visitor)
            answer = refusal(path, body) if isinstance(body, int) else self._app
            await answer(scope, receive if isinstance(body, int) else _again(body, receive), send)

    def _with_session(self, body: bytes, visitor: str) -> bytes | int:
        """Return what is said to the queue, in the session that its name means in this browser; 400 without one."""
        try:
            said = json.loads(body)
            said["session_hash"] = self._keys.session(visitor, str(said["session_hash"]))
            functions = self._visitors.functions
            if functions is not None and (type(said["fn_index"]) is not int or said["fn_index"] not in functions):
                return 400
            return json.dumps(said, allow_nan=False).encode()
        except (ValueError, KeyError, TypeError, RecursionError):
            return 400

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


def _named(scope: Scope) -> str:
    """Return the page's own name of the session whose stream is asked for; empty where no stream is."""
    path = str(scope["path"])
    if path == _ANSWERS:
        return str(parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0])
    return path.removeprefix(_HEARTBEAT) if path.startswith(_HEARTBEAT) else ""


def _renamed(scope: Scope, session: str) -> Scope:
    if scope["path"] == _ANSWERS:
        return {**scope, "query_string": urlencode({"session_hash": session}).encode()}
    return {**scope, "path": _HEARTBEAT + session, "raw_path": (_HEARTBEAT + session).encode()}


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what receives a body that was read, and then what comes after it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again
