"""Conversations as people have them: whom the last question means, and what is left as it was typed."""

from __future__ import annotations

import pytest

from qa.query.followup import Exchange, follow_up

Turn = str | tuple[str, str]  # a question, or a question and what was quoted for it

LEADS = "It criticises the BYC, which Mahrang Baloch leads, and the PTM, which Manzoor Pashteen leads."
PLANNED = "In March Pakistan arrested Mohammad Sharifullah, who planned the Abbey Gate attack."
CAPTURED = "A joint operation in Balochistan captured Ozgur Altun, also known as Abu Yasir At-Turki."
NAMED = "ISKP named as its targets the BLA and other Baloch separatist groups, the BYC and the PTM."
SIGNED = "The treaty of Sibi was signed by Governor Haroon Rasheed in May 2019."
PTM, ATTACK = ("Who leads the PTM?", LEADS), ("Who planned the Abbey Gate attack?", PLANNED)
GROUPS = ("Which groups did ISKP threaten?", NAMED)

TALKS: list[tuple[list[Turn], str]] = [
    # who was given last is meant, whoever was spoken of before
    ([PTM, "who is he", ATTACK, "Where was he arrested?"], "Where was Mohammad Sharifullah arrested?"),
    ([PTM, "Who is Manzoor Pashteen?", ATTACK, "Where was he arrested?"], "Where was Mohammad Sharifullah arrested?"),
    ([PTM, ("Who is Mahrang Baloch?", LEADS), ATTACK, "When was he caught?"], "When was Mohammad Sharifullah caught?"),
    ([PTM, "What does he demand?", "Where was he born?", ATTACK, "Is he in prison?"],
     "Is Mohammad Sharifullah in prison?"),
    ([ATTACK, "where is he now", PTM, "Is he married?"], "Is Manzoor Pashteen married?"),
    ([ATTACK, "who is he", ("Who spread the material in Turkish?", CAPTURED), "When was he captured?"],
     "When was Ozgur Altun captured?"),
    ([ATTACK, ("Who was captured in Balochistan?", CAPTURED), "What did he do?"], "What did Ozgur Altun do?"),
    ([PTM, "who is he", ("And who planned the Abbey Gate attack?", PLANNED), "his nationality?"],
     "Mohammad Sharifullah's nationality?"),
    ([PTM, ("By whom was the treaty of Sibi signed?", SIGNED), "When was he born?"],
     "When was Governor Haroon Rasheed born?"),
    # and stays the one that is meant, also past a question about a thing
    ([ATTACK, "Where was he arrested?", "When was he born?"], "When was Mohammad Sharifullah born?"),
    ([PTM, "who is he", ATTACK, "When was the attack?", "Where was he arrested?"],
     "Where was Mohammad Sharifullah arrested?"),
    ([PTM, "Where was he born?", "What does he demand?"], "What does Manzoor Pashteen demand?"),
    # who is named in a question is meant
    ([ATTACK, "Who is Manzoor Pashteen?", "Where does he live?"], "Where does Manzoor Pashteen live?"),
    ([PTM, "who is he", "Was Ozgur Altun arrested?", "What did he do?"], "What did Ozgur Altun do?"),
    ([ATTACK, ("Who leads the BYC?", LEADS), "Is she married?"], "Is Mahrang Baloch married?"),
    # a thing
    ([PTM, "When was it founded?"], "When was the PTM founded?"),
    ([PTM, "who is he", "What does it demand?"], "What does the PTM demand?"),
    (["What is the treaty of Sibi?", "Who signed it?"], "Who signed the treaty of Sibi?"),
    (["What is salah?", "When is it said?"], "When is salah said?"),
    ([("Where is Gwadar?", "Gwadar lies on the coast."), "Who governs it?"], "Who governs Gwadar?"),
    # what happened to somebody is the name of nothing
    (["Where was he arrested?", "Who leads it?"], "Who leads it?"),
    (["When was she killed?", "Who did it?"], "Who did it?"),
    (["Where were they captured?", "Is it far?"], "Is it far?"),
    (["What was stolen?", "Who sold it?"], "Who sold it? (about: stolen)"),
    (["Who was arrested?", "Who planned it?"], "Who planned it? (about: arrested)"),
    (["Where was the treaty signed?", "Who broke it?"], "Who broke the treaty?"),
    (["When were the hostages taken?", "Are they alive?"], "Are the hostages alive?"),
    (["Why was the port closed?", "Who owns it?"], "Who owns the port?"),
    # some of several
    ([GROUPS, "Which of them did ISKP attack?"], "Which of them did ISKP attack? (about: groups, threaten)"),
    ([PTM, "Which of them did ISKP threaten?"], "Which of them did ISKP threaten? (about: leads, PTM)"),
    (["Who leads PTM?", "Which of them did ISKP threaten?"], "Which of them did ISKP threaten? (about: leads PTM)"),
    (["What is the BLA?", "How many of them died?"], "How many of them died? (about: BLA)"),
    (["Who are the Taliban?", "Some of them fled, where to?"], "Some of them fled, where to? (about: Taliban)"),
    # several, in a sentence that a name would break
    (["Who leads PTM?", "Are they hypocritical?"], "Are they hypocritical? (about: leads PTM)"),
    (["What is PTM?", "What do they want?"], "What do they want? (about: PTM)"),
    (["Who leads PTM?", "What did they demand?"], "What did PTM demand?"),
    (["Who leads the PTM?", "Are they hypocritical?"], "Are the PTM hypocritical?"),
    (["Who are the Taliban?", "Have they left Kabul?"], "Have the Taliban left Kabul?"),
    ([GROUPS, "Are they armed?"], "Are they armed? (about: groups, ISKP threaten)"),
    ([("What districts is ISKP strong in?", "It is strong in Bajaur and Mastung."), "Where are they?"],
     "Where are they? (about: districts, ISKP strong)"),
    (["Who is Manzoor Pashteen?", "Where does he live?", "Who leads it?"],
     "Who leads it? (about: live, Manzoor Pashteen)"),
    # nothing is meant
    ([PTM, "Who is the governor of Zabul?"], "Who is the governor of Zabul?"),
    (["Is it true that wells are dry?", "Who said so in Kharan?"], "Who said so in Kharan?"),
]  # fmt: skip


def last_of(turns: list[Turn]) -> str:
    history: list[Exchange] = []
    for turn in turns:
        question, *quotes = (turn,) if isinstance(turn, str) else turn
        history.append(Exchange(question, follow_up(question, history).asked, tuple(quotes)))
    return history[-1].asked


@pytest.mark.parametrize(("turns", "asked"), TALKS, ids=[f"{number}" for number, _ in enumerate(TALKS)])
def test_the_last_question_is_asked_so(turns: list[Turn], asked: str) -> None:
    assert last_of(turns) == asked
