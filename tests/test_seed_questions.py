"""The questions over the seeds: each quote is the document's own, each paragraph is asked about, none is copied."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.index.sync import sync
from qa.evaluation.lines import Line, read_lines
from qa.evaluation.questions import Asked, QuestionLine, locate, read_questions

FILE = Path(__file__).parents[1] / "benchmarks" / "seeds.jsonl"
COPIED = 5  # so many words in a row that also stand in a document are a copy; names are shorter

LINES = read_lines(FILE, QuestionLine)
ASKED = read_questions(FILE)
ANSWERED = [line for line in LINES if line.says.quote is not None]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def runs(text: str) -> set[tuple[str, ...]]:
    """All runs of so many words that they would be a copy."""
    found = words(text)
    return {tuple(found[start : start + COPIED]) for start in range(len(found) - COPIED + 1)}


def paragraphs(seeds: Path) -> list[tuple[str, str]]:
    """Each paragraph below the front matter that is not a heading, with its document's name."""
    bodies = [(path.name, path.read_text(encoding="utf-8").split("\n---\n", 1)[1]) for path in seeds.glob("*.md")]
    parts = [(name, text.strip()) for name, body in bodies for text in body.split("\n\n")]
    return [(name, text) for name, text in parts if not text.startswith("#")]


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line.number))
def test_a_quote_stands_in_its_document(line: Line[QuestionLine], seeds: Path) -> None:
    question, document, quote = line.says.question, line.says.document, line.says.quote
    assert question == " ".join(question.split())
    assert (document is None) == (quote is None)
    if quote is not None and document is not None:
        assert quote == quote.strip()
        assert quote in (seeds / document).read_text(encoding="utf-8")


def test_there_are_enough_of_both_kinds_and_none_twice() -> None:
    unanswerable = [question for question in ASKED if not question.places]
    assert len(ASKED) >= 60
    assert len(unanswerable) * 3 >= len(ASKED)
    assert len({tuple(words(question.text)) for question in ASKED}) == len(ASKED)


def test_lines_with_the_same_question_stand_together_and_name_different_places() -> None:
    texts = [line.says.question for line in LINES]
    changes = 1 + sum(before != after for before, after in pairwise(texts))
    assert changes == len(ASKED)
    places = {(line.says.question, line.says.document, line.says.quote) for line in ANSWERED}
    assert len(places) == len(ANSWERED)


def test_every_paragraph_of_the_seeds_answers_at_least_two(seeds: Path) -> None:
    held = paragraphs(seeds)
    assert len(held) == 24
    for name, text in held:
        asked = [line for line in ANSWERED if line.says.document == name and str(line.says.quote) in text]
        assert len(asked) >= 2, text


@pytest.mark.parametrize("question", ASKED, ids=lambda question: question.id)
def test_a_question_is_not_copied_from_a_document(question: Asked, seeds: Path) -> None:
    for path in seeds.glob("*.md"):
        assert runs(question.text).isdisjoint(runs(path.read_text(encoding="utf-8")))


def test_the_evaluation_takes_them(seeds: Path, tmp_path: Path) -> None:
    index, _ = sync(seeds, tmp_path / "index", BagEncoder(max_tokens=256))
    dataset = locate(ASKED, index, FILE.stem)
    assert [bool(question.relevant) for question in dataset.questions] == [bool(asked.places) for asked in ASKED]
    assert {passage for question in dataset.questions for passage in question.relevant} == {
        passage for passage in dataset.passages if "#heading@" not in passage
    }
