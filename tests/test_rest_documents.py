"""Documents are sent, the folder is looked at again, and the state is json_response, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fakes import BagEncoder
from holding import zipped
from starlette.testclient import TestClient
from starlette.types import Message
from test_rest import described

from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.interfaces.rest.app import make_api
from qa.interfaces.rest.documents import add_document_routes
from qa.library.library import Library
from qa.library.uploads import Uploads
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever

BAKER = b"The baker of Norvik is called Ylva Storm.\n"


@pytest.fixture
def library(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Library:
    index, report = sync(folder, tmp_path / "index", encoder)
    retriever = Retriever(index, encoder, folder, report, tmp_path / "index")
    return Library(Answerer(retriever, SimilarityReader(None), Sources(folder)))


def client(library: Library, uploads: Uploads | None) -> TestClient:
    api = make_api(library)
    add_document_routes(api, library, uploads=uploads)
    return TestClient(api)


@pytest.fixture
def door(library: Library, folder: Path) -> TestClient:
    return client(library, Uploads(folder))


def put(door: TestClient, name: str, data: bytes | Iterator[bytes], query: str = "") -> Any:
    return door.put(f"/api/documents/{quote(name, safe='')}{query}", content=data)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_document_is_added_under_a_safe_name(door: TestClient, folder: Path) -> None:
    answer = put(door, "../Bäcker?.txt", BAKER)
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "name": "Bäcker_.txt",
            "path": "Bäcker_.txt",
            "title": "Bäcker_",
            "note": "",
            "passages": 1,
            "problem": "",
        },
    )
    assert (folder / "Bäcker_.txt").read_bytes() == BAKER
    assert names(folder.parent) == [folder.name, "index"]
    assert door.get("/api/state").json()["documents"] == 4


def test_the_same_bytes_are_not_added_again_and_other_ones_are_kept_beside(door: TestClient, folder: Path) -> None:
    rail = (folder / "rail.txt").read_bytes()
    same = put(door, "copy of rail.txt", rail)
    assert (same.status_code, same.json()["path"], same.json()["passages"]) == (200, "rail.txt", 2)
    other = put(door, "rail.txt", b"Other.")
    assert (other.status_code, other.json()["path"]) == (201, "rail (2).txt")
    assert other.json()["note"] == "another rail.txt is there already; both are kept"
    assert (folder / "rail.txt").read_bytes() == rail
    assert names(folder) == ["harbour.md", "rail (2).txt", "rail.txt", "water.txt"]


def test_what_was_sent_can_be_asked_at_once(door: TestClient, library: Library) -> None:
    put(door, "baker.txt", BAKER)
    assert library.answerer.ask("Who is the baker of Norvik?").citations[0].source.path == "baker.txt"


def test_the_index_may_wait_until_all_is_sent(door: TestClient) -> None:
    before = door.get("/api/state").json()["revision"]
    told = put(door, "baker.txt", BAKER, "?index=false").json()
    assert told["passages"] is None
    assert door.get("/api/state").json()["revision"] == before
    told = door.post("/api/sync").json()
    assert (told["changed"], told["documents"], told["revision"] != before) == (True, 4, True)
    assert door.post("/api/sync").json()["changed"] is False


def test_another_word_for_the_index_is_a_problem(door: TestClient, folder: Path) -> None:
    answer = put(door, "baker.txt", BAKER, "?index=perhaps")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "index")
    assert len(names(folder)) == 3


def unending(piece: bytes, taken: list[int]) -> Iterator[bytes]:
    for _ in range(1000):
        taken.append(len(piece))
        yield piece


@pytest.mark.parametrize(
    ("name", "data", "status", "reason"),
    [
        ("bad.pdf", b"%PDF nothing", 422, "it is no PDF, or a damaged one"),
        ("empty.txt", b"", 422, "the file is empty"),
        ("a.xyz", BAKER, 422, ".xyz files are not read here (readable: "),
        ("\u202ea", BAKER, 422, "a file without suffix is not read here"),
        ("large.txt", bytes(20 * 2**20 + 1), 413, "larger than the 20 MiB allowed for text; divide it"),
        ("endless.txt", unending(bytes(2**20), []), 413, "larger than the 20 MiB allowed for text; divide it"),
    ],
)
def test_what_is_refused_leaves_nothing_and_says_why(
    door: TestClient, folder: Path, name: str, data: bytes | Iterator[bytes], status: int, reason: str
) -> None:
    answer = put(door, name, data)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["detail"].startswith(reason)
    assert "\u202e" not in answer.text
    assert names(folder) == ["harbour.md", "rail.txt", "water.txt"]


def parts(door: TestClient, messages: list[Message], *headers: tuple[bytes, bytes]) -> tuple[int, int]:
    """Send a request message by message; the status, and how many messages were not asked for."""
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "PUT",
        "path": "/api/documents/baker.txt",
        "query_string": b"",
        "headers": headers,
        "http_version": "1.1",
    }
    asyncio.run(door.app(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]["status"], len(messages)


def test_a_file_that_is_cut_off_leaves_nothing(door: TestClient, folder: Path) -> None:
    begun: Message = {"type": "http.request", "body": BAKER * 1000, "more_body": True}
    assert parts(door, [begun, {"type": "http.disconnect"}]) == (400, 0)
    assert len(names(folder)) == 3


def test_a_file_that_is_too_large_is_not_read_to_its_end(door: TestClient, folder: Path) -> None:
    piece: Message = {"type": "http.request", "body": bytes(2**20), "more_body": True}
    assert parts(door, [piece] * 50) == (413, 50 - 21)
    assert parts(door, [piece] * 50, (b"content-length", b"%d" % (50 * 2**20))) == (413, 50)
    assert len(names(folder)) == 3


def test_where_nothing_may_be_sent_nothing_is_taken(library: Library, folder: Path) -> None:
    closed = client(library, None)
    assert closed.get("/api/state").json()["upload"] is None
    answer = put(closed, "baker.txt", BAKER)
    assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")
    assert len(list(folder.iterdir())) == 3


def test_the_list_has_documents_and_what_was_left_out(door: TestClient, folder: Path) -> None:
    (folder / "note.xyz").touch()
    (folder / "dated.md").write_text("---\noutlet: <b>News</b>\ndate: 2021-08\n---\n# Title\n\nText.\n")
    door.post("/api/sync")
    told = door.get("/api/listing").json()
    assert told["documents"][0] == {
        "id": told["documents"][0]["id"],
        "path": "dated.md",
        "title": "Title",
        "outlet": "<b>News</b>",
        "author": None,
        "date": "2021-08",
        "passages": 1,
        "notes": [],
    }
    assert [file["path"] for file in told["left_out"]] == ["note.xyz"]
    assert told["revision"] == door.get("/api/state").json()["revision"]


def test_before_there_is_an_index_the_state_is_told_and_the_list_is_not() -> None:
    door = client(Library(), None)
    assert door.get("/api/state").json()["phase"] == "opening"
    for answer in (door.get("/api/listing"), door.post("/api/sync")):
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:x-seeds-qa:not-ready")


def test_a_folder_that_is_gone_is_a_problem(door: TestClient, folder: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "away")
    answer = door.post("/api/sync")
    assert answer.status_code == 503
    said = "the documents folder does not exist. Make it and put documents in, or name another."
    assert answer.json()["detail"] == door.get("/api/state").json()["problem"] == said


def test_the_schema_describes_what_every_route_gives(door: TestClient, library: Library, folder: Path) -> None:
    (folder / "note.xyz").touch()
    closed, unready = client(library, None), client(Library(), None)
    described(door, "/api/sync", "post", door.post("/api/sync"))
    for one in (door, closed, unready):
        described(one, "/api/state", "get", one.get("/api/state"))
    described(door, "/api/listing", "get", door.get("/api/listing"))
    for path, method in (("/api/listing", "get"), ("/api/sync", "post")):
        answer = unready.request(method, path)
        assert answer.headers["retry-after"] == "2"
        described(unready, path, method, answer)
    rail = (folder / "rail.txt").read_bytes()
    files = [("baker.txt", BAKER), ("copy.txt", rail), ("large.txt", bytes(21 * 2**20)), ("bad.pdf", b"%PDF")]
    answers = [
        *(put(door, *file) for file in files),
        put(door, "a.txt", BAKER, "?index=x"),
        put(closed, "a.txt", BAKER),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 413, 422, 422, 403]
    for answer in answers:
        described(door, "/api/documents/{name}", "put", answer)


def test_the_documents_of_an_archive_are_listed_each_and_it_is_taken_once(door: TestClient, folder: Path) -> None:
    archive = zipped({"a.txt": BAKER, "in/b.txt": b"The well is deep.\n\nThe dam is dry.", "c.jpg": b"x"})
    answer = put(door, "papers.zip", archive)
    assert (answer.status_code, answer.json()["note"], answer.json()["passages"]) == (
        201,
        "2 documents in it, 1 left out",
        2,
    )
    listed = door.get("/api/listing").json()
    assert [one["path"] for one in listed["documents"] if "papers" in one["path"]] == [
        *("papers.zip/a.txt", "papers.zip/in/b.txt"),
    ]
    assert [one["path"] for one in listed["left_out"]] == ["papers.zip/c.jpg"]
    assert put(door, "other.zip", archive).status_code == 200
    assert put(door, "a.txt", BAKER).status_code == 201  # the same as one inside is not the same file
    assert put(door, "b.txt", BAKER).json()["path"] == "a.txt"
