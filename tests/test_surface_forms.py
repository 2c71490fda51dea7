"""The ways in which numbers, dates and countries are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qa.answering.no_answer.detection import may_hold_date, may_hold_name, may_hold_number
from qa.language.dates import Day
from qa.language.surface_forms import (
    day_patterns,
    day_writings,
    number_writings,
    written_as,
    year_pattern,
    year_writings,
)
from qa.language.word_variants import akin, also_called


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1000", ["1000", "1,000", "1 000", "1.000", "one thousand", "a thousand", "1k", "1 thousand", "١٠٠٠"]),
        ("4500000", ["4.5 million", "4,500,000", "45,00,000", "4.5m", "45 lakh", "four and a half million"]),
        ("4.5", ["4.5", "4,5", "4½", "four and a half", "4.50", "4.5km"]),
        ("48", ["48", "forty eight", "4 dozen", "four dozen", "48th"]),
        ("500000", ["half a million"]),
        ("750000", ["three quarters of a million"]),
        ("1200000", ["one million two hundred thousand"]),
        ("30000000", ["30million", "30 m", "30mio"]),
        ("130", ["hundred thirty", "onehundredthirty", "cxxx"]),
        ("2.5", ["2 1/2", "2½"]),
        ("2", ["couple", "ii"]),
        ("105", ["one hundred five", "one hundred and five", "a hundred and five"]),
        ("0", ["0", "zero"]),
        ("6", ["half a dozen", "six"]),
    ],
)
def test_a_number_is_written_in_many_ways(value: str, written: list[str]) -> None:
    assert set(written) <= set(number_writings(Decimal(value)))


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("cost 4.5 dollars", True),
        ("4,5", True),
        ("four-and-a-half", True),
        ("14.5", False),
        ("4.56", False),
        ("4 5", False),
    ],
)
def test_a_number_stands_alone(text: str, stands: bool) -> None:
    assert bool(written_as(number_writings(Decimal("4.5"))).search(text)) is stands


@pytest.mark.parametrize("text", ["twenty\u2011five", "twenty\u2013five", "twenty five", "twentyfive", "XXV"])
def test_a_number_in_words_may_have_any_dash(text: str) -> None:
    assert written_as(number_writings(Decimal(25))).search(text)


def test_years_are_written_long_short_and_as_seasons() -> None:
    assert {"2019", "2018 19", "fy19", "۲۰۱۹", "twenty nineteen", "mmxix"} <= set(year_writings(2019))
    assert [bool(year_pattern(2019).search(text)) for text in ("'19", "12.5.19", "19 men", "’190")] == [
        *(True, True, False, False)
    ]
    assert all(year_pattern(2019).search(text) for text in ("2018–19", "2018‑19", "2018—19", "2018 - 19", "Mar-19"))


def test_days_and_months_are_written_in_words_and_digits() -> None:
    month, day = day_patterns(Day(0, 1, 2019, 5, 22))
    the = "on the"
    assert [bool(month.search(f"{the} {text}")) for text in ("May", "05", "5", "15", "mayor", "mai")] == [
        *(True, True, True, False, False, False)
    ]
    assert month.search("le 22 mai")  # months of other languages are not known, so that it cannot be denied
    assert [bool(day.search(text)) for text in ("22nd", "22", "twenty-second", "122", "2")] == [
        *(True, True, True, False, False)
    ]
    assert day_writings(3) == ["3", "03", "3st", "3nd", "3rd", "3th", "third"]
    assert [day_writings(day)[-1] for day in (12, 20, 31)] == ["twelfth", "twentieth", "thirty first"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pakistan", "pakistani"),
        ("pakistani", "pakistan"),
        ("russia", "russian"),
        ("afghan", "afghanistan"),
        ("turkiye", "turkish"),
        ("china", "chinese"),
        ("sweden", "swedish"),
        ("portugal", "portuguese"),
        ("finns", "finland"),
        ("peru", "peruvian"),
        ("frenchmen", "france"),
        ("france", "frenchwoman"),
        ("czechs", "czechia"),
        ("holland", "dutch"),
        ("us", "american"),
    ],
)
def test_a_country_and_its_people(one: str, other: str) -> None:
    assert akin(one)[0] == one
    assert other in akin(one)
    assert akin("bla") == ["bla"]


@pytest.mark.parametrize(
    ("words", "other"),
    [
        ("us congress", "united states congress"),
        ("united states", "usa"),
        ("uk", "united kingdom"),
        ("european union", "eu"),
    ],
)
def test_names_of_states_have_a_short_and_a_long_form(words: str, other: str) -> None:
    assert tuple(other.split()) in also_called(words.split())
    assert not list(also_called(["states", "united"]))


def test_a_text_may_hold_a_date_a_number_or_a_name() -> None:
    plain = "The portal is on line. It answers propaganda in several languages."
    assert not may_hold_date(plain)
    assert not may_hold_number(plain)
    assert not may_hold_name(plain, ())
    assert not may_hold_date("A cell of the 48 members was caught.")
    for text in (
        "In March the port fell.",
        "the year before",
        "the 12 mai",
        "le mois dernier",
        "in the nineties",
        "'48 the",
        "the last night",
        "at the dawn",
        "over the weekend",
        "the daily bread",
        "during the siege",
        "the year MCMLXXX",
    ):
        assert may_hold_date(text), text
    for text in (
        "the 48",
        "the twelve",
        "the ½",
        "half of the men",
        "trente hommes",
        "the fourteenth",
        "the trio",
        "the twins",
        "the no",
    ):
        assert may_hold_number(text), text
    assert may_hold_name("the port of Gwadar", ())
    assert not may_hold_name("the port of Gwadar", {"gwadar"})
    assert may_hold_name("led by xqzt", ())
    assert may_hold_name("by the turkish police", ())
    assert may_hold_name("by the dutch police", ())
    assert not may_hold_name("by the police", ())
