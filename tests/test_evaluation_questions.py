"""A file of questions over the user's own documents: where each quote is found, and what is wrong with a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evaluation_data import write_lines
from fakes import BagEncoder

from embeddings.errors import DatasetError
from embeddings.index.store import Index
from embeddings.index.sync import sync
from qa.evaluation.questions import locate, read_questions
from qa.evaluation.types import Dataset

OPENED = {"question": "When was it opened?", "document": "harbour.md", "quote": "opened in 2007"}
NOTHING = {"question": "Who won?", "document": None, "quote": None}


@pytest.fixture
def index(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Index:
    (folder / "notes.xyz").write_text("?", encoding="utf-8")
    (folder / "a b%.txt").write_text("Rain fell twice. Rain fell twice.\n", encoding="utf-8")
    return sync(folder, tmp_path / "index", encoder)[0]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "questions.jsonl"


def located(path: Path, index: Index, *rows: Any) -> Dataset:
    return locate(read_questions(write_lines(path, rows)), index, "mine")


def places(dataset: Dataset, index: Index) -> list[list[tuple[str, str]]]:
    """The passages' names and the words found, for each question."""
    texts = {name: index.corpus.document_of(row).text for row, name in enumerate(dataset.passages)}
    return [
        [(gold.passage, texts[gold.passage][start:end]) for gold in question.gold for start, end in gold.spans]
        for question in dataset.questions
    ]


def test_passages_are_named_by_path_and_number(path: Path, index: Index) -> None:
    dataset = located(path, index, OPENED)
    assert dataset.name == "mine"
    assert dataset.passages[:4] == ("a%20b%25.txt#1", "harbour.md#1", "harbour.md#2", "rail.txt#1")


def test_the_passage_that_contains_the_quote_is_relevant(path: Path, index: Index) -> None:
    dataset = located(path, index, OPENED, NOTHING)
    first, second = dataset.questions
    assert (first.id, first.text, first.relevant) == ("q1", "When was it opened?", {"harbour.md#1": 1})
    assert (second.id, second.relevant, second.gold) == ("q2", {}, ())
    assert places(dataset, index) == [[("harbour.md#1", "opened in 2007")], []]


def test_white_space_may_differ_and_every_place_counts(path: Path, index: Index) -> None:
    dataset = located(path, index, {**OPENED, "quote": " opened\n in  2007"}, {**OPENED, "question": "Rain?",
                      "document": "a b%.txt", "quote": "fell twice"})  # fmt: skip
    assert places(dataset, index) == [[("harbour.md#1", "opened in 2007")], [("a%20b%25.txt#1", "fell twice")] * 2]


def test_a_quote_over_two_paragraphs_makes_both_relevant(path: Path, index: Index) -> None:
    dataset = located(path, index, {**OPENED, "quote": "call there. Fishermen protest"})
    assert dataset.questions[0].relevant == {"harbour.md#1": 1, "harbour.md#2": 1}


def test_lines_with_the_same_question_are_one_question(path: Path, index: Index) -> None:
    dataset = located(path, index, OPENED, NOTHING, {**OPENED, "document": "rail.txt", "quote": "a bridge fell"})
    assert [question.id for question in dataset.questions] == ["q1", "q2"]
    assert dataset.questions[0].relevant == {"harbour.md#1": 1, "rail.txt#2": 1}


def test_a_limit_takes_the_first_questions(path: Path) -> None:
    write_lines(path, [NOTHING, OPENED, {**OPENED, "question": "And then?"}])
    assert [question.id for question in read_questions(path, 2)] == ["q1", "q2"]
    with pytest.raises(DatasetError, match=r"questions\.jsonl holds no question with a quote"):
        read_questions(path, 1)


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ({"document": "harbour.md", "quote": "opened"}, '"question" is missing'),
        ({**OPENED, "question": " "}, '"question" is empty'),
        ({"question": "Who?", "document": "harbour.md"}, '"quote" is missing'),
        ({**OPENED, "quote": ""}, '"quote" is empty'),
        ({**OPENED, "quote": 2007}, '"quote" is 2007, expected a valid string'),
        ({**OPENED, "document": None}, '"document" is null, expected the path'),
        ({**OPENED, "quote": None}, "a document is named without a quote"),
        ({**NOTHING, "question": OPENED["question"]}, "the question of line 1 again, and only one of them has a quote"),
        ({**OPENED, "question": "?", "document": "port.md"}, r"there is no document 'port\.md'\. Give its path below"),
        (
            {**OPENED, "question": "?", "document": "notes.xyz"},
            r"the document notes\.xyz was left out of the index: no",
        ),
        ({**OPENED, "question": "?", "quote": "closed"}, r"harbour\.md does not say 'closed'\. Copy the words"),
        (
            {**OPENED, "question": "?", "quote": "# The harbour"},
            r"'# The harbour' stands in no paragraph of harbour\.md",
        ),
    ],
)
def test_what_is_wrong_with_a_line_is_said(path: Path, index: Index, row: dict[str, Any], match: str) -> None:
    with pytest.raises(DatasetError, match=rf"questions\.jsonl, line 2: {match}"):
        located(path, index, OPENED, row)


def test_a_file_that_is_not_json_or_not_there(path: Path) -> None:
    with pytest.raises(DatasetError, match=r"questions\.jsonl is missing"):
        read_questions(path)
    path.write_text("When was it opened?\n", encoding="utf-8")
    with pytest.raises(DatasetError, match=r"questions\.jsonl, line 1: it is not JSON"):
        read_questions(path)
