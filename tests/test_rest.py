"""REST: the bodies are those of the library, every refusal is problem details, and the schema tells the truth."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from libraries import library_over
from starlette.testclient import TestClient

from qa.interfaces.rest.app import make_api
from qa.interfaces.server import compose
from qa.library.library import Library

ASK = {"question": "Why did trains stop?"}


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Library:
    return library_over(folder, tmp_path / "index")


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(make_api(library), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A client that many examples share."""
    place = tmp_path_factory.mktemp("fuzzed")
    (place / "seeds").mkdir()
    (place / "seeds" / "rail.txt").write_text("Trains stopped in August.\n\nA bridge fell.\n", encoding="utf-8")
    return TestClient(make_api(library_over(place / "seeds", place / "index")), raise_server_exceptions=False)


def described(client: TestClient, path: str, method: str, answer: Any) -> None:
    """Assert that the schema describes this answer."""
    schema = client.get("/api/openapi.json").json()
    responses = schema["paths"][path][method]["responses"]
    (kind,) = responses[str(answer.status_code)]["content"].items()
    assert answer.headers["content-type"] == kind[0]
    Draft202012Validator({**kind[1]["schema"], "components": schema["components"]}).validate(answer.json())


def id_of(client: TestClient, path: str) -> str:
    (found,) = (entry["id"] for entry in client.get("/api/documents").json()["documents"] if entry["path"] == path)
    return str(found)


def test_an_answer_is_the_librarys_bytes(client: TestClient, library: Library) -> None:
    answer = client.post("/api/ask", json={**ASK, "filters": {"document": "rail.txt"}, "per_document": 1})
    assert answer.status_code == 200
    assert answer.json()["citations"][0]["quote"] == "Trains stopped in August after a bridge fell."
    assert answer.json()["filters"] == {"document": ["rail.txt"]}
    assert answer.headers["cache-control"] == "no-store"
    plain = client.post("/api/ask", json=ASK)
    assert plain.content == library.ask(ASK["question"]).to_json().encode()
    described(client, "/api/ask", "post", plain)
    described(client, "/api/ask", "post", answer)


def test_where_documents_agree_and_differ_is_described_too(client: TestClient, folder: Path) -> None:
    for name, killed in (("a", "12"), ("b", "12"), ("c", "15")):
        text = f"The bombing of the Mastung bus station killed {killed} people, wrote paper {name}.\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    question = "How many people did the bombing of the Mastung bus station kill?"
    answer = client.post("/api/ask", json={"question": question})
    assert [agreement["value"] for agreement in answer.json()["agreements"]] == ["12"]
    (difference,) = answer.json()["differences"]
    assert {side["value"] for side in difference["sides"]} == {"12", "15"}
    described(client, "/api/ask", "post", answer)


def test_a_search_is_the_librarys_bytes(client: TestClient, library: Library) -> None:
    found = client.post("/api/search", json={"query": "dam in Kharan", "k": 2})
    assert found.content == library.search("dam in Kharan", 2).to_json().encode()
    assert [hit["rank"] for hit in found.json()["hits"]] == [1, 2]
    described(client, "/api/search", "post", found)


