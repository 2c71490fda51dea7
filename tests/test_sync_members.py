"""Documents inside a file of the folder, beside the index: what did not change is not opened, read or encoded again."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from fakes import BagEncoder, WordReader
from holding import zipped
from pdf_maker import lines, make_pdf
from test_store import contents

import embeddings.documents.members
import qa.answering.sources
from embeddings.documents.folder import SeedFile, Skipped, document_of, scan
from embeddings.documents.members import pieces
from embeddings.errors import DocumentsGone, SourceChanged, SourceGone
from embeddings.formats.apart import pool
from embeddings.formats.apart.pool import Limits
from embeddings.formats.containers.walk import Member
from embeddings.formats.pdf.page_image import page_image
from embeddings.index.changes import KnownFiles
from embeddings.index.store import load
from embeddings.index.sync import is_current, sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.reading.reranker import RerankingReader
from qa.retrieval.retriever import Retriever

WELL, DAM = "The well of Farah was dug in 1998.", "The dam of Zaranj has nine cracks."
MILL = "The mill of Herat grinds barley."


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def archive(folder: Path) -> Path:
    """An archive in the folder, beside the three documents."""
    path = folder / "sub" / "archive.zip"
    path.parent.mkdir()
    put(path, {"well.txt": WELL, "in/dam.txt": DAM, "x.jpg": "x"})
    return path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that were read."""
    found: list[str] = []

    def spy(file: object, data: bytes) -> object:
        found.append(file.source)  # type: ignore[attr-defined]
        return pieces(file, data)  # type: ignore[arg-type]

    monkeypatch.setattr(embeddings.documents.members, "pieces", spy)
    return found


def put(path: Path, files: dict[str, str]) -> None:
    path.write_bytes(zipped(files))


def answerer_of(folder: Path, place: Path) -> Answerer:
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    reader = RerankingReader(WordReader())
    return Answerer(Retriever(index, encoder, folder, report, place), reader, Sources(folder))


def test_each_document_of_an_archive_is_one_of_its_own(folder: Path, place: Path, archive: Path) -> None:
    index, report = sync(folder, place, BagEncoder())
    assert report.added == (
        *("harbour.md", "rail.txt", "sub/archive.zip/well.txt"),
        *("sub/archive.zip/in/dam.txt", "water.txt"),
    )
    ((source, reason),) = [(item.source, item.reason[:18]) for item in report.skipped]
    assert (source, reason) == ("sub/archive.zip/x.jpg", "no reader for .jpg")
    document = next(one for one in index.corpus.documents if one.source == "sub/archive.zip/in/dam.txt")
    assert (document.text, document.title) == (DAM, "dam")
    assert list(index.manifest.containers) == ["sub/archive.zip"]
    assert contents(load(place)) == contents(index)


def test_an_archive_that_did_not_change_is_not_opened(
    folder: Path, place: Path, archive: Path, opened: list[str]
) -> None:
    first, _ = sync(folder, place, BagEncoder())
    opened.clear()
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    assert (opened, encoder.encoded, report.encoded, len(report.unchanged)) == ([], [], {}, 5)
    assert contents(index) == contents(first)
    assert is_current(folder, index)
    assert opened == []


