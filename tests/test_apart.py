"""One bad file stops no other: what it does, it does to a child process, within limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest
from fakes import BagEncoder
from pdf_maker import lines, make_pdf
from test_formats_docx import article, made, with_body

from embeddings.documents.folder import SeedFile, document_of
from embeddings.errors import QAError, UnreadableFile
from embeddings.formats import parse, reader_for
from embeddings.formats.apart import pool
from embeddings.formats.apart.pool import draw_apart, parse_apart
from embeddings.formats.base import Format
from embeddings.formats.pdf.page_image import draw, page_text
from embeddings.index.sync import is_current, sync

posix = pytest.mark.skipif(os.name == "nt", reason="needs signals and limits of POSIX")

FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >>"
DRAWS_ITSELF = (
    b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
    b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
    b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R "
    b"/Resources << /XObject << /X 4 0 R >> >> >> endobj\n"
    b"4 0 obj << " + FORM + b" /Length 12 >> stream\n/X Do /X Do \nendstream endobj\n"
    b"5 0 obj << /Length 6 >> stream\n/X Do \nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
)
FLOOD = b"<html><body><p " + b" ".join(b"a%d=1" % number for number in range(80_000)) + b">Some text."
"""A tag with so many attributes that its parser takes minutes: it compares each with all before it."""


def reader(name: str) -> Format:
    found = reader_for(Path(name))
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No child that another test left, and none is left."""
    own: list[pool._Child] = []
    monkeypatch.setattr(pool, "_idle", own)
    yield
    for child in own:
        child.end()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "Title\n\nLe château.\r\n“é” \U0001f600".encode("cp1252", "ignore")),
        ("a.md", b"---\ntitle: A\ntags: [x, y]\n---\n# Head\n\nText\n"),
        ("a.html", b"<html><title>T</title><body><p>" + b"A sentence that is the text. " * 20),
        ("a.pdf", make_pdf([lines(["One", "two"]), lines(["x"])], info={"Title": "T"})),
        ("a.docx", made(article)),
    ],
)
def test_a_child_reads_what_the_parser_reads_in_process(name: str, data: bytes) -> None:
    assert parse_apart(reader(name), data) == parse(reader(name), data)


def test_a_child_reads_many_files_and_tells_reasons() -> None:
    for _ in range(3):
        assert parse_apart(reader("a.txt"), b"Some text.").text == "Some text."
        with pytest.raises(UnreadableFile, match="it is no readable zip archive"):
            parse_apart(reader("a.docx"), b"Some text.")
    assert len(pool._idle) == 1


def test_a_child_imports_nothing_heavy() -> None:
    code = "import sys, embeddings.formats.apart.child; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "gradio", "sentence_transformers", "faiss", "pydantic", "qa"} & set(run.stdout.split())


@posix
def test_a_form_that_draws_itself_is_left_out_and_the_others_answer(
    folder: Path, tmp_path: Path, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MEMORY", 2**30)  # of the two that the program allows: who runs the tests has other uses
    (folder / "bad.pdf").write_bytes(DRAWS_ITSELF)
    index, report = sync(folder, tmp_path / "index", encoder)
    assert report.added == ("harbour.md", "rail.txt", "water.txt")
    ((source, reason, sha256),) = [(one.source, one.reason, one.sha256) for one in report.skipped]
    assert source == "bad.pdf"
    assert sha256
    assert reason.startswith(("reading it takes ", "it ends the program that reads it (SIG"))
    began = time.monotonic()
    assert is_current(folder, index)  # the index knows it: it is not tried again
    assert time.monotonic() - began < 5


def test_a_text_that_grows_beyond_all_measure_is_left_out() -> None:
    run = f"<w:r><w:t>{'word ' * 700_000}</w:t></w:r>"
    data = with_body(f"<w:p>{run * 6}</w:p>")
    assert len(data) < 2**20
    with pytest.raises(UnreadableFile, match=r"its text has 20,\d{3},\d{3} characters; up to 20,000,000 are read"):
        parse_apart(reader("a.docx"), data)


@posix
def test_a_file_that_takes_too_long_is_given_up() -> None:
    began = time.monotonic()
    with pytest.raises(UnreadableFile, match="reading it takes longer than 1 s; divide it"):
        document_of(SeedFile("a.html", Path("a.html")), FLOOD, pool.Limits(seconds=1))
    assert time.monotonic() - began < 60
    assert document_of(SeedFile("a.txt", Path("a.txt")), b"Some text.")[0].text == "Some text."


@posix
def test_a_child_that_is_killed_while_it_rests_is_replaced() -> None:
    parse_apart(reader("a.txt"), b"Some text.")
    pool._idle[0]._process.kill()
    assert parse_apart(reader("a.txt"), b"Some text.").text == "Some text."


@posix
def test_a_child_that_is_killed_while_it_reads_is_told() -> None:
    child = pool._Child()
    killer = Timer(1, os.kill, (child._process.pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(UnreadableFile, match=r"it ends the program that reads it \(SIGKILL\)"):
        child.ask(b'{"reader": "html", "seconds": 60}', FLOOD, 60)
    killer.join()


def test_a_page_is_drawn_as_it_is_in_process() -> None:
    data = make_pdf([lines(["One", "two"])])
    document = document_of(SeedFile("a.pdf", Path("a.pdf")), data)[0]
    page = page_text(data, document, 1, span=(0, 3))
    assert draw_apart(data, page) == draw(data, page)
    with pytest.raises(UnreadableFile):
        draw_apart(b"%PDF-1.4 nothing", page)


@pytest.mark.parametrize("said", ["", "0", "-1", "1.5", "ten", "3601", "٣"])
def test_a_time_that_is_none_is_an_error_that_says_what_to_set(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv(pool.VARIABLE, said)
    with pytest.raises(QAError, match=r"Set it to whole seconds, 1 to 3600\."):
        parse_apart(reader("a.txt"), b"Some text.")
    monkeypatch.setenv(pool.VARIABLE, "3")
    assert pool.seconds_allowed() == 3


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of Linux")
def test_the_memory_of_the_program_does_not_count_against_its_children() -> None:
    """A child that began with what its parent has would end after its first file, as one that has had enough."""
    code = (
        "room = bytearray(700_000_000); room[::4096] = b'x' * len(room[::4096]);"
        "from pathlib import Path; from embeddings.formats import reader_for;"
        "from embeddings.formats.apart import child, pool; assert len(room) > child.MEMORY // child._TIRED;"
        "read = lambda: pool.parse_apart(reader_for(Path('a.txt')), b'Some text.').text;"
        "print(read()); first = pool._idle[0]; print(read(), pool._idle == [first]); first.end()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[:2] == ["Some text.", "Some text. True"]


@posix
def test_a_child_ends_with_the_program_that_reads_by_it() -> None:
    code = (
        "import os, threading, time; from pathlib import Path; from embeddings.formats import reader_for;"
        "from embeddings.formats.apart import pool; pool.parse_apart(reader_for(Path('a.txt')), b'Some text.');"
        "pid = pool._idle[0]._process.pid; flood = b'<p ' + b' '.join(b'a%d=1' % n for n in range(60_000));"
        "threading.Thread(target=pool.parse_apart, args=(reader_for(Path('a.html')), flood)).start();"
        "time.sleep(0.5); print(pid, flush=True); os.kill(os.getpid(), 9)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    end = time.monotonic() + 25  # less than the file would take
    while _is_there(int(run.stdout)):
        assert time.monotonic() < end
        time.sleep(0.05)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")  # one that nobody waits for is dead already
    return not (state.exists() and state.read_text(encoding="ascii").rpartition(") ")[2].startswith("Z"))
