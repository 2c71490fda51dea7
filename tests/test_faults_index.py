"""What lies at an index's place goes, is damaged, or is held by another process while a server runs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from fakes import BagEncoder
from test_faults_disk import library_at
from test_library import until
from test_store import contents, names

from embeddings.errors import DocumentsGone, IndexDamaged, OutOfHandles
from embeddings.index.store import load
from embeddings.index.sync import load_checked, sync
from embeddings.location import index_place
from qa.library.library import Library
from qa.retrieval import retriever as retrieving

TESTS = Path(__file__).parent
BAKER = "Who is the baker of Norvik?"
HOLDER = """
import sys, time
from pathlib import Path
from embeddings.index.store import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def begun(code: str, *arguments: object) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    words = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)


def add_baker(folder: Path) -> None:
    (folder / "baker.txt").write_text("The baker of Norvik is Ylva.\n", encoding="utf-8")


def answers(library: Library) -> bool:
    return [citation.source.path for citation in library.ask(BAKER).citations] == ["baker.txt"]


@pytest.fixture
def cached(folder: Path, tmp_path: Path, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of the folder's index that is the program's own choice."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return index_place(folder.resolve(), encoder)


@pytest.mark.parametrize("name", ["CURRENT", "manifest.json", "passages.faiss", "lexical/places.pieces.npy", ""])
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"{}")])
def test_a_file_of_the_index_goes_and_then_a_document_comes(
    folder: Path, cached: Path, encoder: BagEncoder, name: str, damage: object
) -> None:
    library = library_at(folder, cached, encoder)
    if not name:
        shutil.rmtree(cached)
    else:
        damage(cached / name if name == "CURRENT" else cached / "generation-000001" / name)  # type: ignore[operator]
    encoder.encoded.clear()
    add_baker(folder)
    assert answers(library)
    assert library.state.problem == ""
    assert len(encoder.encoded) == 2  # what is in memory was not encoded again
    assert contents(load(cached)) == contents(sync(folder, cached.parent / "fresh", BagEncoder())[0])
    assert len(names(cached)) == 2


def test_where_the_user_chose_the_place_it_says_what_to_do_and_answers(
    folder: Path, tmp_path: Path, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "mine"
    library = library_at(folder, place, encoder)
    (place / "generation-000001" / "passages.faiss").unlink()
    add_baker(folder)
    encoder.encoded.clear()
    assert all(answers(library) for _ in range(3))
    assert len(encoder.encoded) == 2
    assert f"qa index {folder} --index {place} --model bag-of-words --rebuild" in library.state.problem
    assert str(tmp_path) not in library.public_problem
    assert "a file of it is missing" in library.public_problem
    sync(folder, place, BagEncoder(), rebuild=True)
    monkeypatch.setattr(retrieving, "_AGAIN_S", 0.0)
    assert answers(library)
    assert library.state.problem == ""


def test_out_of_handles_is_no_damage(folder: Path, cached: Path, encoder: BagEncoder) -> None:
    import resource

    library = library_at(folder, cached, encoder)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    opened: list[int] = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, limits[1]))
        with suppress(OSError):
            while True:
                opened.append(os.open(os.devnull, os.O_RDONLY))
        with pytest.raises(OutOfHandles, match="no more files can be opened at the moment"):
            load_checked(folder, cached, encoder)
    finally:
        for handle in opened:
            os.close(handle)
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert contents(load(cached)) == contents(library.answerer.retriever.index)


