"""A conversation in a real Chromium: follow-ups, differences, feedback, exports, pages of a PDF, hostile words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import ask, launched, opened, served, words
from pdf_maker import lines, make_pdf

from embeddings.documents.folder import document_id
from qa.answering.feedback import Feedback, FeedbackFile, feedback_place
from qa.export import quotes_in
from qa.export.verify.verify import verify
from qa.types.serialize import STEERING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.model]

REPORT = """---
outlet: {outlet}
date: {date}
---
The attack at the Quetta railway station killed {dead} people, {who} said.
"""
HOSTILE = [
    'Zorblax wrote <script>alert("1")</script> and <svg onload=alert(2)> and <a href="javascript:alert(3)">here</a>.',
    "Zorblax drew ![a picture](http://192.0.2.1/a.png) and [a link](http://192.0.2.1/) and <http://192.0.2.1/b>.",
    "Zorblax sent data:text/html;base64,PHNjcmlwdD5hbGVydCg0KTwvc2NyaXB0Pg== and an <iframe srcdoc='x'></iframe>.",
    "Zorblax turned \u202eeverything\u202c round and \u2066isolated\u2069 it, \x1b[31min red\x1b[0m and \x9b1m bold.",
    r"Zorblax typed $\href{javascript:alert(5)}{x}$ and \(\require{html}\) and \input{/etc/passwd} and $$\int x$$.",
    "Zorblax bound {{constructor.constructor('alert(6)')()}} and ${alert(7)} and <%= alert(8) %> and `code`.",
    f"Zorblax wrote one word {'w' * 1_000_000} here.",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def documents(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("talk") / "seeds"
    shutil.copytree(seeds, folder)
    for name, outlet, date, dead, who in (
        ("dawn.md", "Dawn", "2024-11-09", 26, "officials"),
        ("post.md", "The Post", "2024-11-10", 32, "hospitals"),
    ):
        (folder / name).write_text(REPORT.format(outlet=outlet, date=date, dead=dead, who=who), encoding="utf-8")
    shutil.copy(folder / "dawn.md", folder / "dawn-again.md")
    pages = [lines(["The lighthouse of Ormara stands on a hammerhead."]), lines(["Its keeper is called Ylva Storm."])]
    (folder / "lighthouse.pdf").write_bytes(make_pdf(pages))
    for place, text in enumerate(HOSTILE):
        (folder / f"hostile{place}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def feedback(tmp_path_factory: pytest.TempPathFactory, documents: Path) -> Iterator[FeedbackFile]:
    """Where the served chat keeps what is said of answers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield FeedbackFile(feedback_place(documents))


@pytest.fixture(scope="module")
def address(documents: Path, feedback: FeedbackFile) -> Iterator[str]:
    with served(documents, made=True) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(browser, address)


def test_a_follow_up_says_what_was_asked_and_can_be_asked_literally_or_edited(page: Page) -> None:
    ask(page, "Who leads the PTM?")
    assert page.locator("#thread .meant").count() == 0
    ask(page, "And where was it founded?")
    assert words(page, "#thread .meant bdi") == ["And where was the PTM founded?"]
    page.get_by_role("button", name="ask mine literally").click()
    page.locator(".turn").nth(2).locator(".a").wait_for(timeout=60_000)
    assert words(page, "#thread .q")[1:] == ["And where was it founded?"] * 2
    assert page.locator(".turn").nth(2).locator(".meant").count() == 0
    page.get_by_role("button", name="edit").click()
    assert page.input_value("#question textarea") == "And where was the PTM founded?"
    page.locator("#question textarea").press("End")
    page.keyboard.press("Backspace")
    page.keyboard.type(" first?")
    page.keyboard.press("Enter")
    page.locator(".turn").nth(3).locator(".a").wait_for(timeout=60_000)
    assert words(page, "#thread .q")[3] == "And where was the PTM founded first?"
    assert page.locator(".turn").nth(3).locator(".meant").count() == 0


def test_a_question_is_not_lost_where_the_stream_of_answers_closes_as_it_is_sent(page: Page) -> None:
    page.wait_for_timeout(1_500)  # until the stream of the first view has closed
    closed: list[str] = []

    def close(route: Route) -> None:
        closed.append(route.request.url)
        route.fulfill(content_type="text/event-stream", body='data: {"msg": "close_stream"}\n\n')

    page.route("**/queue/data?*", close, times=1)
    ask(page, "Who leads the PTM?")
    assert len(closed) == 1
    page.wait_for_timeout(6_000)  # a question that was sent twice would be there twice
    assert words(page, "#thread .q") == ["Who leads the PTM?"]


