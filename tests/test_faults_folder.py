"""A folder that changes while it is read, is read by several processes, lies; a clock that goes back; a cut model."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import BagEncoder
from test_faults_disk import library_at
from test_faults_index import begun
from test_store import contents, names

from embeddings.encoding.models import ModelFiles, find_model
from embeddings.errors import ModelMismatch
from embeddings.index.store import load
from embeddings.index.sync import sync
from qa.interfaces.cli.main import main
from qa.reading.trained.files import WEIGHTS, describe, load_network

SYNC = """
import sys
from pathlib import Path
from fakes import BagEncoder
from embeddings.index.sync import sync
encoder = BagEncoder()
index, report = sync(Path(sys.argv[1]), Path(sys.argv[2]), encoder)
print(index.manifest.index_id, len(encoder.encoded), report.unsaved)
"""


def test_five_processes_index_one_folder_and_one_encodes(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "index"
    processes = [begun(SYNC, folder, place) for _ in range(5)]
    said = [process.communicate(timeout=120)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0] * 5
    fresh, _ = sync(folder, tmp_path / "fresh", BagEncoder())
    assert {index_id for index_id, _, _ in said} == {fresh.manifest.index_id}
    assert [unsaved for _, _, unsaved in said] == ["None"] * 5
    assert sorted(int(encoded) for _, encoded, _ in said)[:4] == [0, 0, 0, 0]
    assert contents(load(place)) == contents(fresh)
    assert names(place) == ["CURRENT", "generation-000001"]


def test_a_folder_that_changes_while_it_is_read_is_read_whole_in_the_end(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    library = library_at(folder, tmp_path / "index", encoder)
    over = threading.Event()

    def change() -> None:
        chance = random.Random(16)
        while not over.is_set():
            path = folder / f"note-{chance.randrange(12)}.txt"
            what = chance.randrange(4)
            if what == 0:
                path.unlink(missing_ok=True)
            elif what == 1 and path.exists():
                path.replace(folder / f"note-{chance.randrange(12)}.txt")
            else:
                path.write_text(f"Note {chance.randrange(10**6)} is about trains.\n" * chance.randrange(1, 40))
            time.sleep(0.002)

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for _ in range(25):
            answer = library.ask("When did trains stop?")
            assert any(citation.source.path == "rail.txt" for citation in answer.citations)
            assert all(" is about trains." in each.quote or "stopped" in each.quote for each in answer.citations)
    finally:
        over.set()
        changing.join()
    library.refresh()
    fresh, _ = sync(folder, tmp_path / "fresh", BagEncoder())
    assert contents(library.answerer.retriever.index) == contents(fresh) == contents(load(tmp_path / "index"))


@pytest.mark.parametrize("jump", [-3600, -86_400 * 400, 86_400 * 400])
def test_a_clock_that_jumps_hides_no_change(folder: Path, tmp_path: Path, jump: int) -> None:
    """The clock of the process is another one, and the files are written with times of that clock."""
    code = f"""
import os, sys, time
from pathlib import Path
real, jump = time.time_ns, 0
time.time_ns = lambda: real() + jump * 10**9
time.time = lambda: time.time_ns() / 1e9
from test_faults_disk import library_at
from fakes import BagEncoder
folder = Path(sys.argv[1])
library = library_at(folder, Path(sys.argv[2]), BagEncoder())
for number in range(6):
    jump = {jump} if number % 2 else 0
    (folder / "rail.txt").write_text(f"Trains stopped {{number}} times in August.\\n")
    os.utime(folder / "rail.txt", ns=(time.time_ns(), time.time_ns()))
    print(library.ask("How often did trains stop?").citations[0].quote, library.state.problem)
"""
    said = begun(code, folder, tmp_path / "index").communicate(timeout=120)[0].splitlines()
    assert [line.strip() for line in said] == [f"Trains stopped {number} times in August." for number in range(6)]


def replaced_by_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def replaced_by_pipe(path: Path) -> None:
    os.mkfifo(path)


def replaced_by_device(path: Path) -> None:
    try:
        os.mknod(path, 0o20666, os.makedev(1, 5))  # /dev/zero: it has no end
    except PermissionError:
        pytest.skip("no device can be made here: it needs root")


@pytest.mark.parametrize("replace", [replaced_by_link, replaced_by_pipe, replaced_by_device, Path.mkdir])
def test_a_file_that_is_replaced_while_a_server_runs_is_left_out(
    folder: Path, tmp_path: Path, encoder: BagEncoder, replace: Callable[[Path], object]
) -> None:
    library = library_at(folder, tmp_path / "index", encoder)
    (folder / "water.txt").unlink()
    replace(folder / "water.txt")
    assert library.ask("When did trains stop?").citations[0].source.path == "rail.txt"
    assert sorted(library.answerer.retriever.index.manifest.documents) == ["harbour.md", "rail.txt"]
    assert not any("dam at Mirani" in hit.passage.text for hit in library.search("dam Mirani water", 20).hits)


@pytest.mark.model
@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_a_model_file_cut_short_is_named_and_nothing_is_indexed(
    folder: Path, tmp_path: Path, share: float, capsys: pytest.CaptureFixture[str]
) -> None:
    model, place = tmp_path / "model", tmp_path / "index"
    shutil.copytree(find_model().folder, model)
    (weights,) = model.glob("*.safetensors")
    os.truncate(weights, int(weights.stat().st_size * share))
    assert main(["index", str(folder), "--index", str(place), "--model", str(model)]) == 1
    assert f"qa: {model} cannot be loaded as a sentence-transformers model" in capsys.readouterr().err
    assert not list(place.glob("*generation*"))


@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
def test_a_reader_cut_short_is_named(reader_folder: Path, base: ModelFiles, tmp_path: Path, share: float) -> None:
    cut = tmp_path / "reader"
    shutil.copytree(reader_folder, cut)
    os.truncate(cut / WEIGHTS, int((cut / WEIGHTS).stat().st_size * share))
    with pytest.raises(ModelMismatch, match=rf"{cut / WEIGHTS}.* sha256 "):
        load_network(describe(cut), base)
