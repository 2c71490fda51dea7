"""Why no answer is given: exact sentences, and that they are true."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from fakes import BagEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.index.rows import Row, index_rows
from embeddings.index.store import Index
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.no_answer.reasons import Refusal
from qa.answering.no_answer.requirements import Name, demanded
from qa.answering.sources import Sources
from qa.query.syntax import parse
from qa.reading.similarity import Calibration, SimilarityReader
from qa.retrieval.retriever import Retriever
from qa.types.filters import Filters

STRICT = Calibration("bag-of-words", similarity=1, coverage=1, threshold=1.0, answered=1, near_miss=0, off_topic=0)
DAWN = Filters(outlet="Dawn")
TEXTS = {
    "a.md": "---\ndate: 2019-05-20\noutlet: Dawn\n---\n# The raid\n\n"
    "The Baloch Liberation Army (BLA) attacked ISKP in Mastung. The village was burnt.\n\n"
    "ISKP men lived beside the BLA in Mastung until March.\n\nManzoor Pashteen spoke of 1.2 million people.\n",
    "b.md": "---\noutlet: Wire\n---\n# Money\n\nTesla sold forty-eight cars in Kandahar on 12 May.\n\n"
    "Kandahar is quiet. The mayor of Kandahar smiled.\n\nThe railway of Norvik carries the ore.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("documents")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sync(folder, tmp_path_factory.mktemp("index") / "index", BagEncoder())[0]


def reasons(index: Index, question: str, filters: Filters | None = None) -> str:
    return " ".join(Refusal(index).reasons(parse(question), filters or Filters()))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Does ISKP hold Herat?", "No passage names “Herat”. No passage has the word hold."),
        ("does iskp hold herat", "No passage names “herat”. No passage has the word hold."),
        ("Did Herat or Zaranj fall?", "No passage names “Herat” or “Zaranj”. No passage has the word fall."),
        ("Who is Imran Pashteen?", "No passage names “Imran Pashteen”, only “Pashteen”."),
        ("Who is Tesla Mastung?", "No passage names “Tesla Mastung”, only “Tesla” and “Mastung” apart."),
        (
            "Did Imran Pashteen see Herat?",
            "No passage names “Imran Pashteen” (only “Pashteen”) or “Herat”. No passage has the word see.",
        ),
        ("Did 4.5 million people come?", "No passage has the number 4.5 million. No passage has the word come."),
        ("Did 1,200,000 people speak?", ""),
        ("Were 48 cars sold?", ""),
        ("Were 47 cars sold?", "No passage has the number 47."),
        ("Did it rain on 12 May 2018?", "No passage has the date 12 May 2018. No passage has the word rain."),
        ("What came in 2017?", "No passage has the year 2017. No passage has the word came."),
        ("Who spoke in 2019?", ""),  # the document is of that year
        ("Did ISKP attack Tesla?", "No passage names both ISKP and Tesla."),
        ("Did the BLA, ISKP and Kandahar attack?", "No passage names both BLA and Kandahar."),
        ("Did ISKP attack 48 cars?", "No passage has both ISKP and the number 48."),
        (
            "When did ISKP attack Mastung?",
            "2 passages mention both ISKP and Mastung; none was found that says for sure when.",
        ),
        ("When was Norvik attacked?", "1 passage mentions Norvik; it has no date."),
        ("How many people live in Norvik?", "1 passage mentions Norvik; it has no number."),
        ("Who attacked Norvik?", "1 passage mentions Norvik; it has no other name."),
        ("Who attacked Kandahar?", "2 passages mention Kandahar; none was found that says for sure who."),
        ("Why is Kandahar quiet?", "2 passages mention Kandahar; none was found that says for sure why."),
        ("Is Kandahar quiet?", "2 passages mention Kandahar."),
        ("Did the Baloch Liberation Army attack?", "2 passages mention Baloch Liberation Army."),
        ("What is the weather?", "No passage has the word weather."),
        ("Who are they?", ""),
        ("Did 150,000 or 150000 speak?", "No passage has the number 150,000."),
        ("Did 31.12.2031 attack?", ""),
    ],
)
def test_the_sentences(index: Index, question: str, expected: str) -> None:
    assert reasons(index, question) == expected


def test_what_a_question_is_about_is_not_demanded(index: Index) -> None:
    assert reasons(index, "Is Kandahar quiet? (about: Herat)") == "2 passages mention Kandahar."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Is Kandahar quiet?", "{} names “Kandahar”; 2 others do."),
        ("Is Norvik quiet?", "{} names “Norvik”; 1 other does."),
        ("Is Herat quiet?", "No passage names “Herat”."),
        ("Did Norvik or Kandahar attack?", "{} names “Norvik” (1 other does) or “Kandahar” (2 others do)."),
        ("Did ISKP attack?", "2 of the passages searched mention ISKP."),
        ("Did ISKP meet Pashteen?", "{} names both ISKP and Pashteen. No passage has the word meet."),
        ("Did 48 attack?", "{} has the number 48."),
        ("Is “Mastung” by Tesla?", "{} with the quoted words names “Tesla”; 1 other does."),
        ("Is Kandahar quiet? -quiet", "{} without the excluded words names “Kandahar”; 2 others do."),
    ],
)
def test_with_filters_it_is_true_of_what_was_searched(index: Index, question: str, expected: str) -> None:
    assert reasons(index, question, DAWN) == expected.format("None of the passages searched")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did the BLA attack in Mastung?", ""),
        ("What did the BLA attack in Herat?", "No passage names “Herat”. "),
        ("What did the BLA attack in Mastung in 1987?", "No passage has the year 1987. "),
    ],
)
def test_what_stands_nowhere_is_told_beside_an_answer_too(
    tmp_path: Path, index: Index, question: str, expected: str
) -> None:
    for name, text in TEXTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    retriever = Retriever(index, BagEncoder(), tmp_path)
    answer = Answerer(retriever, SimilarityReader(None), Sources(tmp_path)).ask(question)
    assert answer.citations
    told = answer.reason.removeprefix("No threshold was measured for this model: the nearest passages are shown ")
    assert told.removeprefix("whether they answer or not. ") == f"{expected}Searched 6 passages in 2 documents."


def test_three_sentences_at_most_and_few_words(index: Index) -> None:
    question = "Did Herat pay 47 in 2017 for Tesla in Mastung with qwert, asdfg, zxcvb, poiuy, lkjhg, mnbvc and ytrew?"
    refusal = Refusal(index)
    assert refusal.reasons(parse(question), Filters()) == [
        "No passage names “Herat”.",
        "No passage has the number 47.",
        "No passage has the year 2017.",
    ]
    question = "Is it qwert, asdfg, zxcvb, poiuy, lkjhg, mnbvc, aaaab, aaaac, aaaad?"
    assert refusal.reasons(parse(question), Filters()) == [
        "No passage has the words qwert, asdfg, zxcvb, poiuy, lkjhg and 4 more."
    ]


def test_long_questions(index: Index) -> None:
    question = " ".join(f"Xa{chr(97 + number % 26)}{chr(97 + number // 26)} of," for number in range(60))
    (sentence, *_) = Refusal(index).reasons(parse(question), Filters())
    assert sentence.startswith("No passage names “Xaaa”, “Xaba”, ")
    assert sentence.endswith(" or 55 more.")


def test_more_than_a_hundred_passages_are_not_counted(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("\n\n".join(f"Norvik is quiet, and so are the other {n} towns." for n in range(150)))
    index, _ = sync(folder, tmp_path / "index", BagEncoder(max_tokens=16))
    assert reasons(index, "When was Norvik built?").startswith(
        "More than 100 passages mention Norvik; none was found that says for sure when."
    )


def test_where_nothing_was_searched_there_is_nothing_to_say(index: Index) -> None:
    assert reasons(index, "Who leads Herat in 2017?", Filters(until="1900")) == ""


def test_passages_without_a_word() -> None:
    index = index_rows([Row("1", "", "…"), Row("2", "", " ")], BagEncoder())
    assert reasons(index, "Who leads Herat in 2017?") == (
        "No passage names “Herat”. No passage has the year 2017. No passage has the word leads."
    )


@pytest.mark.parametrize(
    "name",
    ["\u202eHerat\u202c", "Herat\x1b[31m", "<img src=x onerror=alert(1)>Herat", "“Herat", "Herat\u0000", "**Herat**"],
)
def test_names_are_shown_without_what_could_steer(index: Index, name: str) -> None:
    said = reasons(index, f"Where is {name} now?")
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in said)
    assert not set(said) & set("<>[]*`_")
    assert "names" in said


def test_a_refusal_says_why_between_what_was_searched_and_what_may_help(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    encoder = BagEncoder()
    index, report = sync(folder, tmp_path / "index", encoder)
    answerer = Answerer(Retriever(index, encoder, folder, report), SimilarityReader(STRICT), Sources(folder))
    assert answerer.ask("Where is Herat?").reason == (
        "Searched 6 passages in 2 documents. No passage names “Herat”. "
        "Other words may find it: see the nearest passages."
    )
    (folder / "a.md").write_text("Herat.", encoding="utf-8")
    changed = answerer.ask("Where is Herat?")
    assert changed.changed
    assert "No passage" not in changed.reason


NAMES = ["ISKP", "Kandahar", "Mastung", "Herat", "Manzoor Pashteen"]
ALPHABET = st.sampled_from([*"abiknsABIKNSé-“ ", *NAMES, " ", " of ", "'s ", ", ", "\x1b", "\u202e"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ALPHABET, min_size=1, max_size=40).map("".join))
def test_a_name_that_is_said_to_stand_nowhere_stands_in_no_text(index: Index, said: str) -> None:
    question = f"Did x {said}?"
    found = Refusal(index).reasons(parse(question), Filters())
    names = {name.text: name for name in demanded(parse(question).text) if isinstance(name, Name)}
    absent = [sentence for sentence in found if sentence.startswith("No passage names “")]
    for sentence in absent:
        for text in re.findall(r"“([^”]*)”(?=[., ]|$)", re.sub(r"only [^).]*", "", sentence)):
            every = [
                set(re.findall(r"[a-z]+", whole.casefold())) for whole in "\n\n".join(TEXTS.values()).split("\n\n")
            ]
            assert not any(set(names[text].words) <= words for words in every)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("the MCDONALD farm", "Is McDonald here?"),
        ("the Youtube app", "Is YouTube here?"),
        ("the iphone", "Is the iPhone here?"),
        ("the Łódź mill", "Is Lodz here?"),
        ("the Lodz mill", "Is Łódź here?"),
        ("the Ørsted mill", "Is Orsted here?"),
        ("the Sana'a mill", "Is Sanaa here?"),
        ("the Sanaa mill", "Is Sana’a here?"),
        ("the Baʿath mill", "Is Baath here?"),
        ("the Ba`ath mill", "Is Baath here?"),
        ("the Nor\u00advik mill", "Is Norvik here?"),
        ("the Nor\u200bvik mill", "Is Norvik here?"),
        ("the COVID-19 ward", "Is Covid19 here?"),
        ("the I.S.K.P. men", "Is ISKP here?"),
        ("the ISISK men", "Is ISIS-K here?"),
        ("the Apple Talk papers", "Is AppleTalk here?"),
        ("the NewYork mill", "Is New York here?"),
        ("Washington, D.C., the city", "Is Washington DC here?"),
        ("the U.S. army", "Is the US here?"),
        ("the USA army", "Is the United States here?"),
        ("the United States army", "Is the US here?"),
        ("the U. K. army", "Is the United Kingdom here?"),
    ],
)
def test_names_are_found_in_other_spellings(text: str, question: str) -> None:
    (name,) = (demand.text for demand in demanded(question) if isinstance(demand, Name))
    index = index_rows([Row("1", "", text)], BagEncoder())
    assert reasons(index, question) == f"1 passage mentions {name}."


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("the F16 jets", "Are the F-16 jets here?"),
        ("the ISKP men", "Are the I.S.K.P. men here?"),
        ("the US army", "Is the U.S. army here?"),
        ("the Saudi army", "Is Saudi Arabia here?"),
        ("the Müller army", "Is Mueller here?"),
        ("the army of 20190512", "Is the army of 12 May 2019 here?"),
        ("the army of Q3'19", "Is the army of 2019 here?"),
        ("the Swedish army", "Is Sweden here?"),
        ("the Frenchmen", "Is France here?"),
        ("the Saint Petersburg army", "Is St. Petersburg here?"),
        ("the Mt. Everest army", "Is Mount Everest here?"),
        ("the World War Two army", "Is World War II here?"),
        ("the men left", "Did men leave?"),
        ("25 men", "Are twenty-five men here?"),
        ("twenty\u2011five men", "Are 25 men here?"),
        ("1'000 men", "Are 1,000 men here?"),
        ("30·000 men", "Are 30,000 men here?"),
        ("৩০ men", "Are 30 men here?"),
        ("007 men", "Are 7 men here?"),
        ("the 30m² men", "Are 30 men here?"),
        ("G20 men", "Are 20 men here?"),
        ("the men of 1939–45", "Are men of 1945 here?"),
        ("the men of c1945", "Are men of 1945 here?"),
        ("the men of FY1945", "Are men of 1945 here?"),
        ("the men of 1945ers", "Are men of 1945 here?"),
        ("the men of nineteen forty-five", "Are men of 1945 here?"),
        ("the men of two thousand and nineteen", "Are men of 2019 here?"),
        ("the men of MCMXLV", "Are men of 1945 here?"),
        ("the men of 12may2019", "Are men of 12 May 2019 here?"),
        ("a house", "How often is a house here?"),
        ("the ni\u00adght", "Is it night?"),
    ],
)
def test_words_that_stand_in_another_way_are_not_missed(text: str, question: str) -> None:
    assert "No passage" not in reasons(index_rows([Row("1", "", text)], BagEncoder()), question)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("I ran to the town.", "Is Iran here?", "No passage names “Iran”."),  # two words, not a name in pieces
        ("Give us the mill.", "Is the US here?", ""),  # it may be meant, so that nothing is said
        ("the mill", f"Is {'xaz' * 600} here?", f"No passage has the word {'xaz' * 600}."),
    ],
)
def test_pieces_and_small_letters_make_no_name(text: str, question: str, expected: str) -> None:
    assert reasons(index_rows([Row("1", "", text)], BagEncoder()), question) == expected
