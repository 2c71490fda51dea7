"""Follow-ups: what is taken from a conversation, what is left alone, and that nothing taken becomes an operator."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import QuestionError
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.query.followup import Exchange, FollowUp, follow_up
from qa.query.followup.topic_fit import Fit
from qa.query.syntax import LONGEST_QUESTION, parse
from qa.reading.choice import ReaderChoice
from qa.retrieval.retriever import Retriever
from qa.retrieval.topic_fit import IndexFit

LEADER = Exchange(
    "Who leads the PTM?",
    "Who leads the PTM?",
    ("It also names the BYC, which Mahrang Baloch leads, and the PTM, which Manzoor Pashteen leads.",),
)


KHARAN, GWADAR = ("Who was killed in Kharan",), ("port", "Gwadar")


def after(question: str, *earlier: str) -> FollowUp:
    """The follow-up of questions that were asked as they are, and answered by nothing."""
    return follow_up(question, [Exchange(one, one) for one in earlier])


@pytest.mark.parametrize(
    ("earlier", "question", "asked", "taken"),
    [
        ("Who leads the PTM?", "And where was it founded?", "And where was the PTM founded?", ("the PTM",)),
        ("Who leads the PTM?", "What about its leader?", "What about the PTM's leader?", ("the PTM",)),
        ("Who leads the PTM?", "Who founded it?", "Who founded the PTM?", ("the PTM",)),
        ("Who leads the PTM?", "And in 2021?", "Who leads the PTM in 2021?", ("Who leads the PTM",)),
        ("Who led it in 2020?", "And in 2021?", "Who led it in 2021?", ("Who led it",)),
        ("Who protests in Lahore?", "And in Karachi?", "Who protests in Karachi?", ("Who protests",)),
        ("Who was killed in Kharan in 2020?", "And before 2019?", "Who was killed in Kharan before 2019?", KHARAN),
        ("What is the port of Gwadar?", "When did that happen?", "When did that happen? (about: port, Gwadar)", GWADAR),
        ("What is the port of Gwadar?", "What else?", "What else? (about: port, Gwadar)", GWADAR),
        ("When was the port closed?", "Why?", "Why was the port closed?", ("was the port closed",)),
        ("who leads the ptm", "where was it founded", "where was the ptm founded", ("the ptm",)),
        ("What is a safe room?", "How is it built?", "How is a safe room built?", ("a safe room",)),
        ("Where was Manzoor Pashteen born?", "Is he married?", "Is Manzoor Pashteen married?", ("Manzoor Pashteen",)),
        ("How do fishermen protest?", "What about Karachi?", "What about Karachi? (about: fishermen protest)", None),
    ],
)
def test_what_is_left_out_is_taken_from_the_question_before(
    earlier: str, question: str, asked: str, taken: tuple[str, ...] | None
) -> None:
    meant = after(question, earlier)
    assert (meant.question, meant.asked) == (question, asked)
    assert meant.taken == (("fishermen protest",) if taken is None else taken)


@pytest.mark.parametrize(
    ("earlier", "question", "asked"),
    [
        ("How many ISKP fighters died in the raid?", "And who did it?", "And who did it? (about: ISKP fighters died)"),
        (
            "When did the strike at Kalmar begin?",
            "How long did it last?",
            "How long did it last? (about: strike, Kalmar begin)",
        ),
        ("When did the strike end?", "Who called it?", "Who called it? (about: strike end)"),
        ("What did ISKP's video recount?", "When did it appear?", "When did it appear? (about: ISKP video recount)"),
        ("Was the raid planned in Kabul?", "Who led it?", "Who led it? (about: raid planned, Kabul)"),
        ("How many fighters died in Mastung?", "Who killed them?", "Who killed them? (about: fighters died, Mastung)"),
        ("How many ISKP men died in Mastung?", "Who killed them?", "Who killed them? (about: ISKP men died)"),
        ("What happened on the first day?", "Why did it happen?", "Why did it happen? (about: first day)"),
        ("When did the Taliban return to power?", "Who leads it?", "Who leads the Taliban?"),
        ("Where is the port of Gwadar?", "Who sold it?", "Who sold the port of Gwadar?"),
        ("Who leads the PTM?", "What does ISKP call it?", "What does ISKP call the PTM?"),
        ("What does ISKP call the PTM?", "Why?", "Why does ISKP call the PTM that?"),
    ],
)
def test_a_name_that_only_says_which_thing_is_not_put_in_for_the_thing(earlier: str, question: str, asked: str) -> None:
    assert after(question, earlier).asked == asked


@pytest.mark.parametrize(
    "piece", ["in Karachi", "near the port of Gwadar", "before 2019", "during the strike", "on 5 May"]
)
@pytest.mark.parametrize("form", ["{}?", "{}", "And {}?", "But, {}?", "What about {}?"])
def test_a_bare_place_or_time_completes_the_question_before(piece: str, form: str) -> None:
    written = form.format(piece)
    for question in (written, written[0].upper() + written[1:]):
        assert after(question, "Who attacked the police in Quetta?").asked.lower().endswith(f" {piece.lower()}?")
        assert after(question, "Who attacked the police in Quetta?").asked.startswith("Who attacked the police ")


@pytest.mark.parametrize(
    "question",
    ["In which year did trains stop?", "At what port do ships call?", "In Karachi fishermen protest against whom?"],
)
def test_a_question_that_begins_with_a_place_or_time_is_no_piece(question: str) -> None:
    assert after(question, "Who attacked the police in Quetta?").asked == question


def test_two_pronouns_do_not_mean_the_same() -> None:
    meant = after("Why does she oppose it?", "Does Mahrang Baloch speak of Pakistan?")
    assert meant.asked == "Why does Mahrang Baloch oppose Pakistan?"


def test_whom_she_meant_he_does_not_mean() -> None:
    lives = Exchange("Where does she live?", "Where does Mahrang Baloch live?")
    led = Exchange("Who leads the BYC?", "Who leads the BYC?", ("The BYC, which Mahrang Baloch leads, marched.",))
    assert "Is Mahrang Baloch" not in follow_up("Is he married?", [led, lives]).asked
    assert follow_up("Is she married?", [led, lives]).asked == "Is Mahrang Baloch married?"


def test_what_is_quoted_again_is_not_said_more() -> None:
    leads = "The PTM, which Manzoor Pashteen leads, marched."
    history = [
        Exchange(f"Who leads the {name}?", f"Who leads the {name}?", (leads,)) for name in ("PTM", "march", "rally")
    ]
    planned = Exchange(
        "Who planned it?", "Who planned the rally?", ("In March Mohammad Sharifullah planned the rally.",)
    )
    assert follow_up("When was he arrested?", [*history, planned]).asked == "When was Mohammad Sharifullah arrested?"


def test_a_question_for_a_date_takes_no_date_and_no_owner_ending() -> None:
    history = [Exchange(one, one) for one in ("What happened to fishermen in March 2021?", "Did the PTM's rally stop?")]
    assert follow_up("When was that?", history).asked == "When was that? (about: PTM rally stop)"
    assert follow_up("Why was that?", history[:1]).taken == ("fishermen", "March 2021")


def test_a_person_comes_from_the_answer_and_stays_the_one_meant() -> None:
    born = follow_up("Where was he born?", [LEADER])
    assert born.asked == "Where was Manzoor Pashteen born?"
    again = follow_up("What does he demand?", [LEADER, Exchange(born.question, born.asked)])
    assert again.asked == "What does Manzoor Pashteen demand?"
    assert follow_up("Where was it founded?", [LEADER]).asked == "Where was the PTM founded?"


@pytest.mark.parametrize(
    "question",
    [
        "Who governs Kandahar?",
        "What did Tesla say about his laboratory?",
        "Which company sold its port?",
        "Is it true that wells in Kharan are dry?",
        "How long does it take to reach Gwadar?",
        "What happened this year?",
        "Who runs the IT department?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert after(question, "Who leads the PTM?") == FollowUp(question, question, ())


def test_without_a_conversation_nothing_is_taken() -> None:
    assert follow_up("And  where was it founded?", []) == FollowUp(
        "And  where was it founded?", "And where was it founded?", ()
    )


def test_operators_of_the_question_keep_their_meaning() -> None:
    meant = after('Who planned it "Abbey Gate" -it -"its port"?', "What is CPEC?")
    assert parse(meant.asked).phrases == parse(meant.question).phrases
    assert parse(meant.asked).excluded == parse(meant.question).excluded
    assert after("“Where was it founded?”", "What is the PTM?").asked == "Where was the PTM founded?"


def test_operators_of_the_conversation_are_not_taken() -> None:
    assert after("What about fish?", 'Who sells "Abbey Gate" -Kabul -"two words"?').asked == (
        "What about fish? (about: sells Abbey Gate)"
    )
    assert after("Who owns it?", "What is «-PTM»?").asked == "Who owns PTM?"


texts = st.text(
    st.sampled_from("it its he PTM Kabul who Why ? \"“”„«» -− () . \u202e\u0007 \u0915\u093f é 2021 ,'’"), max_size=60
)


@given(st.lists(texts, max_size=4), texts, st.lists(texts, max_size=2))
def test_words_taken_never_become_operators(earlier: list[str], question: str, quotes: list[str]) -> None:
    history: list[Exchange] = []
    for text in earlier:
        try:
            history.append(Exchange(text, follow_up(text, history).asked, tuple(quotes)))
        except QuestionError:
            continue
    try:
        typed = parse(question)
    except QuestionError:
        return
    asked = follow_up(question, history)
    said = parse(asked.asked)
    assert (said.phrases, said.excluded) == (typed.phrases, typed.excluded)
    assert len(asked.asked) <= LONGEST_QUESTION
    assert follow_up(asked.asked, []).asked == asked.asked


def test_a_long_question_is_not_made_too_long() -> None:
    question = "Who founded it and " + "x" * (LONGEST_QUESTION - 22)
    assert after(question, f"What is the {'Very ' * 6}Long Movement?").asked == question


def test_a_turn_that_cannot_have_been_asked_is_refused() -> None:
    with pytest.raises(QuestionError, match="the question is empty"):
        Exchange("Who?", "")


class Stub:
    """A ground that says the same of every question."""

    def __init__(self, fit: Fit) -> None:
        self._fit = fit

    def rarity(self, term: str) -> float:
        return float(len(term))

    def fit(self, question: str, earlier: str) -> Fit:
        return self._fit

    def renamed(self, text: str) -> tuple[str, ...]:
        return ()


@pytest.mark.parametrize(
    ("fit", "question", "asked"),
    [
        (Fit(0.9, 0.9, 0.9), "How do fishermen protest?", "How do fishermen protest? (about: harbour, Gwadar)"),
        (Fit(0.9, 0.9, 2.0), "How do fishermen protest?", None),
        (Fit(0.1, 0.9, 0.9), "How do fishermen protest?", None),
        (Fit(0.9, 0.1, 0.9), "How do fishermen protest?", None),
        (Fit(0.1, 0.1, 2.0), "Do fishermen use it?", None),
        (Fit(0.1, 0.1, 0.5), "When was it closed?", "When was the harbour of Gwadar closed?"),
        (Fit(0.1, 0.1, 2.0), "When was it closed?", "When was the harbour of Gwadar closed?"),
        (Fit(0.1, 0.1, 2.0), "When was it closed by troops from Kharan?", None),
    ],
)
def test_a_change_of_topic_is_noticed(fit: Fit, question: str, asked: str | None) -> None:
    earlier = "What is the harbour of Gwadar?"
    assert follow_up(question, [Exchange(earlier, earlier)], ground=Stub(fit)).asked == (asked or question)


@pytest.fixture
def answerer(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Answerer:
    index, report = sync(folder, tmp_path / "index", encoder)
    return Answerer.over(Retriever(index, encoder, folder, report), ReaderChoice(none=True))


def test_the_index_says_whether_two_questions_are_about_one_thing(answerer: Answerer) -> None:
    ground = IndexFit(answerer.retriever.index, answerer.retriever.encoder)
    same = ground.fit("ships from China", "the harbour of Gwadar")
    other = ground.fit("ships from China", "wells in Kharan")
    assert (round(same.together, 3), other.together) == (1.0, 0.0)
    assert same.near > other.near
    assert same.clear == other.clear
    assert ground.rarity("kharan") > ground.rarity("xyz") == 0.0


def test_an_answer_says_what_was_asked_and_what_was_taken(answerer: Answerer) -> None:
    first = answerer.ask("When was the harbour of Gwadar opened?")
    assert first.taken == ()
    second = answerer.ask("Who calls there, and who built it?", history=[Exchange.of(first)])
    assert second.question == "Who calls there, and who built it?"
    assert second.to_dict()["taken"] == list(second.taken)
    alone = answerer.ask(second.asked)
    assert (alone.citations, alone.related) == (second.citations, second.related)


def test_the_turn_of_an_answer_has_what_was_quoted(answerer: Answerer) -> None:
    answer = answerer.ask("When did trains stop?")
    assert Exchange.of(answer) == Exchange(
        "When did trains stop?", "When did trains stop?", tuple(citation.quote for citation in answer.citations)
    )
