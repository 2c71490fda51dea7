"""One question in many writings: it is searched alike, and read in the words of each passage."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.index.rows import Row, index_rows
from qa.query.wording import as_question, in_words_of, one_wording
from qa.retrieval.query_forms import QueryForms
from qa.retrieval.retriever import Retriever
from qa.types.hits import Hit

TEXTS = [
    "The Pashtun Tahafuz Movement (PTM) was founded in Karachi.",
    "The P.T.M. marched on 25 May 2021 from Swat.",
    "The B.L.A. shot four men near Abbey Gate.",
    "Trains stopped for days.",
]


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    index = index_rows([Row(str(number), "", text) for number, text in enumerate(TEXTS)], BagEncoder())
    return Retriever(index, BagEncoder(), Path())


def found(retriever: Retriever, question: str) -> list[tuple[str, float, str]]:
    return [(hit.passage.text, hit.score, hit.trace.asked_as or question) for hit in retriever.search(question)]


@pytest.mark.parametrize(
    ("written", "wording"),
    [
        ("Who leads the P. T. M.?", "Who leads the PTM?"),
        ("Who leads the U.S. Army?", "Who leads the U.S. Army?"),
        ("Who leads the PTM (Pashtun Tahafuz Movement)?", "Who leads the PTM?"),
        ("Who leads the Pashtun Tahafuz Movement [PTM]?", "Who leads the Pashtun Tahafuz Movement?"),
        ("Who met Khan (2021) in Swat?", "Who met Khan (2021) in Swat?"),
        ("What fell on 25th of May?", "What fell on May 25?"),
        ("What fell on the 25th May 2021?", "What fell on May 25, 2021?"),
        ("What fell on 2021-05-25, in May 2020?", "What fell on May 25, 2021, in May 2020?"),
        ("Mastung?", "Mastung"),
        ("Why?", "Why?"),
    ],
)
def test_a_question_has_one_wording(written: str, wording: str) -> None:
    assert one_wording(written) == wording
    assert one_wording(wording) == wording


@pytest.mark.parametrize(
    ("passage", "worded"),
    [
        ("It fell on 25 May 2021.", "Did the PTM march on 25 May 2021?"),
        ("It fell on 2021-05-25.", "Did the PTM march on 2021-05-25?"),
        ("It fell on 25 May 2020 and 26 May 2021.", "Did the PTM march on May 25, 2021?"),
        ("The P.T.M. met.", "Did the P.T.M. march on May 25, 2021?"),
    ],
)
def test_a_question_takes_the_words_of_a_passage(passage: str, worded: str) -> None:
    assert in_words_of(passage, "Did the PTM march on May 25, 2021?") == worded


@pytest.mark.parametrize("question", ["Who leads the PTM?", "Tell me about Swat", "The PTM marched in Swat on May 25"])
def test_only_keywords_are_made_a_question(question: str) -> None:
    assert as_question(question) == question
    assert as_question("Abbey Gate!") == "What is said about Abbey Gate?"


@pytest.mark.parametrize(
    "questions",
    [
        ("When did the PTM march?", "When did the P.T.M. march?"),
        (
            "Where was the Pashtun Tahafuz Movement founded?",
            "Where was the Pashtun Tahafuz Movement (PTM) founded?",
            "Where was the Pashtun Tahafuz Movement (P.T.M.) founded?",
        ),
        ("What happened on May 25?", "What happened on 25 May?", "What happened on the 25th of May?"),
        ("What happened on May 25, 2021?", "What happened on 2021-05-25?", "What happened on 25 May 2021?"),
        ("abbey gate", "abbey gate?"),
    ],
)
def test_however_it_is_written_the_same_is_found_and_read(retriever: Retriever, questions: tuple[str, ...]) -> None:
    first, *others = (found(retriever, question) for question in questions)
    asked = first[0][2]
    assert [text for text, _, _ in first[:1]] == [TEXTS[0 if "founded" in asked else 2 if "abbey" in asked else 1]]
    for other in others:
        assert [hit[:2] for hit in other] == [hit[:2] for hit in first]
        assert other[0][2] == asked


def test_keywords_are_read_as_a_question_where_all_of_them_stand(retriever: Retriever) -> None:
    hits: dict[str, Hit] = {hit.passage.text: hit for hit in retriever.search("Abbey Gate?")}
    assert hits[TEXTS[2]].trace.asked_as == "What is said about Abbey Gate?"
    assert hits[TEXTS[3]].trace.asked_as == "Abbey Gate"


def test_a_name_that_the_question_itself_defines_is_searched_under_both() -> None:
    index = index_rows([Row("1", "", "The BLA shot four men."), Row("2", "", "Four men left.")], BagEncoder())
    forms, said = QueryForms(index, BagEncoder()).of("Whom did the Baloch Liberation Army (BLA) shoot?", None)
    assert [form.text for form in forms] == [
        "Whom did the Baloch Liberation Army shoot?",
        "Whom did the BLA shoot?",
    ]
    assert said == ("BLA = Baloch Liberation Army, from the question",)
