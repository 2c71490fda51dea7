"""A change of a folder is told from a walk alone, and acted on once the folder is at rest."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from embeddings.documents.folder import ARRIVING, Snapshot
from qa.library.watcher import Pace, Watcher, look

FAST = Pace(every=0.01, settle=0.01, patience=2.0, retry=0.02, longest=0.05, share=0.0)


def write_again(path: Path) -> None:
    """The same number of other bytes, with the time put back."""
    status, data = path.stat(), path.read_bytes()
    path.write_bytes(data[::-1])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "new.md").write_text("New."),
        lambda folder: (folder / "rail.txt").unlink(),
        lambda folder: (folder / "rail.txt").rename(folder / "railway.txt"),
        lambda folder: (folder / "rail.txt").write_text("Less."),
        lambda folder: write_again(folder / "rail.txt"),
        lambda folder: (folder / "rail.txt").chmod(0o444),
        lambda folder: (folder / ".hidden").touch(),
        lambda folder: (folder / "link.txt").symlink_to(folder / "rail.txt"),
        lambda folder: folder.rename(folder.with_name("elsewhere")),
    ],
)
def test_whatever_counts_changes_what_is_seen(folder: Path, change: Callable[[Path], object]) -> None:
    before = look(folder)
    assert look(folder) == before
    change(folder)
    assert look(folder) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "rail.txt").read_bytes(),
        lambda folder: (folder / "sub").mkdir(),
        lambda folder: (folder / "picture.png").write_text("Another picture."),
        lambda folder: (folder / f"{ARRIVING}1").write_text("On its way."),
        lambda folder: (folder / ".git" / "HEAD").write_text("hidden"),
        lambda folder: (folder / "outside" / "file.txt").write_text("behind a link"),
    ],
)
def test_what_does_not_count_does_not(folder: Path, tmp_path: Path, change: Callable[[Path], object]) -> None:
    (folder / ".git").mkdir()
    (folder / "picture.png").write_text("A picture.")
    (tmp_path / "outside").mkdir()
    (folder / "outside").symlink_to(tmp_path / "outside")
    before = look(folder)
    change(folder)
    assert look(folder) == before


def test_a_file_that_moves_into_a_folder_changes_what_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "x.md").touch()
    before = look(tmp_path)
    (tmp_path / "a" / "x.md").rename(tmp_path / "b" / "x.md")
    assert look(tmp_path) != before


class Acting:
    """Counts the calls, and says of each what it was told to."""

    def __init__(self, *outcomes: bool) -> None:
        self.outcomes = list(outcomes)
        self.calls = 0
        self.called = Event()

    def __call__(self) -> bool:
        outcome = self.outcomes[self.calls] if self.calls < len(self.outcomes) else True
        self.calls += 1
        if self.calls >= len(self.outcomes):
            self.called.set()
        return outcome


@pytest.fixture
def watched(folder: Path) -> Iterator[Callable[[Acting], Watcher]]:
    running: list[tuple[Watcher, Thread]] = []

    def begin(act: Acting) -> Watcher:
        watcher = Watcher(folder, act, FAST)
        thread = Thread(target=watcher.run, args=(look(folder),))
        running.append((watcher, thread))
        thread.start()
        return watcher

    yield begin
    for watcher, thread in running:
        watcher.stop()
        thread.join(timeout=10)
        assert not thread.is_alive()


def test_a_change_is_acted_on(folder: Path, watched: Callable[[Acting], Watcher]) -> None:
    act = Acting(True)
    watched(act)
    assert not act.called.wait(0.1)
    (folder / "new.md").write_text("New.")
    assert act.called.wait(10)


def test_what_failed_is_tried_again_without_a_change(folder: Path, watched: Callable[[Acting], Watcher]) -> None:
    act = Acting(False, False, True)
    watched(act)
    (folder / "new.md").write_text("New.")
    assert act.called.wait(10)
    assert act.calls == 3


def test_a_folder_that_never_rests_is_read_all_the_same(folder: Path) -> None:
    act = Acting(True)
    pace = Pace(every=0.01, settle=0.01, patience=0.1, share=0.0)
    watcher = Watcher(folder, act, pace)
    thread = Thread(target=watcher.run, args=("",))
    thread.start()
    number = 0
    while not act.called.wait(0.005):
        number += 1
        (folder / "log.txt").write_text("x" * number)
        assert number < 5000
    watcher.stop()
    thread.join(timeout=10)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of POSIX")
def test_a_moment_without_handles_ends_no_watcher(tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))
    try:
        found = look(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert isinstance(found, str)
    assert isinstance(look(tmp_path), Snapshot)
