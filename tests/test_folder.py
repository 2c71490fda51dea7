from __future__ import annotations

import hashlib
import os
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.documents.file_reading import stamp_of
from embeddings.documents.folder import SeedFile, Skipped, document_id, document_of, is_settled, scan
from embeddings.errors import FolderError, UnreadableFile
from embeddings.formats import READERS, suffixes
from embeddings.types import Heading, Metadata

READABLE = f"readable: {', '.join(suffixes())}"
posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX files")


def write(place: Path, *names: str, text: str = "text") -> None:
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")


def sources(place: Path) -> list[str]:
    return [file.source for file in scan(place).files]


def reasons(place: Path) -> dict[str, str]:
    return {item.source: item.reason for item in scan(place).skipped}


def test_files_and_what_is_left_out_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a/z.md", "a/b/c.TXT", "a.txt", "B.txt", "a-b.txt", "x.jpg", "m.exe", "a/noext")
    found = scan(tmp_path)
    names = ["B.txt", "a-b.txt", "a.txt", "a/b/c.TXT", "a/z.md", "b.txt"]
    assert [(file.source, file.path) for file in found.files] == [(name, tmp_path / name) for name in names]
    assert [file.stamp for file in found.files] == [stamp_of((tmp_path / name).stat()) for name in names]
    assert found.skipped == (
        Skipped("a/noext", f"no reader for a file without suffix ({READABLE})"),
        Skipped("m.exe", f"no reader for .exe ({READABLE})"),
        Skipped("x.jpg", f"no reader for .jpg ({READABLE})"),
    )


def test_hidden_files_and_folders_are_left_out_but_named(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", ".b.txt", ".git/config.txt", "sub/.c.txt", "sub/.d/e.txt", ".md")
    assert sources(tmp_path) == ["a.txt"]
    assert reasons(tmp_path) == dict.fromkeys([".b.txt", ".git", ".md", "sub/.c.txt", "sub/.d"], "hidden")


@posix
def test_links_are_not_followed(tmp_path: Path) -> None:
    place, outside = tmp_path / "documents", tmp_path / "outside"
    write(place, "a.txt", "sub/b.txt")
    write(outside, "secret.txt")
    (place / "inside.txt").symlink_to(place / "a.txt")
    (place / "sub" / "folder").symlink_to(place / "sub")
    (place / "leaves.txt").symlink_to(outside / "secret.txt")
    (place / "leaves").symlink_to(outside)
    (place / "up").symlink_to("..")
    (place / "broken.txt").symlink_to(place / "nowhere.txt")
    (place / "circle.txt").symlink_to(place / "circle.txt")
    assert sources(place) == ["a.txt", "sub/b.txt"]
    inside, leaves = "a link to another place of the folder", "a link that leaves the folder"
    assert reasons(place) == {
        **dict.fromkeys(["broken.txt", "circle.txt", "inside.txt", "sub/folder"], inside),
        **dict.fromkeys(["leaves", "leaves.txt", "up"], leaves),
    }


@posix
def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", "a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (file,) = scan(tmp_path / "link").files
    assert (file.source, file.path) == ("a.txt", tmp_path / "real" / "a.txt")


def test_an_empty_file_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "sub/b.pdf", text="")
    assert (sources(tmp_path), reasons(tmp_path)) == ([], dict.fromkeys(["a.txt", "sub/b.pdf"], "the file is empty"))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_a_file_may_be_as_large_as_its_reader_says(tmp_path: Path, reader: object) -> None:
    assert reader in READERS
    (reader,) = (one for one in READERS if one is reader)
    for name, size in (("fits", reader.max_bytes), ("large", reader.max_bytes + 1)):
        with (tmp_path / f"{name}{reader.suffixes[0]}").open("wb") as file:
            file.truncate(size)
    assert sources(tmp_path) == [f"fits{reader.suffixes[0]}"]
    small, large = {"text", "markdown", "html", "csv"}, {"zip": 500, "mailbox": 500, "json": 100}
    limit = 20 if reader.name in small else large.get(reader.name, 200)
    reason = f"larger than the {limit} MiB allowed for {reader.name}; divide it"
    assert reasons(tmp_path) == {f"large{reader.suffixes[0]}": reason}


