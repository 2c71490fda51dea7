"""Who may come in: no foreign host or origin, no closed route; and the headers of what is let through."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import stat
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from libraries import library_over
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from qa.interfaces.guard import Guard
from qa.interfaces.keys import Access, Keys
from qa.interfaces.server import Server, compose, private_folder
from qa.library.library import Library

OPEN = """
GET /
GET /theme.css
GET /favicon.ico
GET /assets/{path:path}
GET /gradio_api/heartbeat/{session_hash}
GET /gradio_api/queue/data
POST /gradio_api/queue/join
GET /api/documents
GET /api/listing
GET /api/openapi.json
GET /api/sources/{document_id}
GET /api/sources/{document_id}/pages/{number}.png
GET /api/state
GET /api/status
HEAD /api/openapi.json
POST /api/ask
POST /api/search
POST /api/sync
PUT /api/documents/{name:path}
GET /mcp
POST /mcp
DELETE /mcp
"""
"""Every route that a request may reach. Of gradio's none is here that the page does not use."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    place = tmp_path_factory.mktemp("guard")
    (place / "seeds").mkdir()
    (place / "seeds" / "rail.txt").write_text("Trains stopped in August.\n", encoding="utf-8")
    return library_over(place / "seeds", place / "index")


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[tuple[str, int]]:
    """Host and port of the whole application."""

    async def composed() -> Server:
        return Server(library, host="127.0.0.1", port=0)  # inside a loop, as gradio otherwise leaves one open

    with asyncio.run(composed()) as server:
        yield "127.0.0.1", int(server.address.rpartition(":")[2])


def guard(app: ASGIApp) -> Guard:
    return Guard(app, ("127.0.0.1", "localhost", "Library.local"), Keys(Access()))


def visit(path: str = "/", *, method: str = "GET", server: str = "", **headers: str) -> tuple[int, dict[str, str]]:
    """Status and headers of a request; ``server`` is the address that was reached."""
    sent: list[Message] = []
    scope: Scope = {
        "type": "http", "scheme": "http", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"", "server": (server, 7860),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(guard(PlainTextResponse("hello"))(scope, receive, send))
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1"])
def test_this_computer_comes_in_and_gets_the_headers(host: str) -> None:
    status, headers = visit(host=host)
    assert status == 200
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "object-src 'none'"} <= set(policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
    features = headers["permissions-policy"].split(", ")
    assert {"camera=()", "clipboard-read=()", "clipboard-write=(self)"} <= set(features)
    assert [feature for feature in features if not feature.endswith("=()")] == ["clipboard-write=(self)"]


@pytest.mark.parametrize("host", ["evil.example:7860", "", "127.0.0.1.evil.example", "[::1", "[evil]"])
def test_another_name_for_this_server_is_refused(host: str) -> None:
    assert visit(host=host)[0] == 421


def test_a_page_from_elsewhere_is_refused() -> None:
    assert visit(host="127.0.0.1:7860", origin="http://evil.example")[0] == 403
    assert visit(host="127.0.0.1:7860", origin="null")[0] == 403
    assert visit(host="127.0.0.1:7860", origin="http://[::1")[0] == 403
    assert visit(host="127.0.0.1:7860", origin="https://127.0.0.1:7860")[0] == 403
    assert visit(host="127.0.0.1:7860", origin="http://127.0.0.1:7861")[0] == 403
    assert visit(host="127.0.0.1:7860", origin="http://127.0.0.1:7860")[0] == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])  # the second is a page of another port
def test_a_page_from_elsewhere_may_link_here_and_nothing_else(site: str) -> None:
    def ask(path: str = "/", method: str = "GET", **of: str) -> int:
        headers: dict[str, Any] = {f"sec-fetch-{name}": value for name, value in of.items()}
        return visit(path, method=method, host="localhost", **headers)[0]

    page = "/api/sources/0/pages/1.png"
    assert ask(site=site, mode="navigate", dest="document") == 200
    assert ask(site=site, mode="navigate", dest="iframe") == 403
    assert ask(page, site=site, mode="no-cors", dest="image") == 403
    assert ask("/api/documents", site=site, mode="cors", dest="empty") == 403
    assert ask("/api/sync", method="POST", site=site, mode="navigate", dest="document") == 403
    assert ask(page, site="same-origin", mode="no-cors", dest="image") == 200
    assert ask(site="none", mode="navigate", dest="document") == 200


