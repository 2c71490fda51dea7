"""Replies to what is no question to the documents: plain words, the list, how documents begin; at every door alike."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from exported import quote, said
from fakes import BagEncoder
from libraries import library_over

from embeddings.errors import FilterError
from embeddings.index.sync import sync
from qa.answering import about_documents
from qa.answering.answerer import Answerer
from qa.answering.feedback import Feedback
from qa.answering.sources import Sources
from qa.evaluation.feedback import evaluated_feedback
from qa.export import FORMATS, Conversation, export, quotes_in
from qa.interfaces.chat.handlers import Handlers
from qa.interfaces.chat.turns import Turns, turn_of
from qa.interfaces.cli.output import print_answer
from qa.interfaces.rest.responses import model_of
from qa.query.followup import Exchange
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever
from qa.types.answers import Answer
from qa.types.filters import Filters

PORTS = """---
title: The ports of the coast
outlet: Harbour Daily
date: 2024-03-05
---

# The ports of the coast

By Omar Khan

Coast and harbours in numbers

Ships, boats, piers and fences of the year before last and of this year

The port of Gwadar was opened in 2007, and ships from China have called there every week since then.

Fishermen of the town protest against the fences around the port, which keep them from their boats.

Pasni has a smaller port, where only fishing boats land, and it has been silted up for the last ten years.

