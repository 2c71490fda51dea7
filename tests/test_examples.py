"""Examples are whole English questions that the documents answer, the first of them about the newest."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fakes import BagEncoder, WordReader

from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.interfaces.chat.examples import MOST, Examples
from qa.interfaces.chat.handlers import Handlers
from qa.library.library import Library
from qa.reading.reranker import RerankingReader
from qa.reading.similarity import SimilarityReader
from qa.reading.types import Reader
from qa.retrieval.retriever import Retriever
from qa.types.answers import Answer

GUILD = "Cloth is woven by the Norvik Weavers Guild (NWG) in the hall."


class Blocked(Answerer):
    """Answers when it is let; counts what it is asked."""

    def __init__(self, retriever: Retriever, reader: Reader, sources: Sources) -> None:
        super().__init__(retriever, reader, sources)
        self.let = Event()
        self.asked: list[str] = []

    def ask(self, question: str, **_options: Any) -> Answer:
        self.asked.append(question)
        assert self.let.wait(30)
        return super().ask(question)


def answerer_over(folder: Path, reader: Reader | None = None, kind: type[Answerer] = Answerer) -> Answerer:
    encoder, place = BagEncoder(), folder.with_name("index")
    index, report = sync(folder, place, encoder)
    return kind(Retriever(index, encoder, folder, report, place), reader or SimilarityReader(None), Sources(folder))


def wait_for(examples: Examples) -> list[str]:
    deadline = time.monotonic() + 30
    while not examples.ended:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return examples.found


def found(folder: Path, reader: Reader | None = None) -> list[str]:
    answerer = answerer_over(folder, reader)
    return wait_for(Examples(Library(answerer), answerer))


@pytest.fixture
def one(tmp_path: Path) -> Path:
    (tmp_path / "one").mkdir()
    return tmp_path / "one"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GUILD, ["What does NWG stand for?", "What is said about the Norvik Weavers Guild?"]),
        ("They saw Ozgur Altun, also known as Abu Yasir, in Quetta.", ["What is said about Ozgur Altun?"]),
        ("nothing here has another name.", []),
        ("\u06af\u0648\u0627\u062f\u0631 2007 \u0645\u06cc\u06ba \u06a9\u06be\u0648\u0644\u06cc", []),
    ],
)
def test_a_name_is_asked_about_with_the_article_that_the_text_gives_it(
    one: Path, text: str, expected: list[str]
) -> None:
    (one / "a.txt").write_text(text, encoding="utf-8")
    assert found(one) == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("Mirani Dam", "Water is held by the Mirani Dam in Kech.", ["What is said about the Mirani Dam?"]),
        ("Gwadar", "Ships call at Gwadar every day.", ["What is said about Gwadar?"]),
        ("Why ships call at Gwadar", "Ships call at Gwadar every day.", []),
        ("Ships call at Gwadar", "Ships call at Gwadar.", []),
        ("Gwadar?", "Ships call at Gwadar every day.", []),
        ("Gwa", "Ships call at Gwadar every day.", []),
        ("Gwadar " * 20, "Ships call at Gwadar every day.", []),
    ],
)
def test_a_title_is_asked_about_where_it_is_a_name_within_a_sentence(
    one: Path, title: str, text: str, expected: list[str]
) -> None:
    (one / "a.md").write_text(f"---\ntitle: {title}\n---\n\n{text}\n", encoding="utf-8")
    assert found(one) == expected


def test_the_first_is_about_what_came_last_also_where_it_is_a_copy_of_something_old(folder: Path) -> None:
    for name in ("Harbour Master", "Port Trust", "Bolan Mail", "Quetta Post"):
        (folder / f"{name}.txt").write_text(f"It was said by the {name} in the morning.", encoding="utf-8")
    assert "NWG" not in " ".join(found(folder))
    time.sleep(0.05)
    (folder / "a weaver.txt").write_text(GUILD, encoding="utf-8")
    os.utime(folder / "a weaver.txt", (0, 0))
    examples = found(folder)
    assert examples[0] == "What does NWG stand for?"
    assert len(examples) == len(set(examples)) == MOST


def test_a_newest_document_without_a_name_takes_nothing_from_the_others(folder: Path) -> None:
    (folder / "weaver.txt").write_text(GUILD, encoding="utf-8")
    time.sleep(0.05)
    (folder / "new.txt").write_text("nothing here.", encoding="utf-8")
    assert found(folder)[0] == "What does NWG stand for?"


def test_an_example_is_one_that_the_reader_in_use_answers(one: Path) -> None:
    (one / "a.txt").write_text(GUILD, encoding="utf-8")
    reader = WordReader(0.3)
    assert found(one, RerankingReader(reader))
    assert reader.texts
    assert found(one, RerankingReader(WordReader(1.0))) == []


def test_a_first_view_waits_for_no_example_and_a_later_one_has_them(one: Path) -> None:
    (one / "a.txt").write_text(GUILD, encoding="utf-8")
    answerer = answerer_over(one, kind=Blocked)
    assert isinstance(answerer, Blocked)
    handlers = Handlers(Library(answerer))
    views = [handlers.thread(()) for _ in range(3)]
    assert all("data-looking" in view and "data-ask" not in view for view in views)
    answerer.let.set()
    deadline = time.monotonic() + 30
    while "data-looking" in (view := handlers.thread(())):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert 'data-ask="What does NWG stand for?"' in view
    assert len(answerer.asked) == len(set(answerer.asked))  # looked for once, however many look at the page


def test_examples_of_documents_that_have_changed_are_looked_for_no_longer(one: Path) -> None:
    (one / "a.txt").write_text(GUILD, encoding="utf-8")
    answerer = answerer_over(one, kind=Blocked)
    assert isinstance(answerer, Blocked)
    library = Library(answerer)
    examples = Examples(library, answerer)
    (one / "b.txt").write_text("Ships call at Gwadar every day.", encoding="utf-8")
    library.refresh()
    answerer.let.set()
    wait_for(examples)
    assert answerer.asked == ["What does NWG stand for?"]


@pytest.mark.model
def test_the_documents_that_come_with_the_program_have_examples(seeds: Path, tmp_path: Path) -> None:
    answerer = Answerer.open(seeds, index=tmp_path / "index")
    assert set(wait_for(Examples(Library(answerer), answerer))) == {
        "What does PTM stand for?",
        "What is said about Ozgur Altun?",
        "What is said about the Baloch Liberation Army?",
        "What is said about the Islamic State of Khorasan Province?",
    }


def test_a_program_that_ends_while_an_example_is_looked_for_says_nothing() -> None:
    """In a process of its own, in which a question comes to its threads after the program has begun to end."""
    code = """
import threading, time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from qa.interfaces.chat import examples

def ask(question):
    while threading.main_thread().is_alive():
        time.sleep(0.01)
    time.sleep(0.2)
    return ThreadPoolExecutor(1).submit(int)

examples._candidates = lambda answerer: [("Who?", ())]
library = SimpleNamespace(answerer=SimpleNamespace(ask=ask))
threading.Thread(target=time.sleep, args=(1,)).start()
examples.Examples(library, library.answerer)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stderr == ""
