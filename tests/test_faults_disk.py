"""A place of an index that is full or may not be written, each done for real on a small file system in memory."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fakes import BagEncoder
from test_store import contents, names

from embeddings.errors import IndexUnwritable
from embeddings.index.store import Index, load
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.library.library import Library
from qa.reading.similarity import SimilarityReader
from qa.retrieval import retriever as retrieving
from qa.retrieval.retriever import open_retriever

MOUNT, UNMOUNT = shutil.which("mount"), shutil.which("umount")


def mounted(place: Path, options: str) -> bool:
    place.mkdir(exist_ok=True)
    words = [str(MOUNT), "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    return MOUNT is not None and subprocess.run(words, check=False, capture_output=True).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    place = tmp_path / "disk"
    if not mounted(place, "size=512k"):
        pytest.skip("no file system can be mounted here: it needs root")
    yield place
    subprocess.run([str(UNMOUNT), str(place)], check=True)


def library_at(folder: Path, place: Path, encoder: BagEncoder) -> Library:
    retriever = open_retriever(folder, encoder, index=place)
    return Library(Answerer(retriever, SimilarityReader(None), Sources(folder)))


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return ballast


def test_on_a_full_disk_answers_come_from_memory_and_are_encoded_once(
    disk: Path, folder: Path, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    place = disk / "index"
    library = library_at(folder, place, encoder)
    before = load(place)
    ballast = fill(disk)
    (folder / "baker.txt").write_text("The baker of Norvik is Ylva.\n", encoding="utf-8")
    encoder.encoded.clear()
    for _ in range(3):
        assert library.ask("Who is the baker of Norvik?").citations[0].source.path == "baker.txt"
    assert len(encoder.encoded) == 2  # a passage and a sentence, once
    state = library.state
    assert (state.phase, state.doing) == ("ready", "")
    assert state.problem.startswith(
        f"Answers come from memory: the index cannot be written at {place}: No space left on device. "
    )
    assert library.public_problem == "the index cannot be written: No space left on device."
    assert caplog.text.count("answers come from memory: the index cannot be written") == 1
    assert names(place) == ["CURRENT", "generation-000001"]
    assert contents(load(place)) == contents(before)
    monkeypatch.setattr(retrieving, "_AGAIN_S", 0.0)
    library.ask("Who is the baker of Norvik?")
    assert library.state.problem
    ballast.unlink()
    library.ask("Who is the baker of Norvik?")
    assert library.state.problem == library.public_problem == ""
    assert len(encoder.encoded) == 2
    assert names(place) == ["CURRENT", "generation-000002"]
    assert contents(load(place)) == contents(sync(folder, disk.parent / "fresh", BagEncoder())[0])


def test_whichever_file_finds_the_disk_full_nothing_is_left_of_it(
    disk: Path, folder: Path, encoder: BagEncoder
) -> None:
    place, fresh = disk / "index", disk.parent / "fresh"
    before, report = sync(folder, place, encoder)
    (folder / "baker.txt").write_text("The baker of Norvik is Ylva.\n", encoding="utf-8")
    after, _ = sync(folder, fresh, encoder)
    written = []
    for room in range(0, 128 * 1024, 4096):
        ballast = fill(disk)
        os.truncate(ballast, ballast.stat().st_size - room)
        index, report = sync(folder, place, encoder, held=after)
        assert contents(index) == contents(after)
        written.append(report.unsaved is None)
        assert written[-1] or isinstance(report.unsaved, IndexUnwritable)
        assert names(place) == ["CURRENT", f"generation-00000{2 if written[-1] else 1}"]
        assert contents(load(place)) == contents(after if written[-1] else before)
        if written[-1]:
            break
    assert written == [False] * (len(written) - 1) + [True]
    assert len(written) > 15, "every file of the index takes at least a page"


def test_on_a_disk_that_may_only_be_read_answers_come_from_memory(
    disk: Path, folder: Path, encoder: BagEncoder
) -> None:
    place = disk / "index"
    sync(folder, place, encoder)
    subprocess.run([str(MOUNT), "-o", "remount,ro", str(disk)], check=True)
    library = library_at(folder, place, encoder)
    assert library.ask("When did trains stop?").citations[0].source.path == "rail.txt"
    assert library.state.problem == ""
    (folder / "baker.txt").write_text("The baker of Norvik is Ylva.\n", encoding="utf-8")
    assert library.ask("Who is the baker of Norvik?").citations[0].source.path == "baker.txt"
    assert f"the index cannot be written at {place}: Read-only file system." in library.state.problem
    fresh = library_at(folder, disk / "other", encoder)
    assert fresh.ask("When did trains stop?").citations[0].source.path == "rail.txt"
    assert str(fresh.answerer.retriever.unsaved).startswith(f"the index cannot be written at {disk / 'other'}: Read")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root, to become somebody else")
def test_a_place_of_somebody_else_is_told_at_once(tmp_path: Path, folder: Path, encoder: BagEncoder) -> None:
    with TemporaryDirectory() as outside:
        moved, place = Path(outside) / "documents", Path(outside) / "index"
        shutil.copytree(folder, moved)
        place.mkdir()
        Path(outside).chmod(0o755)
        _, report = sync(moved, tmp_path / "warm", encoder)
        began = time.monotonic()
        os.seteuid(65534)
        try:
            index, report = sync(moved, place, encoder, known=report.known)
        finally:
            os.seteuid(0)
    assert len(index.corpus.documents) == 3
    assert str(report.unsaved).startswith(f"the index cannot be written at {place}: Permission denied.")
    assert time.monotonic() - began < 30


def test_each_new_try_to_write_an_index_keeps_nothing_of_the_one_before_and_is_no_change(
    folder: Path, disk: Path, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieving, "_AGAIN_S", 0.0)
    place = disk / "index"
    place.mkdir()
    fill(disk)
    library = library_at(folder, place, encoder)
    assert library.answerer.retriever.unsaved
    for _ in range(4):
        assert not library.refresh()
    gc.collect()
    alive = [one for one in gc.get_objects() if type(one) is Index and one.manifest.made.seeds == str(folder)]
    assert len(alive) <= 2