@pytest.mark.parametrize("path", ["/api/ask", "/api/none", "/mcp"])
def test_programs_are_refused_with_problem_details(path: str) -> None:
    client = TestClient(guard(PlainTextResponse("hello")), base_url="http://127.0.0.1")
    for status, headers in ((421, {"host": "evil.example"}), (403, {"origin": "http://evil.example"})):
        answer = client.post(path, headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (status, status)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "evil" not in answer.text
    assert client.get("/", headers={"host": "evil.example"}).text.startswith("this server answers to")


def test_other_computers_are_answered_at_an_address_of_this_one_and_at_a_given_name() -> None:
    assert visit(server="192.0.2.7", host="192.0.2.7:7860")[0] == 200
    assert visit(server="192.0.2.7", host="library.local")[0] == 200
    assert visit(server="192.0.2.7", host="evil.example:7860")[0] == 421  # a name that an attacker lets lead here
    assert visit(server="192.0.2.7", host="192.0.2.8")[0] == 421


def composed(library: Library) -> FastAPI:
    async def inside() -> FastAPI:  # a loop, as gradio otherwise leaves one open
        return compose(library, host="127.0.0.1", upload=True)

    return asyncio.run(inside())


def routes_of(routes: Sequence[BaseRoute]) -> Iterator[str]:
    """Every route with its methods, those of what is mounted and included too."""
    for route in routes:
        if isinstance(route, Mount):
            assert route.path in ("", "/api")  # the paths of both are whole
            yield from routes_of(route.routes)
        elif hasattr(route, "original_router"):  # fastapi keeps a router that is included
            yield from routes_of(route.original_router.routes)
        else:
            assert isinstance(route, Route)
            yield from (f"{method} {route.path}" for method in route.methods or ("GET", "POST", "DELETE"))


def test_no_route_of_the_server_is_open_that_is_not_listed(library: Library) -> None:
    found = set(routes_of(composed(library).routes))
    assert {"POST /gradio_api/process_recording", "GET /gradio_api/file={path_or_url:path}", "POST /login"} <= found
    assert len(found) > 90

    def is_open(route: str) -> bool:
        method, path = re.sub(r"{\w+(:path)?}", "x1", route).split(" ")
        return visit(path, method=method, host="localhost")[0] == 200

    assert is_open("GET /static/js/iframeResizer.contentWindow.min.js")  # the one file there that the page loads
    assert {route for route in found if is_open(route)} == set(OPEN.strip().splitlines())


CLOSED = """
/gradio_api/file=/etc/passwd /gradio_api/upload /gradio_api/process_recording /gradio_api/deep_link?session_hash=x
/gradio_api/run/predict /gradio_api/call/ask /gradio_api/info /gradio_api/token /gradio_api/stream/x
/gradio_api/custom_component/1/2/3/4 /login /logout /config /openapi.json /monitoring /static/img/logo.svg /run/ask
//gradio_api/queue/join /gradio_api//queue/join /gradio_api/queue/join/ /gradio_api/queue/join;
/gradio_api/queue;/join /GRADIO_API/queue/join /%67radio_api/queue/join /gradio_api%2Fqueue/join
/gradio_api/queue/../queue/join /./gradio_api/queue/join /x/../gradio_api/queue/join /gradio_api/queue/join%00
/gradio_api/queue/join%0A /API/ask //api/ask /%61pi/ask
/api;/ask /mcp/ /mcp;x http://127.0.0.1/gradio_api/upload /assets/../config /assets/..%2Findex.html /assets/x/y.js
/?/login /index.html
""".split()  # noqa: SIM905


@pytest.mark.parametrize("path", CLOSED)
def test_everything_else_is_closed_in_every_spelling_before_a_body_comes(address: tuple[str, int], path: str) -> None:
    connection = HTTPConnection(*address, timeout=30)
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", "1000000000")
    connection.endheaders()
    assert connection.getresponse().status == 404  # and nothing of the body was sent
    connection.close()


@pytest.mark.parametrize("path", ["/api/../gradio_api/info", "/api/..%2Fgradio_api/info", "/api//ask", "/api/"])
def test_what_begins_as_the_api_does_is_not_something_else(address: tuple[str, int], path: str) -> None:
    connection = HTTPConnection(*address, timeout=30)
    connection.request("GET", path)
    assert connection.getresponse().status == 404
    connection.close()


def test_the_page_is_the_same_whatever_is_asked_of_it(library: Library) -> None:
    client = TestClient(composed(library), base_url="http://127.0.0.1")
    plain = client.get("/")
    assert plain.status_code == 200
    for query in ("?deep_link=x", "?page=x", "?q=Who&doc=a.txt"):
        assert client.get(f"/{query}").text == plain.text
    forwarded = {"x-forwarded-host": "evil.example", "x-gradio-server": "http://evil.example"}
    assert "evil" not in client.get("/", headers=forwarded).text


def test_gradio_has_a_folder_of_its_own_and_it_is_gone_afterwards() -> None:
    before = os.environ.get("GRADIO_TEMP_DIR")
    with private_folder():
        place = Path(os.environ["GRADIO_TEMP_DIR"])
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        (place / "left").touch()
    assert not place.exists()
    assert os.environ.get("GRADIO_TEMP_DIR") == before


@pytest.mark.parametrize("path", ["/", "/api/ask", "/mcp", "/gradio_api/queue/join"])
@pytest.mark.parametrize("origin", ["", "Origin: http://evil.example\r\n"])
def test_websockets_are_refused(address: tuple[str, int], path: str, origin: str) -> None:
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{origin}\r\n".encode()
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 403 ")


def test_a_websocket_that_a_route_would_take_is_refused_too(library: Library) -> None:
    async def accepting(socket: WebSocket) -> None:
        await socket.accept()

    app = composed(library)
    app.router.routes.insert(0, WebSocketRoute("/ws", accepting))
    with pytest.raises(WebSocketDisconnect) as closed, TestClient(app).websocket_connect("ws://127.0.0.1/ws"):
        pass
    assert closed.value.code == 1008