@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_what_was_asked_stands_above_the_answer_with_what_was_taken(
    browser: Browser, address: str, width: int, *, dark: bool
) -> None:
    visit = opened(browser, address, width=width, dark=dark)
    page = next(visit)
    ask(page, "Who leads the PTM?")
    ask(page, "And where was it founded?")
    assert words(page, "#thread .meant p:first-child") == ["Asked as: “And where was the PTM founded?”"]
    assert words(page, "#thread .meant b") == ["the PTM"]
    page.wait_for_timeout(600)  # until it has scrolled
    asked, below, seen = page.evaluate(
        """() => [".turn:last-child .meant", ".turn:last-child .meant ~ *", "#thread"].map((selector) => {
            const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
            return [top, bottom];
        })"""
    )
    assert seen[0] <= asked[0] < asked[1] <= below[0] < seen[1]
    for name in ("edit", "ask mine literally"):
        assert page.get_by_role("button", name=name, exact=True).is_visible()
    next(visit, None)


def test_a_change_of_topic_is_noticed(page: Page) -> None:
    ask(page, "Who leads the PTM?")
    ask(page, "Which lighthouse stands on a hammerhead?")
    assert page.locator("#thread .meant").count() == 0
    assert words(page, "#source h2") == ["lighthouse"]


def test_documents_that_differ_stand_side_by_side(page: Page) -> None:
    ask(page, "How many people did the attack at the Quetta railway station kill?")
    assert words(page, "#thread .differ .lead") == ["The documents differ on the number."]
    assert sorted(words(page, "#thread .side .value")) == ["26", "32"]
    assert sorted(words(page, "#thread .side mark")) == ["26", "32"]
    assert {*words(page, "#thread .side .by bdi")} == {"Dawn, 2024-11-09", "The Post, 2024-11-10"}
    assert words(page, "#thread .agree b") == ["2 documents"]
    assert page.locator("#thread .turn > .a > .say").count() == 0
    page.locator("#thread .side .n", has_text="2").click()
    page.wait_for_function("document.querySelector('#source .count')?.textContent.startsWith('2 of')")
    assert words(page, "#source mark") == [words(page, "#thread .side .words")[1].strip("“”")]
    page.locator("#thread .also button").click()
    page.wait_for_function("document.querySelector('#source .meta').textContent.includes('dawn')")
    assert "killed 26 people" in words(page, "#source mark")[0]


def last(feedback: FeedbackFile) -> Feedback:
    return feedback.read()[-1]


def test_what_is_said_of_an_answer_is_kept(page: Page, feedback: FeedbackFile) -> None:
    ask(page, "Who leads the PTM?")
    said = words(page, "#thread .say .words")[0].strip("“”")
    page.get_by_role("button", name="Source 1 is the wrong passage").click()
    page.locator("#thread .noted", has_text="wrong passage [1]").wait_for()
    kept = last(feedback)
    assert (kept.kind, kept.question) == ("wrong_passage", "Who leads the PTM?")
    assert kept.quote is not None
    assert kept.quote.words == said
    page.get_by_role("button", name="Does not answer").click()
    page.locator("#thread .noted", has_text="does not answer").wait_for()
    assert last(feedback).kind == "does_not_answer"


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 600), (390, 844)])
def test_that_it_was_kept_is_seen_where_it_was_said(browser: Browser, address: str, width: int, height: int) -> None:
    visit = opened(browser, address, width=width, height=height)
    page = next(visit)
    ask(page, "Who leads the PTM?")
    ask(page, "Do the Baloch separatists and ISKP share a worldview?")
    for name, kept in (
        ("Source 2 is the wrong passage", "Noted on this computer: wrong passage [2]."),
        ("Does not answer", "Noted on this computer: does not answer."),
    ):
        button = page.locator(".turn").nth(1).get_by_role("button", name=name)
        button.scroll_into_view_if_needed()
        button.focus()
        page.keyboard.press("Enter")
        page.locator("#thread .noted", has_text=kept).wait_for()
        page.wait_for_timeout(700)  # until it has scrolled
        top, bottom = page.locator("#thread .noted", has_text=kept).evaluate(
            "note => (box => [box.top, box.bottom])(note.getBoundingClientRect())"
        )
        ceiling, floor = (
            page.locator(part).evaluate(f"box => box.getBoundingClientRect().{side}")
            for part, side in (("#thread", "top"), ("#filters", "top"))
        )
        assert ceiling <= top < bottom <= floor
        assert button.evaluate("button => document.activeElement === button")
    next(visit, None)