def test_a_change_of_an_archive_updates_exactly_its_documents(
    folder: Path, place: Path, archive: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(folder, place, BagEncoder())
    opened.clear()
    read: list[str] = []

    def spy(file: SeedFile, data: bytes, limits: Limits | None) -> object:
        read.append(file.source)
        return document_of(file, data, limits)

    monkeypatch.setattr(embeddings.documents.members, "document_of", spy)
    put(archive, {"well.txt": WELL, "in/dam.txt": DAM.replace("nine", "two"), "mill.txt": MILL})
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    assert opened == ["sub/archive.zip"]
    assert read == ["sub/archive.zip/in/dam.txt", "sub/archive.zip/mill.txt"]
    assert (report.added, report.changed) == (("sub/archive.zip/mill.txt",), ("sub/archive.zip/in/dam.txt",))
    assert (report.removed, report.skipped, len(report.unchanged)) == ((), (), 4)
    assert set(encoder.encoded) == {
        f"dam\n{DAM}".replace("nine", "two"),
        DAM.replace("nine", "two"),
        f"mill\n{MILL}",
        MILL,
    }
    fresh, _ = sync(folder, place.with_name("fresh"), BagEncoder())
    assert contents(fresh) == contents(index)


def test_a_document_that_left_its_archive_or_moved_within_it(folder: Path, place: Path, archive: Path) -> None:
    sync(folder, place, BagEncoder())
    put(archive, {"moved/well.txt": WELL})
    encoder = BagEncoder()
    _, report = sync(folder, place, encoder)
    assert report.renamed == (("sub/archive.zip/well.txt", "sub/archive.zip/moved/well.txt"),)
    assert (report.removed, encoder.encoded) == (("sub/archive.zip/in/dam.txt",), [])
    archive.unlink()
    index, report = sync(folder, place, BagEncoder())
    assert (report.removed, index.manifest.containers) == (("sub/archive.zip/moved/well.txt",), {})


def test_an_archive_written_anew_with_the_same_files_is_opened_once(
    folder: Path, place: Path, archive: Path, opened: list[str]
) -> None:
    first, _ = sync(folder, place, BagEncoder())
    archive.write_bytes(zipped({"well.txt": WELL, "in/dam.txt": DAM, "x.jpg": "x"}, method=0))
    opened.clear()
    encoder = BagEncoder()
    for _ in range(2):
        index, report = sync(folder, place, encoder)
        assert (len(report.unchanged), encoder.encoded, opened) == (5, [], ["sub/archive.zip"])
    assert index.manifest.index_id == first.manifest.index_id


def test_an_archive_that_became_a_folder_gives_the_same_documents(folder: Path, place: Path, archive: Path) -> None:
    sync(folder, place, BagEncoder())
    archive.unlink()
    (archive / "in").mkdir(parents=True)
    (archive / "well.txt").write_text(WELL)
    (archive / "in" / "dam.txt").write_text(DAM)
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    assert (encoder.encoded, report.changed, report.removed) == ([], (), ())
    assert index.manifest.containers == {}
    Sources(folder).check_document(next(one for one in index.corpus.documents if one.source.endswith("dam.txt")))


def test_a_broken_archive_is_left_out_and_read_again_only_when_it_changed(
    folder: Path, place: Path, archive: Path, opened: list[str]
) -> None:
    archive.write_bytes(b"PK\x03\x04 nonsense")
    for _ in range(2):
        _, report = sync(folder, place, BagEncoder())
        assert [item.source for item in report.skipped] == ["sub/archive.zip"]
    assert opened.count("sub/archive.zip") == 1
    put(archive, {"well.txt": WELL})
    assert sync(folder, place, BagEncoder())[1].added == ("sub/archive.zip/well.txt",)


@pytest.mark.skipif(os.name == "nt", reason="needs signals of POSIX")
def test_a_reader_that_is_killed_costs_one_document(
    folder: Path, place: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pool.parse_apart

    def killed(reader: object, data: bytes, limits: object) -> object:
        if data == WELL.encode():
            monkeypatch.setattr(pool._Child, "ask", lambda child, *_: (child._process.kill(), ask(child, *_))[1])
        try:
            return real(reader, data, limits)  # type: ignore[arg-type]
        finally:
            monkeypatch.setattr(pool._Child, "ask", ask)

    ask = pool._Child.ask
    monkeypatch.setattr("embeddings.documents.folder.parse_apart", killed)
    _, report = sync(folder, place, BagEncoder())
    assert "sub/archive.zip/in/dam.txt" in report.added
    reason = next(item.reason for item in report.skipped if item.source == "sub/archive.zip/well.txt")
    assert reason.startswith(f"it ends the program that reads it ({signal.SIGKILL.name})")


def test_one_large_archive_that_goes_is_no_folder_that_is_gone(folder: Path, place: Path) -> None:
    for number in range(9):
        (folder / f"{number}.txt").write_text(f"Report number {number} is here.")
    put(folder / "many.zip", {f"{number}.txt": f"Paper number {number} is there." for number in range(30)})
    sync(folder, place, BagEncoder())
    (folder / "many.zip").unlink()
    _, report = sync(folder, place, BagEncoder())
    assert (len(report.removed), report.unsaved) == (30, None)
    for path in folder.glob("[0-9].txt"):
        path.unlink()
    assert isinstance(sync(folder, place, BagEncoder())[1].unsaved, DocumentsGone)


def test_files_that_are_to_be_read_are_named_and_forgotten_by_their_archive(
    folder: Path, place: Path, archive: Path
) -> None:
    retriever = answerer_of(folder, place).retriever
    assert retriever.unread() == ()
    put(archive, {"well.txt": WELL, "mill.txt": MILL})
    os.utime(archive, (0, 0))
    assert retriever.unread() in ((), ("sub/archive.zip",))  # by its stamp, where that was known to be certain
    (folder / "new.zip").write_bytes(archive.read_bytes())
    assert "new.zip" in retriever.unread()
    known = KnownFiles()
    known._digests = dict.fromkeys(scan(folder).files, "x")
    known.forget(["sub/archive.zip/mill.txt"])
    assert "sub/archive.zip" not in {file.source for file in known._digests}
    assert "rail.txt" in {file.source for file in known._digests}


def test_an_archive_is_opened_once_for_the_quotes_of_one_answer(
    folder: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(
        folder / "wells.zip",
        {f"{number}.txt": f"Well {number} of Farah was dug in {1990 + number}." for number in range(6)},
    )
    answerer = answerer_of(folder, place)
    opened: list[tuple[str, int]] = []

    def spy(file: object, data: bytes, wanted: set[str]) -> object:
        opened.append((file.source, len(wanted)))  # type: ignore[attr-defined]
        return pieces(file, data, wanted)  # type: ignore[arg-type]

    monkeypatch.setattr(qa.answering.sources, "pieces", spy)
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 10 * 10**9)  # it was not written a moment ago
    answer = answerer.ask("When was the well of Farah dug?")
    quoted = {quote.path for quote in (*(one.source for one in answer.citations), *answer.related)}
    assert len([path for path in quoted if path.startswith("wells.zip/")]) > 3
    assert [one for one in opened if one[0] == "wells.zip"] == [("wells.zip", 5)]


def test_a_quote_is_compared_with_its_own_document_alone(folder: Path, place: Path, archive: Path) -> None:
    answerer = answerer_of(folder, place)
    (citation,) = answerer.ask("When was the well of Farah dug?").citations
    assert (citation.source.path, citation.quote) == ("sub/archive.zip/well.txt", WELL)
    sources = answerer.sources
    assert sources.data("sub/archive.zip/well.txt") == WELL.encode()
    put(archive, {"well.txt": WELL, "in/dam.txt": "Another dam is here."})
    assert sources.still_says(citation.source)
    sources.check(citation.source)
    put(archive, {"well.txt": WELL.replace("1998", "1999")})
    with pytest.raises(SourceChanged, match=r"sub/archive\.zip/well\.txt has changed since it was indexed"):
        sources.check(citation.source)
    put(archive, {"mill.txt": MILL})
    with pytest.raises(SourceGone, match=r"sub/archive\.zip/well\.txt is no longer in sub/archive\.zip"):
        sources.check(citation.source)
    archive.write_bytes(b"nonsense")
    with pytest.raises(SourceChanged, match="it is no readable zip archive"):
        sources.check(citation.source)
    archive.unlink()
    with pytest.raises(SourceGone, match=r"archive\.zip is no longer in the folder"):
        sources.data("sub/archive.zip/well.txt")
    archive.symlink_to(shutil.copy(folder / "rail.txt", folder.parent / "outside.zip"))
    with pytest.raises(SourceChanged, match="it is a link"):
        sources.data("sub/archive.zip/well.txt")
    assert not sources.still_says(citation.source)


def test_pieces_take_no_name_from_a_reader_that_is_none(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in ("../a.txt", "a//b.txt", "a/./b.txt", "\ud800.txt"):
        monkeypatch.setattr(
            "embeddings.documents.members.open_apart", lambda *_, wanted, name=name: iter([Member(name, "text", b"x")])
        )
        assert [*pieces(SeedFile("a.zip", folder / "a.zip"), b"x")] == [
            Skipped("a.zip", "its reader failed (a name that is none)")
        ]


def test_a_page_of_a_pdf_in_an_archive_is_drawn(folder: Path, place: Path, archive: Path) -> None:
    archive.write_bytes(zipped({"a.pdf": make_pdf([lines(["One line."]), lines(["Another line."])])}))
    index, _ = sync(folder, place, BagEncoder())
    document = next(one for one in index.corpus.documents if one.source == "sub/archive.zip/a.pdf")
    at = document.text.index("Another")
    image = page_image(Sources(folder).data(document.source), document, 2, span=(at, at + 7))
    assert len(image.marks) == 1
