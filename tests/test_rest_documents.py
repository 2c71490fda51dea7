"""Documents are sent, the folder is looked at again, and the state is told, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import pytest
from fakes import BagEncoder
from starlette.testclient import TestClient
from test_rest import described

from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.interfaces.rest.app import make_api
from qa.interfaces.rest.documents import add_document_routes
from qa.interfaces.rest.error_kinds import UNREAD
from qa.interfaces.rest.multipart import Begun, Ended, Event, FormBroken, files_of
from qa.library.library import Library
from qa.library.uploads import Limits, Uploads
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever

BAKER = b"The baker of Norvik is called Ylva Storm.\n"
TYPE = "multipart/form-data; boundary=cut"


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
    return client(library, Uploads(folder, Limits(files=4, total=30 * 2**20)))


def form(*files: tuple[str, bytes]) -> bytes:
    parts = [
        b'--cut\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n\r\n%s\r\n' % (name.encode(), data)
        for name, data in files
    ]
    return b"".join(parts) + b"--cut--\r\n"


def post(door: TestClient, *files: tuple[str, bytes], query: str = "") -> tuple[int, dict[str, object]]:
    answer = door.post(f"/api/documents{query}", content=form(*files), headers={"Content-Type": TYPE})
    return answer.status_code, answer.json()


def test_several_files_are_added_and_one_bad_one_stops_none(door: TestClient, folder: Path) -> None:
    rail = (folder / "rail.txt").read_bytes()
    status, told = post(
        door, ("../baker.txt", BAKER), ("bad.pdf", b"%PDF nothing"), ("copy of rail.txt", rail), ("rail.txt", b"Other.")
    )
    assert status == 200
    assert told["added"] == [
        {"name": "baker.txt", "path": "baker.txt", "title": "baker", "passages": 1, "note": ""},
        {
            "name": "rail.txt",
            "path": "rail (2).txt",
            "title": "rail",
            "passages": 1,
            "note": "another rail.txt is there already; both are kept",
        },
    ]
    assert told["present"] == [{"name": "copy of rail.txt", "path": "rail.txt"}]
    (refused,) = told["refused"]  # type: ignore[misc]
    assert refused["name"] == "bad.pdf"  # type: ignore[has-type]
    assert told["problem"] == ""
    assert door.get("/api/state").json()["documents"] == 5


def test_what_was_sent_can_be_asked_at_once(door: TestClient, library: Library) -> None:
    post(door, ("baker.txt", BAKER))
    assert library.answerer.ask("Who is the baker of Norvik?").citations[0].source.path == "baker.txt"


def test_the_index_may_wait_until_all_is_sent(door: TestClient) -> None:
    before = door.get("/api/state").json()["revision"]
    _, told = post(door, ("baker.txt", BAKER), query="?index=false")
    assert told["added"][0]["passages"] is None  # type: ignore[index]
    assert door.get("/api/state").json()["revision"] == before
    told = door.post("/api/sync").json()
    assert (told["changed"], told["documents"], told["revision"] != before) == (True, 4, True)
    assert door.post("/api/sync").json()["changed"] is False


def test_another_word_for_the_index_is_a_problem(door: TestClient, folder: Path) -> None:
    status, told = post(door, ("baker.txt", BAKER), query="?index=perhaps")
    assert (status, told["detail"]) == (400, "index must be true or false.")
    assert len(list(folder.iterdir())) == 3


def test_a_file_beyond_its_limit_is_refused_and_the_next_is_taken(door: TestClient, folder: Path) -> None:
    status, told = post(door, ("large.txt", bytes(21 * 2**20)), ("baker.txt", BAKER))
    assert status == 200
    assert told["refused"] == [{"name": "large.txt", "reason": "larger than the 20 MiB allowed for text; divide it"}]
    assert [file["path"] for file in told["added"]] == ["baker.txt"]  # type: ignore[attr-defined]
    assert sorted(path.name for path in folder.iterdir()) == ["baker.txt", "harbour.md", "rail.txt", "water.txt"]


@pytest.mark.parametrize(
    ("files", "detail"),
    [
        ([(f"{number}.txt", BAKER + b"%d" % number) for number in range(5)], "more than 4 files at once: what came"),
        ([("a.txt", BAKER)] + [("large.xyz", bytes(16 * 2**20))] * 2, "more than 30 MiB at once: what came before"),
    ],
)
def test_too_much_at_once_ends_it_and_keeps_what_came_before(
    door: TestClient, files: list[tuple[str, bytes]], detail: str, folder: Path
) -> None:
    status, told = post(door, *files)
    assert (status, told["title"]) == (413, HTTPStatus(413).phrase)
    assert str(told["detail"]).startswith(detail)
    assert len(told["added"]) == min(len(files) - 1, 4) - (1 if len(files) == 3 else 0)  # type: ignore[arg-type]
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/json"}, b"{}"),
        ({"Content-Type": "multipart/form-data"}, form(("a.txt", BAKER))),
        ({"Content-Type": TYPE}, b"no form at all"),
        ({"Content-Type": f"{TYPE}{'x' * 300}"}, b""),
        ({"Content-Type": TYPE}, form()),
    ],
)
def test_what_is_no_form_is_a_problem(door: TestClient, headers: dict[str, str], body: bytes) -> None:
    answer = door.post("/api/documents", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["added"] == []


def test_a_file_that_is_cut_off_leaves_nothing(door: TestClient, folder: Path) -> None:
    whole = form(("baker.txt", BAKER * 1000))
    answer = door.post("/api/documents", content=whole[:20_000], headers={"Content-Type": TYPE})
    assert (answer.status_code, answer.json()["detail"]) == (400, "the form ends in the middle.")
    assert answer.json()["added"] == []
    assert len(list(folder.iterdir())) == 3


def test_where_nothing_may_be_sent_nothing_is_taken(library: Library, folder: Path) -> None:
    closed = client(library, None)
    assert closed.get("/api/state").json()["upload"] is None
    status, told = post(closed, ("baker.txt", BAKER))
    assert (status, told["title"]) == (403, "Forbidden")
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
    assert answer.status_code == 409
    assert answer.json()["detail"] == door.get("/api/state").json()["problem"] == UNREAD


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
    headers = {"Content-Type": TYPE}
    several = form(("baker.txt", BAKER), ("bad.pdf", b"%PDF"), ("copy.txt", (folder / "rail.txt").read_bytes()))
    sent = door.post("/api/documents", content=several, headers=headers)
    assert [len(sent.json()[kind]) for kind in ("added", "present", "refused")] == [1, 1, 1]
    many = form(*((f"{number}.txt", BAKER * (number + 2)) for number in range(5)))
    answers = [sent, door.post("/api/documents", content=many, headers=headers)]
    answers += [door.post("/api/documents", content=b"", headers=headers), door.post("/api/documents?index=x")]
    assert [answer.status_code for answer in answers] == [200, 413, 400, 400]
    for answer in answers:
        described(door, "/api/documents", "post", answer)
    described(closed, "/api/documents", "post", closed.post("/api/documents", content=several, headers=headers))


def test_a_name_that_steers_is_escaped(door: TestClient) -> None:
    answer = door.post("/api/documents", content=form(("\u202ebad.xyz", BAKER)), headers={"Content-Type": TYPE})
    assert answer.json()["refused"]
    assert "\u202e" not in answer.text


def events(body: bytes, size: int) -> list[Event]:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    async def gathered() -> list[Event]:
        return [event async for event in files_of(TYPE, pieces())]

    return asyncio.run(gathered())


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_form_is_taken_apart_however_it_comes(size: int) -> None:
    field = b'--cut\r\nContent-Disposition: form-data; name="note"\r\n\r\nno file\r\n'
    none = b'--cut\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n'
    found = events(field + none + form(("گزارش %22a%22.txt", b"\r\n--cu\r\n"), ("b.txt", b"")), size)
    assert [event for event in found if not isinstance(event, bytes)] == [
        Begun('گزارش "a".txt'), Ended(), Begun("b.txt"), Ended(),
    ]  # fmt: skip
    assert b"".join(event for event in found if isinstance(event, bytes)) == b"\r\n--cu\r\n"


def test_endless_headers_are_not_gathered() -> None:
    with pytest.raises(FormBroken, match="header"):
        events(b"--cut\r\nContent-Disposition: " + b"x" * 10_000, 100)
