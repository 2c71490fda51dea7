"""Reports that agree and reports that differ, and the many pairs that must not be taken for either."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import BagEncoder
from hypothesis import given
from hypothesis import strategies as st

from embeddings.index.sync import sync
from qa.answering.agreement.compare import compare_citations
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.interfaces.cli.output import print_answer
from qa.reading.similarity import SimilarityReader
from qa.reading.types import Read
from qa.retrieval.retriever import Retriever
from qa.types.answers import Answer
from qa.types.comparison import Agreement, Difference, Side, ValuePlace
from qa.types.hits import Hit
from qa.types.quotes import Citation, Paragraph, Quote

TOLL = "How many people were killed in the attack on the mosque in Quetta?"
FORTY_ONE = "41 people were killed in the attack on the mosque in Quetta."
FIFTY_THREE = "The attack on a mosque in Quetta killed 53 people, police chief Rahmat Khan said."
LEADS = "Who leads the PTM?"


def cited(*texts: str, before: str = "", title: str = "Report") -> list[Citation]:
    """One citation of each text, each from a document of its own."""
    citations = []
    for number, text in enumerate(texts, start=1):
        start = 100 + len(before)
        paragraph = Paragraph(100, start + len(text), before + text)
        name = f"report-{number}.txt"
        quote = Quote(name, name, f"{title} {number}", "¶ 1", start, start + len(text), text, "0" * 64, paragraph)
        citations.append(Citation(number, quote))
    return citations


def said(question: str, *texts: str) -> tuple[list[tuple[str, ...]], list[tuple[str, tuple[int, ...]]]]:
    """The sides of each difference, and value and citations of each agreement."""
    agreements, differences = compare_citations(question, cited(*texts))
    return (
        [tuple(side.value for side in difference.sides) for difference in differences],
        [(agreement.value, agreement.citations) for agreement in agreements],
    )


def test_two_death_tolls_are_a_difference_with_the_places_of_the_numbers() -> None:
    agreements, (difference,) = compare_citations(TOLL, cited(FORTY_ONE, FIFTY_THREE))
    assert agreements == ()
    assert difference == Difference(
        "number",
        (
            Side((ValuePlace(1, "report-1.txt", "report-1.txt", 100, 102, "41"),)),
            Side((ValuePlace(2, "report-2.txt", "report-2.txt", 140, 142, "53"),)),
        ),
    )
    assert FIFTY_THREE[40:42] == "53"


def test_documents_that_give_one_value_are_counted_on_their_side() -> None:
    texts = ("The attack on the mosque in Quetta killed 41 people.", FIFTY_THREE, FORTY_ONE)
    assert said(TOLL, *texts) == ([("41", "53")], [("41", (1, 3))])
    _, (difference,) = compare_citations(TOLL, cited(*texts))
    assert [side.citations for side in difference.sides] == [(1, 3), (2,)]


@pytest.mark.parametrize(
    ("question", "one", "other", "sides"),
    [
        (
            "When did the attack on the airport of Kabul take place?",
            "The attack on the airport of Kabul took place on 26 August 2021.",
            "The airport of Kabul came under attack on August 27, 2021.",
            ("26 August 2021", "August 27, 2021"),
        ),
        (
            "In what year was the harbour of Gwadar opened?",
            "The harbour of Gwadar was opened in 2007.",
            "In 2008, the harbour of Gwadar was opened.",
            ("2007", "2008"),
        ),
        (
            LEADS,
            "Manzoor Pashteen leads the PTM.",
            "The PTM is now led by Ali Wazir.",
            ("Manzoor Pashteen", "Ali Wazir"),
        ),
        (
            "Who is the leader of ISKP?",
            "Abdul Haseeb was named leader of ISKP in 2016.",
            "ISKP leader Shahab al-Muhajir is a doctor.",
            ("Abdul Haseeb", "Shahab al-Muhajir"),
        ),
        (
            TOLL,
            "41 people were killed on Friday in the attack on the mosque in Quetta.",
            "The number of people killed in the attack on a mosque in Quetta has risen to 53, they said on Saturday.",
            ("41", "53"),
        ),
        (
            "How many fighters does ISKP have?",
            "ISKP has 2,000 fighters.",
            "ISKP has 4,000 fighters, the UN said.",
            ("2,000", "4,000"),
        ),
        (
            "What percentage of Gwadar has water?",
            "Only 12 percent of Gwadar has water.",
            "A third of the port stands dry; 34% of Gwadar has water.",
            ("12 percent", "34%"),
        ),
        (
            "How much did the dam at Mirani cost?",
            "The dam at Mirani cost $24 million.",
            "The dam at Mirani cost $31 million.",
            ("$24 million", "$31 million"),
        ),
    ],
)
def test_what_differs_is_found(question: str, one: str, other: str, sides: tuple[str, ...]) -> None:
    assert said(question, one, other) == ([sides], [])
    assert said(question, other, one) == ([sides[::-1]], [])


@pytest.mark.parametrize(
    ("question", "one", "other", "value"),
    [
        ("How many ships of the navy call at Gwadar?", "Twelve ships of the navy call at Gwadar.",
         "12 ships of the navy call at Gwadar.", "Twelve"),
        (TOLL, FORTY_ONE, "The attack on a mosque in Quetta killed forty-one people.", "41"),
        ("When was the harbour of Gwadar opened?", "The harbour of Gwadar was opened in 2007.",
         "The harbour of Gwadar opened in March 2007.", "2007"),
        (LEADS, "Manzoor Pashteen leads the PTM.", "Pashteen, who leads the PTM, was arrested.", "Manzoor Pashteen"),
        ("How many Afghans live in Quetta?", "1,200,000 Afghans live in Quetta.",
         "1 200 000 Afghans live in Quetta.", "1,200,000"),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_is_the_same(question: str, one: str, other: str, value: str) -> None:
    assert said(question, one, other) == ([], [(value, (1, 2))])


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        # two attacks: another town, another day, all attacks together
        ("How many people were killed in the attack?", "41 people were killed in the attack in Quetta.",
         "53 people were killed in the attack in Kabul."),
        ("How many people were killed in the attack on the mosque?",
         "41 people were killed in the attack on the mosque in Quetta.",
         "53 people were killed in the attack on the mosque in Kabul."),
        (TOLL, "41 people were killed in the attack on the mosque in Quetta on Friday.",
         "The attack on Sunday on the mosque in Quetta killed 53 people."),
        (TOLL, "41 people were killed in the attack on the mosque in Quetta on 4 May 2019.",
         "53 people were killed in the attack on the mosque in Quetta on 8 May 2021."),
        (TOLL, FORTY_ONE, "Attacks on mosques in Quetta killed 153 people."),
        # something else is counted
        (TOLL, FORTY_ONE, "The attack on the mosque in Quetta killed 12 children."),
        (TOLL, FORTY_ONE, "53 people were injured in the attack on the mosque in Quetta."),
        (TOLL, FORTY_ONE, "The attack on the mosque in Quetta killed another 12 people."),
        (TOLL, FORTY_ONE, "No one of 53 people was killed in the attack on the mosque in Quetta."),
        (TOLL, FORTY_ONE, "Were 53 people killed in the attack on the mosque in Quetta?"),
        ("How many voters in Gwadar are women?", "40 percent of voters in Gwadar are women.",
         "12,000 women are voters in Gwadar."),
        ("How long is the road to Gwadar?", "The road to Gwadar is 650 km long.",
         "The road to Gwadar is long, 12 hours."),
        ("How many people in Gwadar are fishermen?", "40 percent of the people in Gwadar are fishermen.",
         "30 percent of the people in Gwadar are fishermen."),
        ("What percentage of voters in Gwadar are women?", "12,000 of the voters in Gwadar are women.",
         "In Gwadar, 15,000 women are voters."),
        ("What percentage of voters in Gwadar are women?", "In Gwadar, 12,000 women are voters.",
         "In Gwadar, 15,000 women are voters."),
        # both may mean one number
        ("How many fighters does ISKP have?", "ISKP has more than 40 fighters.", "ISKP has 43 fighters."),
        ("How many fighters does ISKP have?", "ISKP has about 50 fighters.", "ISKP has more than 40 fighters."),
        ("How many Afghans live in Quetta?", "1.2 million Afghans live in Quetta.",
         "1,214,000 Afghans live in Quetta."),
        # dates that bound another one, or lean on one, or share no part
        ("When was the harbour of Gwadar opened?", "The harbour of Gwadar was opened in 2007.",
         "The harbour of Gwadar was opened after 2005."),
        ("When was the harbour of Gwadar opened?", "The harbour of Gwadar was opened in 2007.",
         "The harbour of Gwadar was opened on Monday."),
        ("When was the harbour of Gwadar opened?", "The harbour of Gwadar was opened in 2007.",
         "The harbour of Gwadar was opened on 3 May."),
        ("When was the harbour of Gwadar opened?", "The harbour of Gwadar was opened in 2007.",
         "A fence was built in 2020, thirteen years after the harbour of Gwadar was opened by ministers."),
        ("When was Cano murdered?", "Cano was murdered on 17 December 1986.",
         "Galvez, who was the prosecutor in the case of Cano, was also murdered on 29 March."),
        # two groups, two offices, two of several, one name in two spellings
        (LEADS, "Manzoor Pashteen leads the PTM.", "The BYC, which supports the PTM, is led by Mahrang Baloch."),
        (LEADS, "Manzoor Pashteen leads the PTM.", "Mahrang Baloch leads the BYC and met the PTM."),
        ("Who is the leader of the PTM?", "Manzoor Pashteen is the leader of the PTM.",
         "Ali Wazir is a deputy leader of the PTM."),
        ("Who is the leader of the PTM?", "Manzoor Pashteen is the leader of the PTM.",
         "Deputy PTM leader Ali Wazir was arrested."),
        ("Who founded the PTM?", "Manzoor Pashteen founded the PTM.", "Mohsin Dawar and Ali Wazir founded the PTM."),
        (LEADS, "Manzoor Pashteen leads the PTM.", "Manzur Pashtin leads the PTM."),
        ("Who attacked the mosque in Quetta?", "The Taliban attacked the mosque in Quetta.",
         "Jundallah attacked the mosque in Quetta."),
        (LEADS, "Manzoor Pashteen led the PTM until 2018.", "Mohsin Dawar leads the PTM since 2018."),
        ("When was the harbour of Gwadar opened?", "The harbour of Gwadar was opened around 2006.",
         "The harbour of Gwadar was opened in 2007."),
        # nothing of these is asked for, or two things at once
        ("Why did the harbour of Gwadar open?", "It opened in 2007.", "It opened in 2008."),
        ("When and where was the harbour of Gwadar opened?", "The harbour of Gwadar was opened in 2007.",
         "The harbour of Gwadar was opened in 2008."),
    ],
)  # fmt: skip
def test_what_may_be_two_things_is_no_difference(question: str, one: str, other: str) -> None:
    assert said(question, one, other) == ([], [])
    assert said(question, other, one) == ([], [])


@pytest.mark.parametrize(
    ("vague", "plain"),
    [
        ("One and a half thousand people", "1,500 people"),
        ("Half of the 40 people", "20 people"),
        ("Half of 40 people", "20 people"),
        ("10% of 400 people", "40 people"),
        ("Two-thirds of the 300 people", "200 people"),
        ("Three and a half dozen people", "42 people"),
        ("Three dozen people", "36 people"),
        ("12 more people", "40 people"),
        ("Another 12 people", "40 people"),
        ("12 other people", "40 people"),
        ("At least 41 people", "53 people"),
        ("More than 41 people", "53 people"),
        ("Nearly 60 people", "53 people"),
        ("Up to 60 people", "53 people"),
        ("About 50 people", "53 people"),
        ("An estimated 50 people", "53 people"),
        ("40 or more people", "53 people"),
        ("40 to 60 people", "53 people"),
        ("40-60 people", "53 people"),
        ("40\u201360 people", "53 people"),
        ("Between 40 and 60 people", "53 people"),
        ("The first 12 people", "53 people"),
        ("The 12th person", "53 people"),
        ("One in 10 people", "53 people"),
        ("12 of them, people said,", "53 people"),
        ("A quarter", "53 people"),
        ("12 percent of the people", "53 people"),
        ("12 percent", "53 people"),
        ("12 children", "53 people"),
        ("12 tonnes of fish", "53 people"),
    ],
)
def test_a_vague_number_or_another_measure_is_no_difference(vague: str, plain: str) -> None:
    question = "How many people died in the flood of Quetta?"
    one, other = f"{vague} died in the flood of Quetta.", f"{plain} died in the flood of Quetta."
    assert said(question, one, other) == ([], [])
    assert said(question, other, one) == ([], [])
    assert said(question, other, f"99 people{other.partition('people')[2]}")[0] == [(plain.split(maxsplit=1)[0], "99")]


@pytest.mark.parametrize(
    ("question", "text", "values"),
    [
        (
            "How many people died in the Quetta attack?",
            "People died in the Quetta attack. The police arrested {}.",
            "12 15",
        ),
        (
            "When did the raid on Kalat begin?",
            "The raid on Kalat did begin at night. On {} it ended.",
            "5 May 2020|6 June 2021",
        ),
        (
            "How many people died in the Quetta attack?",
            "In the Quetta attack {0} people died. Later {0}1 people died in the Quetta attack.",
            "4 6",
        ),
    ],
)
def test_sentences_beside_each_other_give_no_value_together(question: str, text: str, values: str) -> None:
    one, other = values.split("|") if "|" in values else values.split()
    assert said(question, text.format(one), text.format(other)) == ([], [])


def test_of_several_sentences_one_may_give_the_value() -> None:
    beside = "The market was closed for a week."
    assert said(TOLL, f"{beside} {FORTY_ONE}", f"{FIFTY_THREE} {beside}") == ([("41", "53")], [])


def test_a_page_number_is_no_word_of_a_heading() -> None:
    question = "How many soldiers were killed at Checkpoint 7?"
    one, other = cited("At the Checkpoint, 40 soldiers were killed.", "At the Checkpoint, 52 soldiers were killed.")
    paged = [replace(each, source=replace(each.source, locator="p. 7, \u00b6 2")) for each in (one, other)]
    assert compare_citations(question, paged) == ((), ())


def marked(*texts: str) -> list[Citation]:
    """Citations of texts in which a reader marked what is in brackets."""
    citations = cited(*(text.replace("[", "").replace("]", "") for text in texts))
    spans = [(100 + text.index("["), 99 + text.index("]")) for text in texts]
    return [replace(citation, words=span) for citation, span in zip(citations, spans, strict=True)]


@pytest.mark.parametrize(
    ("question", "one", "other", "sides"),
    [
        (TOLL, "In the attack on the mosque in Quetta, [41 people] were killed and 60 injured.",
         "60 were injured and [53] were killed in the attack on the mosque in Quetta.", ("41", "53")),
        ("When was the harbour of Gwadar opened?", "The harbour of Gwadar was opened in [2007] and enlarged in 2015.",
         "The harbour of Gwadar was opened [in 2008] and enlarged in 2015.", ("2007", "2008")),
        (TOLL, "Nobody knows why. [41 people] were killed in the attack on the mosque in Quetta. It has 20 beds.",
         "53 people were killed in 2 hours. [53] were killed in the attack on the mosque in Quetta.", ("41", "53")),
        (LEADS, "[Manzoor Pashteen] leads the PTM from Waziristan.", "[Ali Wazir] leads the PTM from Quetta.",
         ("Manzoor Pashteen", "Ali Wazir")),
    ],
)  # fmt: skip
def test_the_words_that_a_reader_marked_say_which_value_is_meant(
    question: str, one: str, other: str, sides: tuple[str, ...]
) -> None:
    agreements, (difference,) = compare_citations(question, marked(one, other))
    assert (agreements, tuple(side.value for side in difference.sides)) == ((), sides)
    assert said(question, one.replace("[", "").replace("]", ""), other.replace("[", "").replace("]", "")) == ([], [])


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (TOLL, "[41 people] were killed in the attack on the mosque in Quetta.",
         "In the attack on the mosque in Quetta [between 53 and 60] people were killed."),
        (TOLL, "[41 people] were killed in the attack on the mosque in Quetta.",
         "53 people were killed in the attack on the mosque in Quetta, many of them [children]."),
        (LEADS, "[Manzoor Pashteen] leads the PTM.", "Mohsin Dawar and [Ali Wazir] lead the PTM."),
        (LEADS, "[Manzoor Pashteen] leads the PTM.", "[Mohsin Dawar and Ali Wazir] lead the PTM."),
    ],
)  # fmt: skip
def test_marked_words_that_are_not_one_plain_value_are_no_difference(question: str, one: str, other: str) -> None:
    assert compare_citations(question, marked(one, other)) == ((), ())


def test_what_the_question_names_may_stand_in_the_title() -> None:
    texts = (
        "41 people died in the attack on the mosque, police said.",
        "The attack on the mosque left 53 dead.",
    )
    _, (difference,) = compare_citations(TOLL, cited(*texts, title="Quetta counts its victims"))
    assert [side.value for side in difference.sides] == ["41", "53"]
    assert compare_citations(TOLL, cited(*texts)) == ((), ())


def test_what_has_too_long_sentences_is_left_alone() -> None:
    assert said(TOLL, FORTY_ONE, f"{'1 ' * 500_000}{FIFTY_THREE}") == ([], [])


def test_one_document_does_not_differ_from_itself() -> None:
    first, second = cited(FORTY_ONE, FIFTY_THREE)
    same = replace(second, source=replace(second.source, document_id="report-1.txt"))
    assert compare_citations(TOLL, [first, same]) == ((), ())


def test_a_dateline_is_no_date_of_the_event() -> None:
    question = "When was the harbour of Gwadar opened?"
    texts = ("GWADAR, May 3, 2021 - The harbour of Gwadar was opened.", "The harbour of Gwadar was opened in 2007.")
    citations = [_at_the_beginning(citation) for citation in cited(*texts)]
    assert compare_citations(question, citations) == ((), ())


def test_a_citation_that_stands_word_for_word_elsewhere_says_in_how_many_documents() -> None:
    first, second, third = cited("Fishermen protest.", "Fishermen protest.", "Fishermen protest.")
    agreements, differences = compare_citations(
        "Why do they protest?", [Citation(1, first.source, (second.source, third.source))]
    )
    assert (agreements, differences) == ((Agreement("wording", 3, (1,)),), ())
    first, second, third = cited(FORTY_ONE, FORTY_ONE, FIFTY_THREE)
    (agreement,), (difference,) = compare_citations(
        TOLL, [Citation(1, first.source, (second.source,)), Citation(2, third.source)]
    )
    assert (agreement.kind, agreement.value, agreement.documents, agreement.citations) == (
        "number",
        "41",
        2,
        (1,),
    )
    assert [side.citations for side in difference.sides] == [(1,), (2,)]


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: ValuePlace(1, "a", "a.txt", 4, 5, "53"), "the value '53' cannot stand at 4..5 of a.txt"),
        (lambda: Side(()), "needs a place"),
        (lambda: Difference("number", ()), "two sides or more, found 0"),
        (lambda: Agreement("date", 1, (1,)), "1 document"),
    ],
)
def test_what_cannot_be_is_not_made(make: object, complaint: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=complaint):
        make()


@given(st.lists(st.text(max_size=80), min_size=2, max_size=3), st.sampled_from([TOLL, LEADS, "When was 5 may?"]))
def test_any_text_gives_values_that_stand_where_they_are_said_to(texts: list[str], question: str) -> None:
    citations = cited(*(f"{text} {FORTY_ONE}" for text in texts))
    agreements, differences = compare_citations(question, citations)
    sides = [place for difference in differences for side in difference.sides for place in side.places]
    for place in [*sides, *(place for agreement in agreements for place in agreement.places)]:
        source = citations[place.citation - 1].source
        assert source.quote[place.start - source.start : place.end - source.start] == place.value


def _at_the_beginning(citation: Citation) -> Citation:
    quote = citation.source
    paragraph = Paragraph(0, len(quote.quote), quote.quote)
    return replace(citation, source=replace(quote, start=0, end=len(quote.quote), paragraph=paragraph))


class FirstOnly(SimilarityReader):
    """Leaves out everything but the best, as the reader does with what ranks far below it."""

    def read(self, question: str, hits: Sequence[Hit]) -> Read:
        found = super().read(question, hits)
        return replace(found, marks=found.marks[:1])


@pytest.fixture
def ask(tmp_path: Path, encoder: BagEncoder) -> object:
    def ask(question: str, documents: Mapping[str, str]) -> Answer:
        folder = tmp_path / "reports"
        folder.mkdir()
        for name, text in documents.items():
            (folder / name).write_text(text, encoding="utf-8")
        index, report = sync(folder, tmp_path / "index", encoder)
        return Answerer(Retriever(index, encoder, folder, report), FirstOnly(None), Sources(folder)).ask(question)

    return ask


def test_a_passage_that_the_reader_leaves_out_is_cited_where_it_differs(ask: Callable[..., Answer]) -> None:
    long = (
        "Ambulances came late and the hospital of the province had no blood left, as its doctors told reporters there. "
    )
    answer = ask(
        TOLL,
        {
            "a.txt": f"{FORTY_ONE}\n",
            "b.txt": f"{long}{FIFTY_THREE} {long}\n",
            "c.txt": "Wells in Kharan are dry.\n",
        },
    )
    (difference,) = answer.differences
    assert [(side.value, side.citations) for side in difference.sides] == [("41", (1,)), ("53", (2,))]
    assert [citation.source.path for citation in answer.citations] == ["a.txt", "b.txt"]
    place = difference.sides[1].places[0]
    assert (f"{long}{FIFTY_THREE}")[place.start : place.end] == "53"
    assert "b.txt" not in [quote.path for quote in answer.related]
    assert answer.to_dict()["differences"][0]["sides"][1]["places"][0]["start"] == place.start


def test_the_terminal_says_what_agrees_and_what_differs(
    ask: Callable[..., Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(ask(TOLL, {"a.txt": FORTY_ONE, "b.txt": FIFTY_THREE, "c.txt": FORTY_ONE}))
    printed = capsys.readouterr().out
    assert "\n2 documents say “41”: [1]\n" in printed
    assert "\nThe documents differ on the number: “41” [1] – “53” [2]\n" in printed
