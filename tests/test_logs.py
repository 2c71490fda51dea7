"""The log of a real server holds neither questions nor text of documents, and no name in it steers a terminal."""

from __future__ import annotations

import json
import logging
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from browser import served

from embeddings.errors import FolderError
from qa.interfaces.cli.main import main
from qa.interfaces.logs import LogFormatter

SECRETS = ("Zephyrine", "quicksilver", "Ormara")
QUESTION = "When did Zephyrine sell quicksilver?"
EVIL = "docs\x1b[31m\u202e\u2028\nforged: line\x07"


BROWSER = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())


def sent(address: str, path: str, body: object = None, *, method: str | None = None) -> int:
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    request = urllib.request.Request(address + path, data=data, headers=headers, method=method)
    try:
        with BROWSER.open(request, timeout=60) as response:
            response.read()
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def raw(address: str, data: bytes) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), 10) as connection:
        connection.sendall(data)
        connection.recv(1000)


def wait_for(said: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not said() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert said()


@pytest.mark.model
def test_the_log_of_a_server_holds_no_question_no_text_and_no_name_that_steers(tmp_path: Path) -> None:
    documents, log = tmp_path / EVIL, tmp_path / "log"
    documents.mkdir()
    text = "Zephyrine sold quicksilver in Ormara in 1929.\n"
    (documents / "a.txt").write_text(text, encoding="utf-8")
    unexpected = pytest.raises(AssertionError, match=r"^$")  # of `served`: events that fail leave a traceback
    with unexpected, served(documents, "--no-reader") as at:
        while sent(at, "/api/search", {"query": "quicksilver"}) == 503:
            time.sleep(0.5)
        sent(at, "/api/ask", {"question": QUESTION})
        for path in ("/", "/api/search", "/api/sources/x", "/nothing"):
            sent(at, f"{path}?q={quote(QUESTION)}")
        sent(at, "/api/ask", b'{"question": "' + QUESTION.encode())
        sent(at, f"/api/documents/{quote('Zephyrine')}.txt", text.encode() * 2, method="PUT")
        sent(at, "/api/documents/b.pdf", text.encode(), method="PUT")
        sent(at, "/mcp", {"jsonrpc": "2.0", "id": 1, "method": QUESTION, "params": {"name": QUESTION}})
        sent(at, "/mcp", {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": [QUESTION]}})
        raw(at, f"GET /{QUESTION}\x00 HTTP/1.1\r\n\r\n".encode())
        for event in range(8):  # too few inputs for all that want one
            sent(at, "/gradio_api/queue/join", {"data": [], "fn_index": event, "session_hash": "a"})
        sent(at, "/gradio_api/queue/data?session_hash=a")
        documents.rename(tmp_path / "away")
        sent(at, "/api/sync", {})
        wait_for(lambda: "brought up to date" in log.read_text(encoding="utf-8"))
    said = log.read_text(encoding="utf-8")
    assert [word for word in SECRETS if word in said] == []
    assert "an event of the page failed\nTraceback" in said
    assert "docs<U+001B>[31m<U+202E><U+2028><U+000A>forged: line<U+0007>" in said
    assert not any(sign in said for sign in "\x1b\u202e\u2028\x07")
    assert "\nforged" not in said


def test_an_error_that_is_printed_stays_on_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", str(tmp_path / EVIL)]) == 1
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert "docs<U+001B>[31m<U+202E><U+2028><U+000A>forged: line<U+0007>" in printed


def logged(logger: str, error: BaseException | None, *, all_text: bool) -> str:
    info = (type(error), error, error.__traceback__) if error is not None else None
    record = logging.LogRecord(logger, logging.ERROR, __file__, 1, "no answer to %s", (QUESTION,), info)
    return LogFormatter(all_text=all_text).format(record)


def chained() -> ValueError:
    """An error of another library, of one of ours, of a group, with words of documents in each but ours."""
    ours = FolderError("the folder docs\x1b\nforged is missing")
    ours.__cause__ = ExceptionGroup(SECRETS[0], [KeyError(SECRETS[2])])
    error = ValueError(SECRETS[1])
    error.__cause__ = ours
    return error


def test_what_may_hold_words_of_documents_is_logged_only_when_asked() -> None:
    shut, asked = (logged("mcp.server", chained(), all_text=all_text) for all_text in (False, True))
    assert [word for word in SECRETS if word in shut] == []
    assert [word for word in SECRETS if word not in asked] == []
    for said in (shut, asked):
        assert "FolderError: the folder docs<U+001B><U+000A>forged is missing" in said
        names = [line.partition(": ")[0] for line in said.splitlines()[2::2]]
        assert names == ["KeyError", "ExceptionGroup", "FolderError", "ValueError"]
    assert shut.startswith("ERROR of mcp.server (not logged, as it may hold words of documents; SEEDS_LOG_TEXT=1")
    for name, all_text in (("mcp", True), ("qa.library", False), ("uvicorn.error", False)):
        assert logged(name, None, all_text=all_text) == f"no answer to {QUESTION}"
