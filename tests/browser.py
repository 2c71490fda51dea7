"""Drives the chat in a real Chromium: the browser, the served command, a visitor's page."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from qa.answering.setup import Setup

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page, Request

__all__ = ["FLAGS", "ask", "launched", "opened", "served", "words"]

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@contextmanager
def launched() -> Iterator[Browser]:
    """Debian's Chromium; without one the test is skipped, or fails where CI is set."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for found in map(shutil.which, names) if found), None)
    if path is None:
        reason = "no Chromium on this machine (Debian: apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def served(documents: Path, *options: str, token: str = "", made: bool = False) -> Iterator[str]:
    """The address of the chat over a folder; its index lies beside the folder. Without a token none is asked.

    Where the index is to be ``made`` before, that is done here, where the model is loaded already.
    """
    if made:
        Setup(documents, documents.parent / "index").open_retriever()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = documents.parent / "log"
    places = ["--seeds", str(documents), "--index", str(documents.parent / "index"), "--port", str(port)]
    command = [sys.executable, "-m", "qa.interfaces.cli.main", "chat", *places, *options]
    command += [] if token else ["--no-token"]
    with log.open("w", encoding="utf-8") as output:
        environment = {**os.environ, "SEEDS_TOKEN": token}
        chat = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
    try:
        deadline = time.monotonic() + 180
        while "The chat is at" not in log.read_text(encoding="utf-8"):
            assert chat.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, "the chat did not start"
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        chat.terminate()
        chat.wait(timeout=60)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def opened(
    browser: Browser,
    address: str,
    *,
    width: int = 1440,
    height: int = 900,
    dark: bool = False,
    until: str = "#thread .examples",
    token: str = "",
) -> Iterator[Page]:
    """Open the page as a new visitor; afterwards nothing may have left this machine, and no dialog been opened."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
    page = context.new_page()
    elsewhere: list[str] = []
    dialogs: list[str] = []

    def note_request(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            elsewhere.append(request.url)

    def note_dialog(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("request", note_request)
    page.on("dialog", note_dialog)
    page.goto(f"{address}/?{urlencode({'token': token})}" if token else address)
    page.wait_for_selector(until, timeout=60_000)
    yield page
    context.close()
    assert (elsewhere, dialogs) == ([], [])


def ask(page: Page, question: str, result: str = ".a") -> None:
    before = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.locator(".turn").nth(before).locator(result).wait_for(timeout=60_000)


def words(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_text_contents()]
