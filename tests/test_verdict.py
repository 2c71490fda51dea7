"""What speaks against a quote: a question in a document, a date alone, a "not" that one has and the other has not."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder, WordReader
from test_reranker import MEASURED

from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.negation import is_opposite
from qa.answering.sources import Sources
from qa.answering.verdict import OPPOSITE, SAID_AFTER
from qa.reading.reranker import RerankingReader
from qa.retrieval.retriever import Retriever
from qa.types.answers import Answer

HEARING = """The harbour inquiry

12 May 2020

Q. When did the crane of Ormara collapse?

A. On 3 June 2019, in the night.

Q. Who repaired the crane afterwards? A. Nobody.

MR. BALOCH: Did the guards of Pasni sleep?

Q. Or were the guards of Pasni away?

Wind and rain kept everybody inside.

Does anybody remember the lighthouse keeper?
"""


def answerer_over(folder: Path, place: Path, encoder: BagEncoder) -> Answerer:
    index, report = sync(folder, place / "index", encoder)
    return Answerer(Retriever(index, encoder, folder, report), RerankingReader(WordReader(), MEASURED), Sources(folder))


@pytest.fixture
def heard(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Answerer:
    (folder / "hearing.txt").write_text(HEARING, encoding="utf-8")
    return answerer_over(folder, tmp_path, encoder)


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("When did the crane of Ormara collapse?", "On 3 June 2019, in the night."),
        ("Did the guards of Pasni sleep?", "Wind and rain kept everybody inside."),
        ("Were the guards of Pasni away?", "Wind and rain kept everybody inside."),
    ],
)
def test_what_is_said_after_a_question_is_quoted_in_its_place(heard: Answerer, question: str, quote: str) -> None:
    answer = heard.ask(question)
    assert (answer.verdict, quotes(answer)[0]) == ("uncertain", quote)
    assert answer.reason.startswith(SAID_AFTER)
    assert answer.confidence is None
    assert not any(one.rstrip().endswith("?") for one in quotes(answer))
    assert answer.citations[0].words is None


def test_what_is_said_in_the_passage_that_was_read_stays_an_answer(heard: Answerer) -> None:
    answer = heard.ask("Who repaired the crane afterwards?")
    assert (answer.verdict, quotes(answer)) == ("answered", ["A. Nobody."])


def test_a_question_that_nothing_follows_is_not_quoted(heard: Answerer) -> None:
    answer = heard.ask("Does anybody remember the lighthouse keeper?")
    assert (answer.verdict, answer.citations) == ("not_in_documents", ())


@pytest.mark.parametrize(
    ("question", "quoted"), [("When did 2020 wells fail in Kharan?", False), ("When was it 12 May 2020?", True)]
)
def test_a_date_alone_answers_only_beside_the_words_of_the_question(
    tmp_path: Path, encoder: BagEncoder, question: str, *, quoted: bool
) -> None:
    place = tmp_path / "dated"
    place.mkdir()
    (place / "report.md").write_text("# Inquiry\n\n12 May 2020\n\n## Harbour\n\nNothing is told.\n", encoding="utf-8")
    reader = RerankingReader(WordReader(limit=0.1), MEASURED)
    index, report = sync(place, tmp_path / "index", encoder)
    answer = Answerer(Retriever(index, encoder, place, report), reader, Sources(place)).ask(question)
    assert ("12 May 2020" in quotes(answer)) is quoted


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Which group does not oppose ISKP?", "The outlet supports the Taliban and opposes ISKP."),
        ("Who is not hostile to Iran?", "The groups are hostile to Shia Muslims and to Iran."),
        ("Who doesn't lead a party?", "The party, which Manzoor Pashteen leads, marched."),
        ("Which towns were never flooded?", "Sibi and Gwadar were flooded in 2022."),
        ("Who opposes the pact?", "The elders do not oppose the pact."),
        ("Which khanates had converted to Islam?", "The eastern khanates never converted to Islam."),
        ("What did the minister sign?", "The minister didn't sign the treaty."),
    ],
)
def test_the_opposite_is_told(question: str, sentence: str) -> None:
    assert is_opposite(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who does not oppose the pact?", "The elders do not oppose the pact."),
        ("Who is not hostile to Iran?", "Qatar has refused to be hostile to Iran."),
        ("Who did not sign?", "The elders stayed at home."),
        ("Who opposes the pact?", "The elders oppose the pact, which is not new."),
        ("Why did the trains not run?", "The trains run on diesel, and there was none."),
        ("Did the minister sign?", "The minister did not sign."),
        ("When did trains run again?", "Trains did not run until 1990."),
        ("What do the elders oppose?", "The elders do not only oppose the pact, but the war."),
        ("Who refused to sign the treaty?", "Omar Khan did not sign the treaty."),
        ("When did Pasni sign?", "Ormara did not, but Pasni did sign in May."),
        ("", ""),
    ],
)
def test_what_may_well_answer_is_no_opposite(question: str, sentence: str) -> None:
    assert not is_opposite(question, sentence)


def test_an_opposite_is_uncertain_at_most_and_the_reason_says_so(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    (folder / "pact.txt").write_text("Titled\n\nThe elders of Sibi oppose the pact.\n", encoding="utf-8")
    answerer = answerer_over(folder, tmp_path, encoder)
    assert answerer.ask("Who in Sibi opposes the pact?").verdict == "answered"
    answer = answerer.ask("Who in Sibi does not oppose the pact?")
    assert (answer.verdict, quotes(answer)[0]) == ("uncertain", "The elders of Sibi oppose the pact.")
    assert answer.reason.startswith(OPPOSITE)
