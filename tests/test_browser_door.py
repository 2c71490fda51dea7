"""With every route closed that is not listed, the page asks for nothing that is refused, whatever is done on it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import ask, opened, served
from network_guard import guarded
from pdf_maker import lines, make_pdf

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Request, Response

TOKEN = "a token of the tests, 2 words"
pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture
def documents(seeds: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    shutil.copy(seeds / "outlook-for-pakistan.md", folder)
    (folder / "lighthouse.pdf").write_bytes(make_pdf([lines(["The lighthouse of Ormara was lit in 1929."])]))
    return folder


def test_nothing_that_the_page_asks_for_is_refused(
    browser: Browser, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(guarded(tmp_path)), os.environ.get("PYTHONPATH", "")]))
    refused: list[str] = []
    told: list[str] = []

    def note(response: Response) -> None:
        if response.status >= 400:
            refused.append(f"{response.status} {response.request.method} {response.url}")

    def note_failed(request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # what the page itself no longer waits for
            refused.append(f"{request.failure} {request.method} {request.url}")

    def listen(page: Page) -> Page:
        page.on("response", note)
        page.on("requestfailed", note_failed)
        page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
        return page

    with served(documents, "--no-reader", token=TOKEN) as address:
        assert [path.stat().st_mode & 0o777 for path in tmp_path.glob("seeds-*")] == [0o700]
        visit = opened(browser, address, token=TOKEN, until="#thread .welcome:not([data-phase])")
        known = next(visit).context  # no page that is heard is left: one that is left tells that its streams ended
        page = listen(known.new_page())
        page.goto(address)
        page.wait_for_selector("#thread .welcome:not([data-phase])", timeout=60_000)
        ask(page, "When was the lighthouse of Ormara lit?", ".a")
        page.locator("#thread .n, #thread .open").first.click()
        page.get_by_role("button", name="See page 1").click()
        page.wait_for_function("document.querySelector('#source img')?.naturalWidth > 0", timeout=60_000)
        page.locator("#thread [data-kind=does_not_answer]").first.click()
        page.wait_for_selector("#thread .noted")
        page.locator("details.menu summary").first.click()
        with page.expect_download() as download:
            page.locator("[data-export=html]").first.click()
        assert "lit in 1929" in download.value.path().read_text(encoding="utf-8")
        page.locator("#bar button.chip.on").click()
        (tmp_path / "miller.txt").write_text("The miller of Norvik is Una.", encoding="utf-8")
        page.locator("#documents input[type=file]").set_input_files(tmp_path / "miller.txt")
        page.locator("#documents [data-outcome=added]").wait_for(timeout=60_000)
        linked = listen(known.new_page())
        linked.goto(f"{address}/?q=Who+is+the+miller+of+Norvik%3F&tag=x&utm_source=elsewhere")
        linked.wait_for_selector("#thread .turn", timeout=60_000)
        assert (refused, told) == ([], [])
        next(visit, None)
    assert list(tmp_path.glob("seeds-*")) == []
    assert "BLOCKED" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_a_link_from_elsewhere_opens_the_page_and_a_picture_from_there_does_not(
    browser: Browser, documents: Path
) -> None:
    with served(documents, "--no-reader", token=TOKEN) as address:
        visit = opened(browser, address, token=TOKEN, until="#thread .welcome:not([data-phase])")
        known = next(visit)
        foreign = known.context.new_page()  # in the same browser, which has the cookie
        cookies = known.context.cookies()
        html = f'<a href="{address}/?q=When+was+the+lighthouse+lit%3F">link</a><img src="{address}/favicon.ico">'
        foreign.route("http://elsewhere.example/", lambda route: route.fulfill(body=html, content_type="text/html"))
        foreign.goto("http://elsewhere.example/", wait_until="load")
        assert foreign.evaluate("document.querySelector('img').naturalWidth") == 0
        foreign.locator("a").click()
        foreign.wait_for_selector("#thread .turn", timeout=60_000)
        assert known.context.cookies() == cookies
        next(visit, None)
