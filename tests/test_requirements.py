"""What a question names: names, numbers, dates, and what it asks for."""

from __future__ import annotations

import pytest

from qa.answering.no_answer.requirements import demanded
from qa.language.answer_type import asked_for


def texts(question: str) -> list[str]:
    return [demand.text for demand in demanded(question)]


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
        ("Which Turkish city was hit?", []),
        ("How many of the 4.5 million and 1,000 left?", ["4.5 million", "1,000"]),
        ("Was 1,000 more than 1000?", ["1,000"]),
        ("Did 1.200 or 1,5 stand at 12:30, on F-16 or 3/4?", []),  # two readings, a time, a part of a name, a fraction
        ("What happened on 12 May 2019?", ["12 May 2019"]),
        ("what happened in march 2021 and on may 5?", ["march 2021", "may 5"]),
        ("What came after 2021-03?", ["2021-03"]),
        ("What came before 2019, in 2020?", ["2019", "2020"]),
        ("Did 1500 people march?", ["1500"]),
        ("Who are they?", []),
        ("\u202eGwadar\u202c <b>Kharan</b>", ["Gwadar", "Kharan"]),
    ],
)
def test_names_then_numbers_then_dates(question: str, expected: list[str]) -> None:
    assert texts(question) == expected


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
    ],
)
def test_what_is_asked_for(question: str, expected: tuple[str, str]) -> None:
    assert asked_for(question) == expected
