"""Wrong types at the public functions: an error that says what to give, before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import BagEncoder

import qa
from embeddings.index.sync import sync
from qa import Answerer, Exchange, Filters, Library, QAError, ReaderChoice, Retriever, Setup, follow_up
from qa.answering.search import find


@pytest.fixture
def answerer(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Answerer:
    index, report = sync(folder, tmp_path / "index", encoder)
    return Answerer.over(Retriever(index, encoder, folder, report), ReaderChoice(none=True))


Call = Callable[[Any], object]
GIVEN: list[tuple[str, Call]] = [
    ("question must be a text, found None", lambda own: own.ask(None)),
    ("question must be a text, found 123", lambda own: own.ask(123)),
    (r"question must be a text, found \['a'\]", lambda own: own.ask(["a"])),
    ("question must be a text, found b'Who", lambda own: own.ask(b"Who?")),
    (
        r"history must be a list, each of it an Exch.*found \['Who'\]",
        lambda own: own.ask("Who?", history=["Who"]),
    ),
    ("history must be a list, each of it an Exchange", lambda own: own.ask("Who?", history="Who")),
    (
        "filters must be Filters, for .* or None, found {'tag'",
        lambda own: own.ask("Who?", filters={"tag": "x"}),
    ),
    ("per_document must be a whole number or None, found '3'", lambda own: own.ask("Who?", per_document="3")),
    ("caution must be a whole number or None, found nan", lambda own: own.ask("Who?", caution=float("nan"))),
    ("query must be a text, found None", lambda own: Library(own).search(None)),  # type: ignore[arg-type]
    ("k must be a whole number, found '3'", lambda own: Library(own).search("x", "3")),  # type: ignore[arg-type]
    ("k must be a whole number, found nan", lambda own: find(own, "x", float("nan"))),  # type: ignore[arg-type]
    ("k must be a whole number, found True", lambda own: own.retriever.search("x", k=True)),
    ("question must be a text, found 1", lambda own: Library(own).ask(1)),  # type: ignore[arg-type]
    ("answerer must be a Answerer or None, found 'seeds'", lambda _: Library("seeds")),  # type: ignore[arg-type]
    ("setup must be a Setup, found 'seeds'", lambda _: Library.opening("seeds")),  # type: ignore[arg-type]
    ("seeds must be a text or a path, found None", lambda _: Answerer.open(None)),  # type: ignore[arg-type]
    ("model must be a text, found 3", lambda _: Retriever.open("seeds", model=3)),  # type: ignore[arg-type]
    ("seeds must be a path, found 'seeds'", lambda _: Setup("seeds")),  # type: ignore[arg-type]
    ("caution must be a whole number or None, found '90'", lambda _: ReaderChoice(caution="90")),  # type: ignore[arg-type]
    ("question must be a text, found None", lambda _: follow_up(None, [])),  # type: ignore[arg-type]
    ("asked must be a text, found None", lambda _: Exchange("Who?", None)),  # type: ignore[arg-type]
    ("quotes must be a list, each of it a text, found 'x'", lambda _: Exchange("Who?", "Who?", "x")),  # type: ignore[arg-type]
    ("tag must be a text, found 3", lambda _: Filters(tag=[3])),  # type: ignore[list-item]
]


@pytest.mark.parametrize(("said", "call"), GIVEN, ids=[f"{number}" for number, _ in enumerate(GIVEN)])
def test_a_wrong_type_is_named_with_what_to_give(answerer: Answerer, said: str, call: Call) -> None:
    with pytest.raises(QAError, match=f"^{said}"):
        call(answerer)


def test_the_error_is_a_type_error_too(answerer: Answerer) -> None:
    with pytest.raises(TypeError, match="question must be a text"):
        answerer.ask(None)  # type: ignore[arg-type]


def test_lists_and_tuples_are_taken_alike(answerer: Answerer) -> None:
    asked = "When was the harbour of Gwadar opened?"
    turn = Exchange(asked, asked, ["The harbour of Gwadar was opened in 2007."])  # type: ignore[arg-type]
    assert answerer.ask("Why?", history=(turn,)) == answerer.ask("Why?", history=[turn])
    assert qa.follow_up("Why?", [turn]).taken
