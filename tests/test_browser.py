"""The chat in a real Chromium, served by the real command over real documents and the real model."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import ask, opened, served, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.model]

HOSTILE = (
    'Zorblax said <script>alert("script")</script> and <img src="http://192.0.2.1/x.png" onerror="alert(1)"> and '
    "{{constructor.constructor('alert(2)')()}} and ${alert(3)} and [link](javascript:alert(4)) and "
    "\u202ereversed\u202c."
)


@pytest.fixture(scope="module")
def documents(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat") / "seeds"
    shutil.copytree(seeds, folder)
    (folder / "hostile.txt").write_text(HOSTILE, encoding="utf-8")
    (folder / '<img src=x onerror="alert(5)">.xyz').touch()
    return folder


@pytest.fixture(scope="module")
def address(documents: Path) -> Iterator[str]:
    with served(documents, made=True) as address:
        yield address


def test_a_question_is_answered_cited_opened_and_marked(page: Page) -> None:
    ask(page, "Do the Baloch separatists and ISKP share a worldview?")
    numbers = words(page, "#thread .n")
    assert numbers[:2] == ["1", "2"]
    said = [quote.strip("“”") for quote in words(page, "#thread .say .words")]
    page.locator("#thread .n").nth(1).click()
    page.wait_for_selector("#thread .n:nth-of-type(1)[aria-current='true'] >> text=2")
    assert words(page, "#source mark") == [said[1]]
    assert words(page, "#source h2") == ["From quiet tolerance to open war between ISKP and the BLA"]
    assert page.locator("#source .para").count() == 10
    assert page.locator("#source .para.now mark").is_visible()
    assert words(page, "#thread .ev .ok")[0] == "✓ word for word in the file"
    page.locator("#source .nav button", has_text="previous").click()
    page.wait_for_function("document.querySelector('#source .count').textContent.startsWith('1 of')")
    assert words(page, "#source mark") == [said[0]]


def test_who_leads_the_ptm(page: Page) -> None:
    ask(page, "Who leads the PTM?")
    assert "the PTM, which Manzoor Pashteen leads." in words(page, "#thread .say .words")[0]
    assert words(page, "#thread .ev b")[0] == "From quiet tolerance to open war between ISKP and the BLA"
    place = "What ISKP now says about the separatists, ¶ 9 · iskp-bla-rupture.md"
    assert words(page, "#thread .ev .where")[0].startswith(place)
    assert "Manzoor Pashteen" in words(page, "#source mark")[0]


def test_with_the_keyboard_alone(page: Page) -> None:
    page.locator("#question textarea").focus()
    page.keyboard.type("When did the Taliban return to power?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#thread .n", timeout=60_000)
    page.locator("#thread .n").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#source mark")
    assert "August 2021" in words(page, "#source mark")[0]


def test_what_is_not_there_and_the_nearest_passages(page: Page) -> None:
    ask(page, "Who leads Hezbollah?", ".no")
    assert words(page, "#thread .no p") == [
        "No passage was found that answers this.",
        (
            "Searched 29 passages in 4 documents. No passage has the word “Hezbollah”. "
            "Other words may find it: see the nearest passages."
        ),
    ]
    assert page.locator("#thread .n").count() == 0
    assert not page.locator("#thread .related .ev").first.is_visible()
    page.locator("#thread .related summary").click()
    page.locator("#thread .related .open").first.click()
    page.wait_for_selector("#source .para.now")
    assert words(page, "#source .count") == ["a related passage"]


def test_an_example_of_the_corpus_is_answered(page: Page) -> None:
    example = page.locator("#thread .examples button").first
    question = example.text_content()
    example.click()
    page.wait_for_selector("#thread .n", timeout=60_000)
    assert words(page, "#thread .q") == [question]


def test_a_question_without_words_is_explained(page: Page) -> None:
    ask(page, "🎉🎉", ".no")
    assert words(page, "#thread .no") == ["Not asked: the question holds no word and no number. Ask in words."]
    assert page.locator("#thread .turn").count() == 1


def test_two_visitors_do_not_see_each_other(browser: Browser, address: str, page: Page) -> None:
    other_visit = opened(browser, address)
    other = next(other_visit)
    ask(page, "Who leads the PTM?")
    ask(other, "Who planned the Abbey Gate attack?")
    assert words(page, "#thread .q") == ["Who leads the PTM?"]
    assert words(other, "#thread .q") == ["Who planned the Abbey Gate attack?"]
    next(other_visit, None)


def test_a_hostile_document_is_shown_as_text(page: Page) -> None:
    ask(page, "What did Zorblax say of the script, the alert and the link?")
    expected = " ".join(HOSTILE.split()).replace("\u202e", "U+202E").replace("\u202c", "U+202C")
    assert words(page, "#source mark") == [expected]
    assert words(page, "#thread .say .words") == [f"“{expected}”"]
    assert page.locator("#thread img, #source img, #thread script, #source script, #bar img, #source a").count() == 0
    page.locator("#bar .chip.out").click()
    page.wait_for_selector("#documents .out li")
    assert "onerror" in words(page, "#documents .out li")[0]
    assert page.locator("#documents img, #documents script").count() == 0


def test_a_file_that_changes_is_not_quoted_until_it_is_asked_about_again(page: Page, documents: Path) -> None:
    path = documents / "outlook-for-pakistan.md"
    before = path.read_bytes()
    question = "What did ISKP use against the stronger Taliban?"
    try:
        ask(page, question)
        assert "suicide attacks" in words(page, "#source mark")[0]
        path.write_bytes(before.replace(b"suicide attacks", b"kite attacks"))
        page.locator("#thread .n").first.click()
        page.locator("#source .nothing", has_text="outlook-for-pakistan.md has changed since it was indexed").wait_for()
        ask(page, question)
        assert "kite attacks" in words(page, "#source mark")[0]
    finally:
        path.write_bytes(before)


def test_a_document_that_is_added_is_found(page: Page, documents: Path) -> None:
    added = documents / "baker.txt"
    try:
        added.write_text("The baker of Norvik is called Ylva Storm.", encoding="utf-8")
        ask(page, "Who is the baker of Norvik?")
        assert words(page, "#source mark") == ["The baker of Norvik is called Ylva Storm."]
        assert words(page, "#bar .chip.on") == ["5 documents · 30 passages"]
    finally:
        added.unlink()


def test_questions_sent_one_after_the_other_are_all_answered(page: Page) -> None:
    for question in ("Who leads the PTM?", "Who planned the Abbey Gate attack?"):
        page.fill("#question textarea", question)
        page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('#thread .turn .a').length === 2", timeout=60_000)
    assert words(page, "#thread .q") == ["Who leads the PTM?", "Who planned the Abbey Gate attack?"]


def test_questions_sent_in_the_same_instant_are_all_answered(page: Page) -> None:
    page.evaluate(
        """() => {
            const box = document.querySelector("#question textarea");
            for (const question of ["Who leads the PTM?", "Who planned the Abbey Gate attack?"]) {
                box.value = question;
                box.dispatchEvent(new Event("input", { bubbles: true }));
                box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
            }
            box.value = "a draft";
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    page.wait_for_function("document.querySelectorAll('#thread .turn .a').length === 2", timeout=60_000)
    assert words(page, "#thread .q") == ["Who leads the PTM?", "Who planned the Abbey Gate attack?"]
    assert page.input_value("#question textarea") == "a draft"


def test_the_newest_question_is_brought_to_the_top(page: Page) -> None:
    for question in ("Why is Balochistan important to ISKP?", "When did the Taliban return to power?"):
        ask(page, question)
    page.wait_for_function(
        "document.querySelectorAll('#thread .turn')[1].getBoundingClientRect().top"
        " - document.querySelector('#thread').getBoundingClientRect().top < 40"
    )


def fields(page: Page) -> list[str]:
    return [str(field.get_attribute("name")) for field in page.locator("#filters [name]").all()]


def test_filters_are_sent_shown_and_cleared(page: Page) -> None:
    assert fields(page) == ["document", "outlet", "tag"]
    assert not page.locator("#filters select").first.is_visible()
    page.locator("#filters summary").click()
    page.select_option("#filters [name=tag]", "Security outlook")
    ask(page, "Who leads the PTM?", ".a")
    assert words(page, "#thread .only") == ["only: tag Security outlook"]
    assert "(tag: Security outlook)" in words(page, "#thread .no, #thread .foot")[0]
    places = set(words(page, "#thread .where bdi:nth-child(2)"))
    assert places == {"outlook-for-pakistan.md"}
    page.locator("#filters summary").click()
    assert words(page, "#filters .chip") == ["tag Security outlook"]
    page.locator("#filters summary").click()
    page.get_by_role("button", name="Clear").click()
    ask(page, "Who leads the PTM?")
    assert "Manzoor Pashteen" in words(page, "#source mark")[0]
    assert page.locator("#thread .turn").nth(1).locator(".only").count() == 0


def test_the_lists_of_the_filters_follow_the_folder(page: Page, documents: Path) -> None:
    added = documents / "baker.md"
    page.locator("#filters summary").click()
    page.select_option("#filters [name=tag]", "Security outlook")
    try:
        text = "---\noutlet: <b>News</b> {{1}}\ndate: 2021-08\n---\nThe baker of Norvik is called Ylva Storm.\n"
        added.write_text(text, encoding="utf-8")
        ask(page, "Who is the baker of Norvik?", ".a")
        page.wait_for_selector("#filters [name=since]")
        assert fields(page) == ["document", "outlet", "tag", "since", "until"]
        assert page.input_value("#filters [name=tag]") == "Security outlook"
        page.select_option("#filters [name=tag]", "")
        page.select_option("#filters [name=outlet]", "<b>News</b> {{1}}")
        page.fill("#filters [name=since]", "2021")
        ask(page, "Who is the baker of Norvik?")
        assert words(page, "#source mark") == ["The baker of Norvik is called Ylva Storm."]
        assert words(page, "#filters .chip") == ["outlet <b>News</b> {{1}}", "since 2021"]
        assert words(page, "#thread .only")[1] == "only: outlet <b>News</b> {{1}} · from 2021"
        page.fill("#filters [name=until]", "May")
        ask(page, "Who is the baker of Norvik?", ".no")
        assert words(page, "#thread .turn .no")[-1].startswith("Not asked: until must be a year, a month or a day")
        page.fill("#filters [name=until]", "")
    finally:
        added.unlink()
    ask(page, "Who is the baker of Norvik?", ".no")
    assert words(page, "#thread .turn .no")[-1].startswith("Not asked: no document has the outlet '<b>News</b> {{1}}'.")
    page.wait_for_function("!document.querySelector('#filters [name=since]')")
    assert page.input_value("#filters [name=outlet]") == "<b>News</b> {{1}}"
    assert words(page, "#filters .chip") == ["outlet <b>News</b> {{1}}"]
    assert page.locator("#filters b").count() == 0


def test_each_question_takes_the_filters_of_the_instant_it_is_sent(page: Page) -> None:
    page.evaluate(
        """() => {
            const box = document.querySelector("#question textarea");
            const tag = document.querySelector("#filters [name=tag]");
            for (const place of [1, 2, 0]) {
                tag.selectedIndex = place;
                tag.dispatchEvent(new Event("input", { bubbles: true }));
                box.value = "Who leads the PTM?";
                box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
            }
        }"""
    )
    page.wait_for_function("document.querySelectorAll('#thread .turn .a').length === 3", timeout=60_000)
    first, second = words(page, "#filters [name=tag] option")[1:3]
    assert words(page, "#thread .asked") == [
        *(f"Who leads the PTM? only: tag {tag}" for tag in (first, second)),
        "Who leads the PTM?",
    ]


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone(browser: Browser, address: str, dark: bool) -> None:
    visit = opened(browser, address, width=390, height=844, dark=dark)
    page = next(visit)
    ask(page, "Do the Baloch separatists and ISKP share a worldview?")
    assert page.evaluate("document.querySelector('.gradio-container').scrollWidth") == 390
    assert page.locator("#question textarea").is_visible()
    assert not page.locator("#source").is_visible()
    page.locator("#thread .n").nth(1).click()
    page.wait_for_function("document.querySelector('#source .count').textContent.startsWith('2 of')")
    page.wait_for_timeout(500)
    top, bottom = page.evaluate(
        "(box => [box.top, box.bottom])(document.querySelector('#source mark').getBoundingClientRect())"
    )
    assert 0 < top < bottom <= 844
    page.get_by_role("button", name="back to the answer").click()
    assert not page.locator("#source").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "2"
    assert (page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(21, 24, 27)") is dark
    next(visit, None)
