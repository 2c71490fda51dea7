"""The same question gives the same bytes through every door, also where a document is hostile."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from libraries import library_over
from mcp import Client, types
from starlette.testclient import TestClient

from qa.answering.answerer import Answerer
from qa.answering.search import find
from qa.answering.setup import Setup
from qa.interfaces.cli.main import main
from qa.interfaces.mcp import make_server
from qa.interfaces.rest.app import make_api
from qa.library.library import Library
from qa.query.followup import Exchange
from qa.retrieval.retriever import Retriever
from qa.types.filters import Filters

QUESTIONS = [
    ("Why did trains stop?", {}),
    ("Who opened the harbour of Gwadar?", {"document": ["harbour.md"]}),
    ("What does a submarine cost?", {}),
    ('Which "fences around" the port? \u202eيران \U0001f6a2', {}),
]
HOSTILE = [
    "The script <script>alert(1)</script><img src=x onerror=alert(2)> stands in the minutes of May.",
    "The picture ![x](http://evil.example/a.png) and [link](javascript:alert(3)) stand in the minutes of June.",
    "The bidi text \u202eevil\u202c \u2066left\u2069 \u200fright stands in the minutes of July.",
    "The colours \x1b[31mred\x1b[0m \x9b2J bell\x07 stand in the minutes of August.",
    "The formula $\\input{/etc/passwd}$ \\write18{ls} stands in the minutes of September.",
    'The quotes " \\ </textarea> {{7*7}} data:text/html,<b>x</b> stand in the minutes of October.',
]
MONTHS = ["May", "June", "July", "August", "September", "October"]


def by_command(folder: Path, place: Path, *words: str) -> bytes:
    """What the command prints, in UTF-8."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
    with contextlib.redirect_stdout(out):
        assert main([*words, "--json", "--seeds", str(folder), "--index", str(place)]) == 0
    out.flush()
    return bytes(out.buffer.getvalue())


