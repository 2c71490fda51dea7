"""What a visitor may take: bodies, time, connections, streams, places in the queue; nothing is done for who is gone."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from libraries import library_over
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from embeddings.documents.folder import scan
from embeddings.errors import OutOfHandles
from qa.interfaces import bounds
from qa.interfaces.bounds import LARGEST_BODY, Bounds, Visitors
from qa.interfaces.chat import page
from qa.interfaces.chat.turns import turn_of
from qa.interfaces.keys import Access, Keys
from qa.interfaces.server import Protocol, Server, compose
from qa.library.library import Library
from qa.types.answers import Answer

Address = tuple[str, int]
JSON = {"content-type": "application/json"}


class Gated(Library):
    """A library that writes down what it is asked, and answers while its gate is open."""

    def __init__(self, library: Library) -> None:
        super().__init__(library.answerer)
        self.asked: list[str] = []
        self.gate = Event()
        self.gate.set()

    def ask(self, question: str, **options: Any) -> Answer:
        self.asked.append(question)
        assert self.gate.wait(timeout=60)
        return super().ask(question, **options)


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Gated:
    return Gated(library_over(folder, tmp_path / "index"))


@pytest.fixture
def address(library: Gated) -> Iterator[Address]:
    async def composed() -> Server:
        return Server(library, host="127.0.0.1", port=0)  # inside a loop, as gradio otherwise leaves one open

    with asyncio.run(composed()) as server:
        yield "127.0.0.1", int(server.address.rpartition(":")[2])


def send(address: Address, method: str, path: str, body: object = None, *, cookie: str = "") -> HTTPResponse:
    connection = HTTPConnection(*address, timeout=60)
    headers = {"connection": "close"} | ({"cookie": cookie} if cookie else {}) | (JSON if body else {})
    connection.request(method, path, None if body is None else json.dumps(body), headers)
    return connection.getresponse()


def cookie_of(address: Address) -> str:
    """The cookie of a new browser."""
    return str(send(address, "GET", "/").headers["set-cookie"]).partition(";")[0]


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


class Visit:
    """A session of the page, as its scripts speak to the server."""

    def __init__(self, address: Address, session: str, cookie: str = "") -> None:
        self.address, self.session, self.cookie = address, session, cookie or cookie_of(address)
        text = send(address, "GET", "/").read().decode()
        config, _ = json.JSONDecoder().raw_decode(text, text.index("window.gradio_config = ") + 23)
        (self.fn,) = [one for one in config["dependencies"] if len(one["outputs"]) == 5]
        self.stream: HTTPResponse | None = None

    def ask(self, question: str) -> int:
        thread, event = self.fn["targets"][0]
        said = {"data": [None], "fn_index": self.fn["id"], "session_hash": self.session, "trigger_id": thread}
        said["event_data"] = {"ask": question, "serial": 1}
        assert event == "submit"
        return send(self.address, "POST", "/gradio_api/queue/join", said, cookie=self.cookie).status

    def listen(self) -> None:
        path = f"/gradio_api/queue/data?session_hash={self.session}"
        self.stream = send(self.address, "GET", path, cookie=self.cookie)

    def heard(self) -> str:
        assert self.stream is not None
        try:
            return self.stream.read().decode()
        except IncompleteRead as broken_off:  # as gradio does where there is no such session
            return broken_off.partial.decode()

    def leave(self) -> None:
        assert self.stream is not None
        self.stream.close()


@pytest.mark.parametrize("path", ["/api/ask", "/mcp", "/gradio_api/queue/join"])
def test_a_large_body_is_refused_before_it_has_come(address: Address, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie_of(address)}\r\n"
    head += "Content-Type: application/json\r\n"
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(f"{head}Content-Length: {LARGEST_BODY + 1}\r\n\r\n".encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        connection.sendall(b"%x\r\n%b\r\n" % (LARGEST_BODY + 1, b" " * (LARGEST_BODY + 1)))  # and no end
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_body_of_the_largest_size_is_read(library: Gated) -> None:
    async def composed() -> TestClient:
        return TestClient(compose(library, host="127.0.0.1"), base_url="http://127.0.0.1")

    client = asyncio.run(composed())
    body = json.dumps({"question": "When did trains stop?"}).encode()
    assert client.post("/api/ask", content=body.ljust(LARGEST_BODY), headers=JSON).status_code == 200
    refused = client.post("/api/ask", content=body.ljust(LARGEST_BODY + 1), headers=JSON)
    assert (refused.status_code, refused.json()["status"]) == (413, 413)


async def answered(app: Bounds, method: str, path: str, *messages: Message) -> int:
    """The status of an answer to a request of which nothing comes after the messages."""
    left, sent = list(messages), []
    scope: Scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}

    async def receive() -> Message:
        return left.pop(0) if left else await asyncio.sleep(60, {"type": "http.disconnect"})

    async def note(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, note)
    return int(sent[0]["status"])


def test_a_body_that_does_not_come_in_time_is_refused() -> None:
    app = Bounds(PlainTextResponse("hello"), Visitors(), Keys(Access()), body_s=0.1)
    whole, begun = {"type": "http.request", "body": b"x"}, {"type": "http.request", "body": b"x", "more_body": True}
    assert asyncio.run(answered(app, "POST", "/api/ask", whole)) == 200
    assert asyncio.run(answered(app, "POST", "/api/ask", begun)) == 408
    assert asyncio.run(answered(app, "POST", "/api/ask", begun, {"type": "http.disconnect"})) == 400


def test_who_stops_sending_a_document_is_gone() -> None:
    received: list[Message] = []

    async def reading(scope: Scope, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] != "http.disconnect":
            received.append(message)
        await PlainTextResponse("gone")(scope, receive, send)

    begun = {"type": "http.request", "body": b"x" * (LARGEST_BODY + 1), "more_body": True}
    app = Bounds(reading, Visitors(), Keys(Access()), piece_s=0.1)
    assert asyncio.run(answered(app, "PUT", "/api/documents/a.txt", begun)) == 200
    assert received == [begun]


HOST = b"Host: 127.0.0.1\r\n"


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\n" + HOST, b"POST /login HTTP/1.1\r\n" + HOST + b"Content-Length: 9\r\n\r\n"]
)
def test_a_connection_on_which_no_request_comes_whole_is_closed(
    address: Address, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Protocol, "headers_s", 0.5)
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(sent)
        if b"POST" in sent:
            assert connection.recv(1000).startswith(b"HTTP/1.1 404 ")
        began = time.monotonic()
        with suppress(ConnectionError):  # closed while the rest is sent
            connection.sendall(b"x" if b"POST" in sent else b"")
            while connection.recv(1000):
                pass
        assert time.monotonic() - began < 30


def test_a_connection_too_many_is_told_so(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Protocol, "most_connections", 2)
    with socket.create_connection(address), socket.create_connection(address), socket.create_connection(address) as one:
        assert one.recv(1000).startswith(b"HTTP/1.1 503 ")
    wait_until(lambda: b" 200 " in first_line(address))


def first_line(address: Address) -> bytes:
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(b"GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        return connection.recv(1000).partition(b"\r\n")[0]


def test_a_visitor_has_so_many_streams_and_no_more(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_MOST_STREAMS", 2)
    cookie = cookie_of(address)

    def opened(path: str, cookie: str = cookie) -> HTTPResponse:
        return send(address, "GET", f"/gradio_api/{path}", cookie=cookie)

    streams = [opened(f"heartbeat/s{number}") for number in range(2)]
    assert [stream.status for stream in streams] == [200, 200]
    assert opened("heartbeat/s3").status == 429
    assert opened("queue/data?session_hash=s0").status == 429
    other = opened("heartbeat/s3", cookie_of(address))
    assert other.status == 200
    streams[0].close()
    wait_until(lambda: opened("heartbeat/s3").status == 200)
    streams[1].close()
    other.close()


def test_the_name_of_another_browsers_session_gives_nothing(address: Address, library: Gated) -> None:
    mine = Visit(address, "same")
    theirs = Visit(address, "same")
    library.gate.clear()
    assert mine.ask("When did trains stop?") == 200
    mine.listen()
    theirs.listen()
    assert "session_not_found" in theirs.heard()  # with the same name, in another browser
    library.gate.set()
    assert "Trains stopped in August" in mine.heard()
    assert theirs.ask("Which wells are dry?") == 200
    theirs.listen()
    said = theirs.heard()
    assert "Wells in Kharan are dry" in said
    assert "When did trains stop?" not in said


@pytest.mark.parametrize("path", ["heartbeat/x", "queue/data?session_hash=x"])
def test_without_a_cookie_there_is_no_session(address: Address, path: str) -> None:
    assert send(address, "GET", f"/gradio_api/{path}").status == 401
    assert send(address, "POST", "/gradio_api/queue/join", {"session_hash": "x"}).status == 401
    cookie = cookie_of(address)
    forged = cookie[:-1] + ("0" if cookie[-1] != "0" else "1")
    assert send(address, "GET", f"/gradio_api/{path}", cookie=forged).status == 401
    assert send(address, "POST", "/gradio_api/queue/join", {"data": []}, cookie=cookie).status == 400


def test_a_question_nobody_waits_for_is_not_answered(
    address: Address, library: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "_GRACE_S", 0.0)
    assert Visit(address, "gone").ask("Who is gone?") == 200
    time.sleep(3)  # until its turn has come
    monkeypatch.setattr(bounds, "_GRACE_S", 60.0)
    here = Visit(address, "here")
    assert here.ask("When did trains stop?") == 200
    here.listen()
    assert "Trains stopped in August" in here.heard()
    assert library.asked == ["When did trains stop?"]


def test_who_leaves_while_another_is_answered_is_not_answered(address: Address, library: Gated) -> None:
    first, leaving, last = (Visit(address, f"s{number}") for number in range(3))
    library.gate.clear()
    for number, visit in enumerate((first, leaving, last)):
        assert visit.ask(f"When did trains stop, {number}?") == 200
        visit.listen()
    wait_until(lambda: len(library.asked) == 1)
    leaving.leave()
    time.sleep(1)  # until the server has heard of it
    library.gate.set()
    assert "Trains stopped in August" in last.heard()
    assert library.asked == ["When did trains stop, 0?", "When did trains stop, 2?"]


def test_programs_that_left_while_others_are_answered_are_not_answered(address: Address, library: Gated) -> None:
    def asking(question: str) -> HTTPConnection:
        connection = HTTPConnection(*address, timeout=60)
        connection.request("POST", "/api/ask", json.dumps({"question": question}), JSON)
        return connection

    library.gate.clear()
    first = [asking("When did trains stop, 0?") for _ in range(8)]
    wait_until(lambda: len(library.asked) == 8)
    leaving = [asking("When did trains stop, 1?") for _ in range(30)]
    time.sleep(1)  # until they wait for their turn
    for connection in leaving:
        connection.close()
    last = asking("When did trains stop, 2?")
    time.sleep(1)
    library.gate.set()
    assert json.loads(last.getresponse().read())["citations"]
    assert [len(json.loads(connection.getresponse().read())["citations"]) > 0 for connection in first] == [True] * 8
    for connection in (*first, last):
        connection.close()
    assert library.asked == ["When did trains stop, 0?"] * 8 + ["When did trains stop, 2?"]


def test_the_queue_has_an_end(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST_WAITING", 2)
    library = Gated(library_over(folder, tmp_path / "index"))
    library.gate.clear()

    async def composed() -> Server:
        return Server(library, host="127.0.0.1", port=0)

    with asyncio.run(composed()) as server:
        visit = Visit(("127.0.0.1", int(server.address.rpartition(":")[2])), "one")
        assert visit.ask("When did trains stop?") == 200
        visit.listen()
        wait_until(lambda: bool(library.asked))
        assert [visit.ask("When did trains stop?") for _ in range(3)] == [200, 200, 503]
        library.gate.set()
        visit.heard()


def test_of_a_question_that_is_too_long_only_its_beginning_is_kept() -> None:
    turn = turn_of({"ask": "x" * 60_000, "serial": 1})
    assert len(turn.question) == 2000
    assert turn.problem.startswith("the question has 60,000 characters, at most 2,000 are searched")
    assert turn_of({"ask": "x" * 2000}).problem == ""


def test_where_no_file_can_be_opened_that_is_said_and_nothing_else(library: Gated, folder: Path) -> None:
    async def composed() -> TestClient:
        return TestClient(compose(library, host="127.0.0.1"), base_url="http://127.0.0.1")

    client = asyncio.run(composed())
    assert client.post("/api/ask", json={"question": "When did trains stop?"}).json()["citations"]
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    opened: list[int] = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, limits[1]))
        with contextlib.suppress(OSError):
            while True:
                opened.append(os.open(os.devnull, os.O_RDONLY))
        with pytest.raises(OutOfHandles, match="no more files can be opened at the moment"):
            scan(folder)
        os.utime(folder / "rail.txt")
        with pytest.raises(OutOfHandles, match="nothing is wrong with the documents"):
            library.ask("When did trains stop?")
    finally:
        for handle in opened:
            os.close(handle)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert client.post("/api/ask", json={"question": "When did trains stop?"}).json()["citations"]


@pytest.mark.parametrize("number", [99_999, -1, 1.5, "1", True, None])
def test_what_the_page_has_no_function_for_is_refused(address: Address, number: object) -> None:
    said = {"data": [None], "fn_index": number, "session_hash": "a"}
    assert send(address, "POST", "/gradio_api/queue/join", said, cookie=cookie_of(address)).status == 400


def test_a_stream_of_no_session_is_refused(address: Address) -> None:
    path = "/gradio_api/queue/data?session_hash="
    assert send(address, "GET", path, cookie=cookie_of(address)).status == 400