Ormara has a base of the navy, and nobody but the navy is allowed to land at its pier or to fish near it.
"""

SEARCH = "To search the text for it, put the question in quotation marks."


@pytest.fixture
def answerer(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Answerer:
    (folder / "ports.md").write_text(PORTS, encoding="utf-8")
    index, report = sync(folder, tmp_path / "index", encoder)
    return Answerer(Retriever(index, encoder, folder, report), SimilarityReader(None), Sources(folder))


def places(answer: Answer) -> list[str]:
    return [citation.source.place for citation in answer.citations]


@pytest.mark.parametrize(
    ("text", "begins"),
    [("hi", "Hello. Ask a question"), ("Thanks!", "You are welcome."), ("ok", "All right."), ("bye", "Goodbye.")],
)
def test_what_is_said_politely_is_answered_politely(answerer: Answerer, text: str, begins: str) -> None:
    answer = answerer.ask(text)
    assert (answer.verdict, answer.citations, answer.related) == ("about_documents", (), ())
    assert answer.reason.startswith(begins)
    assert (answer.question, answer.asked, answer.probability, answer.reader) == (text, text, None, None)


def test_the_documents_are_listed_with_what_they_say_of_themselves(answerer: Answerer) -> None:
    answer = answerer.ask("What documents do you have?")
    assert answer.verdict == "about_documents"
    assert answer.reason.split("\n") == [
        "4 documents:",
        "- The harbour (harbour.md)",
        "- The ports of the coast, Harbour Daily, 2024-03-05 (ports.md)",
        "- rail (rail.txt)",
        "- water (water.txt)",
    ]
    few = answerer.ask("list the documents", filters=Filters(outlet="Harbour Daily"))
    assert few.reason.split("\n")[0] == "1 document (outlet: Harbour Daily):"
    assert answerer.ask("list sources", filters=Filters(outlet="Harbour Daily", since="2025")).reason == (
        "There is no such document (outlet: Harbour Daily; from 2025)."
    )
    with pytest.raises(FilterError, match="no document has the outlet 'Dawn'"):
        answerer.ask("list the documents", filters=Filters(outlet="Dawn"))


def test_of_many_documents_some_are_listed_and_some_begin(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(about_documents, "LISTED", 1)
    monkeypatch.setattr(about_documents, "BEGINNINGS", 2)
    listed = answerer.ask("which documents are there?")
    assert listed.reason.split("\n") == ["4 documents:", "- The harbour (harbour.md)", "- and 3 more"]
    begun = answerer.ask("What is this about?")
    assert places(begun) == ["harbour.md ¶ 1", "ports.md ¶ 3"]
    assert begun.reason.endswith("the first 2 documents begin, by file name. There are 2 more documents.")


def test_an_overview_quotes_the_first_paragraph_of_each_document(answerer: Answerer, folder: Path) -> None:
    answer = answerer.ask("What are these documents about?")
    assert answer.verdict == "about_documents"
    assert places(answer) == ["harbour.md ¶ 1", "ports.md ¶ 3", "rail.txt ¶ 1", "water.txt ¶ 1"]  # a cover is none
    for citation in answer.citations:
        text = (folder / citation.source.path).read_text(encoding="utf-8")
        assert text[citation.source.start : citation.source.end] == citation.quote
    assert answer.reason == "Nothing is put into other words here: this is how each of the 4 documents begins."


@pytest.mark.parametrize(
    "text",
    [
        "summarise the ports of the coast",
        "Can you summarise the article “The ports of the coast”?",
        "What is ports.md about?",
        "summary of ports",
        "give me an overview of the reports from Harbour Daily, please",
        "summarise the prots of the coast",
    ],
)
def test_a_document_that_is_named_is_summarised_by_its_first_paragraphs(answerer: Answerer, text: str) -> None:
    answer = answerer.ask(text)
    assert places(answer) == ["ports.md ¶ 3", "ports.md ¶ 4", "ports.md ¶ 5"]
    assert answer.reason == "Nothing is put into other words here: this is how the document begins."


@pytest.mark.parametrize("text", ["summarise the protests in Gwadar", "what is the port of Gwadar about?"])
def test_what_is_no_document_is_a_question(answerer: Answerer, text: str) -> None:
    assert answerer.ask(text).verdict == "answered"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Which outlet published the article?",
            [
                "Outlet, as the files say:",
                "- The harbour: not said (harbour.md)",
                "- The ports of the coast: Harbour Daily (ports.md)",
                "- rail: not said (rail.txt)",
                "- water: not said (water.txt)",
            ],
        ),
        (
            "When was “The ports of the coast” published?",
            ["Date, as the files say:", "- The ports of the coast: 2024-03-05 (ports.md)"],
        ),
        (
            "who is the author?",
            ["None of the 4 documents gives its author in its metadata. " + SEARCH],
        ),
    ],
)
def test_what_the_files_say_of_themselves_is_told(answerer: Answerer, text: str, said: list[str]) -> None:
    answer = answerer.ask(text)
    assert (answer.verdict, answer.citations) == ("about_documents", ())
    assert answer.reason.split("\n") == said


def test_of_it_that_was_said_before_no_file_is_asked(answerer: Answerer) -> None:
    history = [Exchange.of(answerer.ask(text)) for text in ("What is the port of Gwadar?", "thanks")]
    answer = answerer.ask("When was it published?", history=history)
    assert (answer.asked, answer.verdict) == ("When was the port of Gwadar published?", "answered")
    assert answerer.ask("When was it published?", history=history[1:]).verdict == "about_documents"
    assert answerer.ask("Who is the author of the protests in Gwadar?").verdict != "about_documents"
    history = [Exchange("What did Harbour Daily write?", "What did Harbour Daily write?")]
    assert answerer.ask("When was it published?", history=history).reason.startswith("Date, as the files say:")


def test_filters_say_what_an_overview_is_of(answerer: Answerer) -> None:
    only = Filters(document="ports.md")
    assert places(answerer.ask("tl;dr", filters=only)) == ["ports.md ¶ 3", "ports.md ¶ 4", "ports.md ¶ 5"]
    assert places(answerer.ask("summarise ports", filters=Filters(document="rail.txt"))) == []


def test_a_file_that_changed_is_named_and_not_quoted(answerer: Answerer, folder: Path) -> None:
    (folder / "rail.txt").write_text("Other words.\n", encoding="utf-8")
    answer = answerer.ask("What is this about?")
    assert places(answer) == ["harbour.md ¶ 1", "ports.md ¶ 3", "water.txt ¶ 1"]
    assert answer.changed == ("rail.txt",)
    assert answer.reason.startswith("Changed since it was indexed and therefore not quoted: rail.txt. Ask again")
    assert answer.reason.endswith("this is how 3 of the first 4 documents begin, by file name.")
    (folder / "ports.md").write_text("Other words.\n", encoding="utf-8")
    assert "this is how" not in answerer.ask("summarise ports").reason


def test_what_is_asked_after_others_is_answered_as_when_it_is_asked_alone(answerer: Answerer) -> None:
    history = [Exchange("What did Harbour Daily write?", "What did Harbour Daily write?")]
    answer = answerer.ask("What is it about?", history=history)
    assert (answer.question, answer.taken) == ("What is it about?", ("Harbour Daily",))
    again = answerer.ask(answer.asked)
    assert (again.verdict, again.citations, again.reason) == (answer.verdict, answer.citations, answer.reason)
    assert again.verdict == "about_documents"


def test_small_talk_between_two_questions_does_not_break_a_follow_up(answerer: Answerer) -> None:
    first = answerer.ask("Where does the railway from Quetta run?")
    said_between = [answerer.ask(text) for text in ("thanks!", "what documents do you have?", "summarise ports")]
    history = [Exchange.of(answer) for answer in (first, *said_between)]
    follow_up = answerer.ask("Why?", history=history)
    assert follow_up.asked == answerer.ask("Why?", history=history[:1]).asked != "Why?"
    assert answerer.ask("thanks", history=history).verdict == "about_documents"


def test_every_door_takes_it(answerer: Answerer) -> None:
    for text in ("hi", "list the documents", "what is this about?", "Which outlet published the article?"):
        answer = answerer.ask(text)
        model_of(Answer).model_validate(answer.to_dict())
        conversation = Conversation.of(answerer, [answer], made="2026-01-31T12:00:00")
        assert json.loads(export(conversation, "json"))["answers"][0]["verdict"] == answer.verdict
        for form in FORMATS:
            if form.name in ("markdown", "html", "json"):
                found = quotes_in(export(conversation, form.name))
                assert [(one.quote, one.problem) for one in found] == [
                    (citation.source, "") for citation in answer.citations
                ], form.name


def test_an_export_whose_beginnings_were_taken_out_is_edited(answerer: Answerer) -> None:
    for text, quotes in (("what is this about?", True), ("hi", False)):
        value = json.loads(export(Conversation.of(answerer, [answerer.ask(text)], made="2026-01-31T12:00:00"), "json"))
        value["answers"][0]["citations"] = []
        assert [one.problem != "" for one in quotes_in(json.dumps(value))] == [True] * quotes


def test_the_terminal_indents_what_documents_say_of_themselves(
    answerer: Answerer, capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(answerer.ask("list the documents"))
    assert capsys.readouterr().out.startswith("4 documents:\n    - The harbour (harbour.md)\n")
    print_answer(answerer.ask("hello"))
    assert capsys.readouterr().out.startswith("Hello. Ask a question")


def test_how_a_document_begins_is_no_answer_in_an_evaluation(answerer: Answerer) -> None:
    answer = answerer.ask("What is this about?")
    model = answerer.retriever.index.manifest.made.model
    right = Feedback.of(answer, "right", model=model, quote=answer.citations[0].source)
    found = evaluated_feedback("said", [(1, right)], answerer)
    assert [(one.mended, one.why) for one in found.judgements] == [(False, "no longer cited")]


def test_the_page_shows_replies_as_text(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.md").write_text("---\ntitle: <img src=x> <b>Bad</b>\n---\n\nWells are dry.\n", encoding="utf-8")
    handlers = Handlers(library_over(folder, tmp_path / "index"))
    turns: Turns = ()
    pages = []
    for serial, text in enumerate(("hello", "list the documents", "what is this about?"), start=1):
        *_, (turns, html, pane, _, _) = handlers.ask(turn_of({"ask": text, "serial": serial}), turns)
        pages.append(html.split("<section")[-1])
        assert ("<mark>" in (pane or "")) == (serial == 3)
    hello, listed, begun = pages
    assert '<div class="reply"><p dir="auto">Hello. Ask a question' in hello
    assert '<li dir="auto">&lt;img src=x&gt; &lt;b&gt;Bad&lt;/b&gt; (bad.md)</li>' in listed
    assert begun.count('class="say"') == begun.count('class="ev"') == 4
    assert begun.index("this is how each of the 4 documents begins") < begun.index('class="say"')
    for html in pages:
        assert 'class="no"' not in html
        assert 'class="tell"' not in html  # no feedback: nothing was answered
        assert "How sure is this?" not in html
        assert "Wrong passage?" not in html


def test_an_answer_and_a_reply_differ_in_their_quotes() -> None:
    answer = said([quote("Ships call there.")]).answers[0]
    assert replace(answer, verdict="about_documents", citations=()).to_dict()["verdict"] == "about_documents"
    assert json.loads(replace(answer, verdict="about_documents").to_json())["verdict"] == "about_documents"
