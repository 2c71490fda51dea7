"""Index and feedback hold the text of documents: they are for the user's own account alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.index.store import load, locked
from embeddings.index.sync import sync
from qa.answering.feedback import Feedback, FeedbackFile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")

FEEDBACK = Feedback("right", "x", "x")


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """Run as a user whose new files everybody may read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(place: Path) -> dict[bool, set[int]]:
    """The modes of a folder and what is in it: of folders under True, of files under False."""
    found: dict[bool, set[int]] = {True: set(), False: set()}
    for path in (place, *place.rglob("*")):
        found[path.is_dir()].add(stat.S_IMODE(path.stat().st_mode))
    return found


def open_up(place: Path) -> None:
    for path in (place, *place.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_an_index_is_written_for_its_owner_alone(tmp_path: Path, folder: Path) -> None:
    sync(folder, tmp_path / "cache" / "index", BagEncoder())
    assert modes(tmp_path / "cache") == {True: {0o700}, False: {0o600}}


def test_an_older_index_is_closed_when_it_is_read_and_when_it_is_written(tmp_path: Path, folder: Path) -> None:
    place = tmp_path / "index"
    sync(folder, place, BagEncoder())
    open_up(place)
    load(place)
    assert modes(place) == {True: {0o700}, False: {0o600}}
    open_up(place)
    with locked(place):
        assert modes(place) == {True: {0o700}, False: {0o600}}


def test_other_things_than_an_index_keep_their_modes(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear all")
    open_up(tmp_path / "mine")
    outside = tmp_path / "outside"
    outside.write_text("Dear all")
    with pytest.raises(Exception, match="other things than an index"), locked(tmp_path / "mine"):
        pass
    assert modes(tmp_path / "mine") == {True: {0o755}, False: {0o644}}
    assert stat.S_IMODE(outside.stat().st_mode) == 0o666


def test_feedback_is_written_for_its_owner_alone_and_an_older_file_is_closed(tmp_path: Path) -> None:
    file = FeedbackFile(tmp_path / "data" / "seeds-1" / "feedback.jsonl")
    for _ in range(2):
        file.add(FEEDBACK)
        assert modes(tmp_path / "data") == {True: {0o700}, False: {0o600}}
        open_up(file.path.parent)
    assert len(file.read()) == 2
