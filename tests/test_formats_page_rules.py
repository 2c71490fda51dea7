"""Rules of a page's own style sheets, tables, lists and tags are read as who looks at the page reads them."""

from __future__ import annotations

import pytest
from test_formats_page_as_seen import AFTER, AROUND, between, page

from embeddings.formats.html import read


def under(sheet: str, body: str) -> str:
    return between(page(body, f"<style>{sheet}</style>"))


@pytest.mark.parametrize(
    ("sheet", "body"),
    [
        (".box .gone { display: none }", "<div class='box'><p class='gone'>Nine men died.</p></div>"),
        (".box > .gone { display: none }", "<div class='box'><p class='gone'>Nine men died.</p></div>"),
        ("@media screen { .gone { display: none } }", "<p class='gone'>Nine men died.</p>"),
        (".gone { display: block } .gone { display: none }", "<p class='gone'>Nine men died.</p>"),
        (".gone { position: absolute; clip: rect(1px, 1px, 1px, 1px) }", "<p class='gone'>Nine men died.</p>"),
        ("", "<p class='sr-only'>Nine men died.</p>"),
        ("", "<p style='position:absolute; left:-9999px'>Nine men died.</p>"),
        ("", "<p style='text-indent:-9999px'>Nine men died.</p>"),
        ("", "<p style='color:#fff; background:white'>Nine men died.</p>"),
        ("", "<p><font color='white'>Nine men died.</font></p>"),
        ("", "<p style='color:transparent'>Nine men died.</p>"),
        ("", "<dialog><p>Nine men died.</p></dialog>"),
        ("", "<noscript><p>Nine men died.</p></noscript>"),
    ],
)
def test_what_a_rule_or_a_style_hides_is_no_text(sheet: str, body: str) -> None:
    assert under(sheet, body) == ""


@pytest.mark.parametrize(
    ("sheet", "body"),
    [
        (".box > .gone { display: none }", "<div class='box'><div><p class='gone'>Nine men died.</p></div></div>"),
        (".a { display: none } #k { display: block }", "<p id='k' class='a'>Nine men died.</p>"),
        (".a { display: none } @media (min-width: 700px) { .a { display: block } }", "<p class='a'>Nine men died.</p>"),
        (".a:not(.open) { display: none }", "<p class='a'>Nine men died.</p>"),
        ("@media print { .a { display: none } }", "<p class='a'>Nine men died.</p>"),
        ("", "<p aria-hidden='true'>Nine men died.</p>"),
        ("", "<p style='color:white; background:navy'>Nine men died.</p>"),
        ("", "<div style='background:#000'><p style='color:#fff'>Nine men died.</p></div>"),
        ("", "<dialog open><p>Nine men died.</p></dialog>"),
        ("", "<div style='visibility:hidden'>Not this.<p style='visibility:visible'>Nine men died.</p></div>"),
        ("", "<aside class='box'><p>Nine men died.</p></aside>"),
        ("", "<div class='info-bar slide'><p>Nine men died.</p></div>"),
    ],
)
def test_what_is_seen_is_text(sheet: str, body: str) -> None:
    assert under(sheet, body) == "Nine men died."


def test_marks_that_a_style_raises() -> None:
    sheet = ".up { vertical-align: super } .rel { position: relative; top: -.4em; font-size: 70% }"
    sheet += ".low { vertical-align: sub }"
    body = "<p>47<span class='up'>12</span> men, 48<a class='rel'>3</a>, CO<span class='low'>2</span>, 49<b>5</b>.</p>"
    assert under(sheet, body) == "47[12] men, 48[3], CO2, 495."


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<math><msup><mn>10</mn><mn>6</mn></msup></math> men", "10⁶ men"),
        ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> of it", "1/2 of it"),
        ("<math><msqrt><mn>16</mn></msqrt><mo>=</mo><msub><mi>x</mi><mn>1</mn></msub></math>", "√16=x_1"),
        (
            "<b><span style='display:none'><math><mi>x</mi></math></span><span aria-hidden='true'>x</span></b> it is",
            "x it is",
        ),
        ("Killed: <s>45</s> <del>46</del> <ins>47</ins>.", "Killed: ~~45~~ ~~46~~ 47."),
        ("He said <q>no</q>.", "He said “no”."),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
        ("10<wbr>000 men <img class='emoji' alt='🌊'> came <img alt='a dam'>", "10000 men 🌊 came"),
        ("3<span><sup>1</sup><span>/</span><sub>4</sub></span> cups", "3 1/4 cups"),
        (
            "Born: <input value='1974'>, <input type='checkbox' checked> mine <input type='checkbox'> not",
            "Born: 1974, ☒ mine ☐ not",
        ),
    ],
)
def test_what_tags_say(body: str, text: str) -> None:
    assert between(page(f"<p>{body}</p>")) == text


def test_a_row_says_the_values_of_cells_that_reach_down_to_it() -> None:
    table = (
        "<table><caption>Dead</caption><tfoot><tr><td>Sum<td><td>13</tfoot><tr><th>Place<th>Kind<th>Number</tr>"
        "<tr><td rowspan=2>Farah<td>men<td>5</tr><tr><td>women<td>8</tr></table>"
    )
    assert between(page(table)).split("\n") == [
        *("Dead", "Place | Kind | Number", "Farah | men | 5", "Farah | women | 8", "Sum | | 13")
    ]


def test_tables_that_shape_a_page_and_tables_in_tables() -> None:
    body = "<table role='presentation'><tr><td><p>Left words.</p></td><td><p>Right words.</p></td></tr></table>"
    body += "<table><tr><td>a</td><td>b<table><tr><td>1</td><td>2</td></tr></table></td></tr></table>"
    assert between(page(body)).split("\n") == ["Left words.", "Right words.", "a | b", "1 | 2"]


def test_numbers_of_lists_and_terms() -> None:
    body = "<ol type='a' start='3'><li>x<li>y</ol><ol reversed><li value='9'>x<li>y</ol>"
    body += "<ol style='list-style:none'><li>z</ol>"
    body += "<dl><dt>Killed</dt><dd>47</dd></dl><ul><li>w</ul>"
    assert between(page(body)).split("\n") == ["c. x", "d. y", "9. x", "8. y", "z", "Killed | 47", "w"]


def test_what_stands_between_the_heading_and_the_text() -> None:
    parsed = read(
        f"<html><head><title>Dams</title></head><body><article><header><h1>Dams</h1><p>Nine cracks.</p></header>"
        f"<div class='entry-content'>{AROUND}{AFTER}</div></article>".encode()
    )
    assert parsed.text.split("\n\n")[:2] == ["Dams", "Nine cracks."]


def test_other_pages_are_not_the_text() -> None:
    body = "<div class='related'><h3>Related</h3><p><a href='1'>Another story</a> of 1999.</p></div>"
    body += "<ul><li><a href='2'>One more story</a></li></ul><div class='share'>Share 5</div>"
    assert between(page(body)) == ""


def test_posts_in_a_list_are_all_read() -> None:
    posts = "".join(
        f"<li><article><h3>At {hour}</h3><p>Somebody spoke at {hour}.</p></article></li>" for hour in (4, 5, 6)
    )
    parsed = read(f"<html><head><title>Live</title></head><body><h1>Live</h1><ol>{posts}</ol>".encode())
    assert [heading.text for heading in parsed.headings] == ["Live", "At 4", "At 5", "At 6"]
