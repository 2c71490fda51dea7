"""An exported page in a real Chromium: hostile words are words, nothing is asked for, nothing opens."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import launched
from exported import quote, said
from test_export_hostile import HOSTILE

from qa.export import export
from qa.export.control_characters import pieces

pytestmark = pytest.mark.browser


def test_hostile_words_are_words_in_a_browser(tmp_path: Path) -> None:
    file = tmp_path / "answers.html"
    file.write_text(export(said([quote(text) for text in HOSTILE]), "html"), encoding="utf-8")
    events: list[str] = []
    with launched() as chromium:
        page = chromium.new_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
        page.on("request", lambda request: events.append(request.url))
        page.on("dialog", lambda dialog: events.append(dialog.message))
        page.on("console", lambda message: events.append(message.text))
        page.goto(file.as_uri())
        shown = page.eval_on_selector_all("blockquote", "all => all.map(one => one.textContent)")
        strange = page.locator("script, img, a, iframe, link, object, form, svg, [onclick], [onerror]").count()
        wide = page.evaluate("document.documentElement.scrollWidth")
    assert events == [file.as_uri()]
    assert shown == ["".join(piece for _, piece in pieces(text)) for text in HOSTILE]
    assert (strange, wide) == (0, 390)
