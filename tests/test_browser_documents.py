"""The documents panel in a real Chromium: the list, what is sent, and a folder that changes while it is looked at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import pytest
from browser import ask, opened, served, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.model]

REPORT = "---\ntitle: '{title}'\noutlet: {outlet}\ndate: {date}\n---\n\n{text}\n"
HOSTILE = '<img src="http://192.0.2.1/x.png" onerror="alert(1)"> {{1+1}} ${alert(2)} \u202ereversed'
CHIP = "#bar button.chip.on"


class Sent(TypedDict):
    name: str
    mimeType: str
    buffer: bytes


def sent(name: str, text: str | bytes) -> Sent:
    return {"name": name, "mimeType": "", "buffer": text if isinstance(text, bytes) else text.encode()}


@pytest.fixture(scope="module")
def documents(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("panel") / "seeds"
    shutil.copytree(seeds, folder)
    text = "The baker of Norvik is called Ylva Storm."
    report = REPORT.format(title="Bread of the north", outlet="The Norvik Post", date="2021-08-27", text=text)
    (folder / "norvik.md").write_text(report, encoding="utf-8")
    report = REPORT.format(title=HOSTILE, outlet="<b>Zorblax</b>", date="2021", text="Zorblax.")
    (folder / "hostile.md").write_text(report, encoding="utf-8")
    (folder / '<img src=x onerror="alert(5)">.xyz').touch()
    return folder


@pytest.fixture(scope="module")
def address(documents: Path) -> Iterator[str]:
    with served(documents, made=True) as address:
        yield address


def open_panel(page: Page) -> None:
    page.locator(CHIP).click()
    page.wait_for_selector("#documents .one")


def send(page: Page, *files: Sent) -> None:
    page.locator("#documents input[type=file]").set_input_files(list(files))


def wait_for_words(page: Page, selector: str, said: str) -> None:
    page.wait_for_function(
        "([selector, said]) => document.querySelector(selector)?.textContent.includes(said)",
        arg=[selector, said],
        timeout=60_000,
    )


def row(page: Page, title: str) -> str:
    (found,) = [text for text in words(page, "#documents .one") if text.startswith(title)]
    return found


def test_the_panel_lists_what_is_indexed_and_what_was_left_out(page: Page) -> None:
    assert page.get_attribute(CHIP, "aria-expanded") == "false"
    assert not page.locator("#documents .panel").is_visible()
    open_panel(page)
    assert page.get_attribute(CHIP, "aria-expanded") == "true"
    assert words(page, "#documents [data-sums]") == ["5 documents · 31 passages"]
    assert row(page, "Bread") == ("Bread of the northThe Norvik Post · 2021-08-27 · norvik.md · 1 passageAsk only this")
    assert words(page, "#documents .out h3") == ["Left out: 1 file"]
    assert words(page, "#documents .out li")[0].startswith('<img src=x onerror="alert(5)">.xyz: no reader for .xyz')
    assert page.locator("#documents img, #documents script, #documents a").count() == 0
    assert row(page, "<img src=").startswith(HOSTILE.split(" \u202e", maxsplit=1)[0])
    page.fill("#documents [data-find]", "norvik 2021")
    assert words(page, "#documents .title") == ["Bread of the north"]
    assert not page.locator("#documents .out").is_visible()
    page.fill("#documents [data-find]", "nothing like it")
    assert words(page, "#documents .none") == ["No document has these words."]


def test_with_the_keyboard_alone(page: Page) -> None:
    page.locator(CHIP).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#documents .one")
    assert page.evaluate("document.activeElement.className") == "panel"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Close the documents"
    page.locator("#documents [data-find]").focus()
    page.keyboard.type("bread")
    assert words(page, "#documents .title") == ["Bread of the north"]
    page.keyboard.press("Escape")
    assert page.input_value("#documents [data-find]") == ""
    assert page.locator("#documents .panel").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#documents .panel").is_visible()
    assert page.evaluate("document.activeElement.matches('#bar button.chip.on')")
    assert page.get_attribute(CHIP, "aria-expanded") == "false"


def test_documents_are_sent_refused_with_the_reason_and_can_be_asked(page: Page, documents: Path) -> None:
    open_panel(page)
    assert ".csv .tsv up to 20 MiB; .mhtml .mht .pdf " in words(page, "#documents [data-limits]")[0]
    files = (
        sent("smith.md", "# The smith\n\nThe smith of Norvik is called Orm Kald.\n"),
        sent("scan.pdf", "%PDF-1.4 nothing"),
        sent("table.exe", "x"),
        sent("again.md", (documents / "outlook-for-pakistan.md").read_bytes()),
        sent("norvik.md", "Another text about Norvik.\n"),
        sent("large.txt", bytes(21 * 2**20)),
    )
    try:
        send(page, *files)
        wait_for_words(page, "#documents [data-sums]", "7 documents")
        wait_for_words(page, "#documents [data-outcome=added] p", "added: 1 passage")
        assert words(page, "#documents [data-sent] .head span") == ["2 added, 1 there already, 3 refused"]
        said = dict(zip(words(page, "#documents .sent li bdi"), words(page, "#documents .sent li p"), strict=True))
        assert said["scan.pdf"].startswith("it is no PDF, or a damaged one")
        assert said["table.exe"].startswith(".exe is not read here (readable: ")
        assert said["again.md"] == "is there already as outlook-for-pakistan.md"
        assert said["norvik.md"] == (
            "added as norvik (2).md: 1 passage (another norvik.md is there already; both are kept)"
        )
        assert said["large.txt"] == "larger than the 20 MiB allowed for .txt; divide it"
        page.keyboard.press("Escape")
        ask(page, "What is the smith of Norvik called?")
        assert words(page, "#source mark") == ["The smith of Norvik is called Orm Kald."]
        assert words(page, CHIP) == ["7 documents · 33 passages"]
    finally:
        (documents / "smith.md").unlink(missing_ok=True)
        (documents / "norvik (2).md").unlink(missing_ok=True)


def test_an_example_is_about_what_was_just_sent(page: Page, documents: Path) -> None:
    guild = "Pots are made by the Norvik Potters Guild (NPG) near the river."
    before = words(page, "#thread .examples button")
    assert before
    assert "NPG" not in " ".join(before)
    open_panel(page)
    try:
        send(page, sent("potter.md", f"# The potter\n\n{guild}\n"))
        wait_for_words(page, "#thread .examples", "What does NPG stand for?")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="What does NPG stand for?").click()
        page.wait_for_selector("#source mark", timeout=60_000)
        assert words(page, "#source mark") == [guild]
    finally:
        (documents / "potter.md").unlink(missing_ok=True)


def test_files_that_are_dropped_are_sent(page: Page, documents: Path) -> None:
    page.evaluate(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File(["The miller of Norvik is Una."], "miller.txt"));
            for (const kind of ["dragenter", "dragover", "drop"]) {
                const event = new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true });
                document.querySelector("#thread").dispatchEvent(event);
                if (kind !== "dragenter" && !event.defaultPrevented) throw new Error(kind);
            }
        }"""
    )
    try:
        wait_for_words(page, "#documents [data-outcome=added] p", "added: 1 passage")
        assert (documents / "miller.txt").read_text(encoding="utf-8") == "The miller of Norvik is Una."
    finally:
        (documents / "miller.txt").unlink()


