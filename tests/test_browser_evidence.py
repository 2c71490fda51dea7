"""The evidence of an answer in a real Chromium: pointed at, opened, gone through, copied, linked, read aloud."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import ask, launched, opened, served, words

from qa.reading.measured import measured_in
from qa.reading.trained.files import DESCRIPTION
from qa.reading.trained.reader import SHIPPED

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.model]

WORLDVIEW = "Do the Baloch separatists and ISKP share a worldview?"
OUTLET = "The Gazette of Analysis of Conflicts of Many Countries and Times"
URDU = "گوادر کی بندرگاہ 2007 میں کھولی گئی۔ وہاں چین سے جہاز آتے ہیں۔"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def documents(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence") / "seeds"
    shutil.copytree(seeds, folder)
    (folder / "urdu.txt").write_text(URDU, encoding="utf-8")
    rupture = folder / "iskp-bla-rupture.md"
    text = rupture.read_text(encoding="utf-8")
    rupture.write_text(re.sub("(?m)^outlet: .*$", f"outlet: {OUTLET}", text, count=1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(documents: Path) -> Iterator[str]:
    with served(documents, made=True) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(browser, address)


def marked(page: Page) -> str:
    (text,) = words(page, "#source mark")
    return text


def wait_for_citation(page: Page, number: int) -> None:
    page.wait_for_function(
        f"document.querySelector('#source .count')?.textContent.startsWith('{number} of')", timeout=30_000
    )


def test_a_number_that_is_pointed_at_shows_its_quote(page: Page) -> None:
    ask(page, WORLDVIEW)
    assert not page.locator("#peek").is_visible()
    said = [quote.strip("“”") for quote in words(page, "#thread .say .words")]
    for place in (1, 0):
        page.locator("#thread .n").nth(place).hover()
        page.wait_for_function(
            "said => document.querySelector('#peek mark')?.textContent === said", arg=said[place], timeout=10_000
        )
        assert page.locator("#peek").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#peek").is_visible()
    page.locator("#question textarea").focus()
    page.keyboard.press("Shift+Tab")
    while page.evaluate("document.activeElement.className") != "n":
        page.keyboard.press("Shift+Tab")
    assert page.locator("#peek").is_visible()
    assert words(page, "#peek mark") == [said[1]]
    described = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-describedby'))?.innerText"
    )
    assert said[1] in " ".join(str(described).split())


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_the_check_mark_says_what_it_proves_on_one_line(browser: Browser, address: str, width: int) -> None:
    visit = opened(browser, address, width=width)
    page = next(visit)
    ask(page, WORLDVIEW)
    marks = page.locator("#thread .ev .ok").all()
    assert {" ".join(str(mark.text_content()).split()) for mark in marks} == {"✓ word for word in the file"}
    measured, proves = words(page, "#thread .proof > p")
    assert re.fullmatch(r"Such a quote was right in (about|more than|fewer than) \d of 10 tests\.", measured)
    assert proves == "The ✓ proves the words, not that they answer the question: read them in their document."
    assert all(line.is_visible() for line in page.locator("#thread .proof > p").all())
    assert one_line(page, "#thread .ev .ok")
    page.locator("#thread .n").first.click()
    wait_for_citation(page, 1)
    assert one_line(page, "#source .ok")
    next(visit, None)


def test_how_sure_a_verdict_is_unfolds_with_the_keyboard(page: Page) -> None:
    ask(page, WORLDVIEW)
    ask(page, "Who leads Hezbollah?", ".no")
    measured = measured_in(SHIPPED / DESCRIPTION)
    assert measured is not None
    given, near = (f"{share:.0%}".replace("%", " %") for share in (measured.answered, measured.near_miss))
    told = (
        f"{near} of those that ask about the same people and places something the documents do not say",
        "or refused like this one",
    )
    for place, said in enumerate(told):
        figures = page.locator("#thread .proof details").nth(place).locator("p").last
        assert not figures.is_visible()
        page.locator("#thread .proof summary").nth(place).focus()
        page.keyboard.press("Enter")
        figures.wait_for()
        assert said in str(figures.text_content())
        assert f"{given} of the answerable questions were answered without doubt" in str(figures.text_content())


def test_a_long_outlet_is_cut_short_and_said_whole_in_the_documents_panel(page: Page) -> None:
    ask(page, WORLDVIEW)
    for place in ("#thread .ev .where .outlet", "#source .field[title]"):
        shown = page.locator(place).first
        assert shown.get_attribute("title") == OUTLET
        assert shown.evaluate("part => part.offsetWidth < part.scrollWidth && part.offsetHeight < 30")
    page.locator("#bar button.chip.on").click()
    page.wait_for_selector("#documents .one")
    assert any(OUTLET in said for said in words(page, "#documents .one .meta"))


def one_line(page: Page, selector: str) -> bool:
    """Whether each of these stands on one line, within its parent."""
    return bool(
        page.evaluate(
            """selector => [...document.querySelectorAll(selector)].every((part) => {
                const [own, around] = [part, part.parentElement].map((box) => box.getBoundingClientRect());
                const high = 1.7 * parseFloat(getComputedStyle(part).fontSize);
                return own.height > 0 && own.height < high && own.left >= around.left && own.right <= around.right + 1;
            })""",
            selector,
        )
    )


def test_arrows_and_buttons_go_from_citation_to_citation(page: Page) -> None:
    ask(page, WORLDVIEW)
    said = [quote.strip("“”") for quote in words(page, "#thread .say .words")]
    number = page.locator("#thread .n").first
    number.focus()
    page.keyboard.press("Enter")
    wait_for_citation(page, 1)
    page.keyboard.press("ArrowRight")
    wait_for_citation(page, 2)
    assert marked(page) == said[1]
    assert words(page, "#thread .n[aria-current=true]") == ["2"]
    page.get_by_role("button", name="← previous").click()
    wait_for_citation(page, 1)
    assert marked(page) == said[0]
    # The button is at its end and takes no focus any more: the document has it, and the arrows still work.
    page.wait_for_function("document.activeElement.className === 'doc'")
    page.keyboard.press("ArrowRight")
    wait_for_citation(page, 2)
    page.locator("#question textarea").focus()
    page.keyboard.type("ab")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type("x")
    assert page.input_value("#question textarea") == "axb"
    assert words(page, "#source .count") == ["2 of 2"]


def test_a_link_restores_the_question_and_its_citation(browser: Browser, page: Page, address: str) -> None:
    page.locator("#filters summary").click()
    page.select_option("#filters [name=document]", "iskp-bla-rupture.md")
    ask(page, WORLDVIEW)
    page.locator("#thread .n").nth(1).click()
    wait_for_citation(page, 2)
    quote, link = marked(page), page.url
    assert link.startswith(f"{address}/?q=Do+the+Baloch")
    visit = browser.new_context().new_page()
    visit.goto(link)
    wait_for_citation(visit, 2)
    assert marked(visit) == quote
    assert words(visit, "#thread .q") == [WORLDVIEW]
    assert words(visit, "#thread .only") == ["only: document iskp-bla-rupture.md"]
    related = link.replace("&s=", "&x=")
    visit.goto(related)
    wait_for_citation(visit, 1)
    visit.close()


def test_a_link_to_words_that_are_gone_says_so(browser: Browser, address: str) -> None:
    visit = browser.new_context().new_page()
    visit.goto(f"{address}/?q=Who+leads+the+PTM%3F&doc=iskp-bla-rupture.md&s=2&e=9&h=000000000000")
    visit.locator("#source .nothing", has_text="no longer says there").wait_for(timeout=60_000)
    assert words(visit, "#thread .q") == ["Who leads the PTM?"]
    visit.close()


def test_a_link_to_a_file_that_was_deleted_says_so(browser: Browser, address: str, documents: Path) -> None:
    (documents / "short-lived.txt").write_text("The baker of Norvik is called Ylva Storm.", encoding="utf-8")
    visit = browser.new_context().new_page()
    visit.goto(address)
    visit.wait_for_selector("#thread [data-ready]", timeout=60_000)
    ask(visit, "Who is the baker of Norvik?")
    visit.wait_for_selector("#source mark")
    link = visit.url
    assert "doc=short-lived.txt" in link
    (documents / "short-lived.txt").unlink()
    visit.goto("about:blank")
    visit.goto(link)
    problem = visit.locator("#source .nothing", has_text="short-lived.txt is no longer in the folder")
    problem.wait_for(timeout=60_000)
    assert "no longer says" not in str(problem.text_content())
    assert words(visit, "#thread .q") == ["Who is the baker of Norvik?"]
    visit.close()


def test_quote_and_link_are_copied(browser: Browser, address: str) -> None:
    context = browser.new_context()
    visit = context.new_page()

    def pasted() -> str:  # the page itself may not read the clipboard
        visit.fill("#question textarea", "")
        visit.press("#question textarea", "Control+V")
        return visit.input_value("#question textarea")

    visit.goto(address)
    visit.wait_for_selector("#thread .examples", timeout=60_000)
    ask(visit, "Who leads the PTM?")
    visit.get_by_role("button", name="Copy quote", exact=True).click()
    visit.locator("#told.on", has_text="Copied with its citation.").wait_for()
    copied = pasted()
    assert copied.startswith(f"“{marked(visit)}” (From quiet tolerance to open war between ISKP and the BLA, ")
    assert "¶ 9 (iskp-bla-rupture.md), characters " in copied
    visit.get_by_role("button", name="Copy link").click()
    visit.locator("#told.on", has_text="Link copied.").wait_for()
    assert pasted() == visit.url
    context.close()


def test_text_that_runs_from_right_to_left_is_shown_so(page: Page) -> None:
    ask(page, "گوادر کی بندرگاہ کب کھولی گئی؟", ".a")
    quote = page.locator("#thread .say, #thread .related .p").first
    if not page.locator("#source mark").count():
        if not page.locator("#thread .related[open]").count():  # a near miss comes unfolded
            page.locator("#thread .related summary").click()
        page.locator("#thread .related .open").first.click()
    page.wait_for_selector("#source .para.now p")
    assert page.evaluate("getComputedStyle(document.querySelector('#source .para.now p')).direction") == "rtl"
    assert quote.evaluate("part => getComputedStyle(part).direction") == "rtl"
    assert page.locator("#thread .q").evaluate("part => getComputedStyle(part).direction") == "rtl"
    assert "2007" in words(page, "#source .para.now p")[0]


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, False), (390, True)])
def test_axe_finds_nothing(browser: Browser, address: str, width: int, *, dark: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # The checker is evaluated in the page, which the page's own policy would allow no stranger.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", bypass_csp=True
    )
    visit = context.new_page()
    visit.goto(address)
    visit.wait_for_selector("#thread .examples", timeout=60_000)
    found = {"arrived": Axe().run(visit).response["violations"]}
    ask(visit, WORLDVIEW)
    ask(visit, "Who leads Hezbollah?", ".no")
    for summary in visit.locator("#thread summary, #filters summary").all():
        summary.click()
    found["answered"] = Axe().run(visit).response["violations"]
    visit.locator("#thread .n").first.click()
    wait_for_citation(visit, 1)
    found["opened"] = Axe().run(visit).response["violations"]
    assert {when: [violation["id"] for violation in violations] for when, violations in found.items()} == {
        "arrived": [],
        "answered": [],
        "opened": [],
    }
    context.close()


def test_the_page_is_there_while_the_documents_are_read(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "baker.txt").write_text("The baker of Norvik is called Ylva Storm.", encoding="utf-8")
    ships = "\n\n".join(f"Ship {number} came from the north with timber, coal and salt." for number in range(600))
    (folder / "ships.txt").write_text(ships, encoding="utf-8")  # so many take seconds to be read
    with served(folder) as address:
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("#thread [data-phase=opening]", timeout=60_000)
        page.fill("#question textarea", "Who is the baker of Norvik?")
        page.keyboard.press("Enter")
        page.locator("#told.on", has_text="still being read").wait_for()
        assert page.input_value("#question textarea") == "Who is the baker of Norvik?"
        page.wait_for_selector("#thread .turn", timeout=120_000)
        assert page.input_value("#question textarea") == ""
        page.wait_for_selector("#source mark", timeout=60_000)
        assert marked(page) == "The baker of Norvik is called Ylva Storm."
        page.close()
