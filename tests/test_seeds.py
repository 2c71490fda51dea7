"""The documents that come with the project, the real model, real questions: the right paragraph is cited first."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa import Answerer

pytestmark = pytest.mark.model

QUESTIONS = [
    ("Who leads the PTM?", "iskp-bla-rupture.md", "Manzoor Pashteen"),
    ("Which movement does Mahrang Baloch lead?", "iskp-bla-rupture.md", "the BYC, which Mahrang Baloch leads"),
    ("Who planned the Abbey Gate attack?", "iskp-in-balochistan.md", "Mohammad Sharifullah, who planned"),
    ("When did the Taliban return to power?", "iskp-in-balochistan.md", "August 2021"),
    ("What is Al-Mirsad?", "iskp-in-balochistan.md", "an online portal in several languages"),
    ("By what other name is Ozgur Altun known?", "iskp-in-balochistan.md", "also known as Abu Yasir At-Turki"),
    ("When did the 36-minute video appear?", "iskp-bla-rupture.md", "A 36-minute video in Pashto"),
    ("Where has ISKP carried out attacks abroad?", "iskp-in-balochistan.md", "attacks in Russia, Iran and Turkiye"),
    ("In which districts of Pakistan is ISKP strong?", "iskp-in-balochistan.md", "Bajaur in Khyber Pakhtunkhwa"),
    ("What did ISKP use against the stronger Taliban?", "outlook-for-pakistan.md", "suicide attacks"),
    ("What happens if ISKP attacks rallies of the BYC?", "outlook-for-pakistan.md", "holding protests"),
]

UNANSWERED = [
    "Who leads Hezbollah?",
    "What is the capital of France?",
    "How much does a coffee cost?",
    "Who won the cricket world cup?",
]


@pytest.fixture(scope="module")
def answerer(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return Answerer.open(seeds, index=tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(("question", "path", "words"), QUESTIONS)
def test_the_right_paragraph_is_cited_first(answerer: Answerer, question: str, path: str, words: str) -> None:
    answer = answerer.ask(question)
    assert answer.verdict == "answered"
    first = answer.citations[0]
    assert first.source.path == path
    assert words in first.source.paragraph.text


@pytest.mark.parametrize("question", UNANSWERED)
def test_what_the_documents_do_not_say_is_not_answered(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)
    assert answer.verdict == "not_in_documents"
    assert answer.reason.startswith("Searched 28 passages in 3 documents. ")
    assert answer.reason.endswith("Other words may find it: see the nearest passages.")


def test_the_example_of_the_readme(answerer: Answerer) -> None:
    hits = answerer.retriever.search("Why is Balochistan important to ISKP?", k=5)
    assert [hit.passage.heading for hit in hits[:2]] == ["Two reasons for Balochistan"] * 2
    assert str(hits[0].citation).startswith("[1] Why ISKP moved into Balochistan, Two reasons for Balochistan, ¶ ")
    assert len(hits) == 5


def test_the_documents_name_their_outlet_in_few_words(answerer: Answerer) -> None:
    outlets = {document.metadata.outlet for document in answerer.retriever.index.corpus.documents}
    assert outlets == {"Restated analysis article"}
