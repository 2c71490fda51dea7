"""Takes the pictures of the README: python docs/pictures/take.py ADDRESS, where `qa chat` serves the seeds."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
QUESTIONS = ("Who leads the PTM?", "What does ISKP call it?", "How many ISKP fighters died in Mastung?")


def visit(browser: Browser, address: str, size: tuple[int, int], *, dark: bool = False) -> Page:
    """Open the chat in a window of this size."""
    scheme = "dark" if dark else "light"
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#thread .examples", timeout=120_000)
    return page


def ask(page: Page, *questions: str) -> None:
    """Ask, and wait for each answer."""
    for question in questions:
        before = page.locator(".turn").count()
        page.fill("#question textarea", question)
        page.keyboard.press("Enter")
        page.locator(".turn").nth(before).locator(".a").wait_for(timeout=60_000)
    page.wait_for_timeout(800)  # until it has scrolled


def take(browser: Browser, address: str) -> None:
    """All pictures."""
    leads, founded, died = QUESTIONS
    page = visit(browser, address, (1440, 900))
    ask(page, leads, founded)
    page.locator("#thread").evaluate("thread => thread.scrollTo({ top: 0 })")
    page.locator("#thread .n").first.click()
    page.wait_for_selector("#source mark")
    page.wait_for_timeout(600)
    page.mouse.move(5, 450)
    page.screenshot(path=HERE / "chat.png")
    for name, size, dark in (("chat-1024", (1024, 768), False), ("chat-dark", (1440, 900), True)):
        page = visit(browser, address, size, dark=dark)
        ask(page, died)
        page.screenshot(path=HERE / f"{name}.png")
    page = visit(browser, address, (390, 844))
    ask(page, leads)
    page.screenshot(path=HERE / "chat-phone.png")
    page = visit(browser, address, (1440, 900))
    page.locator("#bar [data-documents]").first.click()
    page.wait_for_selector("#documents .one")
    page.wait_for_timeout(600)
    page.screenshot(path=HERE / "documents.png")


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless", "--no-sandbox"])
        take(chromium, sys.argv[1])
        chromium.close()
