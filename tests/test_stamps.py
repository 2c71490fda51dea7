"""What is not read again at the next start: the state of a file decides. `qa index --verify` reads everything."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from fakes import BagEncoder

import embeddings.index.changes
import embeddings.index.generation
from embeddings import disk
from embeddings.documents.file_reading import Stamp, read_file
from embeddings.errors import IndexDamaged
from embeddings.index.forget import forget
from embeddings.index.stamps import NEW_STAMPS, STAMPS, Stamps, forget_stamps, read_stamps
from embeddings.index.store import load, locked, tidy
from embeddings.index.sync import sync

FILES = ["harbour.md", "rail.txt", "water.txt"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour later, as far as files are concerned: what was written has settled."""
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + 3_600_000_000_000)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were read, and the files of the index whose digest was worked out."""
    found: list[str] = []

    def file(root: Path, source: str) -> tuple[bytes, Stamp]:
        found.append(source)
        return read_file(root, source)

    def of_index(path: Path) -> str:
        found.append(path.name)
        return disk.digest(path)

    monkeypatch.setattr(embeddings.index.changes, "read_file", file)
    monkeypatch.setattr(embeddings.index.generation, "digest", of_index)
    return found


@pytest.mark.usefixtures("later")
def test_what_is_as_it_was_is_not_read_again(folder: Path, place: Path, encoder: BagEncoder, read: list[str]) -> None:
    index, _ = sync(folder, place, encoder)
    sync(folder, place, encoder)  # another process: it reads the index for the first time
    read.clear()
    again, report = sync(folder, place, encoder)
    assert read == ["manifest.json"]
    assert report.unchanged == tuple(FILES)
    assert again.manifest == index.manifest


@pytest.mark.usefixtures("later")
def test_a_changed_file_is_read_though_size_and_time_are_the_same(
    folder: Path, place: Path, encoder: BagEncoder, read: list[str]
) -> None:
    sync(folder, place, encoder)
    path = folder / "rail.txt"
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("August", "Augury"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    read.clear()
    _, report = sync(folder, place, encoder)
    assert report.changed == ("rail.txt",)
    assert [name for name in read if name in FILES] == ["rail.txt"]


@pytest.mark.usefixtures("later")
def test_a_changed_file_of_the_index_is_found(folder: Path, place: Path, encoder: BagEncoder, read: list[str]) -> None:
    sync(folder, place, encoder)
    load(place)
    read.clear()
    load(place)
    assert read == ["manifest.json"]
    path = place / "generation-000001" / "passages.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexDamaged, match=r"passages\.npy: its sha256 is"):
        load(place)


def test_what_was_written_just_now_is_read_again(
    folder: Path, place: Path, encoder: BagEncoder, read: list[str]
) -> None:
    sync(folder, place, encoder)
    read.clear()
    sync(folder, place, encoder)
    assert [name for name in read if name in FILES] == FILES
    assert "passages.faiss" in read
    assert read_stamps(place) == Stamps()


@pytest.mark.usefixtures("later")
def test_stamps_of_another_generation_or_of_no_sense_count_for_nothing(
    folder: Path, place: Path, encoder: BagEncoder, read: list[str]
) -> None:
    sync(folder, place, encoder)
    load(place)
    (folder / "new.txt").write_text("A new file about the port.\n", encoding="utf-8")
    sync(folder, place, encoder)
    read.clear()
    load(place)
    assert "sentences.npy" in read
    for text in (
        "",
        "{",
        "[]",
        '{"generation": 7}',
        json.dumps({"generation": "generation-000002", "files": {"a": [1]}}),
    ):
        (place / STAMPS).write_text(text, encoding="utf-8")
        assert read_stamps(place) == Stamps()
        read.clear()
        sync(folder, place, encoder)
        assert {"new.txt", "sentences.npy"} <= set(read)


@pytest.mark.usefixtures("later")
def test_forgotten_stamps_have_everything_read(folder: Path, place: Path, encoder: BagEncoder, read: list[str]) -> None:
    sync(folder, place, encoder)
    load(place)
    read.clear()
    forget_stamps(place)
    sync(folder, place, encoder)
    assert {*FILES, "manifest.json", "documents.jsonl"} <= set(read)


@pytest.mark.usefixtures("later")
def test_stamps_are_for_their_owner_and_what_a_killed_process_left_goes(
    folder: Path, place: Path, encoder: BagEncoder
) -> None:
    sync(folder, place, encoder)
    load(place)
    assert (place / STAMPS).stat().st_mode & 0o777 == 0o600
    (place / NEW_STAMPS).write_text("{", encoding="utf-8")
    tidy(place)
    assert not (place / NEW_STAMPS).exists()
    assert (place / STAMPS).exists()
    with locked(place):
        pass  # they are no strangers


@pytest.mark.usefixtures("later")
def test_they_are_forgotten_with_the_index(folder: Path, place: Path, encoder: BagEncoder) -> None:
    sync(folder, place, encoder)
    load(place)
    (place / NEW_STAMPS).write_text("{", encoding="utf-8")
    assert forget(place, folder.resolve()).left == ()
    assert list(place.iterdir()) == []


@pytest.mark.usefixtures("later")
def test_where_they_cannot_be_kept_everything_is_read_each_time(
    folder: Path, place: Path, encoder: BagEncoder, read: list[str]
) -> None:
    sync(folder, place, encoder)
    forget_stamps(place)
    (place / NEW_STAMPS).mkdir()
    for _ in range(2):
        read.clear()
        load(place)
        assert "sentences.npy" in read
