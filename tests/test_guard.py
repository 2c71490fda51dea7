"""Who may come in: no foreign host or origin, no closed route; and the headers of what is let through."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Message, Scope

from qa.interfaces.guard import Door


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

    asyncio.run(Door(PlainTextResponse("hello"), hosts)(scope, receive, send))
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
    client = TestClient(Door(PlainTextResponse("hello"), ("127.0.0.1",)), base_url="http://127.0.0.1")
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
