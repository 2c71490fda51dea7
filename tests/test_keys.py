"""Who is let in: who brings the token, in a link or a header, and the browser that was let in before."""

from __future__ import annotations

import asyncio
import re
import stat
import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from libraries import library_over
from starlette.testclient import TestClient

from embeddings.errors import ServeError
from qa.interfaces import keys, server
from qa.interfaces.keys import Access, token_of
from qa.interfaces.server import Server, compose
from qa.library.library import Library

TOKEN = "0123456789abcdef+&/"
ADDRESS = "http://127.0.0.1:7860"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Library:
    return library_over(folder, tmp_path / "index")


def client(library: Library, access: Access, *, base_url: str = ADDRESS) -> TestClient:
    async def composed() -> FastAPI:  # inside a loop, as gradio otherwise leaves one open
        return compose(library, host="0.0.0.0", access=access)

    return TestClient(asyncio.run(composed()), base_url=base_url, follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/theme.css", "/api/status", "/mcp", "/gradio_api/heartbeat/x"])
def test_without_the_token_nobody_is_let_in(library: Library, path: str) -> None:
    stranger = client(library, Access(TOKEN))
    for headers in ({}, {"authorization": "Bearer wrong"}, {"cookie": "seeds-7860=x.y"}, {"cookie": "seeds-7860=."}):
        refused = stranger.get(path, headers=headers)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert "Open the link that the terminal" in refused.text
        assert "set-cookie" not in refused.headers


def test_a_link_with_the_token_lets_a_browser_in_and_it_is_known_afterwards(library: Library) -> None:
    browser = client(library, Access(TOKEN))
    sent_on = browser.get("/", params={"token": TOKEN, "q": "Who & what?"})
    assert (sent_on.status_code, sent_on.headers["location"]) == (303, "./?q=Who+%26+what%3F")
    cookie = sent_on.headers["set-cookie"]
    value, _, attributes = cookie.partition("; ")
    assert re.fullmatch(r"seeds-7860=[\w-]{32}\.[0-9a-f]{64}", value)
    assert attributes == "Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict"
    assert TOKEN not in cookie
    assert sent_on.headers["cache-control"] == "no-store"
    for path in ("/", "/theme.css", "/api/status"):
        again = browser.get(path)
        assert (again.status_code, again.headers.get("set-cookie")) == (200, None)
    assert client(library, Access(TOKEN)).get("/", headers={"cookie": cookie}).status_code == 200  # after a restart
    assert client(library, Access(TOKEN + "2")).get("/", headers={"cookie": cookie}).status_code == 401
    assert browser.get("/", params={"token": "an older one"}).headers["location"] == "./"


def test_a_program_sends_the_token_in_a_header(library: Library) -> None:
    program = client(library, Access(TOKEN))
    assert program.get("/api/status", headers=BEARER).status_code == 200
    assert program.post("/api/ask", headers=BEARER, json={"question": "When did trains stop?"}).status_code == 200
    assert program.get("/api/status", params={"token": TOKEN}).status_code == 401  # where logs would keep it


LONG = "0123456789abcdef-0123456789"


def test_guessing_is_slowed_down(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    door = client(library, Access(TOKEN))
    wrong = {"authorization": "Bearer wrong"}
    assert [door.get("/api/status", headers=wrong).status_code for _ in range(12)] == [401] * 10 + [429] * 2
    assert door.get("/api/status", headers=BEARER).status_code == 429
    monkeypatch.setattr(keys, "_BRAKE_S", 0.0)
    time.sleep(0.01)
    assert door.get("/api/status", headers=BEARER).status_code == 200


def test_who_guesses_locks_nobody_out_whose_token_cannot_be_guessed(library: Library) -> None:
    door = client(library, Access(LONG))
    for _ in range(12):
        refused = door.get("/api/status", headers={"authorization": "Bearer wrong"})
    assert (refused.status_code, refused.headers["connection"]) == (429, "close")
    assert door.get("/api/status", headers={"authorization": f"Bearer {LONG}"}).status_code == 200
    assert door.get("/", params={"token": LONG}).status_code == 303


def test_the_scheme_of_a_token_may_be_written_in_any_way_and_others_are_no_guess(library: Library) -> None:
    door = client(library, Access(TOKEN))
    assert door.get("/api/status", headers={"authorization": f"bearer  {TOKEN}"}).status_code == 200
    for _ in range(12):
        assert door.get("/api/status", headers={"authorization": f"Basic {TOKEN}"}).status_code == 401


def test_without_a_token_a_page_that_is_open_holds_after_a_restart(library: Library) -> None:
    cookie = client(library, Access(secret="kept")).get("/").headers["set-cookie"].partition(";")[0]
    again = client(library, Access(secret="kept")).get("/", headers={"cookie": cookie})
    assert (again.status_code, again.headers.get("set-cookie")) == (200, None)


def test_the_page_is_told_in_json_why_it_is_refused(library: Library) -> None:
    refused = client(library, Access(TOKEN)).post("/gradio_api/queue/join", json={})
    assert (refused.status_code, refused.json()["detail"].partition(".")[0]) == (
        401,
        "the token is missing or wrong, or this browser is not known any more",
    )


def test_who_follows_a_link_from_elsewhere_is_known_after_one_more_step(library: Library) -> None:
    browser = client(library, Access())
    elsewhere = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    first = browser.get("/?q=Who", headers=elsewhere)  # a browser sends no cookie then, also where it has one
    assert '<meta http-equiv="refresh" content="0">' in first.text
    assert "set-cookie" not in first.headers
    assert "set-cookie" in browser.get("/?q=Who", headers={"sec-fetch-site": "same-origin"}).headers


def test_behind_a_proxy_the_page_and_its_cookie_have_the_proxys_path(library: Library) -> None:
    access = Access(TOKEN, names=("docs.example",), root_path="/seeds")
    proxied = client(library, access, base_url="https://docs.example")
    let_in = proxied.get("/", params={"token": TOKEN})
    assert "; Path=/seeds; " in let_in.headers["set-cookie"]
    assert let_in.headers["set-cookie"].endswith("; Secure")
    page = proxied.get("/", headers={"cookie": let_in.headers["set-cookie"]})
    assert '"root":"https://docs.example/seeds"' in page.text
    asked = {"origin": "https://docs.example", **BEARER}
    assert proxied.get("/api/status", headers=asked).status_code == 200
    assert proxied.get("/api/status", headers={**asked, "origin": "http://docs.example"}).status_code == 403


@pytest.mark.parametrize(("proxies", "status"), [((), 403), (("127.0.0.1",), 200)])
def test_forwarded_headers_are_believed_of_named_proxies_alone(
    library: Library, proxies: tuple[str, ...], status: int
) -> None:
    import urllib.error
    import urllib.request

    async def composed() -> Server:
        return Server(library, host="127.0.0.1", port=0, access=Access(names=("docs.example",), proxies=proxies))

    with asyncio.run(composed()) as one:
        headers = {"Host": "docs.example", "Origin": "https://docs.example", "X-Forwarded-Proto": "https"}
        request = urllib.request.Request(f"{one.address}/api/status", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = answer.status
        except urllib.error.HTTPError as error:
            found = error.code
    assert found == status


def test_the_terminal_says_who_can_read(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "outward", lambda: "192.0.2.7")  # no test asks the network

    async def said(host: str, access: Access) -> tuple[str, str]:
        one = Server(library, host=host, port=0, access=access)
        link, told = one.link, one.open_to
        one._socket.close()
        return link, told

    link, told = asyncio.run(said("127.0.0.1", Access(TOKEN)))
    assert link.endswith("/?token=0123456789abcdef%2B%26%2F")
    assert told.startswith("Everybody on this computer who has this link can read all documents.")
    _, told = asyncio.run(said("0.0.0.0", Access()))
    first, second = told.splitlines()
    assert re.fullmatch(r"Other computers reach it at http://192\.0\.2\.7:[0-9]+", first)
    assert second == "Everybody on them can read all documents."


def test_the_token_is_read_from_a_file_or_the_environment_or_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "given"
    file.write_text(f"{TOKEN}\n", encoding="utf-8")
    assert token_of(file, {"SEEDS_TOKEN": "another token of 16"}) == TOKEN
    assert token_of(None, {"SEEDS_TOKEN": "another token of 16"}) == "another token of 16"
    made = token_of(None, {})
    assert re.fullmatch(r"[\w-]{32}", made)
    assert token_of(None, {}) == made
    (kept,) = (tmp_path / "data").rglob("token")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    kept.unlink()
    assert token_of(None, {}) != made


@pytest.mark.parametrize("text", ["", "short\n"])
def test_a_token_that_is_too_short_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "given"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ServeError, match="it must have 16 or more, all ASCII"):
        token_of(file)
    with pytest.raises(ServeError, match="the variable SEEDS_TOKEN has 5 characters"):
        token_of(None, {"SEEDS_TOKEN": "short"})
    with pytest.raises(ServeError, match=r"cannot be read: .*No such file"):
        token_of(tmp_path / "none")
