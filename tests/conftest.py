"""Fixtures shared by all tests. Nothing here needs the network or a folder outside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fakes import BagEncoder

SEEDS = Path(__file__).parents[1] / "seeds"

os.environ["HF_HUB_OFFLINE"] = "1"


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
