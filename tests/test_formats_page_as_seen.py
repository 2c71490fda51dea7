"""A web page is read as it is seen: raised marks apart, nothing that it hides, captions, times and forms with it."""

from __future__ import annotations

import pytest

from embeddings.formats.base import Parsed
from embeddings.formats.html import read
from embeddings.formats.raised import written

AROUND = "<p>A long paragraph stands here, so that there is something to be read by whoever opens this page.</p>"
AFTER = "<p>Another paragraph stands here, so that there is also an end to be read by whoever came as far as that.</p>"


def page(body: str, head: str = "") -> Parsed:
    whole = f"<html><head><title>Dams</title>{head}</head><body><article>{AROUND}{body}{AFTER}</article></body></html>"
    return read(whole.encode())


def between(parsed: Parsed) -> str:
    return "\n".join(parsed.text.split("\n\n")[1:-1])


@pytest.mark.parametrize(
    ("before", "mark", "after", "result"),
    [
        ("killed 31", "8", " men", "killed 31[8] men"),
        ("$45", "a", " million", "$45[a] million"),
        ("the words", "3,4", "", "the words[3,4]"),
        ("31", "[8]", "", "31[8]"),
        ("", "8", "See", "[8] See"),
        ("7 km", "2", " of", "7 km² of"),
        ("4 \u00d7 10", "-6", "", "4 \u00d7 10⁻⁶"),
        ("with 10", "6", " men", "with 10⁶ men"),
        ("10", "2", " men", "10[2] men"),
        ("Group A", "1", " had", "Group A[1] had"),
        ("phase I", "2", "", "phase I[2]"),
        ("E = mc", "2", "", "E = mc²"),
        ("of 14 ", "14", "C,", "of 14 ¹⁴C,"),
        ("Ca", "2+", "", "Ca²⁺"),
        ("XIX", "e", "", "XIXe"),
        ("20", "o", "C", "20°C"),
        ("$5m", "2", "", "$5m[2]"),
        ("Acme", "TM", "", "Acme™"),
        ("x", "n+1", "", "x^(n+1)"),
        ("the 3", "rd", " day", "the 3rd day"),
        ("M", "lle", " Roy", "Mlle Roy"),
        ("12", "*", "", "12*"),
    ],
)
def test_a_raised_mark_is_told_from_what_is_beside_it(before: str, mark: str, after: str, result: str) -> None:
    assert before + written(before, mark, after) + after == result


def test_what_is_lowered_stays_below_a_letter_and_is_kept_from_a_number() -> None:
    assert written("CO", "2", lowered=True) == "2"
    assert written("31", "2", lowered=True) == "[2]"


@pytest.mark.parametrize(
    ("mark", "result"),
    [
        ('<span style="vertical-align: super">8</span>', "[8]"),
        ('<a class="note" href="#n">8</a>', "[8]"),
        ('<span class="low">8</span>', "[8]"),
        ("<sup><sup>8</sup></sup>", "[8]"),
        ('<sup><span class="note">8</span></sup>', "[8]"),
        ('<span style="vertical-align: middle">8</span>', "8"),
        ('<span style="position: relative; top: -1px">8</span>', "8"),
    ],
)
def test_a_mark_may_be_raised_by_its_style(mark: str, result: str) -> None:
    sheet = "<style>.note {vertical-align:super} .low {position: relative; top: 0.2em; font-size: 60%}</style>"
    assert between(page(f"<p>They shot 31{mark} men in May.</p>", sheet)) == f"They shot 31{result} men in May."


def test_raised_marks_of_a_page() -> None:
    parsed = page(
        "<p>They shot <b>31</b><sup><a href='#n8'>8</a></sup> men on the 2<sup>nd</sup> of May in 9 m<sup>2</sup>.</p>"
        "<table><tr><th>Place</th><th>Dead</th></tr><tr><td>Zaranj</td><td>16<sup>b</sup></td></tr></table>"
    )
    assert between(parsed) == "They shot 31[8] men on the 2nd of May in 9 m².\nPlace | Dead\nZaranj | 16[b]"


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>The mayor took it.</p>",
        "<div hidden=''><p>The mayor took it.</p></div>",
        "<p style='color:red; DISPLAY : NONE !important'>The mayor took it.</p>",
        "<p>Open.<span style='visibility:hidden'>The mayor took it.</span></p>",
        "<p>Open.<span style='font-size:0px'>The mayor took it.</span></p>",
        "<p class='a gone b'>The mayor took it.</p>",
        "<p id='off'>The mayor took it.</p>",
    ],
)
def test_what_a_page_hides_is_no_text_and_is_counted(hidden: str) -> None:
    parsed = page(hidden, "<style>/* x */ @media print { p { display: none } } p.gone, #off { display: none }</style>")
    assert "mayor" not in parsed.text
    assert parsed.notes == ("left out 1 parts that the page hides",)
    assert parsed.text.endswith(AFTER[3:-4])


