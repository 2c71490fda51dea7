"""Why no answer is given: exact sentences, and that they are true."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from fakes import BagEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.index.rows import Row, index_rows
from embeddings.index.store import Index
from embeddings.index.sync import sync
from embeddings.words import plain_words, terms
from qa.answering.answerer import Answerer
from qa.answering.no_answer.reasons import Refusal
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
    "ISKP men lived beside the BLA in Mastung until March.\n\nManzoor Pashteen spoke of 1,200 people.\n",
    "b.md": "---\noutlet: Wire\n---\n# The bank of Norvik\n\nTesla sold forty-eight cars in Kandahar on 12 May.\n\n"
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
        ("Does ISKP live in Herat?", "No passage has the word “Herat”."),
        ("does iskp hold herat", "No passage has the words “herat” or “hold”."),
        ("Did Herat or Zaranj fall?", "No passage has the words “Herat”, “Zaranj” or “fall”."),
        ("Who is Imran Pashteen?", "No passage has the word “Imran”."),
        ("Who is Tesla Mastung?", "No passage has both “Tesla” and “Mastung”."),
        ("Who is Pashteen Manzoor?", "No passage has the phrase “Pashteen Manzoor”."),
        (
            "Did Pashteen Manzoor attack Mastung ISKP?",
            "No passage has the phrases “Pashteen Manzoor” or “Mastung ISKP”.",
        ),
        (
            "Did 4.5 million people attack?",
            "No passage has the number 4.5 as written. No passage has the word “million”.",
        ),
        ("Were 47 or 48 cars sold?", "No passage has the numbers 47 or 48 as written."),
        ("Did 1200 people attack?", "No passage has the number 1200 as written."),
        ("Did 1,200 people attack?", ""),
        (
            "Did it rain on 12 May 2018?",
            "No passage has the date 12 May 2018 as written. No passage has the word “rain”.",
        ),
        ("What was sold on May 13?", "No passage has the date May 13 as written."),
        ("What was sold on May 12?", ""),
        ("What was sold on 12 May?", ""),
        ("What was sold in 2017?", "No passage has the year 2017 as written."),
        ("Who spoke in 2019?", ""),  # the document is of that year
        ("Did ISKP attack Tesla?", "No passage has both “ISKP” and “Tesla”."),
        ("Did the BLA, ISKP and Kandahar attack?", "No passage has both “BLA” and “Kandahar”."),
        ("Did ISKP attack 1,200 people?", "No passage has both “ISKP” and “1,200”."),
        ("When did ISKP attack Mastung?", "2 passages have both “ISKP” and “Mastung”."),
        ("When was Norvik attacked?", "1 passage has “Norvik”."),  # counted where it is in the text, not in the title
        ("Who is the Bank of Norvik?", ""),  # in a title, and one of its words in the text
        ("Who led the raid?", "No passage has the word “led”."),
        ("Who is the Raid?", "“Raid” stands only in titles and headings, of a.md."),
        ("Who attacked Kandahar?", "2 passages have “Kandahar”."),
        ("Did the Baloch Liberation Army attack?", "2 passages have “Baloch Liberation Army” (or “BLA”)."),
        ("Did the BLA attack?", "2 passages have “BLA”."),
        ("Did Kandahar attack at dawn?", "2 passages have “Kandahar”. No passage has the word “dawn”."),
        ("What is the weather?", "No passage has the word “weather”."),
        ("Who are they?", ""),
        ('Who was "burnt" by Tesla?', "No passage has both “burnt” and “Tesla”."),
        ('Is "to be" there?', ""),
    ],
)
def test_the_sentences(index: Index, question: str, expected: str) -> None:
    assert reasons(index, question) == expected


def test_three_words_of_which_two_are_together_but_not_all() -> None:
    texts = ("Abbey Road was long.", "Abbey Gate was wide.", "Gate Road was short.")
    index = index_rows([Row(str(number), "", text) for number, text in enumerate(texts)], BagEncoder())
    assert reasons(index, "Is it Abbey Gate Road?") == "No passage has “Abbey”, “Gate” and “Road” together."


def test_what_a_question_is_about_is_not_required(index: Index) -> None:
    assert reasons(index, "Is Kandahar quiet? (about: Herat)") == "2 passages have “Kandahar”."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Is Kandahar quiet?", "{} has the word “Kandahar”; others do."),
        ("Is Herat quiet?", "No passage has the word “Herat”."),
        ("Did Norvik or Kandahar attack?", "{} has the words “Norvik” or “Kandahar”; others do."),
        ("Did ISKP attack?", "2 of the passages searched have “ISKP”."),
        ("Did Pashteen attack?", "1 of the passages searched has “Pashteen”."),
        ("Did ISKP meet Pashteen?", "{} has both “ISKP” and “Pashteen”. No passage has the word “meet”."),
        ("Who is Pashteen Manzoor?", "{} has the phrase “Pashteen Manzoor”."),
        ("Did 48 attack?", "{} has the number 48 as written."),
        ("Did it attack on 12 May?", "{} has the date 12 May as written."),
    ],
)
def test_with_filters_it_is_true_of_what_was_searched(index: Index, question: str, expected: str) -> None:
    assert reasons(index, question, DAWN) == expected.format("None of the passages searched")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did the BLA attack in Mastung?", ""),
        ("What did the BLA attack at dawn in Mastung?", ""),
        ("What did the BLA attack in Herat?", "No passage has the word “Herat”. "),
        ("What did the BLA attack in Mastung in 1987?", "No passage has the year 1987 as written. "),
        ("What did the BLA attack in Herat in 1987?", "No passage has the word “Herat”. "),
    ],
)
def test_beside_an_answer_one_sentence_says_what_is_missing(
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
        "No passage has the words “Herat”, “pay”, “qwert”, “asdfg”, “zxcvb” or 4 more.",
        "No passage has the number 47 as written.",
        "No passage has the year 2017 as written.",
    ]


def test_long_questions(index: Index) -> None:
    question = " ".join(f"Xa{chr(97 + number % 26)}{chr(97 + number // 26)} of," for number in range(60))
    (sentence, *_) = Refusal(index).reasons(parse(question), Filters())
    assert sentence.startswith("No passage has the words “Xaaa”, “Xaba”, ")
    assert sentence.endswith(" or 55 more.")


def test_a_name_in_very_many_passages_is_not_counted() -> None:
    rows = [Row(str(number), "", "Norvik is quiet.") for number in range(1_001)]
    assert reasons(index_rows(rows, BagEncoder()), "Is Norvik quiet at dawn?") == "No passage has the word “dawn”."
    assert reasons(index_rows(rows[1:], BagEncoder()), "Is Norvik quiet?") == "1,000 passages have “Norvik”."


def test_where_nothing_was_searched_there_is_nothing_to_say(index: Index) -> None:
    assert reasons(index, "Who leads Herat in 2017?", Filters(until="1900")) == ""
    assert Refusal(index).missing(parse("Who leads Herat?"), Filters(until="1900")) == []


def test_passages_without_a_word() -> None:
    index = index_rows([Row("1", "", "…"), Row("2", "", " ")], BagEncoder())
    assert reasons(index, "Who leads Herat in 2017?") == (
        "No passage has the words “Herat” or “leads”. No passage has the year 2017 as written."
    )


@pytest.mark.parametrize(
    "name",
    ["\u202eHerat\u202c", "Herat\x1b[31m", "<img src=x onerror=alert(1)>Herat", "“Herat", "Herat\u0000", "**Herat**"],
)
def test_names_are_shown_without_what_could_steer(index: Index, name: str) -> None:
    said = reasons(index, f"Where is {name} now?")
    assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in said)
    assert not set(said) & set("<>[]*`_")
    assert "“Herat”" in said


def test_a_refusal_says_why_between_what_was_searched_and_what_may_help(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    encoder = BagEncoder()
    index, report = sync(folder, tmp_path / "index", encoder)
    answerer = Answerer(Retriever(index, encoder, folder, report), SimilarityReader(STRICT), Sources(folder))
    assert answerer.ask("Where is Herat?").reason == (
        "Searched 6 passages in 2 documents. No passage has the word “Herat”. "
        "Other words may find it: see the nearest passages."
    )
    (folder / "a.md").write_text("Herat.", encoding="utf-8")
    changed = answerer.ask("Where is Herat?")
    assert changed.changed
    assert "No passage" not in changed.reason


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("the ports", "Is a port here?"),
        ("the Pashtuns", "Is a Pashtun here?"),
        ("the LODZ mill", "Is the Lodz mill here?"),
        ("the Türkiye mill", "Is Turkiye here?"),
        ("the Al Mirsad mill", "Is Al-Mirsad here?"),
        ("the State of Khorasan", "Is the State Khorasan here?"),
        ("the F 16 jets", "Are the F-16 jets here?"),
        ("the mill of Nov 1989", "Is the mill of November 1989 here?"),
        ("the mill of Sept 11", "Is Sept a mill here?"),
        ("on May 25, 2021", "Is the 25th of May 2021 here?"),
        ("on 25 May", "Is May 25 here?"),
        ("on the 25th of May", "Is May 25 here?"),
        ("on 2021-05-25", "Is May 25, 2021 here?"),
        ("on 25 May 2021", "Is 2021-05-25 here?"),
        ("the B.L.A. camp, U.S. troops", "Is the BLA camp here?"),
        ("the BLA camp", "Is the B.L.A. camp here?"),
        ("U.S. troops", "Are “US troops” here?"),
        ("the min\u00adis\u00adter Wahid\u200b T\u200dor", "Is “minister Wahid Tor” here?"),
        ("\u06f4\u06f7 dead, \uff11\uff12\uff10 wounded", "Are 47 dead, “120 wounded”?"),
        ("the of\ufb01ce of the O\u2018Brien mill", "Is the “office of the O'Brien mill” here?"),
        ("1,200 men", "Are 1,200 men here?"),
        ("the Pashtun Tahafuz Movement (PTM)", "Is the PTM here?"),
    ],
)
def test_forms_that_the_index_takes_as_one_are_not_missed(text: str, question: str) -> None:
    assert "No passage" not in reasons(index_rows([Row("1", "", text)], BagEncoder()), question)


def test_where_a_document_has_another_name_for_it_nothing_is_missing() -> None:
    rows = [Row("1", "", "The Pashtun Tahafuz Movement (PTM) met."), Row("2", "", "The PTM met in Karachi.")]
    index = index_rows(rows, BagEncoder())
    assert reasons(index, "Who leads the Pashtun Tahafuz Movement in Karachi?") == (
        "1 passage has both “Pashtun Tahafuz Movement” (or “PTM”) and “Karachi”. No passage has the word “leads”."
    )


WORDS = ("Abbey", "Road", "Khan", "PTM", "ports", "port", "of", "the", "Sept", "12 May 2019", "48", "1,200", "in 2019")
SAID = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
DEFINED = "Pashtun Tahafuz Movement (PTM) met."
QUOTED = re.compile("“([^”]+)”")


def has(text: str, phrase: str) -> bool:
    """Whether the plain words of a phrase stand side by side in a text."""
    words, wanted = plain_words(text), plain_words(phrase)
    return any(words[place : place + len(wanted)] == wanted for place in range(len(words)))


def assert_true(sentence: str, rows: list[Row]) -> None:
    """Fail if a sentence is of no known form, or not true of the passages."""
    whole = [f"{row.title}\n{row.text}" for row in rows]
    quoted = QUOTED.findall(sentence)
    if re.fullmatch(r"No passage has the words? (“[^”]+”(, | or )?)+(\d more)?\.", sentence):
        assert not any(has(text, word) or set(terms(word)) & set(terms(text)) for text in whole for word in quoted)
    elif re.fullmatch(r"No passage has (both “[^”]+” and “[^”]+”|(“[^”]+”(, | and )?)+ together)\.", sentence):
        assert not any(all(has(text, phrase) for phrase in quoted) for text in whole)
    elif re.fullmatch(r"No passage has the phrases? (“[^”]+”(, | or )?)+\.", sentence):
        assert not any(has(text, phrase) for text in whole for phrase in quoted)
    elif match := re.fullmatch(r"No passage has the (?:number|year|date)s? (.+) as written\.", sentence):
        assert not any(
            re.search(rf"\b{re.escape(own)}\b", text) for text in whole for own in re.split(" or ", match[1])
        )
    elif above := re.fullmatch(r".+ (stands|stand together) only in titles and headings, of ([\d, and]+)\.", sentence):
        names = re.findall(r"“([^”]+)”(?! ?or)", re.sub(r" \(or [^)]*\)", "", sentence))
        having = [row for row, text in zip(rows, whole, strict=True) if all(has(text, name) for name in names)]
        assert [row.id for row in having] == re.findall(r"\d", above[2])
        assert not any(has(row.text, name) for row in having for name in names)
    else:
        count = re.fullmatch(
            r"(\d+) passages? ha(?:s|ve) (?:both )?(“[^”]+”( \(or “[^”]+”\))?(, | and )?)+\.", sentence
        )
        assert count, sentence
        names = [QUOTED.findall(name) for name in re.split(r"(?:, | and )(?=“)", sentence)]
        having = [row for row in rows if all(any(has(row.text, own) for own in name) for name in names)]
        assert len(having) == int(count[1])


ASKED = st.sampled_from(["Is it {} or {}?", "Did the Pashtun Tahafuz Movement see {}, or was it {}?", "who saw {}, {}"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(SAID, st.one_of(SAID, st.just(DEFINED))), min_size=1, max_size=4), ASKED, SAID, SAID)
def test_every_sentence_is_true(texts: list[tuple[str, str]], asked: str, one: str, other: str) -> None:
    rows = [Row(str(number), title, text) for number, (title, text) in enumerate(texts)]
    found, question = Refusal(index_rows(rows, BagEncoder())), parse(asked.format(one, other))
    for sentence in [*found.reasons(question, Filters()), *found.missing(question, Filters())]:
        assert_true(sentence, rows)


@pytest.mark.parametrize(
    ("text", "question", "never"),
    [
        ("He told us that trains stopped.", "What is the aim of the US?", "has “US”"),
        ("The turkey was eaten in Quetta.", "What is the budget of Turkey?", "has “Turkey”"),
        ("パキスタンの首都は静かだ。", "パキスタン の 首都?", "No passage has"),
    ],
)
def test_nothing_is_said_of_what_only_looks_like_a_name_or_a_word(text: str, question: str, never: str) -> None:
    index = index_rows([Row("1", "A title", text)], BagEncoder())
    assert never not in reasons(index, question)


def test_what_is_said_of_words_of_another_language_does_not_pretend_english() -> None:
    index = index_rows([Row("1", "A title", "Trains stopped in August after a bridge fell.")], BagEncoder())
    said = reasons(index, "Wer hat die Stadt in der Nacht geplündert?")
    assert "“Stadt”, “Nacht” or “geplündert”" in said
    assert "“die”" not in said
    assert "as written" not in said
    assert "has the words “زعيم” or “طالبان” as written." in reasons(index, "زعيم طالبان؟")  # not their other forms
