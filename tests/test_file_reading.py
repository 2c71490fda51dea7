"""Between the look at a folder and the reading of a file, the file may be exchanged: what is opened counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from embeddings.documents.file_reading import read_file
from embeddings.documents.folder import scan
from embeddings.errors import UnreadableFile
from embeddings.index.changes import KnownFiles, make_plan, silent

posix = pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows, and there are no pipes")


@posix
def test_a_file_that_became_a_link_a_pipe_or_a_device_is_left_out_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds, secret = tmp_path / "seeds", tmp_path / "secret.txt"
    (seeds / "below").mkdir(parents=True)
    secret.write_text("Secret.\n", encoding="utf-8")
    for name in ("good.txt", "link.txt", "pipe.txt", "gone.txt", "large.txt", "below/inner.txt"):
        (seeds / name).write_text("Some words.\n", encoding="utf-8")
    snapshot = scan(seeds)
    for name in ("link.txt", "pipe.txt", "gone.txt"):
        (seeds / name).unlink()
    (seeds / "link.txt").symlink_to(secret)
    os.mkfifo(seeds / "pipe.txt")
    os.truncate(seeds / "large.txt", 21 * 2**20)
    (seeds / "below").rename(tmp_path / "away")
    (seeds / "below").symlink_to(tmp_path / "away")
    monkeypatch.setattr("embeddings.index.changes.scan", lambda _: snapshot)
    plan = make_plan(seeds, None, silent, KnownFiles())
    assert [document.source for document in plan.documents] == ["good.txt"]
    assert {one.source: one.reason for one in plan.skipped} == {
        "below/inner.txt": "cannot be read: Not a directory",
        "gone.txt": "cannot be read: No such file or directory",
        "large.txt": "larger than the 20 MiB allowed for text; divide it",
        "link.txt": "it is a link, or lies behind one",
        "pipe.txt": "not a regular file",
    }


@posix
def test_a_device_is_not_read(tmp_path: Path) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("a device can be made by root alone")
    os.mknod(tmp_path / "zero.txt", 0o20600, os.makedev(1, 5))
    with pytest.raises(UnreadableFile, match="not a regular file"):
        read_file(tmp_path, "zero.txt")


def test_a_thousand_folders_in_each_other_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Some words.\n", encoding="utf-8")
    before = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(1_000):
            Path("folder-of-a-name").mkdir()
            os.chdir("folder-of-a-name")
        Path("deep.txt").write_text("Some words.\n", encoding="utf-8")
        snapshot = scan(tmp_path)
    finally:
        Path("deep.txt").unlink(missing_ok=True)
        for _ in range(1_000):  # what is nested so deep is more than pytest can remove
            os.chdir("..")
            Path("folder-of-a-name").rmdir()
        os.chdir(before)
    assert [file.source for file in snapshot.files] == ["good.txt"]
    assert [one.reason for one in snapshot.skipped] == ["the folder cannot be listed: File name too long"]
