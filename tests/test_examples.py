"""Examples are whole English questions that the documents answer, the first of them about the newest."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from fakes import BagEncoder, WordReader

from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.interfaces.chat.examples import MOST, examples_for
from qa.reading.reranker import RerankingReader
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever


def examples(folder: Path, place: Path) -> list[str]:
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    return examples_for(Answerer(Retriever(index, encoder, folder, report), SimilarityReader(None), Sources(folder)))


def of(text: str, tmp_path: Path) -> list[str]:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "a.txt").write_text(text, encoding="utf-8")
    return examples(folder, tmp_path / "index")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "It was told by the Baloch Liberation Army, and nobody else.",
            ["What is said about the Baloch Liberation Army?"],
        ),
        ("The smith of the town is called Orm Kald.", ["What is said about Orm Kald?"]),
        ("They went by road from the Netherlands.", ["What is said about the Netherlands?"]),
        ("They spoke to many Baloch Liberation Army fighters.", []),
        ("They spoke of Baloch Liberation Army fighters.", []),
        ("A letter came from the Ministry of Defence Production.", []),
        ("They met in August. They met again on Monday.", []),
        ("Trade with Chinese, Iranian and Turkish ships grew.", []),
        ("nothing here begins with a capital letter.", []),
        ("گوادر کی بندرگاہ 2007 میں کھولی گئی۔", []),
        ("", []),
    ],
)
def test_a_name_is_asked_about_with_its_article_or_not_at_all(text: str, expected: list[str], tmp_path: Path) -> None:
    assert of(text or "\n\nx\n", tmp_path) == expected


def test_letters_are_asked_about_only_where_they_are_the_initials(tmp_path: Path) -> None:
    text = "A raid by the Islamic State of Khorasan Province (ISKP).\n\nIt was told by Radio Free Europe (PDF)."
    assert [question for question in of(text, tmp_path) if "stand for" in question] == ["What does ISKP stand for?"]


def test_the_first_is_about_what_came_last_also_where_it_is_a_copy_of_something_old(
    folder: Path, tmp_path: Path
) -> None:
    for name in ("Harbour Master", "Port Trust", "Bolan Mail", "Quetta Post"):
        (folder / f"{name}.txt").write_text(f"It was said by the {name}, by the {name}, and by the {name}.", "utf-8")
    assert "Orm Kald" not in " ".join(examples(folder, tmp_path / "index"))
    time.sleep(0.05)
    (folder / "a smith.txt").write_text("The smith of Norvik is called Orm Kald.", encoding="utf-8")
    os.utime(folder / "a smith.txt", (0, 0))
    found = examples(folder, tmp_path / "index")
    assert found[0] == "What is said about Orm Kald?"
    assert len(found) == len(set(found)) == MOST


def test_a_newest_document_without_a_name_takes_nothing_from_the_others(folder: Path, tmp_path: Path) -> None:
    (folder / "smith.txt").write_text("The smith of Norvik is called Orm Kald.", encoding="utf-8")
    time.sleep(0.05)
    (folder / "new.txt").write_text("nothing here.", encoding="utf-8")
    assert examples(folder, tmp_path / "index")[0] == "What is said about Orm Kald?"


def test_no_document_makes_a_question_that_cannot_be_asked(tmp_path: Path) -> None:
    text = (
        "in "
        + "Aa" * 5_000
        + ". in A"
        + "a" * 5_000
        + ". in Aa"
        + "-Aa" * 5_000
        + ". It came by Orm Kald, of old. "
        + " ".join(["by the Aa"] * 20_000)
        + " "
        + "Aa-" * 20_000
        + " "
        + "a," * 20_000
        + "in Aa"
        + " Bb" * 20_000
    )
    found = of(text, tmp_path)
    assert "What is said about Orm Kald?" in found
    assert max(map(len, found)) < 200


def test_an_example_is_one_that_the_reader_in_use_answers(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "a.txt").write_text("It was told by the Baloch Liberation Army. A road leads to Orm Kald.", "utf-8")
    encoder = BagEncoder()
    index, report = sync(folder, tmp_path / "index", encoder)
    retriever = Retriever(index, encoder, folder, report)

    def with_limit(limit: float) -> tuple[list[str], list[str]]:
        reader = WordReader(limit)
        return examples_for(Answerer(retriever, RerankingReader(reader), Sources(folder))), reader.texts

    found, read = with_limit(0.3)
    assert sorted(found) == ["What is said about Orm Kald?", "What is said about the Baloch Liberation Army?"]
    assert read
    assert with_limit(1.0)[0] == []