def test_a_folder_that_changes_is_noticed_without_a_reload_or_a_question(page: Page, documents: Path) -> None:
    open_panel(page)
    wait_for_words(page, "#documents [data-sums]", "5 documents")
    added = documents / "weaver.md"
    try:
        report = REPORT.format(title="Cloth", outlet="Loom Weekly", date="2024-02-15", text="The weaver is Asa.")
        added.write_text(report, encoding="utf-8")
        wait_for_words(page, CHIP, "6 documents · 32 passages")
        wait_for_words(page, "#documents [data-there]", "Loom Weekly")
        wait_for_words(page, "#filters [name=outlet]", "Loom Weekly")
    finally:
        added.unlink()
    wait_for_words(page, CHIP, "5 documents · 31 passages")
    page.locator("#documents .title", has_text="Cloth").wait_for(state="detached")


def test_look_again_reads_the_folder_now(page: Page, documents: Path) -> None:
    open_panel(page)
    added = documents / "potter.txt"
    try:
        added.write_text("The potter of Norvik is Brod.", encoding="utf-8")
        page.get_by_role("button", name="Look again").click()
        wait_for_words(page, "#documents [data-sums]", "6 documents")
    finally:
        added.unlink()
    page.get_by_role("button", name="Look again").click()
    wait_for_words(page, "#documents [data-sums]", "5 documents")


