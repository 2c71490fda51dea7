"""Fixtures shared by all tests. Nothing here needs the network or a folder outside the project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import network_guard  # noqa: F401 - from here on
import pytest
from browser import launched, opened
from fakes import BagEncoder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

    from embeddings.encoding.models import ModelFiles

SEEDS = Path(__file__).parents[1] / "seeds"

os.environ["HF_HUB_OFFLINE"] = "1"


FIRST = ("test_browser", "test_hostile_corpus")
"""The beginnings of the files whose tests begin first, as they take longest, where two processes share them out."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        return next((place for place, name in enumerate(FIRST) if item.path.name.startswith(name)), len(FIRST))

    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Keep the tests of a file in one process, and all of the browser in one: there is memory for one browser."""
    from xdist.scheduler import LoadFileScheduling

    class OneBrowser(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return FIRST[0] if FIRST[0] in file else file

    return OneBrowser(config, log)


@pytest.fixture
def encoder() -> BagEncoder:
    return BagEncoder()


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The documents that come with the project; not to be written."""
    return SEEDS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three small documents, for tests that change it."""
    place = tmp_path / "documents"
    place.mkdir()
    (place / "harbour.md").write_text(
        "# The harbour\n\nThe harbour of Gwadar was opened in 2007. Ships from China call there.\n\n"
        "Fishermen protest against the fences around the port.\n",
        encoding="utf-8",
    )
    (place / "rail.txt").write_text(
        "The railway from Quetta runs north through the Bolan Pass.\n\nTrains stopped in August after a bridge fell.\n",
        encoding="utf-8",
    )
    (place / "water.txt").write_text(
        "Wells in Kharan are dry.\n\nThe dam at Mirani holds water for one season only.\n", encoding="utf-8"
    )
    return place


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> ModelFiles:
    """The tiny encoder; not to be written."""
    from tiny_models import tiny_encoder  # here: it imports transformers, which takes seconds

    return tiny_encoder(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def reader_folder(tmp_path_factory: pytest.TempPathFactory, base: ModelFiles) -> Path:
    """A reader exported from the tiny encoder; not to be written."""
    from tiny_models import tiny_reader

    return tiny_reader(base, tmp_path_factory.mktemp("reader"))


@pytest.fixture(scope="module")  # not longer: while it is open, no other test could run an event loop of its own
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A new visitor's page; the module's fixture ``address`` says where."""
    yield from opened(browser, address)
