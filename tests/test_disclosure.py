"""Why documents cannot be read is told on their own computer alone: nothing with a path goes over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from libraries import library_over
from mcp import Client, types
from starlette.testclient import TestClient

from embeddings import errors
from embeddings.errors import FeedbackError, FolderError, OpeningFailed, QAError
from embeddings.index.manifest import Made
from qa.answering.answerer import Answerer
from qa.answering.feedback import Feedback, FeedbackFile
from qa.answering.setup import Setup
from qa.interfaces.chat.feedback import noted
from qa.interfaces.chat.handlers import Handlers
from qa.interfaces.chat.turns import Note, Turn
from qa.interfaces.mcp import make_server
from qa.interfaces.rest.app import make_api
from qa.interfaces.rest.documents import _indexed
from qa.interfaces.rest.error_kinds import UNREAD, kind_of
from qa.interfaces.server import compose
from qa.library.library import Library

KINDS = [getattr(errors, name) for name in errors.__all__]
SECRET = "/home/ada/secret"
ARGUMENTS = {"ask": {"question": "Why?"}, "search": {"query": "trains"}, "get_source": {"document_id": "x"}}
WAYS = [
    ("GET", "/api/status", None),
    ("GET", "/api/state", None),
    ("GET", "/api/documents", None),
    ("GET", "/api/listing", None),
    ("GET", "/api/sources/x", None),
    ("GET", "/api/sources/x/pages/1.png", None),
    ("POST", "/api/sync", None),
    ("POST", "/api/ask", {"question": "Why?"}),
    ("POST", "/api/search", {"query": "trains"}),
    *(("POST", "/mcp", {"name": name, "arguments": given}) for name, given in ARGUMENTS.items()),
]


class Broken(Setup):
    """A folder that cannot be opened, for a reason that changes."""

    reason: QAError = FolderError(SECRET)

    def stored_retriever(self) -> None:
        """None is kept; looking for it would read the model's files each time."""

    def open_retriever(self, **_: Any) -> Any:
        raise type(self).reason


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("disclosure")


@pytest.fixture(scope="module")
def failed(place: Path) -> Library:
    """A library that could not be opened; each look at the folder tries again."""
    library = Library(setup=Broken(place))
    library._open(None)
    return library


@pytest.fixture(scope="module")
def ready(place: Path) -> Library:
    (place / "seeds").mkdir()
    (place / "seeds" / "rail.txt").write_text("Trains stopped in August.\n", encoding="utf-8")
    return library_over(place / "seeds", place / "index")


def composed(library: Library) -> TestClient:
    async def application() -> Any:
        return compose(library, host="127.0.0.1")  # inside a loop, as gradio otherwise leaves one open

    return TestClient(asyncio.run(application()), base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def failed_client(failed: Library) -> Iterator[TestClient]:
    with composed(failed) as client:
        yield client


@pytest.fixture(scope="module")
def ready_client(ready: Library) -> Iterator[TestClient]:
    with composed(ready) as client:
        yield client


def answers(client: TestClient) -> dict[str, str]:
    accepted = {"accept": "application/json, text/event-stream"}
    found = {}
    for method, path, body in WAYS:
        called = path == "/mcp" and {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": body}
        found[f"{path} {body}"] = client.request(method, path, json=called or body, headers=accepted).text
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_why_the_index_could_not_be_made_is_not_told_over_http(
    failed: Library, failed_client: TestClient, kind: type[QAError], caplog: pytest.LogCaptureFixture
) -> None:
    Broken.reason = kind(f"the place {SECRET} is away")
    assert failed_client.post("/api/sync").status_code == 503
    assert SECRET in failed.state.problem
    assert SECRET in caplog.text
    for way, text in answers(failed_client).items():
        assert SECRET not in text, way
        assert UNREAD in text, way
    page = Handlers(failed)
    drawn = [*next(page.arrive()), *(words or "" for _, *rest in page.ask(Turn("Why?"), ()) for words in rest)]
    assert not [text for text in drawn if SECRET in text]
    assert UNREAD in "".join(drawn)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if (told := kind_of(kind())) is None or told.here])
def test_why_the_folder_could_not_be_read_again_is_not_told_over_http(
    ready: Library,
    ready_client: TestClient,
    kind: type[QAError],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refreshed(self: Answerer, **_: Any) -> Answerer:
        raise kind(f"the place {SECRET} is away")

    monkeypatch.setattr(Answerer, "refreshed", refreshed)
    for way, text in answers(ready_client).items():
        assert SECRET not in text, way
    assert SECRET in ready.state.problem
    assert SECRET in caplog.text
    for way in ("/api/status", "/api/state"):
        assert UNREAD in ready_client.get(way).text
    (*_, last) = Handlers(ready).ask(Turn("Why?"), ())
    assert SECRET not in "".join(words or "" for words in last[1:])
    assert UNREAD in last[1]


def test_what_a_request_did_wrong_is_told(ready_client: TestClient) -> None:
    assert "the question is empty" in ready_client.post("/api/ask", json={"question": " "}).json()["detail"]


def test_an_assistant_on_this_computer_is_told_why(failed: Library) -> None:
    Broken.reason = FolderError(f"{SECRET} is away")
    with pytest.raises(OpeningFailed, match="is away"):
        failed.refresh()

    async def call() -> types.CallToolResult:
        async with Client(make_server(failed)) as client:
            return await client.call_tool("ask", {"question": "Why?"})

    (block,) = asyncio.run(call()).content
    assert isinstance(block, types.TextContent)
    assert block.text == f"the documents cannot be asked: {SECRET} is away"


def test_what_keeps_sent_documents_out_of_the_index_is_not_told(failed: Library) -> None:
    Broken.reason = FolderError(f"{SECRET} is away")
    assert _indexed(failed) == UNREAD


def test_why_a_note_could_not_be_kept_is_not_told(ready: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def add(self: FeedbackFile, feedback: Feedback) -> None:
        raise FeedbackError(f"the feedback file {SECRET} cannot be written.")

    monkeypatch.setattr(FeedbackFile, "add", add)
    turn = Turn("Why?", ready.answerer.ask("Why did trains stop?"))
    note = noted(ready, turn, {"kind": "does_not_answer"})
    assert note == Note("this could not be kept; the terminal of the server says why.", kept=False)


@pytest.mark.parametrize(("given", "shown"), [(f"{SECRET}/mine", "mine"), ("lab/small", "lab/small")])
def test_of_a_model_in_a_folder_only_its_name_is_told(place: Path, given: str, shown: str) -> None:
    folder = place / given.rpartition("/")[2]
    folder.mkdir()
    (folder / "rail.txt").write_text("Trains stopped in August.\n", encoding="utf-8")
    library = library_over(folder, folder / "index")
    index = library.answerer.retriever.index
    made = replace(index.manifest.made, model=given)
    library.answerer.retriever.index = replace(index, manifest=replace(index.manifest, made=made))
    assert TestClient(make_api(library)).get("/api/status").json()["index"]["model"] == shown


@pytest.mark.parametrize(("model", "told"), [("/srv/models/own", "own"), ("owner/model", "owner/model"), ("a", "a")])
def test_a_model_is_told_without_the_way_to_its_folder(model: str, told: str) -> None:
    assert Made("seeds", model, "ab").model_name == told
