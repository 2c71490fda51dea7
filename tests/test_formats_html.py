from __future__ import annotations

from contextlib import suppress

import pytest

from embeddings.errors import UnreadableFile
from embeddings.formats import html
from embeddings.formats.html import read
from embeddings.types import Metadata

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Old bridges | The Post</title>
<meta name="author" content="Jane Doe"><meta property="article:published_time" content="2021-03-04T05:06:07Z">
<meta property="og:site_name" content="The Post"><link rel="canonical" href="https://example.org/a/b">
<meta name="keywords" content="bridges, roads"><style>p { color: red }</style></head><body>
<nav><ul><li><a href="/">Home</a></li></ul></nav><div id="cookie-consent" class="cookie-banner">We use cookies.</div>
<main><article><h1>Old <i>bridges</i></h1>
<p>The <b>bridge</b>s are
  old &amp; <a href="/n">narrow</a>.<br>They &quot;sway&quot;.</p>
<h2>Why</h2><ul><li>One lane</li><li>Two lanes<ul><li>wide</li></ul></li></ul>
<blockquote><p>A quotation.</p></blockquote>
<table><tr><th>Name</th><th>Age</th></tr><tr><td><p>Ann</p></td><td>42</td></tr></table>
<pre><code>x = 1
  y = 2</code></pre><p>The end.</p></article></main>
<footer><p>Copyright 2020 All rights reserved</p></footer><script>alert("script")</script></body></html>"""


def test_the_main_text_without_what_stands_around_it() -> None:
    parsed = read(PAGE.encode())
    assert parsed.text.split("\n\n") == [
        *("Old bridges", 'The bridges are old & narrow.\nThey "sway".', "Why", "One lane", "Two lanes", "wide"),
        *("A quotation.", "Name | Age", "Ann | 42", "x = 1\n  y = 2", "The end."),
    ]
    slices = [(heading.level, heading.text, parsed.text[heading.start : heading.end]) for heading in parsed.headings]
    assert slices == [(1, "Old bridges", "Old bridges"), (2, "Why", "Why")]


def test_metadata_and_title() -> None:
    parsed = read(PAGE.encode())
    assert parsed.title is not None
    assert parsed.title.startswith("Old bridges")
    assert parsed.metadata == Metadata(
        "Jane Doe", "2021-03-04", "The Post", "https://example.org/a/b", ("bridges", "roads")
    )


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<html><body><p>One short paragraph.</p></body></html>", "One short paragraph."),
        ("<p>Only this.</p>", "Only this."),
        ("Only text", "Only text"),
        ("<html><head><title>T</title></head><body><div>Text in a div.</div></body></html>", "Text in a div."),
        ("<html><body><div>One.<br><br>Two.</div></body></html>", "One.\n\nTwo."),
        (
            "<nav><a href='/'>Go</a></nav><p>One.</p><ul><li>a</li><li>b</li></ul><p>Two.</p><footer>F</footer>",
            "One.\n\na\n\nb\n\nTwo.",
        ),
    ],
)
def test_nothing_of_a_short_page_is_lost(page: str, text: str) -> None:
    assert read(page.encode()).text == text


def test_declared_encodings_are_obeyed() -> None:
    page = '<html><head><meta charset="windows-1257"></head><body><p>Ąžuolas žaliuoja.</p></body></html>'
    assert read(page.encode("cp1257")).text == "Ąžuolas žaliuoja."
    page = '<?xml version="1.0" encoding="iso-8859-1"?><html><body><p>Le château “fermé”.</p></body></html>'
    assert read(page.encode("cp1252")).text == "Le château “fermé”."


def test_dates_do_not_depend_on_today() -> None:
    page = "<html><head><meta name='date' content='2088-01-02'></head><body><p>Text.</p></body></html>"
    assert read(page.encode()).metadata.date == "2088-01-02"


@pytest.mark.parametrize(
    "page", ["<html><head><title>T</title></head><body></body></html>", "<!-- x -->", "<script>a</script>"]
)
def test_a_page_without_main_text_is_unreadable(page: str) -> None:
    with pytest.raises(UnreadableFile, match="no main text was found in this page"):
        read(page.encode())


def test_failures_of_the_extractor_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("trafilatura.bare_extraction", fail)
    with pytest.raises(UnreadableFile, match=r"the page cannot be taken apart \(KeyError\)"):
        html.read(PAGE.encode())


@pytest.mark.parametrize("page", ["<div>" * 20_000 + "text", "<p><b>" * 10_000, "<" * 100_000, "<ul><li>x" * 5_000])
def test_hostile_pages_are_read_or_refused(page: str) -> None:
    with suppress(UnreadableFile):
        assert read(page.encode()).text
