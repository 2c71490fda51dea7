"""What is sent is added once, under a safe name, only if it can be read, and never in the place of another file."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from holding import mailed, zipped
from pdf_maker import make_pdf

from embeddings.documents.folder import ARRIVING, scan
from embeddings.errors import UploadRefused, UploadTooLarge
from qa.library.uploads import Added, Uploads

BAKER = b"The baker of Norvik is called Ylva Storm.\n"


def send(uploads: Uploads, name: str, data: bytes, known: dict[str, str] | None = None) -> Added:
    arrival = uploads.begin(name, len(data))
    try:
        for start in range(0, len(data), 1000):
            arrival.write(data[start : start + 1000])
    except UploadRefused:
        arrival.discard()
        raise
    return uploads.accept(arrival, known)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    place = tmp_path / "empty"
    place.mkdir()
    return place


def test_a_document_is_added_as_it_was_sent(empty: Path) -> None:
    data = b"# The baker\n\n" + BAKER * 100
    assert send(Uploads(empty), "../Bäcker.md", data) == Added("Bäcker.md", "Bäcker.md", "The baker")
    assert (empty / "Bäcker.md").read_bytes() == data
    assert names(empty) == ["Bäcker.md"]


def test_it_may_be_read_by_whom_other_files_may_be_read(empty: Path) -> None:
    (empty / "own.txt").touch()
    send(Uploads(empty), "baker.txt", BAKER)
    modes = [stat.S_IMODE((empty / name).stat().st_mode) for name in ("own.txt", "baker.txt")]
    assert modes[0] == modes[1]


def test_the_same_bytes_are_not_added_twice(empty: Path) -> None:
    uploads = Uploads(empty)
    send(uploads, "baker.txt", BAKER)
    again = send(uploads, "other name.txt", BAKER)
    assert (again.path, again.is_new) == ("baker.txt", False)
    (empty / "sub").mkdir()
    (empty / "baker.txt").rename(empty / "sub" / "moved.txt")
    known = {hashlib.sha256(BAKER).hexdigest(): "sub/moved.txt"}
    assert send(Uploads(empty), "baker.txt", BAKER, known).path == "sub/moved.txt"
    assert names(empty) == ["sub"]


def test_what_was_known_and_is_there_no_more_is_added(empty: Path) -> None:
    uploads = Uploads(empty)
    send(uploads, "baker.txt", BAKER)
    (empty / "baker.txt").write_bytes(b"something else")
    added = send(uploads, "baker.txt", BAKER, {hashlib.sha256(BAKER).hexdigest(): "gone.txt"})
    assert (added.path, added.is_new) == ("baker (2).txt", True)


def test_other_bytes_of_the_same_name_are_kept_beside_them(empty: Path) -> None:
    uploads = Uploads(empty)
    for number in range(3):
        added = send(uploads, "baker.txt", BAKER + b"%d" % number)
    assert added.path == "baker (3).txt"
    assert added.note == "another baker.txt is there already; both are kept"
    assert names(empty) == ["baker (2).txt", "baker (3).txt", "baker.txt"]
    assert (empty / "baker.txt").read_bytes() == BAKER + b"0"


def test_a_link_of_the_same_name_is_not_written_through(empty: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious.txt"
    target.write_bytes(b"precious")
    (empty / "baker.txt").symlink_to(target)
    assert send(Uploads(empty), "baker.txt", BAKER).path == "baker (2).txt"
    assert target.read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.md", b"", "the file is empty"),
        ("broken.pdf", b"%PDF-1.4 nothing", "it is no PDF, or a damaged one"),
        ("scan.pdf", make_pdf([[]]), "no text"),
        ("blank.txt", b" \n \n", "there is no text in it"),
        ("broken.docx", b"PK\x03\x04", "it is no readable zip archive"),
    ],
)
def test_what_cannot_be_read_is_refused_and_gone(empty: Path, name: str, data: bytes, reason: str) -> None:
    with pytest.raises(UploadRefused, match=reason):
        send(Uploads(empty), name, data)
    assert names(empty) == []


@pytest.mark.parametrize(("name", "said"), [("a.exe", r"^\.exe files are not read"), ("a", "a file without suffix is")])
def test_a_format_that_is_not_read_is_refused_before_anything_is_written(empty: Path, name: str, said: str) -> None:
    with pytest.raises(UploadRefused, match=rf"{said}.* \(readable: \.csv, "):
        Uploads(empty).begin(name)
    assert names(empty) == []


def test_a_file_that_is_too_large_is_refused_while_it_comes(empty: Path) -> None:
    uploads = Uploads(empty)
    arrival = uploads.begin("large.txt")
    piece = bytes(4 * 2**20)
    for _ in range(5):
        arrival.write(piece)
    with pytest.raises(UploadTooLarge, match=r"^larger than the 20 MiB allowed for text; divide it$"):
        arrival.write(b"x")
    arrival.discard()
    assert names(empty) == []


def test_a_file_that_is_said_to_be_too_large_is_refused_before_it_comes(empty: Path) -> None:
    with pytest.raises(UploadTooLarge, match=r"^larger than the 20 MiB allowed for text; divide it$"):
        Uploads(empty).begin("large.txt", 20 * 2**20 + 1)
    assert names(empty) == []
    Uploads(empty).begin("large.txt", 20 * 2**20).discard()


def test_a_file_on_its_way_is_neither_a_document_nor_left_out(folder: Path) -> None:
    before = scan(folder)
    arrival = Uploads(folder).begin("baker.txt")
    arrival.write(BAKER)
    assert len(names(folder)) == 4
    assert scan(folder) == before
    arrival.discard()
    assert len(names(folder)) == 3


def test_no_more_is_taken_than_the_most_and_what_is_on_its_way_counts(empty: Path) -> None:
    uploads = Uploads(empty, most=150)
    send(uploads, "baker.txt", b"x" * 60)
    coming = uploads.begin("miller.txt", 60)
    refused = r"^no more than .* GiB are taken in all"
    with pytest.raises(UploadRefused, match=refused):
        uploads.begin("potter.txt", 60)
    coming.discard()
    send(uploads, "potter.txt", b"y" * 60)
    with pytest.raises(UploadRefused, match=refused):
        uploads.begin("weaver.txt")  # of a size that is not said
    assert names(empty) == ["baker.txt", "potter.txt"]


def test_the_disk_is_not_filled(empty: Path) -> None:
    free = shutil.disk_usage(empty).free
    with pytest.raises(UploadRefused, match=r"^the disk would have less than .* GiB left"):
        Uploads(empty, free=free + 2**30).begin("baker.txt", 1)
    assert names(empty) == []
    Uploads(empty, free=0).begin("baker.txt", 1).discard()


class FullDisk(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, _data: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("size", [1, 100_000])
def test_a_full_disk_is_said_and_nothing_is_left(empty: Path, size: int) -> None:
    uploads = Uploads(empty)
    arrival = uploads.begin("baker.txt")
    arrival.file.close()
    arrival.file = io.BufferedWriter(FullDisk())  # it may be full when a piece is written, or at the end

    def sending() -> None:
        arrival.write(b"x" * size)
        uploads.accept(arrival)

    try:
        with pytest.raises(UploadRefused, match=r"^the disk is full"):
            sending()
    finally:
        arrival.discard()
    assert names(empty) == []


def test_on_a_file_system_without_links_nothing_is_overwritten_either(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(_source: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    uploads = Uploads(empty)
    paths = [send(uploads, "baker.txt", data).path for data in (BAKER, BAKER + b"2")]
    assert paths == ["baker.txt", "baker (2).txt"]
    assert [(empty / path).read_bytes() for path in paths] == [BAKER, BAKER + b"2"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UploadRefused, match=r"cannot be written into the documents folder: No such file"):
        Uploads(tmp_path / "not" / "there").begin("baker.txt")


def test_a_folder_that_is_not_there_is_made(tmp_path: Path) -> None:
    send(Uploads(tmp_path / "new"), "baker.txt", BAKER)
    assert names(tmp_path / "new") == ["baker.txt"]


def test_what_never_arrived_is_cleared_away_after_a_day(empty: Path) -> None:
    old, recent = (empty / f"{ARRIVING}{name}" for name in ("old", "recent"))
    for path in (old, recent):
        path.touch()
    os.utime(old, (time.time() - 90_000,) * 2)
    Uploads(empty).begin("baker.txt").discard()
    assert names(empty) == [recent.name]


def test_many_may_be_sent_at_once(empty: Path) -> None:
    uploads = Uploads(empty)

    def sending(number: int) -> str:
        return send(uploads, f"{number}.txt", b"The baker of Norvik bakes %d loaves.\n" % number).path

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(sending, range(400))) == [f"{number}.txt" for number in range(400)]
    assert len(names(empty)) == 400


def test_of_a_file_that_holds_documents_it_is_told_how_many_come(empty: Path) -> None:
    uploads = Uploads(empty)
    archive = zipped(
        {"a.txt": BAKER, "b.eml": mailed("See the list.", attached={"list.txt": b"A list."}), "c.jpg": b"x"}
    )
    assert send(uploads, "papers.zip", archive) == Added(
        "papers.zip", "papers.zip", "papers", note="3 documents in it, 1 left out"
    )
    assert send(uploads, "again.zip", archive) == Added("again.zip", "papers.zip", "again", is_new=False)
    assert send(uploads, "one.jsonl", b'{"text": "One."}').note == "1 document in it"
    with pytest.raises(UploadRefused, match=r"nothing in it can be read: no reader for \.jpg"):
        send(uploads, "pictures.zip", zipped({"c.jpg": b"x", "d.jpg": b"x"}))
    with pytest.raises(UploadRefused, match="there is nothing in it"):
        send(uploads, "empty.zip", zipped({}))
    with pytest.raises(UploadRefused, match='an article is an object with a field "text", "body" or "content"'):
        send(uploads, "settings.json", b'{"name": "x"}')
    assert names(empty) == ["one.jsonl", "papers.zip"]