@posix
def test_what_is_no_regular_file_is_left_out_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    write(tmp_path / "folder.txt", "a.txt")
    assert sources(tmp_path) == ["folder.txt/a.txt"]
    assert reasons(tmp_path) == {"pipe.txt": "not a regular file"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow such names")
def test_names_that_are_not_utf_8_are_left_out_and_shown_with_a_mark(tmp_path: Path) -> None:
    write(tmp_path, "déjà.txt", os.fsdecode(b"d\xe9j\xe0/a.txt"), os.fsdecode(b"\xff.txt"))
    assert sources(tmp_path) == ["déjà.txt"]
    reason = "the file name is not valid UTF-8; rename it"
    assert reasons(tmp_path) == {"?.txt": reason, "d?j?/a.txt": reason}


def test_a_folder_that_cannot_be_listed_while_it_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt", "closed/b.txt")
    real = os.scandir

    def refuse(closed: Path) -> None:
        def scandir(path: str | Path) -> object:
            if Path(path) == closed:
                raise PermissionError(13, "Permission denied", str(path))
            return real(path)

        monkeypatch.setattr(os, "scandir", scandir)

    refuse(tmp_path / "closed")
    assert sources(tmp_path) == ["a.txt"]
    assert reasons(tmp_path) == {"closed": "the folder cannot be listed: Permission denied"}
    refuse(tmp_path)
    with pytest.raises(FolderError, match=f"the documents folder {tmp_path} cannot be listed: Permission denied"):
        scan(tmp_path)


def test_a_file_is_settled_when_a_tick_of_the_coarsest_clock_has_gone_by() -> None:
    second = 10**9
    for written, changed in ((5, 5), (5, 1), (1, 5)):
        stamp = (written * second, changed * second, 10, 1, 0o100644)
        assert [is_settled(stamp, at * second) for at in (4, 5, 7, 8)] == [False, False, False, True]


def test_an_entry_whose_kind_cannot_be_told_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Untold:
        """An entry of a disk that does not tell kinds, in a folder that may be listed and no more."""

        def __init__(self, entry: os.DirEntry[str]) -> None:
            self.name, self.path = entry.name, entry.path

        def is_dir(self, **_: bool) -> bool:
            raise PermissionError(13, "Permission denied", self.path)

    write(tmp_path, "a.txt")
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: nullcontext([Untold(entry) for entry in real(path)]))
    assert (sources(tmp_path), reasons(tmp_path)) == ([], {"a.txt": "cannot be read: Permission denied"})


def test_a_missing_folder_or_a_file_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"nowhere does not exist\. Make it and put documents in, or name another"):
        scan(tmp_path / "nowhere")
    write(tmp_path, "a.txt")
    with pytest.raises(FolderError, match=r"a\.txt is a file\. Name the folder"):
        scan(tmp_path / "a.txt")
    (tmp_path / "empty").mkdir()
    found = scan(tmp_path / "empty")
    assert (found.files, found.skipped) == ((), ())


def test_a_document_has_what_its_file_says() -> None:
    data = (
        b"---\ntitle: 'A\n  title'\nauthor: \"A.\\n B.\"\ndate: 2024-05-01\n"
        b"source: ' '\ntags: [one, ' ', 'two  words']\n---\n# Port  of\tGwadar\n\nIt opened.\n"
    )
    document, notes = document_of(SeedFile("sub/x.md", Path("/anywhere/sub/x.md")), data)
    assert (document.id, document.source) == ("1b91ac13180d", "sub/x.md")
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert document.title == "A title"
    assert document.metadata == Metadata(author="A. B.", date="2024-05-01", tags=("one", "two words"))
    assert document.text == data.decode()
    front = document.text.index("# Port")
    assert document.headings == (
        Heading(0, front - 1, 1, "A title"),
        Heading(front, front + 17, 1, "Port of Gwadar"),
    )
    assert notes == ()


def test_the_title_of_a_file_without_one_is_its_stem() -> None:
    document, _ = document_of(SeedFile("sub/my.file.txt", Path("sub/my.file.txt")), b"It opened.\n")
    assert document.title == "my.file"
    long = b"---\ntitle: " + b"x" * 600 + b"\n---\nIt opened.\n"
    assert document_of(SeedFile("x.md", Path("x.md")), long)[0].title == "x" * 500 + "…"


def test_remarks_of_the_reader_are_given() -> None:
    document, notes = document_of(SeedFile("x.md", Path("x.md")), b"---\n- a\n---\nIt opened.\n")
    assert (document.title, notes) == ("x", ("the front matter is no list of names and values; it is read as text",))


def test_a_file_that_cannot_be_read_has_a_reason() -> None:
    with pytest.raises(UnreadableFile, match="there is no text in it"):
        document_of(SeedFile("x.txt", Path("x.txt")), b" \n")
    with pytest.raises(UnreadableFile, match=r"no reader for \.jpg \(readable: \.csv, "):
        document_of(SeedFile("x.jpg", Path("x.jpg")), b"x")


@given(st.text(), st.text())
def test_an_id_is_that_of_the_path_alone(one: str, other: str) -> None:
    assert len(document_id(one)) == 12
    assert (document_id(one) == document_id(other)) == (one == other)
    assert document_id("a.txt") == hashlib.sha256(b"a.txt").hexdigest()[:12] == "18b7cb099a9e"


def test_the_folder_of_a_page_that_was_saved_with_its_parts_holds_no_documents(tmp_path: Path) -> None:
    write(
        tmp_path,
        "Dam.html",
        "Dam_files/ad.html",
        "Damm.HTM",
        "Damm-Dateien/a/b.html",
        "Mill_files/x.txt",
        "Dam/x.txt",
        "Damage/x.txt",
    )
    assert sources(tmp_path) == ["Dam.html", "Dam/x.txt", "Damage/x.txt", "Damm.HTM", "Mill_files/x.txt"]
    assert [(item.source, item.reason) for item in scan(tmp_path).skipped] == [
        ("Dam_files", "parts of the saved page Dam.html"),
        ("Damm-Dateien", "parts of the saved page Damm.HTM"),
    ]
