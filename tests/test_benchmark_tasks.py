"""What the benchmarks ask: halves, cuts, titles, vectors that are kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import BagEncoder
from harbours import QUESTIONS, ROWS

from benchmarks.beir import halves
from benchmarks.shared import SharedEncoder
from benchmarks.tasks import Task, cut, evenly, open_task
from embeddings.errors import DatasetError
from embeddings.index.rows import Row
from qa.evaluation.types import Question


def test_halves_take_every_second_article_by_name() -> None:
    corpus = [{"metadata": {"article": article}} for article in ("Rail", "Dams", "Wells", "Dams", "Harbours")]
    assert halves(corpus) == ({"Dams", "Rail"}, {"Harbours", "Wells"})


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, []), (1, ["a"]), (2, ["a", "c"]), (3, ["a", "b", "d"]), (5, list("abcde")), (9, list("abcde"))],
)
def test_values_are_spread_evenly(number: int, expected: list[str]) -> None:
    assert evenly("abcde", number) == expected


def test_a_cut_keeps_what_is_relevant_and_fills_up_evenly_in_the_order_of_the_corpus() -> None:
    rows = [Row(f"p{number}", "", "text") for number in range(10)]
    questions = [Question(f"q{number}", "?", {f"p{9 - number}": 1}) for number in range(4)]
    kept_rows, kept_questions = cut(rows, questions, 2, 5)
    assert [question.id for question in kept_questions] == ["q0", "q2"]
    assert [row.id for row in kept_rows] == ["p0", "p2", "p5", "p7", "p9"]  # p7, p9 are relevant; p0, p2, p5 of eight


def test_a_cut_is_never_smaller_than_what_is_relevant() -> None:
    rows, _ = cut(ROWS, QUESTIONS, 2, 1)
    assert [row.id for row in rows] == ["p1", "p2"]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Jury Service", "Jury Service\nYour group is called.", "Jury Service\nYour group is called."),
        ("\r\n\tUse\r\n", "Use\r\n\nLinks", "Use\r\n\nLinks"),
        ("Geology", "Geology is a science.\nIt is old.", "Geology\nGeology is a science.\nIt is old."),
        ("", "\nWells are dry.", "\nWells are dry."),
    ],
)
def test_a_title_is_given_once(title: str, text: str, expected: str) -> None:
    assert Task("small", (Row("p", title, text),), ()).texts == [expected]


def test_a_system_without_titles_is_given_them_as_the_first_line() -> None:
    task = Task("small", ROWS, QUESTIONS, "cut")
    assert task.title == "small, cut"
    assert task.names == ["p1", "p2", "p3"]
    assert [text.split(".")[0] for text in task.texts] == [
        "Harbours\nShips call at Gwadar",
        "Rail\nTrains stopped in August",
        "Wells in Kharan are dry",
    ]


def test_a_data_set_that_is_absent_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_DATA", str(tmp_path))
    with pytest.raises(DatasetError, match=r"the data set muc34 is not at .*muc34: set QA_DATA"):
        open_task("muc34")


def test_a_text_is_encoded_once_and_in_the_next_run_not_at_all(tmp_path: Path, encoder: BagEncoder) -> None:
    first = SharedEncoder(encoder, tmp_path / "cache", "small")
    vectors = first.encode_passages(["wells", "ships", "wells"])
    question = first.encode_query("ships")
    first.save()
    assert sorted(encoder.encoded) == ["ships", "wells"]
    other = BagEncoder()
    second = SharedEncoder(other, tmp_path / "cache", "small")
    np.testing.assert_array_equal(second.encode_passages(["wells", "ships", "wells"]), vectors)
    np.testing.assert_array_equal(second.encode_query("ships"), question)
    assert other.encoded == []


def test_every_second_question_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "squad20-a"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text('{"_id": "p", "title": "", "text": "Wells are dry."}\n', encoding="utf-8")
    queries = "".join(f'{{"_id": "q{number}", "text": "What is dry?"}}\n' for number in range(5))
    (folder / "queries.jsonl").write_text(queries, encoding="utf-8")
    judged = "".join(f"q{number}\tp\t1\n" for number in range(5))
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}", encoding="utf-8")
    monkeypatch.setenv("QA_DATA", str(tmp_path))
    assert [question.id for question in open_task("squad20-a").questions] == ["q1", "q3"]
