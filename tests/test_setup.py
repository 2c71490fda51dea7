"""How the real parts are put together, and what happens to an index that another version left."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from embeddings.errors import IndexMismatch
from qa.answering.setup import Setup
from qa.interfaces.cli.doctor import examine

pytestmark = pytest.mark.model


def of_another_version(place: Path) -> None:
    """Change the format number of an index, checksums included."""
    current = json.loads((place / "CURRENT").read_text(encoding="utf-8"))
    manifest = place / current["generation"] / "manifest.json"
    state = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**state, "format": 1}), encoding="utf-8")
    current["manifest_sha256"] = hashlib.sha256(manifest.read_bytes()).hexdigest()
    (place / "CURRENT").write_text(json.dumps(current), encoding="utf-8")


def test_in_the_cache_it_is_made_anew(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    setup = Setup(folder)
    first = setup.open_retriever()
    assert first.place is not None
    of_another_version(first.place)
    (finding,) = [finding for finding in examine(setup, 1) if finding.name == "index"]
    assert finding.good
    assert "made by another version of this program" in finding.detail
    again = setup.open_retriever()
    assert again.place == first.place
    assert again.report is not None
    assert again.report.encoded == {"passages": 6, "sentences": 7}
    assert again.search("Why do fishermen protest?", 1) == first.search("Why do fishermen protest?", 1)


def test_where_the_user_chose_the_place_the_user_is_asked(folder: Path, tmp_path: Path) -> None:
    setup = Setup(folder, tmp_path / "index")
    setup.open_retriever()
    of_another_version(tmp_path / "index")
    with pytest.raises(IndexMismatch, match=r"has format 1, this program reads format 3\. Make it anew: qa index"):
        setup.open_retriever()
