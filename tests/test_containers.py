"""The documents inside a file: their names, what is left out and why, limits."""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import PurePath
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest
from holding import zipped
from pdf_maker import lines, make_pdf

import embeddings.formats.containers.walk as limits
from embeddings.documents.folder import SeedFile, Skipped
from embeddings.documents.members import pieces
from embeddings.formats import parse, reader_for
from embeddings.formats.apart.pool import open_apart
from embeddings.formats.containers.walk import Member, walk

MIB = 2**20


def members(name: str, data: bytes, wanted: list[str] | None = None) -> list[Member]:
    reader = reader_for(PurePath(name))
    assert reader is not None
    return [*walk(reader, data, wanted)]


def reasons(name: str, data: bytes) -> dict[str, str]:
    """Why each is left out, by name; empty for what is read."""
    return {member.name: member.reason for member in members(name, data)}


def test_the_files_of_an_archive_come_in_its_order_with_their_bytes() -> None:
    data = zipped({"b/two.txt": "Two.", "one.md": "# One", "empty/": "", "c.zip": zipped({"d/three.html": "<p>3"})})
    assert members("a.zip", data) == [
        Member("b/two.txt", "text", b"Two."),
        Member("one.md", "markdown", b"# One"),
        Member("c.zip/d/three.html", "html", b"<p>3"),
    ]
    assert members("a.zip", data, ["c.zip/d/three.html"]) == [Member("c.zip/d/three.html", "html", b"<p>3")]
    assert members("a.zip", data, ["c.zip/d"]) == []


def test_what_is_left_out_of_an_archive_is_named_with_the_reason() -> None:
    link = ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    files: dict[str | ZipInfo, bytes] = dict.fromkeys(["x.jpg", "none", ".git/a.txt", ".git/b.txt", "d/.x.txt"], b"x")
    files |= {"empty.txt": b"", link: b"/etc/passwd", "../../out.txt": b"x", "p.html": b"<p>A", "p_files/ad.html": b"x"}
    found = reasons("a.zip", zipped(files))
    readable = found.pop("x.jpg")
    assert readable.startswith("no reader for .jpg (readable: .csv,")
    assert found.pop("none").startswith("no reader for a file without suffix")
    assert found == {
        "empty.txt": "the file is empty",
        ".git": "hidden",
        "link.txt": "a link",
        "out.txt": "its name leads out of the archive",
        "p.html": "",
        "p_files": "parts of the saved page p.html",
        "d/.x.txt": "hidden",
    }


def test_an_encrypted_file_is_named_and_the_others_are_read() -> None:
    data = bytearray(zipped({"a.txt": b"Some text.", "b.txt": b"Other text."}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    found = reasons("a.zip", bytes(data))
    assert found == {
        "a.txt": "it is encrypted; unpack the archive with its password, and put its files here",
        "b.txt": "",
    }


def test_a_damaged_file_is_named_and_the_others_are_read() -> None:
    data = zipped({"a.txt": b"Some text that is here.", "b.txt": b"Other text."}, method=0)
    found = reasons("a.zip", data.replace(b"Some text", b"SOME TEXT"))
    assert found == {"a.txt": "it is damaged (BadZipFile)", "b.txt": ""}
    assert list(reasons("a.zip", zipped({"a.txt": b"x"}, method=ZIP_LZMA)).values()) == [
        "it is packed by a method that is not read here (14); pack it anew as usual zip"
    ]
    broken = "it is no readable zip archive, or only a part of one; pack it anew"
    assert reasons("a.zip", data[:-40]) == {"": broken}
    assert reasons("a.zip", zipped({"b.zip": data[:-40], "c.txt": b"Text."})) == {"b.zip": broken, "c.txt": ""}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\\\\server\\reports\\a.txt", "server/reports/a.txt"),
        ("C:\\reports\\a.txt", "reports/a.txt"),
        ("/etc/a.txt", "etc/a.txt"),
        ("./a//b.txt", "a/b.txt"),
        ("résumé.txt", "résumé.txt"),
        ("گزارش.txt", "گزارش.txt"),
    ],
)
def test_the_name_is_the_one_that_an_unpacker_gives(written: str, shown: str) -> None:
    assert [member.name for member in members("a.zip", zipped({written: b"Text."}))] == [shown]


