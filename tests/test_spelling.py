"""Names with a wrong letter: another spelling is offered or asked, at every door; names that are absent are left."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder, WordReader
from test_interfaces import by_mcp, by_rest
from test_render import ALWAYS
from test_reranker import MEASURED

from embeddings.index.rows import Row, index_rows
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.no_answer.spelling import Speller
from qa.answering.sources import Sources
from qa.export.recorded import facts_of
from qa.interfaces.chat.render import conversation
from qa.interfaces.chat.turns import Turn
from qa.interfaces.cli.output import print_answer
from qa.interfaces.rest.responses import model_of
from qa.library.library import Library
from qa.reading.reranker import RerankingReader
from qa.retrieval.retriever import Retriever
from qa.types.answers import Answer, Spelling

TEXTS = [
    "In Kabul the Abbey Gate was opened; Manzoor Pashteen, who leads the Pashtun Tahafuz Movement, was there.",
    "A rally in Mastung was led by Jamil Karimi and by Jamal Karimi of the Khyber Council. Iran took heart.",
    "Iran’s gate, a heart of stone, and the movement of goats, a Canon from Afghanistan.",
]


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(index_rows([Row(str(row), "On Zhob", text) for row, text in enumerate(TEXTS)], BagEncoder()))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Who closed the Abby Gate?", "Who closed the Abbey Gate?"),
        ('Who closed "Abby Gate"?', 'Who closed "Abbey Gate"?'),
        ("abby gate", None),  # of which nobody knows that it is one name
        ("Who is Manzur Pashtin?", "Who is Manzoor Pashteen?"),
        ("What is Pashtin’s aim?", None),  # Pashteen or Pashtun
        ("What is Pasteen’s aim?", "What is Pashteen’s aim?"),
        ("who leads the pashtun tahaffuz movement", "who leads the pashtun Tahafuz movement"),
        ("Who leads the Pashtun Tahafuz Movment?", "Who leads the Pashtun Tahafuz Movement?"),
        ("What happened in Msatung?", "What happened in Mastung?"),
        ("What happened in Mastungg on the 3rd?", "What happened in Mastung on the 3rd?"),
        ("Who is Jaml Karimi?", "Who is Jamal Karimi?"),
        ("Who is Jamyl?", None),  # Jamil or Jamal
        ("Where is Kabul Airport?", None),
        ("Where is the Abbye Road?", None),  # no passage has the Abbey Road
        ("What does Iraq say?", None),
        ("Where is Herat?", None),  # no heart
        ("Who is Goets?", None),  # no name is near, only goats
        ("What of Zhoob?", "What of Zhob?"),
        ("Who is Conan?", None),  # no canon
        ("Who is Guate?", None),  # no gate
        ("Where is Afganistan?", "Where is Afghanistan?"),
        ("Who is Mohammed Sharifullah?", None),
        ("Who closed the gate -Abby?", None),
        ("What happened in Mastung?", None),
    ],
)
def test_a_name_is_spelt_as_in_the_documents_or_left(speller: Speller, typed: str, meant: str | None) -> None:
    found = speller.spelling(typed)
    assert (found and found.question) == meant
    assert meant is None or speller.spelling(meant) is None


def test_which_words_are_others_is_told(speller: Speller) -> None:
    question = "Who is Manzoor Pashteen?"
    assert speller.spelling("Who is Manzur Pashtin?") == Spelling(
        ("Manzur", "Pashtin"), ("Manzoor", "Pashteen"), question, searched=False
    )


def test_without_words_there_is_no_spelling() -> None:
    assert Speller(index_rows([Row("1", "", "***")], BagEncoder())).spelling("Where is Abby?") is None


@pytest.fixture
def answerer(folder: Path, tmp_path: Path) -> Answerer:
    index, report = sync(folder, tmp_path / "index", BagEncoder())
    retriever = Retriever(index, BagEncoder(), folder, report, tmp_path / "index")
    return Answerer(retriever, RerankingReader(WordReader(), MEASURED), Sources(folder))


def test_where_nothing_was_found_it_is_asked_and_said_at_every_door(
    answerer: Answerer, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "Who built Gwadarr?"
    answer = answerer.ask(question)
    assert (answer.question, answer.asked) == (question, "Who built Gwadar?")
    assert answer.spelling == Spelling(("Gwadarr",), ("Gwadar",), "Who built Gwadar?", searched=True)
    assert answer.citations == answerer.ask("Who built Gwadar?").citations
    assert answer.citations[0].exact == "2007"
    said = "No document has “Gwadarr”. Asked with “Gwadar”."
    print_answer(answer)
    assert capsys.readouterr().out.startswith(f"{said}\n")
    assert f'<p dir="auto">{said}</p>' in conversation([Turn(question, answer)], ALWAYS)
    assert facts_of(answer)["Spelling"] == said
    python = answer.to_json().encode()
    assert by_rest(Library(answerer), "ask", {"question": question}) == python
    assert by_mcp(Library(answerer), "ask", {"question": question}) == python
    model_of(Answer).model_validate_json(python)


def test_beside_an_answer_it_is_offered(answerer: Answerer, capsys: pytest.CaptureFixture[str]) -> None:
    question = "Which harbour was opened in 2007, of Gwadarr?"
    answer = answerer.ask(question)
    assert (answer.asked, answer.verdict) == (question, "answered")
    print_answer(answer)
    assert capsys.readouterr().out.startswith("No document has “Gwadarr”. Did you mean “Gwadar”?\n")
    html = conversation([Turn(question, answer)], ALWAYS)
    assert 'data-ask="Which harbour was opened in 2007, of Gwadar?"' in html


def test_what_is_not_found_either_way_is_refused_and_offered(answerer: Answerer) -> None:
    answer = answerer.ask("Which painter, a Dutchman by birth, lived with many cats beside Gwadarr?")
    assert (answer.verdict, answer.citations) == ("not_in_documents", ())
    assert answer.spelling is not None
    assert not answer.spelling.searched
    assert answerer.ask("When was Kabul opened?").spelling is None
