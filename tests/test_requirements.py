"""What a question names: names, numbers, dates; and the words that say what it is about."""

from __future__ import annotations

import pytest

from qa.answering.no_answer.requirements import requirements, words_of
from qa.language.answer_type import asking
from qa.query.syntax import parse


def asked_for(question: str) -> tuple[str, str]:
    """Return kind and words; "how long" asks for no number here: the answer may be "for days"."""
    asked = asking(question)
    if asked is None or asked.form == "other":
        return "", ""
    return "" if asked.measure == "length" else asked.kind or "", asked.said


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who governs Kandahar province?", ["Kandahar"]),
        ("What is the capital of Mongolia?", ["Mongolia"]),
        ("who leads hezbollah in norvik?", ["hezbollah", "norvik"]),
        ("WHO LEADS HEZBOLLAH?", ["HEZBOLLAH"]),
        ("leader of Lashkar-e-Jhangvi", ["Lashkar-e-Jhangvi"]),
        ("Is ISIS-K against COVID-19?", ["ISIS-K", "COVID-19"]),
        ("Does the Baloch Liberation Army fight the Baloch?", ["Baloch Liberation Army"]),
        ("Kandahar or kandahar, Kandahar's", ["Kandahar"]),
        ("Abbey Gate death toll", []),  # whether the name is "Gate" is not plain
        ("Which Turkish city was hit?", ["Turkish"]),
        ('Who wrote "the long war" in Kandahar?', ["the long war", "Kandahar"]),
        ('Who closed the "Abbey Gate"?', ["Abbey Gate"]),
        ("Is Kandahar quiet? (about: Herat)", ["Kandahar"]),
        ("Is it quiet? -Kandahar", []),
        ("How many of the 4.5 million and 1,000 left?", ["4.5", "1,000"]),
        ("Was 1,000 more than 1000, or 1,000?", ["1,000", "1000"]),
        ("Did 1.200 or 1,5 stand at 12:30, on F-16 or 3/4?", ["1.200", "1,5"]),  # a time, a part of a name, a fraction
        ("What happened on 12 May 2019?", ["12 May 2019"]),
        ("What came before 2019, in 2020, in 2019?", ["2019", "2020"]),
        ("Did 1500 people march?", ["1500"]),
        ("Who are they?", []),
        ("\u202eGwadar\u202c <b>Kharan</b>", ["Gwadar", "Kharan"]),
    ],
)
def test_names_then_numbers_then_dates(question: str, expected: list[str]) -> None:
    assert [required.phrase.written for required in requirements(parse(question))] == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Did 40 leave?", ("number", "")),
        ("What came in 2019?", ("year", "2019")),
        ("What came in March 2019?", ("date", "2019-03")),
        ("What came on 5 March 2019?", ("date", "2019-03-05")),
        ("What came on 5 March?", ("date", "")),
    ],
)
def test_kinds_and_dates_as_documents_give_theirs(question: str, expected: tuple[str, str]) -> None:
    assert [(required.kind, required.iso) for required in requirements(parse(question))] == [expected]


def test_the_words_of_a_question() -> None:
    asked = "How many of Herat’s officers say that HERAT, with its 9 gates, happened to fall?"
    assert words_of(asked) == {
        "herat": "Herat",
        "officers": "officers",
        "gates": "gates",
        "fall": "fall",
    }


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When was it founded?", ("date", "when")),
        ("Since when are they there?", ("date", "when")),
        ("In which month did it fall?", ("date", "which month")),
        ("How  many left?", ("number", "how many")),
        ("According to whom?", ("name", "whom")),
        ("Where is it?", ("name", "where")),
        ("Why did it fall?", ("", "why")),
        ("How did it fall?", ("", "how")),
        ("How often did it fall?", ("", "how often")),
        ("How old is it?", ("", "how old")),
        ("The port was opened when?", ("date", "when")),
        ("Did they leave when the port fell?", ("", "")),
        ("What did they do when it fell?", ("", "")),
        ("the man who fell", ("", "")),
        ("Which group leads the PTM?", ("name", "which group")),
        ("Which colour has it?", ("", "")),
        ("What was the total number of dead?", ("number", "the total number")),
        ("Do you know when it fell?", ("date", "when")),
        ("when the port fell", ("date", "when")),
        ("Of those that left in May how many came back?", ("number", "how many")),
        ("Which of the groups left, and who leads it?", ("", "")),
    ],
)
def test_what_is_asked_for(question: str, expected: tuple[str, str]) -> None:
    assert asked_for(question) == expected


@pytest.mark.parametrize("opening", ["", "In the end, ", "After the port fell, ", "Where the road ends, "])
@pytest.mark.parametrize("clause", ["When the war began", "When Gwadar port was opened", "How the war was won"])
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("who led the PTM?", ("name", "who")),
        ("how many people worked there?", ("number", "how many")),
        ("in which year did it end?", ("date", "which year")),
        ("why did it end?", ("", "why")),
        ("when did it end?", ("date", "when")),
        ("did the PTM march?", ("", "")),
        ("what did they do when it fell?", ("", "")),
    ],
)
def test_the_clause_that_asks_decides_however_many_lead(
    opening: str, clause: str, asked: str, expected: tuple[str, str]
) -> None:
    assert asked_for(f"{opening}{clause if not opening else clause[0].lower() + clause[1:]}, {asked}") == expected
    assert asked_for(f"{opening}{asked}") == expected