@pytest.mark.parametrize("by_keyboard", [False, True])
def test_where_the_answer_is_can_be_shown(page: Page, feedback: FeedbackFile, *, by_keyboard: bool) -> None:
    ask(page, "Who leads the PTM?")
    page.get_by_role("button", name="The answer is elsewhere").click()
    assert page.locator("#side .pick").is_visible()
    paragraph = page.locator("#source .para").first
    text = " ".join(str(paragraph.locator("p").text_content()).split())
    if by_keyboard:
        paragraph.focus()
        page.keyboard.press("Enter")
    else:
        paragraph.click()
    page.locator("#thread .noted", has_text="the answer is elsewhere: iskp-bla-rupture.md ¶ 1").wait_for()
    assert not page.locator("#side .pick").is_visible()
    kept = last(feedback)
    assert kept.elsewhere is not None
    assert (kept.kind, " ".join(kept.elsewhere.words.split())) == ("answer_is_elsewhere", text)


def test_where_the_answer_is_need_not_be_known(page: Page, feedback: FeedbackFile) -> None:
    ask(page, "Who leads Hezbollah?", ".no")
    page.get_by_role("button", name="The answer is elsewhere").click()
    page.get_by_role("button", name="Cancel").click()
    before = len(feedback.read())
    assert not page.locator("#side .pick").is_visible()
    page.get_by_role("button", name="The answer is elsewhere").click()
    page.get_by_role("button", name="I do not know where").click()
    page.locator("#thread .noted", has_text="the answer is elsewhere").wait_for()
    assert len(feedback.read()) == before + 1
    assert (last(feedback).kind, last(feedback).elsewhere) == ("answer_is_elsewhere", None)


def saved(page: Page, name: str, place: Path) -> Path:
    page.locator("#bar .menu summary").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    file = place / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_the_conversation_is_exported_and_can_be_verified(page: Page, documents: Path, tmp_path: Path) -> None:
    ask(page, "Who leads the PTM?")
    ask(page, "Where was he born?", ".a")
    said = words(page, "#thread .say .words")[0].strip("“”")
    for name, suffix in (("Markdown", ".md"), ("Web page (HTML)", ".html"), ("JSON", ".json")):
        file = saved(page, name, tmp_path)
        assert file.name.startswith("seeds-")
        assert file.suffix == suffix
        recorded = quotes_in(file.read_text(encoding="utf-8"))
        assert said in {quote.words for quote in recorded}
        assert {finding.state for finding in verify(file, documents).findings} == {"intact"}
    questions = [answer["question"] for answer in json.loads(file.read_text(encoding="utf-8"))["answers"]]
    assert questions == ["Who leads the PTM?", "Where was he born?"]
    assert "@" in saved(page, "Sources, BibTeX", tmp_path).read_text(encoding="utf-8")
    assert json.loads(saved(page, "Sources, CSL", tmp_path).read_text(encoding="utf-8"))


def test_there_is_nothing_to_export_before_a_question(page: Page) -> None:
    page.locator("#bar .menu summary").click()
    page.get_by_role("button", name="Markdown").click()
    page.locator("#told.on", has_text="There is nothing to export yet").wait_for()


def test_a_page_of_a_pdf_is_shown_with_the_quote_marked(page: Page) -> None:
    ask(page, "Who is the keeper, called Storm?")
    assert words(page, "#source mark") == ["Its keeper is called Ylva Storm."]
    assert "p. 2" in words(page, "#thread .ev .where")[0]
    page.get_by_role("button", name="See page 2").click()
    page.wait_for_function("document.querySelector('#source img')?.naturalWidth > 100")
    assert f"/api/sources/{document_id('lighthouse.pdf')}/pages/2.png?start=" in str(
        page.locator("#source img").get_attribute("src")
    )
    page.get_by_role("button", name="Read as text").click()
    page.wait_for_selector("#source .para.now mark")


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_words_are_words_wherever_they_are_shown(
    page: Page, documents: Path, place: int, tmp_path: Path
) -> None:
    page.locator("#filters summary").click()
    page.select_option("#filters [name=document]", f"hostile{place}.txt")
    ask(page, " ".join(HOSTILE[place].split()[:2]) + "?", ".a")
    if not page.locator("#source mark").count():
        page.locator("#thread .related summary").click()
        page.locator("#thread .related .open").first.click()
        page.wait_for_selector("#source mark")
    shown = words(page, "#source .para.now p")[0]
    assert shown == STEERING.sub(lambda sign: f"U+{ord(sign[0]):04X}", " ".join(HOSTILE[place].split()))[: len(shown)]
    assert len(shown) > 30
    if page.locator("#thread .n").count():
        page.locator("#thread .n").first.hover()
    made = ":is(#thread, #source, #peek) :is(script, img, svg, a, iframe)"
    assert page.locator(made).count() == 0
    assert page.evaluate("document.querySelector('.gradio-container').scrollWidth <= innerWidth")
    file = saved(page, "Web page (HTML)", tmp_path)
    assert {finding.state for finding in verify(file, documents).findings} == {"intact"}
