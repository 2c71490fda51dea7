"""A folder in the BEIR layout: what is read, and every way in which it can be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from evaluation_data import CORPUS, write_beir, write_lines

from embeddings.errors import DatasetError
from embeddings.index.rows import Row
from qa.evaluation.beir import read_beir
from qa.evaluation.types import Gold, Question


def test_the_folder_is_read(tmp_path: Path) -> None:
    beir = read_beir(write_beir(tmp_path / "toy"))
    assert beir.rows[2] == Row("p3", "Water", "Wells in Kharan are dry.")
    assert beir.dataset.name == "toy"
    assert beir.dataset.passages == ("p1", "p2", "p3")
    assert beir.dataset.questions == (
        Question("q1", "Which ships call at Gwadar?", {"p1": 1}, (Gold("p1", ((14, 20),)),)),
        Question("q2", "When were the trains stopped?", {"p2": 2}, (Gold("p2", ((18, 24), (43, 49))),)),
        Question("q3", "Which wells in Kharan are dry?", {"p2": 1}),
        Question("u1", "Who won the cricket cup?"),
        Question("u2", "Who leads the choir?"),
    )
    assert [question.id for question in beir.dataset.judged] == ["q1", "q2", "q3"]


def test_answers_and_unanswerable_questions_and_titles_can_be_absent(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "toy")
    for name in ("answers", "unanswerable"):
        (folder / f"{name}.jsonl").unlink()
    write_lines(folder / "corpus.jsonl", [{"_id": row["_id"], "text": row["text"]} for row in CORPUS])
    beir = read_beir(folder)
    assert [question.gold for question in beir.dataset.questions] == [(), (), ()]
    assert [row.title for row in beir.rows] == ["", "", ""]


def test_answers_that_are_not_asked_for_are_not_read(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "toy")
    write_lines(folder / "answers.jsonl", [{"_id": "q1", "passage_id": "p1", "start": 0, "text": ""}])
    with pytest.raises(DatasetError, match='"text" is empty'):
        read_beir(folder)
    assert {question.gold for question in read_beir(folder, answers=False).dataset.questions} == {()}


def test_all_judgements_are_merged(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "toy")
    (folder / "qrels" / "dev.tsv").write_text("q\td\ts\r\nq4\tp3\t1\r\nq1\tp2\t1\r\n\r\nq1\tp1\t1\r\n", "utf-8")
    relevant = {question.id: question.relevant for question in read_beir(folder).dataset.judged}
    assert relevant == {"q1": {"p1": 1, "p2": 1}, "q2": {"p2": 2}, "q3": {"p2": 1}, "q4": {"p3": 1}}


def test_judgements_without_a_header_lose_no_line(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "toy")
    (folder / "qrels" / "test.tsv").write_text("q1\tp1\t1\nq2\tp2\t1\n", encoding="utf-8")
    assert [question.id for question in read_beir(folder).dataset.judged] == ["q1", "q2"]


def test_a_limit_takes_the_first_of_each_kind(tmp_path: Path) -> None:
    questions = read_beir(write_beir(tmp_path / "toy"), 1).dataset.questions
    assert [question.id for question in questions] == ["q1", "u1"]


def test_an_answer_is_found_as_whole_words_elsewhere(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "toy")
    text = "In 1973, 19 ships; in 19 ports. 19"
    write_lines(folder / "corpus.jsonl", [{**CORPUS[0], "text": text}, *CORPUS[1:]])
    answer = {"_id": "q1", "passage_id": "p1", "start": 9, "text": "19"}
    write_lines(folder / "answers.jsonl", [answer, {**answer, "start": 3}])
    gold = read_beir(folder).dataset.questions[0].gold
    assert [item.spans for item in gold] == [((9, 11), (22, 24), (32, 34)), ((3, 5), (9, 11), (22, 24), (32, 34))]


def test_a_sentence_holds_the_answer_or_lies_inside_it() -> None:
    gold = Gold("p", ((10, 20), (40, 45)))
    spans = [(0, 20), (10, 20), (12, 18), (5, 19), (21, 39), (30, 60), (20, 40)]
    assert [gold.is_marked_by(*span) for span in spans] == [True, True, True, False, False, True, False]


BROKEN = [
    ("corpus.jsonl", None, r"corpus\.jsonl is missing\."),
    ("queries.jsonl", None, r"queries\.jsonl is missing\."),
    ("qrels/test.tsv", None, r"qrels holds no \.tsv file"),
    ("corpus.jsonl", "\n", r"corpus\.jsonl holds no passage"),
    ("corpus.jsonl", '{"_id": "p1", "text": "a"}\n\n{"_id": \n', r"corpus\.jsonl, line 3: it is not JSON"),
    ("corpus.jsonl", '["p1"]\n', r"corpus\.jsonl, line 1: it is \['p1'\], expected an object"),
    ("corpus.jsonl", '{"_id": "p1"}\n', r'corpus\.jsonl, line 1: "text" is missing'),
    ("corpus.jsonl", '{"_id": 7, "text": "a"}\n', r'line 1: "_id" is 7, expected a valid string'),
    ("corpus.jsonl", '{"_id": "", "text": "a"}\n', r'line 1: "_id" is empty'),
    ("corpus.jsonl", '{"_id": "p", "text": "\\ud800"}\n', r"line 1: it is not JSON \(.* hex escape"),
    ("corpus.jsonl", '{"_id": "p", "text": "a"}\n' * 2, r"line 2: the _id 'p' stands in corpus.jsonl, line 1, too"),
    ("queries.jsonl", '{"_id": "q", "text": "a"}\n' * 2, r"line 2: the _id 'q' stands in queries.jsonl, line 1, too"),
    ("unanswerable.jsonl", '{"_id": "q1", "text": "a"}\n', r"line 1: the _id 'q1' stands in queries.jsonl, line 1"),
    ("qrels/test.tsv", "h\th\th\nq9\tp1\t1\n", r"test\.tsv, line 2: there is no query 'q9'\. Take the line out"),
    ("qrels/test.tsv", "h\th\th\nq1\tp9\t1\n", r"test\.tsv, line 2: there is no passage 'p9'"),
    ("qrels/test.tsv", "h\th\th\nq1 p1 1\n", r"test\.tsv, line 2: expected query, passage and grade with tabs"),
    ("qrels/test.tsv", "h\th\th\nq1\tp1\tyes\n", r"test\.tsv, line 2: the grade is 'yes', expected a whole number"),
    ("qrels/test.tsv", "h\th\th\nq1\tp1\t1\nq1\tp1\t2\n", r"line 3: 'q1' and 'p1' were judged 1 before"),
    ("qrels/test.tsv", "h\th\th\nq1\tp1\t0\n", r"qrels judges no passage relevant to any query"),
    ("answers.jsonl", '{"_id": "q9", "passage_id": "p1", "start": 0, "text": "S"}', r"there is no query 'q9'"),
    ("answers.jsonl", '{"_id": "q1", "passage_id": "p9", "start": 0, "text": "S"}', r"there is no passage 'p9'"),
    (
        "answers.jsonl",
        '{"_id": "q1", "passage_id": "p1", "start": 3, "text": "Ships"}',
        r"the passage 'p1' says 'ps ca' at 3, not 'Ships'",
    ),
    (
        "answers.jsonl",
        '{"_id": "q1", "passage_id": "p1", "start": -1, "text": "Ships"}',
        r'"start" is -1, expected greater than or equal to 0',
    ),
]


@pytest.mark.parametrize(("file", "text", "match"), BROKEN)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, file: str, text: str | None, match: str) -> None:
    folder = write_beir(tmp_path / "toy")
    if text is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=match):
        read_beir(folder)


def test_other_encodings_and_byte_order_marks(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "toy")
    text = (folder / "corpus.jsonl").read_text(encoding="utf-8")
    (folder / "corpus.jsonl").write_text(text, encoding="utf-8-sig")
    assert len(read_beir(folder).rows) == 3
    (folder / "corpus.jsonl").write_bytes(b'{"_id": "\xff"}\n')
    with pytest.raises(DatasetError, match=r"corpus\.jsonl is not UTF-8 .* Save it as UTF-8"):
        read_beir(folder)


def test_a_line_separator_inside_a_text_is_no_new_line(tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "toy")
    rows = [{**CORPUS[0], "text": "Ships call at Gwadar.\u2028Fishermen\u0085protest."}, *CORPUS[1:]]
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
    assert read_beir(folder).rows[0].text == "Ships call at Gwadar.\u2028Fishermen\u0085protest."
