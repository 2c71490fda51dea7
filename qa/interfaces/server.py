"""The one place where the web application is composed: the guard, the page, and the server they stand in."""

from __future__ import annotations

import logging
import os
import signal
import sys
from asyncio import CancelledError, TimerHandle, Transport
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, closing, contextmanager
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Self
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from qa.answering.setup import Setup
from qa.interfaces.bounds import Bounds, Visitors
from qa.interfaces.chat.page import mount_page
from qa.interfaces.guard import Guard
from qa.interfaces.keys import Access, Keys
from qa.interfaces.mcp import mount_mcp
from qa.interfaces.ports import listening, only_here, outward
from qa.interfaces.progress import ProgressBar
from qa.interfaces.rest.app import mount_api
from qa.interfaces.rest.documents import add_document_routes
from qa.interfaces.rest.pages import add_page_route
from qa.library.library import Library
from qa.library.uploads import Uploads

_PLACE = "GRADIO_TEMP_DIR"
_TOO_MANY = b"Too many connections are open. Close other pages of this chat, and try again.\n"
EVERYWHERE = ("0.0.0.0",)  # noqa: S104 - the user's choice


def serve(setup: Setup, *, host: str, port: int, upload: bool = False, access: Access) -> int:
    """Serve the page at once and make the index meanwhile. Raises ServeError where the port is taken."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that what is to be removed at the end is removed
    with ProgressBar() as bar, private_folder():
        library = Library.opening(setup, progress=bar.show, watch=True)
        with closing(library), Server(library, host=host, port=port, upload=upload, access=access) as server:
            print(f"The chat is at {server.link} (stop with Ctrl+C)")
            print(server.open_to, flush=True)
            server.wait()
    return 0


@contextmanager
def private_folder() -> Iterator[None]:
    """Give gradio a temporary folder that only this user may enter; it is removed at the end."""
    before = os.environ.get(_PLACE)
    with TemporaryDirectory(prefix="seeds-", ignore_cleanup_errors=True) as place:  # of the mode 0700
        os.environ[_PLACE] = place
        try:
            yield
        finally:
            del os.environ[_PLACE]
            if before is not None:
                os.environ[_PLACE] = before


def compose(library: Library, *, host: str, upload: bool = False, access: Access | None = None) -> FastAPI:
    """Return the application over a library: the page at ``/``, REST below ``/api``, MCP at ``/mcp``.

    With ``upload`` it takes documents. Without ``access`` no token is asked.
    """
    access = access or Access()

    def running(_: FastAPI) -> AbstractAsyncContextManager[None]:
        return manager.run()

    app = FastAPI(title="Seeds", openapi_url=None, docs_url=None, redoc_url=None, lifespan=running)
    visitors = Visitors()
    keys = Keys(access)
    app.add_middleware(Bounds, visitors=visitors, keys=keys)
    named = () if host in EVERYWHERE else (host,)
    app.add_middleware(Guard, hosts=("127.0.0.1", "localhost", *named, *access.names), keys=keys)
    api = mount_api(app, library)
    add_page_route(api, library)
    add_document_routes(api, library, uploads=Uploads(library.seeds) if upload else None)
    manager = mount_mcp(app, library)
    return mount_page(app, library, visitors, root_path=access.root_path)


class Protocol(H11Protocol):
    """HTTP/1.1 with so many connections at most, each of whose requests has its headers in time."""

    most_connections = 200  # fewer than the files that a program may have open, on every system
    headers_s = 10.0
    _late: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Refuse a connection that is one too many; begin to wait for the headers of the first request."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            length = b"Content-Length: %d\r\n" % len(_TOO_MANY)
            transport.write(b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n" + length + b"\r\n" + _TOO_MANY)
            transport.close()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on where no request is being answered: headers are on their way, or the rest of what was refused."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait_no_more()
        elif self._late is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(self.headers_s, self.transport.close)

    def _wait_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class Server:
    """A server of the application in the background, from `with` to the end of its block."""

    def __init__(
        self, library: Library, *, host: str, port: int, upload: bool = False, access: Access | None = None
    ) -> None:
        self._host, self._access = host, access or Access()
        config = uvicorn.Config(
            compose(library, host=host, upload=upload, access=self._access),
            http=Protocol,
            log_config=None,  # it has no handlers of its own
            log_level="warning",
            access_log=False,  # addresses hold questions
            timeout_graceful_shutdown=2,
            proxy_headers=bool(self._access.proxies),
            forwarded_allow_ips=list(self._access.proxies),
        )
        self._server = uvicorn.Server(config)
        self._socket = listening(host, port)
        self._ended = Event()  # not the thread's own state: Python 3.11 takes one for ended whose join is interrupted
        self._thread = Thread(target=self._run, name="server", daemon=True)

    @property
    def address(self) -> str:
        """Return the address at which a browser on this computer finds the page."""
        shown = "127.0.0.1" if self._host in EVERYWHERE else self._host
        return f"http://{shown}:{self._socket.getsockname()[1]}"

    @property
    def link(self) -> str:
        """Return the address with the token, where one is asked."""
        return f"{self.address}/?token={quote(self._access.token, safe='')}" if self._access.token else self.address

    @property
    def open_to(self) -> str:
        """Say who can read the documents."""
        who = "who has this link can" if self._access.token else "can"
        if only_here(self._host):
            return f"Everybody on this computer {who} read all documents. No other computer reaches it."
        there = self.link.replace("//127.0.0.1:", f"//{outward()}:")
        return f"Other computers reach it at {there}\nEverybody on them {who} read all documents."

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started and not self._ended.wait(0.02):  # who reads the address may come at once
            pass
        return self

    def __exit__(self, *_: object) -> None:
        # A page that is still open is cut off; who ends the program need not read that as an error.
        logging.getLogger("uvicorn.error").addFilter(_is_no_farewell)
        self._server.should_exit = True
        if self._ended.wait(10):  # one that is still closing needs its socket
            self._socket.close()

    def wait(self) -> None:
        """Wait until the server has stopped."""
        while not self._ended.wait(0.5):  # in steps, so that an interrupt is heard
            pass

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._ended.set()


def _is_no_farewell(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, CancelledError) or record.getMessage().startswith("Cancel "))
