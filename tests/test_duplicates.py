"""What says the same, and what differs in a number, a name, a date, a "not" and is kept apart."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.retrieval.duplicates import sketch, wording

REPORT = (
    "Two bombs killed 14 people in Kabul on August 15, 2021, the interior ministry said. "
    "General Mohammad Karimi told Reuters that the attackers had not been found."
)
CAPITALS = (
    "THE ATONAL BATTALION REPORTED THAT ONE EXTREMIST WAS KILLED AND FIVE OTHERS WERE WOUNDED DURING A CLASH NEAR "
    "LA ESPERANZA FARM ON 30 DECEMBER."
)
URDU = "صدر کرزئی نے کابل میں کہا کہ ۱۴ افراد ہلاک ہوئے۔ حکومت نے مذاکرات کی تردید کی۔"


def same(one: str, other: str) -> bool:
    """Whether two texts say the same; then they have the same sketch as well."""
    alike = wording(one) == wording(other)
    assert sketch(one) == sketch(other) or not alike
    return alike


@pytest.mark.parametrize(
    "line",
    [
        "SAN SALVADOR (Reuters) - ",
        "SAN SALVADOR (AP) — ",
        "SAN SALVADOR (AFP) – ",
        "SAN SALVADOR [EFE] -- ",
        "SAN SALVADOR (Reuters)\u00a0\u2013 ",
    ],
)
def test_the_agency_of_a_dateline_makes_no_difference_and_the_place_does(line: str) -> None:
    assert same("SAN SALVADOR (UPI) - " + REPORT, line + REPORT)
    assert same("(UPI) - " + REPORT, line.removeprefix("SAN SALVADOR ") + REPORT)
    assert same(REPORT, line.removeprefix("SAN SALVADOR ") + REPORT)
    assert not same("SAN JOSE (UPI) - " + REPORT, line + REPORT)
    assert not same(REPORT, line + REPORT)


@pytest.mark.parametrize("credit", [" — AFP", "—Reuters", " (AP)", " [EFE]."])
def test_the_credit_behind_a_report_makes_no_difference(credit: str) -> None:
    assert same(REPORT, REPORT + credit)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("KABUL, Aug 15 (Reuters) - ", "KABUL, Aug 16 (Reuters) - "),
        ("KABUL, Aug 15 (Reuters) - ", "KABUL (Reuters) - "),
        ("KARZAI: ", "GHANI: "),
        ("KARZAI - ", "GHANI - "),
        ("Karzai (Pashtun) - ", "Ghani (Pashtun) - "),
        ("Karzai told journalists (AFP) - ", "Ghani told journalists (AFP) - "),
    ],
)
def test_what_is_no_dateline_or_has_a_date_counts(one: str, other: str) -> None:
    assert not same(one + REPORT, other + REPORT)


def test_two_places_are_two_events() -> None:
    blast = "Three people were killed in the blast at the market, the police said."
    assert not same("KABUL (Reuters) - " + blast, "DELHI (Reuters) - " + blast)
    assert not same("KABUL (Reuters) - " + blast, "KABUL, Afghanistan (Reuters) - " + blast)
    assert same("KABUL (Reuters) - " + blast, "KABUL (AP) — " + blast)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the ministry’s “new” plan – costly", 'the ministry\'s "new" plan — costly'),
        ("a counter-terrorism co-ordinator", "a counterterrorism coordinator"),
        ("the crew-member", "the crewmember"),
        ("a counter-\n  terrorism plan", "a counterterrorism plan"),
        ("a plan – costly", "a plan—costly"),
        ("U.S. troops met Mr. Smith at 10 a.m.", "US troops  met\nMr Smith at 10 am"),
        ("14 km away", "14\u00a0km\u202faway"),
        ("between 10–20 people", "between 10-20 people"),
        ("a ﬁnal eﬀort", "a final effort"),
        ("caf\u00e9", "cafe\u0301"),
        ("soft\u00adware", "software"),
        ("The police said that the road was closed.", "Police said the road was closed"),
        ("He said: *three* dead.", "He said, three dead"),
        ("a price of 0.5", "a price of .5"),
    ],
)
def test_typography_makes_no_difference(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("14", "15"),
        ("14", "140"),
        ("2021", "2020"),
        ("August", "July"),
        ("15, 2021", "16, 2021"),
        ("Kabul", "Herat"),
        ("Mohammad Karimi", "Mahmoud Karimi"),
        ("General Mohammad", "Mohammad"),
        ("Reuters", "AFP"),
        ("Two", "Three"),
        ("Two bombs", "Bombs"),
        ("not been", "been"),
        ("killed", "wounded"),
        ("killed", "did not kill"),
        ("on August", "before August"),
        ("found.", "found?"),
    ],
)
def test_one_difference_keeps_two_reports_apart(old: str, new: str) -> None:
    assert not same(REPORT, REPORT.replace(old, new))
    assert not same(REPORT.upper(), REPORT.replace(old, new).upper())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Karzai met Ghani.", "Ghani met Karzai."),
        ("the students attacked the police", "the police attacked the students"),
        ("a few survived", "few survived"),
        ("a rise of 5%", "a rise of 5"),
        ("a loss of $5", "a loss of €5"),
        ("at -5 degrees", "at 5 degrees"),
        ("1.5 tonnes", "15 tonnes"),
        ("10² metres", "102 metres"),
        ("5 km", "5 miles"),
        ("2 1 3", "21 3"),
        ("he will re-sign", "he will resign"),
        ("the rebel's leader", "the rebels' leader"),
        ("it's claim", "its claim"),
        ("seen on monday", "seen on sunday"),
        ("the third attack", "the fourth attack"),
        ("he denied the polish origin", "he denied the Polish origin"),
        ("they told us", "they told US"),
        ("it can", "it can't"),
        ("he was not able", "he was notable"),
        ("he is now here", "he is nowhere"),
        ("they took a part", "they took apart"),
        ("Henry V I won", "Henry VI won"),
        ("he is now. here", "he is nowhere"),
        ("he is now- here", "he is nowhere"),
        ("the member(s)", "the members"),
        ("Türkiye", "Turkiye"),
        ("Mr Smith said it was over.", "It was over, Smith told Reuters."),
    ],
)
def test_what_means_something_else_is_kept_apart(one: str, other: str) -> None:
    assert not same(one, other)


WORDS = [
    *("no", "not", "yes", "never", "none", "nobody", "nothing", "only", "well", "however", "still", "once", "now"),
    *("then", "so", "too", "even", "just", "yet", "right", "alone", "indeed"),
]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("pause", [", ", ": ", "; ", ". ", "! ", " - ", "\u2014", ",” ", ",\n"])
@pytest.mark.parametrize("before", ["", "The police said: “", "He was there, "])
def test_a_pause_behind_a_word_that_can_stand_alone_counts(before: str, pause: str, word: str) -> None:
    for start in (word, word.capitalize(), word.upper()):
        assert not same(f"{before}{start} one died in Quetta.", f"{before}{start}{pause}one died in Quetta.")
        assert same(f"{before}{start}, one died in Quetta.", f"{before}{start}{pause}one died in Quetta.")
    assert same(f"{before}It was {word}", f"{before}It was {word}.")


def test_a_text_in_capitals_is_compared_word_for_word() -> None:
    assert same(CAPITALS, CAPITALS.replace("REPORTED THAT", "REPORTED").removeprefix("THE "))
    assert not same(CAPITALS, CAPITALS.replace("ESPERANZA", "PALMA"))
    assert not same(CAPITALS, CAPITALS.replace("30", "31"))
    assert not same(CAPITALS, CAPITALS.replace("FIVE", "SIX"))
    assert not same(CAPITALS, CAPITALS.replace("WAS KILLED", "WAS NOT KILLED"))
    assert not same(CAPITALS, CAPITALS.replace("KILLED", "WOUNDED"))
    assert not same(CAPITALS, CAPITALS.capitalize())  # which words are names is known of one only


def test_a_script_without_case_is_compared_word_for_word() -> None:
    assert same(URDU, URDU.replace("۔", " ۔").replace(" میں", "\u200f میں"))
    assert same(unicodedata.normalize("NFD", URDU), URDU)
    assert not same(URDU, URDU.replace("۱۴", "۱۵"))
    assert not same(URDU, URDU.replace("کابل", "ہرات"))
    assert not same(URDU, URDU.replace("تردید", "تصدیق"))


def test_only_the_first_word_of_a_sentence_may_lose_its_capital() -> None:
    assert wording("→ A b, C d. “E f - G 3. H i' J")[0] == "→ a b C d e f g 3 h i J"
    signs = "→ . - " * 700
    assert wording(f"{signs}Kabul 3{signs}Herat, Quetta{signs}")[0] == " ".join(
        [*["→"] * 700, "kabul", "3→", *["→"] * 699, "herat", "Quetta→", *["→"] * 699]
    )


SIGNS = "the The that Kabul kabul fell not no table re- sign - — 's ’s , . ? “ ) (AP) 3 30 1.5 % $ x² ن THE A."
PIECES = [*SIGNS.split(), "\u00a0", "\n", "(Reuters) - "]


@given(st.lists(st.sampled_from(PIECES)), st.lists(st.sampled_from(PIECES)))
def test_texts_of_equal_wording_have_the_same_numbers_and_letters(one: list[str], other: list[str]) -> None:
    first, second = "".join(one), " ".join(other)
    without = " ".join(piece for piece in other if piece != "the")
    for pair in ((first, second), (first, " ".join(one)), (second, without)):
        if same(*pair):
            numbers = [re.findall(r"\d", text) for text in pair]
            assert numbers[0] == numbers[1]
            negations = [re.findall(r"\bnot?\b", text, re.IGNORECASE) for text in pair]
            assert negations[0] == negations[1]


@given(st.text())
def test_any_text_has_a_wording_and_white_space_around_it_makes_no_difference(text: str) -> None:
    assert same(text, f" \n{text} ")
