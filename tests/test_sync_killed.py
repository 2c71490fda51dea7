"""What a sync does at the place of an index that was left unfinished, is damaged, or was made with other parts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import BagEncoder
from holding import zipped
from test_store import contents, names

from embeddings.errors import IndexDamaged, IndexMismatch, IndexMissing
from embeddings.index.store import Index, load, locked, save
from embeddings.index.sync import sync

OLD = "Trains stopped in August after a bridge fell."
NEW = "Trains run again since May. All is well."

# Syncs copies of an index; the N-th copy's process is killed before the N-th call that changes something on disk.
KILLER = """
import os, shutil, signal, sys
from pathlib import Path

from fakes import BagEncoder

from embeddings.index.sync import sync

base = Path(sys.argv[1])
calls, limit = 0, None
real_fsync = os.fsync


def tick():
    global calls
    calls += 1
    if calls == limit:
        os.kill(os.getpid(), signal.SIGKILL)


def hook(event, arguments):
    if limit is None:
        return
    if event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir"):
        tick()
    elif event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        tick()


def fsync(handle):
    if limit is not None:
        tick()
    real_fsync(handle)


sys.addaudithook(hook)
os.fsync = fsync
sync(base / "documents", base / "warm-up", BagEncoder())  # everything is imported once, before the forks
for number in range(1, 1000, int(sys.argv[2])):
    place = base / f"killed-{number:03}"
    if (base / "before").exists():
        shutil.copytree(base / "before", place)
    child = os.fork()
    if child == 0:
        limit = number
        sync(base / "documents", place, BagEncoder())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status == 0:
        break
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, status
print(number)
"""


def change(folder: Path) -> None:
    path = folder / "rail.txt"
    path.write_text(path.read_text(encoding="utf-8").replace(OLD, NEW), encoding="utf-8")


def killed_places(base: Path, every: int = 1) -> list[Path]:
    """Where processes were killed, in the order of how far they came; the last one finished alive."""
    (base / "killer.py").write_text(KILLER)
    tests = Path(__file__).parent
    paths = os.pathsep.join([str(tests.parent), str(tests)])
    environment = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    arguments = [sys.executable, str(base / "killer.py"), str(base), str(every)]
    done = subprocess.run(arguments, check=False, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [base / f"killed-{number:03}" for number in range(1, int(done.stdout) + 1, every)]


def check_mended(folder: Path, place: Path, new: Index) -> None:
    index, report = sync(folder, place, BagEncoder())
    assert contents(index) == contents(new) == contents(load(place))
    assert report.index_id == new.manifest.index_id
    current, generation = names(place)
    assert (current, generation[:-1]) == ("CURRENT", "generation-00000")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_sync_that_is_killed_leaves_the_old_or_the_new_index(tmp_path: Path, folder: Path) -> None:
    old, _ = sync(folder, tmp_path / "before", BagEncoder())
    change(folder)
    places = killed_places(tmp_path)
    new, _ = sync(folder, tmp_path / "fresh", BagEncoder())
    assert contents(old) != contents(new)
    outcomes = []
    for place in places:
        found = contents(load(place))
        assert found in (contents(old), contents(new))
        outcomes.append("old" if found == contents(old) else "new")
        check_mended(folder, place, new)
    swapped = outcomes.index("new")
    assert outcomes == ["old"] * swapped + ["new"] * (len(places) - swapped)
    assert swapped > 40, "every file is opened and made durable before the swap"
    assert len(places) - swapped > 15, "the old generation is removed after the swap, file by file"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_sync_of_an_archive_that_is_killed_leaves_the_old_or_the_new_index(tmp_path: Path, folder: Path) -> None:
    (folder / "archive.zip").write_bytes(zipped({"a.txt": "A well was dug.", "b.txt": "It gives water."}))
    old, _ = sync(folder, tmp_path / "before", BagEncoder())
    (folder / "archive.zip").write_bytes(zipped({"a.txt": "A well was dug.", "c.txt": "It is dry by now."}))
    places = killed_places(tmp_path, every=9)
    new, _ = sync(folder, tmp_path / "fresh", BagEncoder())
    outcomes = [contents(load(place)) for place in places]
    assert [outcome in (contents(old), contents(new)) for outcome in outcomes] == [True] * len(places)
    assert (outcomes[0], outcomes[-1]) == (contents(old), contents(new))
    for place in places:
        check_mended(folder, place, new)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_first_build_that_is_killed_leaves_no_index_or_a_whole_one(tmp_path: Path, folder: Path) -> None:
    places = killed_places(tmp_path)
    new, _ = sync(folder, tmp_path / "fresh", BagEncoder())
    whole = []
    for place in places:
        try:
            whole.append(contents(load(place)) == contents(new))
        except IndexMissing:
            assert not any(whole)
        check_mended(folder, place, new)
    assert whole == [True] * len(whole)
    assert 0 < len(whole) < len(places)
    assert len(places) > 40


def test_an_unfinished_swap_is_removed_though_nothing_changed(tmp_path: Path, folder: Path) -> None:
    index, _ = sync(folder, tmp_path / "index", BagEncoder())
    (tmp_path / "index" / "CURRENT.new").write_text("{")
    (tmp_path / "index" / ".unfinished-generation-000002").mkdir()
    check_mended(folder, tmp_path / "index", index)
    assert names(tmp_path / "index") == ["CURRENT", "generation-000001"]


@pytest.mark.parametrize("name", ["CURRENT", "generation-000001/manifest.json", "generation-000001/passages.faiss"])
def test_a_damaged_index_is_made_anew_only_when_asked(tmp_path: Path, folder: Path, name: str) -> None:
    place = tmp_path / "index"
    index, _ = sync(folder, place, BagEncoder())
    (place / name).write_bytes(b"garbage")
    command = f"Make it anew: qa index {folder} --index {place} --model bag-of-words --rebuild"
    encoder = BagEncoder()
    with pytest.raises(IndexDamaged, match=rf"{place / name}.*{command}"):
        sync(folder, place, encoder)
    assert encoder.encoded == []
    again, report = sync(folder, place, encoder, rebuild=True)
    assert contents(again) == contents(index) == contents(load(place))
    assert report.added == ("harbour.md", "rail.txt", "water.txt")
    assert (report.encoded, len(encoder.encoded)) == ({"passages": 6, "sentences": 7}, 13)
    assert names(place) == ["CURRENT", "generation-000002"]


def test_an_index_of_other_parts_is_made_anew_only_when_asked(tmp_path: Path, folder: Path) -> None:
    place, other = tmp_path / "index", tmp_path / "copy"
    sync(folder, place, BagEncoder("one"))
    shutil.copytree(folder, other)
    with pytest.raises(IndexMismatch, match=f"documents folder {folder}, asked for is {other}"):
        sync(other, place, BagEncoder("two"))
    made, _ = sync(other, place, BagEncoder("two"), rebuild=True)
    assert (made.manifest.made.seeds, made.manifest.made.model) == (str(other), "two")
    assert contents(sync(other, place, BagEncoder("two"))[0]) == contents(made)
    with pytest.raises(IndexMismatch, match=f"documents folder {other}, asked for is {folder}"):
        sync(folder, place, BagEncoder("one"))


@pytest.mark.parametrize("part", ["readers", "splitter", "tokenizer"])
def test_an_index_of_another_version_of_the_program(
    tmp_path: Path, folder: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, _ = sync(folder, tmp_path / "index", BagEncoder())
    version: Any = {part: 9}
    made = replace(index.manifest.made, **version)
    monkeypatch.setattr("embeddings.index.sync.Made.by", lambda *_: made)
    with pytest.raises(
        IndexMismatch,
        match=rf"made with the {part} {getattr(index.manifest.made, part)}, asked for is 9\. Make it anew: qa index",
    ):
        sync(folder, tmp_path / "index", BagEncoder())
    again, _ = sync(folder, tmp_path / "index", BagEncoder(), rebuild=True)
    assert again.manifest.made == made
    assert again.manifest.index_id != index.manifest.index_id


def test_what_another_process_wrote_meanwhile_is_taken_over(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, _ = sync(folder, tmp_path / "fresh", BagEncoder())
    place = tmp_path / "index"

    def late(where: Path, **_: object) -> object:
        with locked(where):
            save(where, new)  # the other process was first
        return locked(where)

    monkeypatch.setattr("embeddings.index.sync.locked", late)
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    assert contents(index) == contents(new)
    assert (encoder.encoded, report.unchanged) == ([], ("harbour.md", "rail.txt", "water.txt"))
    assert names(place) == ["CURRENT", "generation-000001"]
