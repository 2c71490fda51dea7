"""Numbers, dates and names in a sentence: which there are, and which two of them are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.language.answer_type import expected_answer
from qa.language.dates import dates
from qa.language.names import names
from qa.language.numbers import numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("41 killed, 53 injured", [("41", 41, ""), ("53", 53, "")]),
        ("one hundred and five, twenty-three", [("one hundred and five", 105, ""), ("twenty-three", 23, "")]),
        ("1,234; 1 234; 1234; 1,23,456", [("1,234", 1234, ""), ("1 234", 1234, ""), ("1234", 1234, ""),
                                          ("1,23,456", 123456, "")]),
        ("2.5 million, $24 million, 12 per cent", [("2.5 million", 2.5e6, ""), ("$24 million", 24e6, "$"),
                                                   ("12 per cent", 12, "%")]),
        ("40-60, F-16, 12:30, 41-year-old, 1.200, 5th, 1/2, 3 km²", [("3", 3, "")]),
    ],
)  # fmt: skip
def test_numbers(text: str, found: list[tuple[str, float, str]]) -> None:
    assert [(text[n.start : n.end], n.value, n.unit) for n in numbers(text)] == found
    assert all(number.exact for number in numbers(text))


VAGUE = (
    "at least 41; more than 41; 41 or more; up to 41; no fewer than 41; under 41; nearly 41; over 41; about 41; "
    "some 41; an estimated 41; roughly 41; approx. 41; ~41; perhaps 41; 41 or so; 41 plus; from 41; between 41 and "
    "60; 41 to 60; 41 – 60; 41 or 42; 41 and a half; one and a half thousand; half of 41; half of the 41; "
    "two-thirds of the 41; a quarter of its 41; 10% of 41; 41 of them; 41 out of 60; one in every 41; one in 10; "
    "twice 41; 41 times; double the 41; three and a half dozen; three dozen; 41 hundredths; one third; two thirds; "
    "three quarters; 41 more; another 41; 41 others; the other 41; a further 41; 12 fewer; 30 less; 41 additional; "
    "the remaining 41; the first 41; the last 41; every 41; 41 per day; aged 41; number 41; No. 41; Checkpoint 41; "
    "the Route 41; 41 degrees"
)


@pytest.mark.parametrize("text", VAGUE.split("; "))
def test_what_makes_a_number_vague(text: str) -> None:
    found = numbers(f"the {text} people died")
    assert not any(number.exact and number.unit == "" for number in found), found


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("12", "twelve", "same"),
        ("1,200", "1 200", "same"),
        ("at least 41", "41", "unclear"),
        ("at least 41", "at least 41", "unclear"),
        ("41", "53", "different"),
        ("12 percent", "12", "unclear"),
        ("$12", "€12", "unclear"),
        ("12%", "15 per cent", "different"),
        ("more than 40", "43", "unclear"),
        ("40 people", "40 more", "unclear"),
        ("24.6", "25", "unclear"),
        ("1.2 million", "1,214,000", "unclear"),
        ("3,000", "2,977", "unclear"),
        ("3,000", "4,000", "different"),
        ("\u06f4\u06f7 dead", "47 dead", "same"),
        ("\u0661\u066c\u0662\u0663\u0664 mil\u00adlion", "1,235 million", "different"),
    ],
)
def test_two_numbers(one: str, other: str, relation: str) -> None:
    (first,), (second,) = numbers(one), numbers(other)
    assert (first.relation(second), second.relation(first)) == (relation, relation)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on 15 August 2021", [("15 August 2021", 2021, 8, 15)]),
        ("on AUGUST 15, 2021.", [("AUGUST 15, 2021", 2021, 8, 15)]),
        ("2021-08-15, Aug. 2021, in 2021", [("2021-08-15", 2021, 8, 15), ("Aug. 2021", 2021, 8, None),
                                            ("2021", 2021, None, None)]),
        ("on 3 May.", [("3 May", None, 5, 3)]),
        ("on \u200f\u06f4 Decem\u00adber 202\u06f1", [("\u06f4 Decem\u00adber 202\u06f1", 2021, 12, 4)]),
        ("it may 5 times, march 3 miles", []),
        ("before 2001, since May 2003, from 1990 to 1995, in 1914-18, the 1990s, 2000 men, 300 BC", []),
        ("on 45 May 2001", []),
    ],
)  # fmt: skip
def test_dates(text: str, found: list[tuple[str, int | None, int | None, int | None]]) -> None:
    assert [(text[day.start : day.end], day.year, day.month, day.day) for day in dates(text)] == found


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("in 2021", "August 2021", "same"),
        ("15 August 2021", "August 15, 2021", "same"),
        ("August 2021", "May 2021", "different"),
        ("3 May", "4 May 2021", "different"),
        ("in 2021", "3 May", "unclear"),
    ],
)
def test_two_dates(one: str, other: str, relation: str) -> None:
    (first,), (second,) = dates(one), dates(other)
    assert (first.relation(second), second.relation(first)) == (relation, relation)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Yesterday Pashteen met General Asim Munir in Quetta.",
            ["Yesterday Pashteen", "General Asim Munir", "Quetta"],
        ),
        ("The leader of the Islamic State of Khorasan left on Monday.", ["Islamic State of Khorasan"]),
        ("Protests began. They met Shahab al-Muhajir's men.", ["Shahab al-Muhajir"]),
        ("Islamic State met George W. Bush.", ["Islamic State", "George W. Bush"]),
        ("Soon Leonardo da Vinci and the Bank of the West left.", ["Soon Leonardo da Vinci", "Bank of the West"]),
        ("General Munir, President of none, left with the captain.", ["General Munir"]),
        ("no capitals, hezbollah", []),
        ("ALL OF THIS IS IN CAPITALS", []),
        ("", []),
    ],
)
def test_names(text: str, found: list[str]) -> None:
    assert [text[name.start : name.end] for name in names(text)] == found


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("met Manzoor Pashteen", "met Pashteen", "same"),
        ("met General Munir", "met Munir", "same"),
        ("met Manzoor Pashteen", "met Manzur Pashtin", "unclear"),
        ("met Mullah Omar Khan", "met Mohammed Omar", "unclear"),
        ("met PTM", "met the Pashtun Tahafuz Movement", "unclear"),
        ("met Manzoor Pashteen", "met Ali Wazir", "different"),
    ],
)
def test_two_names(one: str, other: str, relation: str) -> None:
    (first,), (second,) = names(one), names(other)
    assert (first.relation(second), second.relation(first)) == (relation, relation)


@pytest.mark.parametrize(
    ("question", "kind", "terms"),
    [
        ("How many people were killed in Quetta?", "number", ("kill", "quetta")),
        ("When did the attack on Kabul take place?", "date", ("attack", "kabul")),
        ("In what year was Gwadar opened?", "date", ("gwadar", "open")),
        ("Who leads the PTM?", "name", ("lead", "ptm")),
        ("Which group leads the PTM?", "name", ("lead", "ptm")),
        ("What percentage of Gwadar has water?", "number", ("gwadar", "water")),
    ],
)
def test_what_is_wanted(question: str, kind: str, terms: tuple[str, ...]) -> None:
    asked = expected_answer(question)
    assert asked is not None
    assert (asked.kind, asked.terms) == (kind, terms)


@pytest.mark.parametrize("question", ["", "?", "Why?", "Where is Gwadar?", "Who?", "How many?", "Who came and when?"])
def test_what_wants_nothing_that_is_compared(question: str) -> None:
    assert expected_answer(question) is None


@given(st.text(alphabet="0123456789,. -Aamyou\n%$andzehu", max_size=200))
def test_what_is_found_stands_in_order_and_apart(text: str) -> None:
    for found in (numbers(text), dates(text), names(text)):
        ends = [0]
        for value in found:
            assert ends[-1] <= value.start < value.end <= len(text)
            ends.append(value.end)
