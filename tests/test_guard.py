"""Who may come in: no foreign host or origin, no closed route; and the headers of what is let through."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from libraries import library_over
from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Message, Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from qa.interfaces.guard import Guard
from qa.interfaces.server import Server, compose
from qa.library.library import Library


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


def visit(
    path: str = "/", *, hosts: tuple[str, ...] = ("127.0.0.1", "localhost"), **headers: str
) -> tuple[int, dict[str, str]]:
    """Status and headers of a GET."""
    sent: list[Message] = []
    scope: Scope = {
        "type": "http", "method": "GET", "path": path, "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Guard(PlainTextResponse("hello"), hosts)(scope, receive, send))
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1"])
def test_this_computer_comes_in_and_gets_the_headers(host: str) -> None:
    status, headers = visit(host=host)
    assert status == 200
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "object-src 'none'"} <= set(policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["evil.example:7860", "", "127.0.0.1.evil.example", "[::1", "[evil]"])
def test_another_name_for_this_server_is_refused(host: str) -> None:
    assert visit(host=host)[0] == 421


def test_a_page_from_elsewhere_is_refused() -> None:
    assert visit(host="127.0.0.1:7860", origin="http://evil.example")[0] == 403
    assert visit(host="127.0.0.1:7860", origin="null")[0] == 403
    assert visit(host="127.0.0.1:7860", origin="http://[::1")[0] == 403
    assert visit(host="127.0.0.1:7860", origin="http://127.0.0.1:7860")[0] == 200


@pytest.mark.parametrize("path", ["/api/ask", "/api/none", "/mcp"])
def test_programs_are_refused_with_problem_details(path: str) -> None:
    client = TestClient(Guard(PlainTextResponse("hello"), ("127.0.0.1",)), base_url="http://127.0.0.1")
    for status, headers in ((421, {"host": "evil.example"}), (403, {"origin": "http://evil.example"})):
        answer = client.post(path, headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (status, status)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "evil" not in answer.text
    assert client.get("/", headers={"host": "evil.example"}).text == "not here"


def test_where_the_user_opened_the_server_any_name_will_do() -> None:
    assert visit(hosts=(), host="library.local")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/upload_progress",
        "/gradio_api/proxy=http://x",
        "/gradio_api/dev/reload",
        "/openapi.json",
    ],
)
def test_routes_that_the_page_does_not_use_are_closed(path: str) -> None:
    assert visit(path, host="localhost")[0] == 404


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

    async def composed() -> FastAPI:
        return compose(library, host="127.0.0.1")

    app = asyncio.run(composed())
    app.router.routes.insert(0, WebSocketRoute("/ws", accepting))
    with pytest.raises(WebSocketDisconnect) as closed, TestClient(app).websocket_connect("ws://127.0.0.1/ws"):
        pass
    assert closed.value.code == 1008
