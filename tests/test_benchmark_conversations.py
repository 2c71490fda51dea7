"""The pure parts of the follow-up benchmark: conversations, baselines, recovered words."""

from __future__ import annotations

import pytest

from benchmarks.conversations import Talk, asked_last, joined, other_talks, read_talk, recovered, same_talks
from qa.evaluation.types import Question

TALK = {
    "_id": "C_1#2",
    "turns": [
        {"speaker": "user", "text": "Who leads  the PTM?"},
        {"speaker": "agent", "text": "Manzoor Pashteen leads the PTM."},
        {"speaker": "user", "text": "Where was he born?"},
    ],
}


def test_a_talk_is_read_and_its_last_question_understood() -> None:
    talk = read_talk(TALK)
    assert talk == Talk("C_1#2", ("Who leads the PTM?", "Where was he born?"), ("Manzoor Pashteen leads the PTM.",))
    assert asked_last(talk.questions, None, lambda number, _: talk.answers[number : number + 1]).asked == (
        "Where was Manzoor Pashteen born?"
    )
    assert asked_last(["?!", "Where was he born?"], None, lambda *_: ()).asked == "Where was he born?"


def test_turns_of_one_conversation_are_of_one_half() -> None:
    halves = {Talk(f"C_1#{turn}", (), ()).chosen_on for turn in range(5)}
    assert len(halves) == 1
    assert {Talk(f"C_{number}#1", (), ()).chosen_on for number in range(9)} == {True, False}


def test_baselines_join_the_last_turns() -> None:
    assert joined(("a", "b", "c"), 2) == "b c"
    assert joined(("a", "b", "c"), None) == "a b c"
    assert len(joined(("x" * 1500, "y" * 1500), 2)) == 2000


def test_other_conversations_are_of_other_articles_and_the_same_each_time() -> None:
    questions = [Question(f"q{number}", f"Question {number}?", {"p": 1}) for number in range(8)]
    articles = {question.id: "ab"[place >= 4] for place, question in enumerate(questions)}
    talks = other_talks(questions, articles, questions[:1])
    assert talks == other_talks(questions, articles, questions[:1])
    assert set(talks["q0"]) <= {f"Question {number}?" for number in range(4, 8)}
    chosen = [Question(one.id, one.text, {"q": 1}) for one in questions[4:6]]  # a benchmark may judge them otherwise
    assert same_talks(questions, articles, chosen) == {"q4": (), "q5": ("Question 4?",)}


def test_recovered_words_are_counted_over_all_turns() -> None:
    turns = [
        ("Where was he born?", "Where was Manzoor Pashteen born?", "Where was Pashteen of Kabul born?"),
        ("Why?", "Why?", "Why?"),
    ]
    added, every = recovered(turns)
    assert (added.precision, added.recall, added.f1) == (0.5, 0.5, 0.5)
    assert (every.precision, every.recall) == pytest.approx((2 / 3, 2 / 3))
