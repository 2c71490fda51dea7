"""What an export says of several quotes, and of the conversation: shown, never a part of the quotes."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from exported import quote, said
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from test_export_hostile import HOSTILE, IDS, Elements, shown

from qa.export import Conversation, export, quote_key, quotes_in, quotes_of
from qa.export.control_characters import pieces
from qa.types.comparison import Agreement, Difference, Side, ValuePlace
from qa.types.quotes import Quote

READ_BACK = ["html", "json", "markdown"]


def place(number: int, own: Quote, value: str) -> ValuePlace:
    start = own.start + own.quote.index(value)
    return ValuePlace(number, own.document_id, own.path, start, start + len(value), value)


def compared(one: str = "26", other: str = "32") -> Conversation:
    """Three quotes, of which the first and the last give one value and the second another."""
    texts = [f"The blast killed {one} people.", f"It killed {other} people.", f"In all {one} people died."]
    quotes = [quote(text, path=f"{at}.md") for at, text in enumerate(texts)]
    places = [place(at, own, value) for at, own, value in zip((1, 2, 3), quotes, (one, other, one), strict=True)]
    answer = replace(
        (made := said(quotes)).answers[0],
        agreements=(Agreement("number", 2, (1, 3), (places[0], places[2])),),
        differences=(Difference("number", (Side((places[0], places[2])), Side((places[1],)))),),
    )
    return replace(made, answers=(answer,))


class Lines(HTMLParser):
    """The text of each paragraph, list item, quote and value of a page, in order."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "li", "dt", "blockquote", "h2", "dd"):
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if self.lines:
            self.lines[-1] += data


def lines_of(conversation: Conversation, name: str) -> list[str]:
    """What a reader sees, line by line; footnotes, which a renderer numbers itself, are left out."""
    written = export(conversation, name)
    if name == "markdown":
        written = re.sub(r"\[\^q-[0-9a-f]{12}\](?!:)", "", written.partition("\n\n[^q-")[0])
        written = MarkdownIt("commonmark").render(written)
    return [line.strip() for line in Lines(written).lines if line.strip()]


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_where_documents_differ_stands_before_the_quotes_and_where_they_agree_after(name: str) -> None:
    lines = lines_of(compared(), name)
    differ = lines.index("The documents differ on the number: “26” [1][3] – “32” [2]")
    agree = lines.index("2 documents say “26”: [1][3]")
    numbers = [lines.index(f"[{number}]") for number in (1, 2, 3)]
    assert differ < numbers[0] < numbers[1] < numbers[2] < agree
    quotes = ["The blast killed 26 people.", "It killed 32 people.", "In all 26 people died."]
    assert [lines[number + 1] for number in numbers] == quotes


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_one_wording_in_several_documents_is_said_without_a_value(name: str) -> None:
    made = said([quote("The port is closed.")])
    answer = replace(made.answers[0], agreements=(Agreement("wording", 1_200, (1,)),))
    assert "1,200 documents say this, word for word: [1]" in lines_of(replace(made, answers=(answer,)), name)
    assert not [line for line in lines_of(made, name) if "documents say" in line or "differ" in line]


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_a_follow_up_is_shown_as_typed_and_as_asked(name: str) -> None:
    made = said([quote("It was founded in Karachi.")])
    typed, asked = "And where was it founded?", "And where was the PTM founded?"
    answer = replace(made.answers[0], question=typed, asked=asked, taken=("the PTM", "<b>x</b>"))
    text = "\n".join(lines_of(replace(made, answers=(answer,)), name))
    assert re.search(r"^And where was it founded\?$", text, re.MULTILINE)
    assert re.search(r"Question asked(: |\n)And where was the PTM founded\?", text)
    assert re.search(r"Taken from the conversation(: |\n)the PTM, <b>x</b>", text)
    assert "Taken from" not in export(made, name)


@pytest.mark.parametrize("name", READ_BACK)
def test_quotes_are_read_back_and_edited_ones_found(name: str) -> None:
    made = compared()
    written = export(made, name)
    quotes = [own for _, own in quotes_of(made.answers[0])]
    assert [(one.quote, one.key, one.problem) for one in quotes_in(written)] == [
        (own, quote_key(own), "") for own in quotes
    ]
    edited = quotes_in(written.replace("killed 32 people", "killed 33 people"))
    assert [one.problem == "" for one in edited] == [True, False, True]


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_an_edited_line_is_no_quote(name: str) -> None:
    made = compared()
    written = export(made, name)
    edited = written.replace("“32”", "“99”")
    assert edited != written
    assert quotes_in(edited) == quotes_in(written)


@pytest.mark.parametrize("name", READ_BACK)
@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_hostile_values_leave_the_quotes_as_they_are(name: str, text: str) -> None:
    made = compared(text, f"{text}!")
    assert [(one.quote, one.problem) for one in quotes_in(export(made, name))] == [
        (own, "") for _, own in quotes_of(made.answers[0])
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=IDS)
def test_hostile_values_are_words(text: str) -> None:
    made = compared(text, f"{text}!")
    page = Elements(export(made, "html"))
    assert not page.tags & {"script", "img", "a", "svg", "b", "i", "iframe"}
    assert page.other == ["doctype html"]
    one = "".join(piece for _, piece in pieces(text))
    assert page.all_of("bdi") == [f"“{one}”", f"“{one}!”", f"“{one}”"]
    rendered = Elements(MarkdownIt("commonmark", {"html": True}).enable(["table"]).render(export(made, "markdown")))
    assert rendered.tags <= {"h1", "h2", "p", "ul", "li", "blockquote", "em", "code", "br"}
    (line,) = [one for one in rendered.all_of("p") if one.startswith("The documents differ on the number: ")]
    expected = f"The documents differ on the number: “{text}” [1][3] – “{text}!” [2]"
    assert " ".join(line.split()) == " ".join(shown(expected).split())


@given(st.text(min_size=1, max_size=30).filter(lambda text: "\r" not in text and "\0" not in text))
@settings(max_examples=100, deadline=None)
def test_any_value_leaves_the_quotes_as_they_are(text: str) -> None:
    made = compared(text, f"{text}x")
    for name in ("html", "markdown"):
        assert [one.quote for one in quotes_in(export(made, name))] == [own for _, own in quotes_of(made.answers[0])]
