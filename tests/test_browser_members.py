"""Documents inside files in a real Chromium: a quote of a mail says who wrote it and when, and opens at its text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import ask, opened, served, words
from holding import boxed, mailed, zipped

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.model]

LETTER = (
    "Dear all,\n\nthe dam of Zaranj has nine cracks, as the engineer Wahid Tor found in May.\n\nHe asks for cement.\n"
    "\n> Who looked at the dam?\n"
)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("members") / "seeds"
    folder.mkdir()
    other = mailed("The lunch is at noon.", subject="Lunch", attached={"menu.txt": b"Rice and beans are served."})
    (folder / "mails.mbox").write_bytes(boxed([other, mailed(LETTER, subject="The dam of Zaranj")]))
    return folder


@pytest.fixture(scope="module")
def address(documents: Path) -> Iterator[str]:
    with served(documents, made=True) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    yield from opened(browser, address, until="#bar button.chip.on")


def test_a_quote_of_a_mail_shows_sender_date_and_subject_and_opens_at_its_text(page: Page) -> None:
    ask(page, "How many cracks has the dam of Zaranj?")
    page.locator("#source mark").wait_for(timeout=60_000)
    assert words(page, "#source mark") == ["the dam of Zaranj has nine cracks, as the engineer Wahid Tor found in May."]
    assert "Omar Khan <omar@example.org>" in words(page, "#thread .where")[0]
    said = words(page, "#source")[0]
    for part in ("The dam of Zaranj", "Omar Khan <omar@example.org>", "2021-03-05", "mails.mbox/2", "> Who looked"):
        assert part in said


def test_an_archive_that_is_sent_says_how_many_documents_came(page: Page, tmp_path: Path) -> None:
    page.locator("#bar button.chip.on").click()
    archive = zipped(
        {"well.txt": b"The well of Farah was dug in 1998.", "in/mill.md": b"# Mill\n\nIt grinds.", "x.jpg": b"x"}
    )
    path = tmp_path / "papers.zip"
    path.write_bytes(archive)
    page.locator("#documents input[type=file]").set_input_files(path)
    page.wait_for_function(
        "() => document.querySelector('#documents')?.textContent.includes('added: 2 passages')", timeout=120_000
    )
    assert "(2 documents in it, 1 left out)" in words(page, "#documents [data-sent]")[0]
    listed = " ".join(words(page, "#documents .one"))
    assert "papers.zip/well.txt" in listed
    assert "papers.zip/in/mill.md" in listed
    assert any(text.startswith("papers.zip/x.jpg: no reader for .jpg") for text in words(page, "#documents .out li"))
