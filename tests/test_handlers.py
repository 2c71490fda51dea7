"""What the page does with what is said to it, without a browser: turns by their number, follow-ups, what is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.interfaces.chat.handlers import Handlers
from qa.interfaces.chat.turns import Turns, turn_of
from qa.library.library import Library
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever


@pytest.fixture
def handlers(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Handlers:
    index, report = sync(folder, tmp_path / "index", encoder)
    retriever = Retriever(index, encoder, folder, report, tmp_path / "index")
    return Handlers(Library(Answerer(retriever, SimilarityReader(None), Sources(folder))))


def asked(handlers: Handlers, question: str, serial: int, turns: Turns = ()) -> Turns:
    *_, (turns, _, _, _, _) = handlers.ask(turn_of({"ask": question, "serial": serial}), turns)
    return turns


def test_a_turn_is_named_by_its_number_also_when_older_ones_are_dropped(handlers: Handlers) -> None:
    turns = asked(handlers, "Which ships call there?", 1)
    for serial in range(2, 53):
        turns = asked(handlers, "Which bridge fell?", serial, turns)
    turns = asked(handlers, "Which dam holds water?", 53, turns)
    assert [turns[0].serial, turns[-1].serial, len(turns)] == [3, 53, 51]
    assert "<mark>The dam at Mirani" in handlers.open({"turn": 53, "number": 1}, turns)
    assert "<mark>Trains stopped" in handlers.open({"turn": "3", "number": "1"}, turns)
    assert "That quote is no longer here" in handlers.open({"turn": 1, "number": 1}, turns)


@pytest.mark.parametrize(
    "said", [{}, {"turn": "x"}, {"turn": 1}, {"turn": 1, "number": 99}, {"turn": 1, "related": 99}]
)
def test_what_cannot_be_meant_opens_nothing(handlers: Handlers, said: dict[str, object]) -> None:
    turns = asked(handlers, "Which bridge fell?", 1)
    assert "That quote is no longer here" in handlers.open(said, turns)


def test_a_literal_question_takes_nothing_from_the_conversation(handlers: Handlers) -> None:
    turns = asked(handlers, "Where does the railway from Quetta run?", 1)
    turns = asked(handlers, "Why?", 2, turns)
    assert turns[1].answer is not None
    assert turns[1].answer.taken
    *_, (turns, html, _, _, _) = handlers.ask(turn_of({"ask": "Why?", "serial": 3, "literal": True}), turns)
    assert turns[2].answer is not None
    assert (turns[2].answer.asked, turns[2].answer.taken) == ("Why?", ())
    assert html.count('class="meant"') == 1


def test_a_question_that_is_sent_again_is_asked_once(handlers: Handlers) -> None:
    turns = asked(handlers, "Which dam holds water?", 2, asked(handlers, "Which bridge fell?", 1))
    assert asked(handlers, "Which bridge fell?", 1, turns) == turns
    ((_, _, pane, _, _),) = handlers.ask(turn_of({"ask": "Which bridge fell?", "serial": 1}), turns)
    assert pane is None  # the source that is open stays open
    first, *_ = handlers.ask(turn_of({"ask": "Where does the railway from Quetta run?", "serial": 3}), turns)
    cut_off = (*turns, turn_of({"ask": "Where does the railway from Quetta run?", "serial": 3}))
    again = asked(handlers, "Where does the railway from Quetta run?", 3, cut_off)
    assert first[0] == turns
    assert [turn.serial for turn in again] == [1, 2, 3]
    assert again[2].answer is not None


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("?q=x&doc=rail.txt&s=0&e=4&h=000000000000", "The document no longer says there what it said"),
        ("?q=x&doc=%3Cb%3Egone.txt&s=0&e=4", "&lt;b&gt;gone.txt is no longer in the folder, or has another name now"),
    ],
)
def test_a_link_that_cannot_be_followed_says_why(handlers: Handlers, link: str, said: str) -> None:
    *_, (_, _, pane, _, _) = handlers.ask(turn_of({"ask": "Which bridge fell?", "serial": 1, "link": link}), ())
    assert pane is not None
    assert said in pane
