"""Hits, quotes, answers: checked when they are made, and the same bytes each time."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from embeddings.types import Document, Heading, Page, Passage, Sentence
from qa.types.answers import Answer
from qa.types.filters import Filters
from qa.types.hits import Hit, Trace
from qa.types.quotes import Citation, Paragraph, Quote

TEXT = "# Ports\n\nGwadar opened. Ships call there."
DOCUMENT = Document("id", "Title", TEXT, "a/b.md", "0" * 64, headings=(Heading(0, 7, 1, "Ports"),))
PASSAGE = Passage("id", 3, 9, len(TEXT), "Ports", TEXT[9:])
SENTENCE = Sentence(24, len(TEXT), "Ships call there.")


def test_a_quote_of_a_sentence_knows_its_paragraph() -> None:
    quote = Quote.of(DOCUMENT, PASSAGE, SENTENCE)
    assert quote.quote == "Ships call there."
    assert TEXT[quote.start : quote.end] == quote.quote
    assert quote.paragraph == Paragraph(9, len(TEXT), "Gwadar opened. Ships call there.")
    assert quote.locator == "Ports, ¶ 3"
    assert str(quote) == "Title, Ports, ¶ 3 (a/b.md)"
    assert str(Citation(2, quote)) == "[2] Title, Ports, ¶ 3 (a/b.md)"


def test_a_page_is_named_before_the_paragraph_and_a_heading_like_the_title_is_not() -> None:
    document = Document(
        "id", "Ports", TEXT, "b.pdf", "0" * 64, headings=DOCUMENT.headings, pages=(Page(1, 0, len(TEXT)),)
    )
    assert Quote.of(document, PASSAGE).locator == "p. 1, ¶ 3"


@pytest.mark.parametrize(("label", "locator"), [("slide 4", "slide 4, Ports, ¶ 3"), ("sheet Ports, row 9", None)])
def test_a_place_that_is_no_page_has_its_own_name_and_names_a_heading_once(label: str, locator: str | None) -> None:
    document = replace(DOCUMENT, pages=(Page(1, 0, len(TEXT), label),))
    assert Quote.of(document, PASSAGE).locator == (locator or f"{label}, ¶ 3")


@pytest.mark.parametrize(
    ("locator", "number", "place"),
    [
        ("¶ 3", 3, "a.md ¶ 3"),
        ("p. 7, Trade, ports, ¶ 12", 12, "a.md ¶ 12"),
        ("¶ 4, ¶ 3", 3, "a.md ¶ 3"),
        ("on the third page", None, "a.md on the third page"),
    ],
)
def test_the_number_of_a_paragraph_is_read_from_the_locator(locator: str, number: int | None, place: str) -> None:
    quote = Quote("id", "a.md", "Title", locator, 0, 4, "Text", "0" * 64, Paragraph(0, 4, "Text"))
    assert (quote.number, quote.place) == (number, place)


def test_a_quote_that_its_paragraph_does_not_say_cannot_be_made() -> None:
    with pytest.raises(ValueError, match=r"the quote 24\.\.41 of a/b.md is not what its paragraph says there"):
        Quote("id", "a/b.md", "Title", "¶ 3", 24, 41, "Ships sank there.", "0" * 64, Paragraph(9, 41, TEXT[9:]))


def test_no_citation_means_no_answer() -> None:
    with pytest.raises(ValueError, match="an answer that is answered cannot have 0 citations"):
        Answer("q", "q", "answered", (), (), "", "id")
    citation = Citation(1, Quote.of(DOCUMENT, PASSAGE))
    with pytest.raises(ValueError, match="not_in_documents cannot have 1 citations"):
        Answer("q", "q", "not_in_documents", (citation,), (), "", "id")


def test_the_json_of_an_answer() -> None:
    answer = Answer(
        "q?",
        "q?",
        "answered",
        (Citation(1, Quote.of(DOCUMENT, PASSAGE, SENTENCE)),),
        (),
        "Searched.",
        "i1",
        filters=Filters(tag="war"),
    )
    said = json.loads(answer.to_json())
    assert list(said)[:4] == ["question", "asked", "verdict", "citations"]
    later = ["agreements", "differences", "taken", "spelling", "probability", "confidence", "reader"]
    assert list(said)[4:] == ["related", "reason", "index_id", "changed", "filters", *later]
    assert said["filters"] == {"tag": ["war"]}
    assert said["citations"] == [
        {
            "number": 1,
            "document_id": "id",
            "path": "a/b.md",
            "title": "Title",
            "locator": "Ports, ¶ 3",
            "start": 24,
            "end": 41,
            "quote": "Ships call there.",
            "sha256": "0" * 64,
            "paragraph": {"start": 9, "end": 41, "text": "Gwadar opened. Ships call there."},
            "also": [],
            "probability": None,
            "words": None,
        }
    ]
    assert answer.to_json() == answer.to_json()


@pytest.mark.parametrize("words", [(23, 30), (30, 30), (36, 42)])
def test_words_lie_inside_their_quote(words: tuple[int, int]) -> None:
    quote = Quote.of(DOCUMENT, PASSAGE, SENTENCE)
    assert Citation(1, quote, words=(24, 29)).exact == "Ships"
    with pytest.raises(ValueError, match=r"lie outside the quote 24\.\.41"):
        Citation(1, quote, words=words)
    with pytest.raises(ValueError, match=r"a probability is between 0 and 1: 1\.01"):
        Citation(1, quote, probability=1.01)


def test_every_result_is_one_object_of_json_that_steers_nothing() -> None:
    text = "Ships \x1b[31mcall\u202e there."
    passage = Passage("id", 1, 0, len(text), "", text)
    quote = Quote.of(Document("id", "Title", text, "a.md", "0" * 64), passage)
    citation = Citation(1, quote, also=(quote,))
    for result in (quote, citation, Hit(passage, 0.5, citation, Trace((), ()))):
        written = result.to_json()
        assert json.loads(written) == json.loads(json.dumps(result.to_dict()))
        assert json.loads(written)["quote"] == text
        assert "\\u001b" in written
        assert not {"\x1b", "\u202e"} & set(written)