@pytest.fixture
def stuck(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock of an index and does nothing."""
    sync(folder, tmp_path / "index", encoder)
    with begun(HOLDER, tmp_path / "index") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        process.send_signal(signal.SIGSTOP)
        yield process
        process.kill()


def test_who_holds_the_lock_is_said_and_questions_are_answered_meanwhile(
    folder: Path, tmp_path: Path, encoder: BagEncoder, stuck: subprocess.Popen[str]
) -> None:
    library = library_at(folder, tmp_path / "index", encoder)
    add_baker(folder)
    began = time.monotonic()
    answer = library.ask("When did trains stop?")
    assert time.monotonic() - began < 10
    assert answer.citations[0].source.path == "rail.txt"
    assert answer.reason.endswith("Still being read, and not searched yet: baker.txt.")
    until(lambda: library.state.doing == f"waiting for process {stuck.pid}, which writes the index")
    stuck.kill()
    until(lambda: not library.state.doing)
    assert answers(library)
    assert names(tmp_path / "index") == ["CURRENT", "generation-000002"]


def test_most_documents_gone_for_a_moment_cost_no_encoding(
    folder: Path, tmp_path: Path, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        (folder / f"note-{number}.txt").write_text(f"Note {number} is about the weather.\n", encoding="utf-8")
    place, away = tmp_path / "index", tmp_path / "away"
    library = library_at(folder, place, encoder)
    before = load(place)
    away.mkdir()
    encoder.encoded.clear()
    for path in folder.glob("note-*"):
        path.rename(away / path.name)
    assert library.ask("When did trains stop?").citations[0].source.path == "rail.txt"
    assert library.state.problem.startswith(
        f"Answers come from memory: 9 of 12 documents are gone from the folder {folder}; the index on the "
    )
    assert f"qa index {folder} --index {place} --allow-shrink" in library.state.problem
    assert str(tmp_path) not in library.public_problem
    assert contents(load(place)) == contents(before)
    for path in away.iterdir():
        path.rename(folder / path.name)
    assert "weather" in library.ask("What is note 3 about?").citations[0].quote
    assert (library.state.problem, encoder.encoded) == ("", [])
    for path in folder.glob("note-*"):
        path.unlink()
    assert not library.search("weather").hits or library.state.problem
    monkeypatch.setattr(retrieving, "_AGAIN_S", 0.0)
    library.refresh()  # a second look finds the same
    assert library.state.problem == ""
    assert len(load(place).corpus.documents) == 3


def test_a_sync_of_few_documents_or_one_that_may_shrinks_and_others_do_not(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "index"
    for number in range(7):
        (folder / f"note-{number}.txt").write_text(f"Note {number} is about the weather.\n", encoding="utf-8")
    sync(folder, place, BagEncoder())
    (folder / "renamed").mkdir()
    for path in folder.glob("note-[0-4]*"):
        path.rename(folder / "renamed" / path.name)
    assert sync(folder, place, BagEncoder())[1].unsaved is None
    shutil.rmtree(folder / "renamed")
    (folder / "note-5.txt").unlink()
    index, report = sync(folder, place, BagEncoder())
    assert isinstance(report.unsaved, DocumentsGone)
    assert (len(index.corpus.documents), len(load(place).corpus.documents)) == (4, 10)
    assert sync(folder, place, BagEncoder(), allow_shrink=True)[1].unsaved is None
    (folder / "note-6.txt").unlink()
    (folder / "rail.txt").unlink()
    (folder / "water.txt").unlink()
    assert sync(folder, place, BagEncoder())[1].unsaved is None
    assert len(load(place).corpus.documents) == 1


@pytest.mark.parametrize("regions", [16])
def test_every_file_of_an_index_flipped_in_sixteen_regions_is_refused(
    folder: Path, tmp_path: Path, encoder: BagEncoder, regions: int
) -> None:
    place = tmp_path / "index"
    index, _ = sync(folder, place, encoder)
    refused = 0
    for path in sorted(path for path in place.rglob("*") if path.is_file() and path.name != "lock"):
        kept = path.read_bytes()
        for at in sorted({len(kept) * region // regions for region in range(regions)}):
            path.write_bytes(kept[:at] + bytes([kept[at] ^ 0x20]) + kept[at + 1 :])
            try:
                assert contents(load(place)) == contents(index), "white space of CURRENT means nothing"
                assert path.name == "CURRENT"
            except IndexDamaged:
                refused += 1
        path.write_bytes(kept)
    assert refused > 150
    assert contents(load(place)) == contents(index)