def test_while_the_folder_is_away_the_page_says_so(page: Page, documents: Path) -> None:
    open_panel(page)
    away = documents.with_name("away")
    documents.rename(away)
    try:
        page.locator("#documents [data-trouble]", has_text="the documents folder does not exist").wait_for()
        assert words(page, "#bar [data-live]") == ["not up to date"]
        assert words(page, "#documents [data-sums]") == ["5 documents · 31 passages"]
    finally:
        away.rename(documents)
    page.locator("#documents [data-trouble]").wait_for(state="hidden")
    assert not page.locator("#bar [data-live]").is_visible()


def test_one_document_alone_can_be_asked(page: Page) -> None:
    open_panel(page)
    page.get_by_role("button", name="Ask only this: Bread of the north").click()
    assert not page.locator("#documents .panel").is_visible()
    assert page.evaluate("document.activeElement.matches('#question textarea')")
    assert words(page, "#filters .chip") == ["document norvik.md"]
    ask(page, "Who is the baker of Norvik?")
    assert words(page, "#thread .only") == ["only: document norvik.md"]


def test_a_document_can_be_read_from_the_list(page: Page) -> None:
    open_panel(page)
    page.get_by_role("button", name="Why ISKP moved into Balochistan", exact=True).click()
    page.wait_for_selector("#source .para")
    assert words(page, "#source h2") == ["Why ISKP moved into Balochistan"]
    assert page.locator("#source .para").count() == 9
    assert page.locator("#source mark").count() == 0
    assert words(page, "#source .ok") == ["✓ word for word in the file"]
    assert not page.locator("#documents .panel").is_visible()
    page.wait_for_function("document.activeElement.matches('#source .doc')")


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone(browser: Browser, address: str, dark: bool) -> None:
    visit = opened(browser, address, width=390, height=844, dark=dark)
    page = next(visit)
    open_panel(page)
    assert page.evaluate("document.querySelector('#documents .panel').getBoundingClientRect().width") == 390
    assert page.evaluate("document.querySelector('#documents .panel').scrollWidth") == 390
    assert page.evaluate("document.querySelector('#app').inert")
    background = page.evaluate("getComputedStyle(document.querySelector('#documents .panel')).backgroundColor")
    assert background == ("rgb(28, 32, 36)" if dark else "rgb(255, 255, 255)")
    page.locator("#documents .title").first.click()
    page.wait_for_selector("#source .para")
    assert page.locator("#source h2").is_visible()
    assert not page.evaluate("document.querySelector('#app').inert")
    next(visit, None)


def test_a_document_that_is_sent_mends_an_empty_folder(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with served(folder) as address:
        visit = opened(browser, address, until="[data-phase=failed]")
        page = next(visit)
        assert "is empty" in words(page, "#thread [role=alert]")[0]
        assert words(page, CHIP) == ["No documents"]
        page.get_by_role("button", name="Look at the documents").click()
        send(page, sent("baker.txt", "The baker of Norvik is called Ylva Storm.\n"))
        wait_for_words(page, CHIP, "1 document · 1 passage")
        page.keyboard.press("Escape")
        page.wait_for_selector("#thread .welcome:not([data-phase])")
        ask(page, "Who is the baker of Norvik?")
        assert words(page, "#source mark") == ["The baker of Norvik is called Ylva Storm."]
        next(visit, None)


def test_where_nothing_is_taken_the_page_offers_no_way(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with served(folder, "--no-upload") as address:
        visit = opened(browser, address, until="[data-phase=failed]")
        page = next(visit)
        page.locator(CHIP).click()
        page.locator("#documents [data-trouble]", has_text="is empty").wait_for()
        assert not page.locator("#documents [data-send]").is_visible()
        next(visit, None)


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_in_the_panel(browser: Browser, address: str, dark: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe

    visit = opened(browser, address, dark=dark)
    page = next(visit)
    open_panel(page)
    send(page, sent("scan.pdf", "%PDF-1.4 nothing"), sent("table.exe", "x"))
    wait_for_words(page, "#documents [data-outcome]", "2 refused")
    found = Axe().run(page, context="#documents").response["violations"]
    assert [(problem["id"], problem["impact"]) for problem in found] == []
    next(visit, None)
