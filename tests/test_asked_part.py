"""What is asked of a text with sentences around its question, or with several questions."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from fakes import BagEncoder
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import QuestionError
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.interfaces.cli.output import print_answer
from qa.query.followup import Exchange, follow_up
from qa.query.syntax import parse
from qa.reading.choice import ReaderChoice
from qa.retrieval.retriever import Retriever

ALONE = "Who leads the PTM?"


@pytest.mark.parametrize(
    "text",
    [
        "My editor asked me about this. Who leads the PTM?",
        "We write on militants. Our deadline is Friday! Who leads the PTM?",
        "Who leads the PTM? I need it for a story.",
        "Can you help me? Who leads the PTM? Thank you.",
        "Do you know anything about militants? Who leads the PTM?",
        "I am new here.\nWho leads the PTM?",
        "It is urgent. Who leads the PTM?",
        "The deadline is near. Dawn prints this on Friday. Who leads the PTM?",
    ],
)
def test_what_is_said_around_a_question_is_not_searched(text: str) -> None:
    meant = follow_up(text, [])
    assert (meant.question, meant.asked, meant.taken) == (text, ALONE, ())


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("The PTM was founded in 2014. Who leads it?", "Who leads the PTM?"),
        ("PTM was founded in 2014. Who leads it?", "Who leads PTM?"),
        ("Who leads it? I mean the PTM.", "Who leads the PTM?"),
        ("I mean the attack at Abbey Gate. Who planned it?", "Who planned the attack at Abbey Gate?"),
        ("An attack near Abbey Gate killed 13 soldiers. Who planned it?", "Who planned the attack near Abbey Gate?"),
        ("Omar Khan led the raid. Where was he arrested?", "Where was Omar Khan arrested?"),
        ("Mastung, March 2025. Who shot the men?", "Who shot the men? (about: Mastung March 2025)"),
        ("It is urgent. Who shot the men?", "Who shot the men?"),
        ("It is urgent. Who led the US and U.S. troops?", "Who led the US and U.S. troops?"),
        ("It is urgent. Who leads it?", "Who leads it?"),
        ("Tell me who leads the PTM. It is urgent.", "Tell me who leads the PTM."),
        ('I need a name. Who leads "the PTM"?', 'Who leads "the PTM"?'),
    ],
)
def test_what_the_question_needs_is_taken_from_beside_it(text: str, asked: str) -> None:
    assert follow_up(text, []).asked == asked


@pytest.mark.parametrize(
    "text",
    [
        "Who met Gen. Dostum in Kabul?",
        "Did the U.S. Army leave Bagram?",
        "The raid killed 30 people. Is that true?",
        "The raid killed 30 people. Why?!",
        'I read of "Abbey Gate". Who planned the attack?',
        "Pashteen leads the PTM. Baloch leads the BYC.",
        "Who planned it? (about: the attack at Abbey Gate)",
        "Transit routes. Logistics.",
        "I am a veteran. What can I get for my health?",
        "You say that storage is unlimited. Can you clarify?",
    ],
)
def test_a_text_that_is_one_question_or_none_stays_whole(text: str) -> None:
    assert follow_up(text, []).asked == text


def test_several_questions_are_searched_as_one() -> None:
    both = "Who leads the PTM? And who leads the BYC?"
    assert follow_up(both, []).asked == both
    assert follow_up(f"My editor needs this. {both} Please hurry.", []).asked == both


def test_a_conversation_goes_on_past_what_says_nothing() -> None:
    earlier = [Exchange(ALONE, ALONE, ("The PTM, which Manzoor Pashteen leads, marched.",))]
    assert follow_up("My editor wants it. Where was he born?", earlier).asked == "Where was Manzoor Pashteen born?"
    told = [Exchange("Omar Khan is my editor. Who leads the PTM?", ALONE, earlier[0].quotes)]
    assert follow_up("Where was he born?", told).asked == "Where was Manzoor Pashteen born?"


@given(
    st.lists(st.sampled_from(["Who leads it?", "“Abbey Gate”.", "-Kabul", "I ask.", "PTM", "(about: x)", "?", "3."]))
)
def test_what_is_asked_keeps_the_operators_of_the_text(sentences: list[str]) -> None:
    text = " ".join(sentences)
    try:
        typed = parse(text)
    except QuestionError:
        return
    asked = follow_up(text, []).asked
    assert (parse(asked).phrases, parse(asked).excluded) == (typed.phrases, typed.excluded)
    assert follow_up(asked, []).asked == asked


def test_the_page_and_the_terminal_say_what_was_asked(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    index, report = sync(folder, tmp_path / "index", encoder)
    answerer = Answerer.over(Retriever(index, encoder, folder, report), ReaderChoice(none=True))
    both = answerer.ask("When was the harbour opened? When do trains run?")
    assert both.reason.startswith("These are 2 questions, searched as one: ask each by itself for its own quotes. ")
    answer = answerer.ask("My editor wants this. When was the harbour opened?")
    assert answer.asked == "When was the harbour opened?"
    assert answer.citations == answerer.ask("When was the harbour opened?").citations
    with redirect_stdout(io.StringIO()) as out:
        print_answer(answer)
    assert "Asked: When was the harbour opened?" in out.getvalue()
    assert answerer.ask("My deadline is Friday. What documents do you have?").verdict == "about_documents"