def test_a_caption_is_a_paragraph_behind_its_picture() -> None:
    parsed = page("<figure><img src='a.png'><figcaption>Haji Noor, who owns the mill.</figcaption></figure>")
    assert between(parsed) == "Haji Noor, who owns the mill."


def test_a_filled_form_is_text_beside_its_labels() -> None:
    parsed = page(
        "<form><div><label>Wounded: <input type=text value=23></label></div>"
        "<div><input type=checkbox checked> Mine</div>"
        "<div><input type=radio> Rocket</div><div>District: <select><option>A<option selected>Chora</select></div>"
        "<textarea>Two men came.</textarea><input type=hidden value=secret><button>Send</button></form>"
    )
    assert between(parsed).split("\n")[:4] == ["Wounded: 23", "☒ Mine", "☐ Rocket", "District: Chora"]
    assert "Two men came." in parsed.text
    assert "secret" not in parsed.text
    assert "Send" not in parsed.text


def test_a_form_that_nobody_filled_in_is_no_text() -> None:
    assert between(page("<form><input type=search><input type=hidden value=1><button>Go</button></form>")) == ""


def test_posts_keep_their_times_and_the_page_its_heading() -> None:
    posts = "".join(
        f"<article><time>{hour}:30</time><h2>News of {hour}</h2><p>At {hour} somebody said something.</p></article>"
        for hour in (15, 16, 17)
    )
    parsed = read(f"<html><head><title>Live: the flood</title></head><body><h1>Live: the flood</h1>{posts}".encode())
    assert [heading.text for heading in parsed.headings] == [
        *("Live: the flood", "15:30 News of 15", "16:30 News of 16", "17:30 News of 17")
    ]


def test_the_text_that_a_page_holds_for_machines_where_it_shows_less() -> None:
    whole = "The wall has nine cracks. " * 8 + "Jan Gul wrote it."
    data = '<script type="application/ld+json">{"@graph": [{"articleBody": "' + whole + '"}]}</script>'
    parsed = read(f"<html><head><title>Dam</title>{data}</head><body><p>The wall has nine cracks. Subscribe.".encode())
    assert parsed.text.endswith("Jan Gul wrote it.")
    assert parsed.notes == ("the text is the one that the page holds for machines; it shows less",)
    shown = page("", data.replace(whole, AROUND[3:-4] + AFTER[3:-4]))
    assert shown.notes == ()


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        (
            "",
            "<p class='date'>3 May 1998</p><time datetime='1998-05-03'>then</time><span class='posted'>2 May 2001",
            None,
        ),
        ("", "<footer class='date'>Last build: 2026-03-14</footer>", None),
        ("<meta property='article:published_time' content='2020-02-03T10:00'>", "", "2020-02-03"),
        ("<meta name='date' content='2020-02-03'>", "<time datetime='1998-05-03'>then</time>", "2020-02-03"),
        ('<script type=\'application/ld+json\'>{"datePublished": "2020-02-03"}</script>', "", "2020-02-03"),
        ("", "<time itemprop='datePublished' datetime='2020-02-03T10:00:00Z'>3 Feb</time>", "2020-02-03"),
        ("", "<time pubdate datetime='2020-02-03'>3 Feb</time>", "2020-02-03"),
    ],
)
def test_a_day_is_the_one_that_the_page_declares(head: str, body: str, day: str | None) -> None:
    assert page(body, head).metadata.date == day


@pytest.mark.parametrize(
    ("sheet", "body"),
    [
        (".a { opacity: 0 } .loaded .a { opacity: 1 }", "<div class='a'><p>Nine men died there.</p></div>"),
        (".a { display: none } .js .a { display: block }", "<div class='a'><p>Nine men died there.</p></div>"),
        (".a { display: none }", "<div class='a'><p>Nine men died there.</p>" + AROUND * 4 + "</div>"),
        ("", "<p style='display:none; display:block'>Nine men died there.</p>"),
        ("", "<div style='visibility:hidden'><p style='visibility:visible'>Nine men died there.</p></div>"),
    ],
)
def test_what_may_be_shown_again_is_text(sheet: str, body: str) -> None:
    assert "Nine men died there." in page(body, f"<style>{sheet}</style>").text


def test_a_time_within_a_sentence_and_no_template() -> None:
    parsed = page(
        "<p>It broke on <time datetime='2020-01-01'>1 January</time> at noon.</p><template>Not this.</template>"
    )
    assert between(parsed) == "It broke on 1 January at noon."


def test_the_text_of_another_article_is_not_the_pages() -> None:
    other = '{"@type": "ItemList", "itemListElement": [{"articleBody": "' + "Another page says it. " * 30 + '"}]}'
    assert "Another page" not in page("", f'<script type="application/ld+json">{other}</script>').text
    related = '{"articleBody": "' + "Another page says it. " * 30 + '"}'
    assert "Another page" not in page("", f'<script type="application/ld+json">{related}</script>').text