def test_what_is_not_in_the_documents_is_an_answer_too(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": '"nowhere at all"'})
    assert (answer.status_code, answer.json()["verdict"]) == (200, "not_in_documents")
    described(client, "/api/ask", "post", answer)


def test_documents_are_those_of_the_folder_now(client: TestClient, folder: Path) -> None:
    (folder / "rail.txt").unlink()
    (folder / "picture.png").write_bytes(b"\x89PNG")
    listing = client.get("/api/documents")
    assert [entry["path"] for entry in listing.json()["documents"]] == ["harbour.md", "water.txt"]
    assert [item["source"] for item in listing.json()["left_out"]] == ["picture.png"]
    described(client, "/api/documents", "get", listing)


def test_a_citation_leads_to_its_document_and_back(client: TestClient) -> None:
    cited = client.post("/api/ask", json=ASK).json()["citations"][0]
    place = f"/api/sources/{cited['document_id']}"
    whole = client.get(place)
    assert whole.json()["text"][cited["start"] : cited["end"]] == cited["quote"]
    own = ("number", "also", "probability", "words")
    span = {"start": cited["start"], "end": cited["end"], "sha256": cited["sha256"]}
    quote = client.get(place, params=span)
    assert quote.json()["quote"] == {key: value for key, value in cited.items() if key not in own}
    for answer in (whole, quote):
        described(client, "/api/sources/{document_id}", "get", answer)


def test_the_status_is_told_before_and_after(client: TestClient, library: Library) -> None:
    after = client.get("/api/status")
    assert after.json()["state"]["phase"] == "ready"
    assert after.json()["index"] == {
        "index_id": library.answerer.retriever.index_id, "model": "bag-of-words", "documents": 3, "passages": 6,
    }  # fmt: skip
    before = TestClient(make_api(Library())).get("/api/status")
    assert (before.json()["state"]["phase"], before.json()["index"]) == ("opening", None)
    for answer in (before, after):
        described(client, "/api/status", "get", answer)


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["#/question"]),
        ({"question": 3}, ["#/question"]),
        ({"question": "x", "quesion": "y"}, ["#/quesion"]),
        ({"question": "x", "a/b~c": 1}, ["#/a~1b~0c"]),
        ({"question": "x", "per_document": "1"}, ["#/per_document"]),
        ({"question": "x", "per_document": 0}, ["#/per_document"]),
        ({"question": "x", "per_document": True}, ["#/per_document"]),
        ({"question": "x", "filters": {"outlet": ["a", 1], "place": "b"}}, ["#/filters/outlet/1", "#/filters/place"]),
        ({"question": "x", "filters": {"outlet": {"str": 1}}}, ["#/filters/outlet"]),
        ([], ["#"]),
        ("x", ["#"]),
        (None, ["#"]),
    ],
)
def test_a_wrong_request_is_told_where_it_is_wrong(client: TestClient, body: object, pointers: list[str]) -> None:
    answer = client.post("/api/ask", content=json.dumps(body), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:x-seeds-qa:invalid-request")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == pointers
    described(client, "/api/ask", "post", answer)


@pytest.mark.parametrize("k", [0, 101, -1, 2.5, "5", True])
def test_a_search_gives_one_to_a_hundred(client: TestClient, k: object) -> None:
    answer = client.post("/api/search", json={"query": "bridge", "k": k})
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["#/k"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe{}x", b"[" * 60000, b'{"question": NaN}', b"9" * 5000])
def test_what_is_no_json_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/ask", content=body, headers={"content-type": "application/json; charset=utf-8"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#"
    described(client, "/api/ask", "post", answer)


@pytest.mark.parametrize(
    ("path", "body", "kind", "said"),
    [
        ("/api/ask", {"question": " "}, "question", "the question is empty"),
        ("/api/ask", {"question": "\ud800"}, "question", "the question is empty"),
        ("/api/ask", {"question": "a" * 2001}, "question", "2,001 characters, at most 2,000"),
        ("/api/search", {"query": "…"}, "question", "no word and no number"),
        ("/api/ask", {"question": "x", "filters": {"since": "soon"}}, "filter", "since must be a year"),
        ("/api/search", {"query": "x", "filters": {"tag": "sea"}}, "filter", "no document has the tag 'sea'"),
    ],
)
def test_what_cannot_be_asked_says_why(client: TestClient, path: str, body: object, kind: str, said: str) -> None:
    answer = client.post(path, content=json.dumps(body), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (422, f"urn:x-seeds-qa:{kind}")
    assert said in answer.json()["detail"]
    described(client, path, "post", answer)


@pytest.mark.parametrize(
    ("query", "parameter"), [("start=3", None), ("start=-1&end=3", "start"), ("start=x&end=3", "start"), ("a=1", "a")]
)
def test_a_wrong_span_is_told_where_it_is_wrong(client: TestClient, query: str, parameter: str | None) -> None:
    answer = client.get(f"/api/sources/{id_of(client, 'rail.txt')}?{query}")
    assert answer.status_code == 422
    assert [fault.get("parameter") for fault in answer.json()["errors"]] == [parameter]
    described(client, "/api/sources/{document_id}", "get", answer)


def test_a_source_may_be_unknown_changed_or_in_no_paragraph(client: TestClient) -> None:
    rail = id_of(client, "rail.txt")
    answers = [client.get(f"/api/sources/{rest}") for rest in ("none", f"{rail}?sha256=0", f"{rail}?start=58&end=60")]
    assert [answer.status_code for answer in answers] == [404, 409, 422]
    assert [answer.json()["type"].rpartition(":")[2] for answer in answers] == [
        "unknown-source", "source-changed", "span",
    ]  # fmt: skip
    for answer in answers:
        described(client, "/api/sources/{document_id}", "get", answer)


@pytest.mark.parametrize("sent", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_type_of_body_is_refused(client: TestClient, sent: str | None) -> None:
    answer = client.post("/api/ask", content=json.dumps(ASK), headers={"content-type": sent} if sent else {})
    assert (answer.status_code, answer.json()["title"]) == (415, "Unsupported Media Type")
    described(client, "/api/ask", "post", answer)


def test_while_the_index_is_made_one_is_told_to_come_back() -> None:
    client = TestClient(make_api(Library()))
    for answer in (client.post("/api/ask", json=ASK), client.get("/api/documents"), client.get("/api/sources/x")):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.json()["detail"] == "the documents are still being read. Ask again in a moment."


def test_what_goes_wrong_inside_is_not_told(folder: Path, tmp_path: Path) -> None:
    class Broken(Library):
        def refreshed_soon(self) -> str:
            raise RuntimeError(f"{tmp_path} burns")

    broken = Broken(library_over(folder, tmp_path / "index").answerer)
    crash = TestClient(make_api(broken), raise_server_exceptions=False).get("/api/documents")
    client = TestClient(make_api(library_over(folder, tmp_path / "index")))
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    gone = client.post("/api/ask", json=ASK)
    assert crash.status_code == 500
    assert crash.json()["detail"] == "Something went wrong; the terminal of the server tells what."
    assert (gone.status_code, gone.json()["type"], gone.headers["retry-after"]) == (503, "urn:x-seeds-qa:folder", "2")
    assert gone.json()["detail"].startswith("the documents folder does not exist. ")
    for answer in (crash, gone):
        assert answer.headers["content-type"] == "application/problem+json"
        assert str(tmp_path) not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/ask", 405), ("DELETE", "/api/status", 405), ("GET", "/api/none", 404), ("POST", "/api/ask/", 404)],
)
def test_what_is_not_there_is_a_problem_too(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_api_stands_beside_the_page_behind_the_same_door(library: Library) -> None:

    async def composed() -> FastAPI:
        return compose(library, host="127.0.0.1", upload=True)  # inside a loop, as gradio otherwise leaves one open

    client = TestClient(asyncio.run(composed()), base_url="http://127.0.0.1:7860")
    answer = client.post("/api/ask", json=ASK)
    assert answer.content == library.ask(ASK["question"]).to_json().encode()
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert client.post("/api/ask", json=ASK, headers={"host": "evil.example"}).status_code == 421
    assert client.post("/api/ask", json=ASK, headers={"origin": "http://evil.example"}).status_code == 403
    assert client.get("/api/none").headers["content-type"] == "application/problem+json"
    paths = client.get("/api/openapi.json").json()["paths"]
    assert paths.keys() >= {"/api/ask", "/api/search", "/api/sources/{document_id}", "/api/status"}
    assert paths.keys() >= {"/api/state", "/api/listing", "/api/sync", "/api/sources/{document_id}/pages/{number}.png"}
    assert (paths["/api/documents"].keys(), paths["/api/documents/{name}"].keys()) == ({"get"}, {"put"})
    assert client.get("/docs").status_code == 404
    large = b"The lighthouse of Ormara was lit in 1929.\n" * 2000
    assert client.put("/api/documents/lighthouse.txt", content=large).status_code == 201
    assert "lighthouse.txt" in [entry["path"] for entry in client.get("/api/documents").json()["documents"]]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
TEXTS = st.text() | st.text("trains bridge\"-'\u202e\x00\ud800/", max_size=30)
CHOICES = st.dictionaries(
    st.sampled_from(["document", "since", "until", "outlet", "author", "tag", "other"]), TEXTS | JSON, max_size=3
)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "question": TEXTS | JSON, "query": TEXTS | JSON, "k": st.integers(-2, 200) | JSON,
        "per_document": st.integers(-1, 3) | JSON, "filters": CHOICES | JSON,
    },
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(["/api/ask", "/api/search"]), body=BODIES | JSON)
def test_whatever_is_sent_the_answer_is_a_described_one(fuzzed: TestClient, path: str, body: object) -> None:
    answer = fuzzed.post(path, content=json.dumps(body), headers={"content-type": "application/json"})
    assert answer.status_code in (200, 422)
    assert not set(answer.text) & {chr(code) for code in (*range(10), *range(11, 32), 0x7F, 0x202E)}
    described(fuzzed, path, "post", answer)


@settings(max_examples=60, deadline=None)
@given(start=st.none() | st.integers(-2, 60), end=st.none() | st.integers(-2, 60))
def test_whatever_span_is_asked_for_it_is_quoted_word_for_word_or_refused(
    fuzzed: TestClient, start: int | None, end: int | None
) -> None:
    place = f"/api/sources/{id_of(fuzzed, 'rail.txt')}"
    params = {name: value for name, value in (("start", start), ("end", end)) if value is not None}
    answer = fuzzed.get(place, params=params)
    described(fuzzed, "/api/sources/{document_id}", "get", answer)
    if answer.status_code == 200 and params:
        assert answer.json()["quote"]["quote"] == fuzzed.get(place).json()["text"][start:end]
    else:
        assert answer.status_code == (422 if params else 200)
