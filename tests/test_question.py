"""What can be asked."""

from __future__ import annotations

import pytest

from embeddings.errors import QuestionError
from qa.query.syntax import LONGEST_QUESTION, checked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Who leads the PTM?", "Who leads the PTM?"),
        ("  Who\tleads\n the\u00a0PTM? ", "Who leads the PTM?"),
        ("Who\x00 leads\x1b[31m the PTM?", "Who leads [31m the PTM?"),
        ("2021", "2021"),
        ("پاکستان", "پاکستان"),
        ("who 🎉", "who 🎉"),
    ],
)
def test_a_question_is_put_on_one_line_without_control_characters(question: str, asked: str) -> None:
    assert checked(question) == asked


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\x00\x07\x1b"])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(QuestionError, match="the question is empty"):
        checked(question)


@pytest.mark.parametrize("question", ["🎉🎉", "?!", "___", "—"])
def test_a_question_without_a_word_is_refused(question: str) -> None:
    with pytest.raises(QuestionError, match="no word and no number"):
        checked(question)


def test_a_question_has_a_longest_length() -> None:
    assert checked("a" * LONGEST_QUESTION) == "a" * LONGEST_QUESTION
    with pytest.raises(QuestionError, match="the question has 102,400 characters, at most 2,000"):
        checked("a" * 102_400)