def by_rest(library: Library, path: str, body: dict[str, Any]) -> bytes:
    answer = TestClient(make_api(library)).post(f"/api/{path}", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    return bytes(answer.content)


def by_mcp(library: Library, tool: str, body: dict[str, Any]) -> bytes:
    async def call() -> types.CallToolResult:
        async with Client(make_server(library)) as client:
            return await client.call_tool(tool, body)

    result = asyncio.run(call())
    (block,) = result.content
    assert isinstance(block, types.TextContent)
    assert json.loads(block.text) == result.structured_content
    return block.text.encode()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("doors")


@pytest.fixture(scope="module")
def opened(place: Path) -> Callable[[], Retriever]:
    """Opens one folder with the real model, as each door does for itself."""
    folder = place / "seeds"
    folder.mkdir()
    (folder / "harbour.md").write_text(
        "# The harbour\n\nThe harbour of Gwadar was opened in 2007. Ships from China call there.\n\n"
        "Fishermen protest against the fences around the port.\n",
        encoding="utf-8",
    )
    (folder / "rail.txt").write_text("Trains stopped in August after a bridge fell.\n", encoding="utf-8")
    return lambda: Setup(folder, place / "index").open_retriever()


@pytest.mark.model
@pytest.mark.parametrize(("question", "filters"), QUESTIONS)
def test_four_doors_give_the_same_answer(
    place: Path, opened: Callable[[], Retriever], question: str, filters: dict[str, Any]
) -> None:
    answerer = Answerer.over(opened())
    python = answerer.ask(question, filters=Filters(**filters)).to_json().encode()
    options = [f"--{kind}={value}" for kind, values in filters.items() for value in values]
    body = {"question": question, "filters": filters}
    assert by_command(place / "seeds", place / "index", "ask", question, *options) == python + b"\n"
    assert by_rest(Library(Answerer.over(opened())), "ask", body) == python
    assert by_mcp(Library(Answerer.over(opened())), "ask", body) == python


@pytest.mark.model
@pytest.mark.parametrize(
    ("earlier", "question", "asked"),
    [
        (["What is the harbour of Gwadar?"], "And when was it opened?", "And when was the harbour of Gwadar opened?"),
        (["What is the harbour of Gwadar?", "When was it opened?"], "Who calls there? \u202e", None),
        (["Why did trains stop?"], "Why?", None),
    ],
)
def test_four_doors_give_the_same_answer_to_a_follow_up(
    place: Path, opened: Callable[[], Retriever], earlier: list[str], question: str, asked: str | None
) -> None:
    answerer, history = Answerer.over(opened()), list[Exchange]()
    for before in earlier:
        history.append(Exchange.of(answerer.ask(before, history=history)))
    answer = answerer.ask(question, history=history)
    assert answer.taken
    assert answer.asked == (asked or answer.asked) != question
    python = answer.to_json().encode()
    turns = [{"question": turn.question, "asked": turn.asked, "quotes": list(turn.quotes)} for turn in history]
    body = {"question": question, "history": turns}
    options = [word for before in earlier for word in ("--after", before)]
    assert by_command(place / "seeds", place / "index", "ask", question, *options) == python + b"\n"
    assert by_rest(Library(Answerer.over(opened())), "ask", body) == python
    assert by_mcp(Library(Answerer.over(opened())), "ask", body) == python


@pytest.mark.model
def test_of_a_turn_with_its_question_only_what_was_typed_is_known(place: Path, opened: Callable[[], Retriever]) -> None:
    answerer, question = Answerer.over(opened()), "And when was it opened?"
    first = "What is the harbour of Gwadar?"
    python = answerer.ask(question, history=[Exchange(first, first)]).to_json().encode()
    body = {"question": question, "history": [{"question": first}]}
    assert by_rest(Library(Answerer.over(opened())), "ask", body) == python
    assert by_mcp(Library(Answerer.over(opened())), "ask", body) == python
    typed = [{"question": "Is it deep?"}]
    told = json.loads(by_rest(Library(Answerer.over(opened())), "ask", {"question": question, "history": typed}))
    assert "Gwadar" not in told["asked"]


@pytest.mark.model
def test_four_doors_give_the_same_search(place: Path, opened: Callable[[], Retriever]) -> None:
    python = find(Answerer.over(opened()), "ships at the bridge", 3, per_document=1).to_json().encode()
    words = ("search", "ships at the bridge", "-k", "3", "--per-document", "1")
    body = {"query": "ships at the bridge", "k": 3, "per_document": 1}
    assert by_command(place / "seeds", place / "index", *words) == python + b"\n"
    assert by_rest(Library(Answerer.over(opened())), "search", body) == python
    assert by_mcp(Library(Answerer.over(opened())), "search", body) == python


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "<img src=x>\u202e.txt").write_text("\n\n".join(HOSTILE), encoding="utf-8")
    (folder / "long.txt").write_text(f"The word of the minutes of March is {'x' * 1_000_000}.\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def hostile(hostile_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_over(hostile_folder, tmp_path_factory.mktemp("index"))


def steering(text: str) -> set[str]:
    """Characters that could steer a terminal or turn the direction of a text."""
    codes = (*range(10), *range(11, 32), *range(0x7F, 0xA0), 0x61C, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    return set(text) & {*map(chr, codes), "\u200e", "\u200f"}


@pytest.mark.parametrize(("text", "month"), list(zip(HOSTILE, MONTHS, strict=True)))
def test_hostile_text_comes_through_unchanged_and_steers_nothing(hostile: Library, text: str, month: str) -> None:
    query = f'minutes "of {month}"'
    bodies = [by_rest(hostile, "search", {"query": query, "k": 1}), by_mcp(hostile, "search", {"query": query, "k": 1})]
    assert bodies[0] == bodies[1] == hostile.search(query, 1).to_json().encode()
    (hit,) = json.loads(bodies[0])["hits"]
    assert hit["quote"] == text
    assert not steering(bodies[0].decode())
    place = f"/api/sources/{hit['document_id']}"
    client = TestClient(make_api(hostile))
    for answer in (client.get(place), client.get(place, params={"start": hit["start"], "end": hit["end"]})):
        assert answer.status_code == 200
        assert not steering(answer.text)
    assert client.get(place).json()["text"] == "\n\n".join(HOSTILE)


def test_a_word_of_a_megabyte_comes_through(hostile: Library) -> None:
    query = "the word of the minutes of March"
    body = by_rest(hostile, "search", {"query": query, "k": 1})
    assert by_mcp(hostile, "search", {"query": query, "k": 1}) == body
    (hit,) = json.loads(body)["hits"]
    source = TestClient(make_api(hostile)).get(f"/api/sources/{hit['document_id']}").json()
    assert source["text"] == f"The word of the minutes of March is {'x' * 1_000_000}.\n"
    assert source["text"][hit["start"] : hit["end"]] == hit["quote"]


def test_a_hostile_question_is_given_back_unchanged_and_steers_nothing(hostile: Library) -> None:
    question = "minutes <b>of</b> \u202eMay\x1b[31m & \\u0041?"
    bodies = [by_rest(hostile, "ask", {"question": question}), by_mcp(hostile, "ask", {"question": question})]
    assert bodies[0] == bodies[1]
    assert json.loads(bodies[0])["question"] == question
    assert not steering(bodies[0].decode())


@pytest.mark.model
@pytest.mark.parametrize("command", ["ask", "search"])
def test_hostile_text_comes_through_the_command_too(hostile_folder: Path, tmp_path: Path, command: str) -> None:
    body = by_command(hostile_folder, tmp_path, command, 'Which colours stand in the minutes "of August"?')
    found = json.loads(body)
    quotes = found["citations"] if command == "ask" else found["hits"]
    assert [quote["paragraph"]["text"] for quote in quotes] == [HOSTILE[3]]
    assert not steering(body.decode())