@pytest.mark.parametrize(("raw", "shown"), [("بندر.txt".encode(), "بندر.txt"), (b"caf\x82.txt", "café.txt")])
def test_a_name_without_a_flag_is_utf_8_or_in_the_code_page_of_dos(raw: bytes, shown: str) -> None:
    plain = "x" * len(raw)
    data = zipped({plain: b"Text."}).replace(plain.encode(), raw)
    assert [member.name for member in members("a.zip", data)] == [shown]


def test_files_of_one_name_are_both_read() -> None:
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile's own
        for text in ("One.", "Two.", "Three."):
            archive.writestr("d/a.txt", text)
    found = {member.name: member.data for member in members("a.zip", made.getvalue())}
    assert found == {"d/a.txt": b"One.", "d/a (2).txt": b"Two.", "d/a (3).txt": b"Three."}
    assert members("a.zip", made.getvalue(), ["d/a (3).txt"]) == [Member("d/a (3).txt", "text", b"Three.")]


def test_a_bomb_is_measured_by_what_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = bytes(21 * MIB)
    data = zipped({"bomb.txt": zeros, "a.txt": b"Text."})
    lying = data.replace(struct.pack("<L", len(zeros)), struct.pack("<L", 5))
    assert lying != data
    assert reasons("a.zip", data) == {"bomb.txt": "larger than the 20 MiB allowed for text; divide it", "a.txt": ""}
    assert reasons("a.zip", lying)["a.txt"] == ""
    monkeypatch.setattr(limits, "_UNPACKED", 30 * MIB)
    several = zipped({f"{number}.txt": bytes(19 * MIB) for number in range(9)})
    assert list(reasons("a.zip", several).values()) == [
        "",
        "larger than the 20 MiB allowed for text; divide it",
        "it has more than 0 GiB unpacked; the rest is left out: divide it",
    ]


def test_archives_within_archives_end_and_so_do_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({"deep.txt": b"Text."})
    for _ in range(8):
        data = zipped({"in.zip": data, "beside.txt": b"Text."})
    found = reasons("a.zip", data)
    assert [name.count("/") for name, reason in found.items() if not reason] == [5, 4, 3, 2, 1, 0]
    assert found["/".join(["in.zip"] * 6)] == "more than 5 files lie within each other; unpack the outer ones"
    monkeypatch.setattr(limits, "_MOST", 3)
    found = reasons("a.zip", zipped({f"{number}.txt": b"Text." for number in range(9)}))
    assert [*found.values()] == ["", "", "", "more than 3 files are in it; the others are left out: divide it"]


def test_a_child_opens_what_is_opened_in_process_and_may_be_left_in_the_middle() -> None:
    data = zipped({"a.txt": b"Text.", "b.pdf": make_pdf([lines(["One"])]), "c.jpg": b"x"})
    reader = reader_for(PurePath("a.zip"))
    assert reader is not None
    assert [*open_apart(reader, data)] == [*walk(reader, data)]
    for _ in range(3):
        left = open_apart(reader, data)
        assert next(left).name == "a.txt"
        left.close()
    assert [member.name for member in open_apart(reader, data, wanted=["b.pdf"])] == ["b.pdf"]
    assert parse(reader_for(PurePath("b.pdf")) or reader, [*open_apart(reader, data)][1].data).text == "One"


def test_one_archive_takes_no_more_time_than_twenty_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEDS_READ_SECONDS", "1")
    monkeypatch.setattr("embeddings.documents.members._TIMES", 0)
    file = SeedFile("a.zip", PurePath("a.zip"))  # type: ignore[arg-type]
    first, *rest = pieces(file, zipped({"a.txt": b"Text.", "b.txt": b"Text."}))
    assert not isinstance(first, Skipped)
    assert [(one.source, one.reason[:35]) for one in rest if isinstance(one, Skipped)] == [
        ("a.zip", "reading it takes longer than 0 s; d")
    ]
