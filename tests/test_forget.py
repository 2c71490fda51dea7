"""`qa forget`, and that texts of removed documents are nowhere in an index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.index.store import held
from embeddings.index.sync import sync
from embeddings.location import index_place
from qa.answering.feedback import Feedback, FeedbackFile, feedback_place
from qa.interfaces.cli.main import main

Forget = Callable[..., tuple[int, str, str]]
SECRET = "Zanzibarine envoys whispered of quicksilver barges"
HOLDER = "import sys, time; from pathlib import Path; from embeddings.index.store import held\n"
HOLDER += "with held(Path(sys.argv[1]), wait_s=0): print('held', flush=True); time.sleep(60)"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def forget(folder: Path, capsys: pytest.CaptureFixture[str]) -> Forget:
    def forget(*words: object, seeds: Path = folder) -> tuple[int, str, str]:
        code = main(["forget", "--seeds", str(seeds), *map(str, words)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return forget


def files(place: Path) -> set[str]:
    return {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_symlink() or not path.is_dir()}


def where_it_stands(place: Path, words: str) -> list[str]:
    """The files with one of the words in any case, as UTF-8 or as UTF-16."""
    found = []
    for path in (path for path in place.rglob("*") if path.is_file()):
        data = path.read_bytes().lower()
        for word in words.casefold().split():
            found += [f"{word} in {path}" for code in ("utf-8", "utf-16-le") if word.encode(code) in data]
    return found


class Other(BagEncoder):
    """Another model."""

    digest = "another"


def test_index_of_every_model_and_feedback_go_though_the_folder_is_gone(
    forget: Forget, folder: Path, home: Path
) -> None:
    places = [index_place(folder, encoder) for encoder in (BagEncoder(), Other())]
    for place, encoder in zip(places, (BagEncoder(), Other()), strict=True):
        sync(folder, place, encoder)
    neighbour = home / "else" / folder.name
    folder.rename(home / "away")
    neighbour.parent.mkdir()
    (home / "away").rename(neighbour)
    kept = index_place(neighbour, BagEncoder())
    sync(neighbour, kept, BagEncoder())
    FeedbackFile(feedback_place(folder)).add(Feedback("right", "x", "x"))
    FeedbackFile(feedback_place(neighbour)).add(Feedback("right", "x", "x"))
    before = files(kept)
    code, out, err = forget()
    assert (code, err) == (0, "")
    assert all(f"removed {place} (" in out for place in (*places, feedback_place(folder)))
    assert [place for place in (*places, feedback_place(folder).parent) if place.exists()] == []
    assert files(kept) == before
    assert len(FeedbackFile(feedback_place(neighbour)).read()) == 1
    assert "nothing was kept of" in forget()[1]


def test_a_chosen_place_is_emptied_of_what_was_made_and_of_nothing_else(
    forget: Forget, folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "index"
    sync(folder, place, BagEncoder())
    (generation,) = place.glob("generation-*")
    (place / "letter.txt").write_text("Dear all")
    (generation / "mine.json").write_text("{}")
    (generation / "lexical" / "link.npy").symlink_to(tmp_path / "outside")
    (tmp_path / "outside").write_text("mine")
    (place / "generation-000009").symlink_to(folder)
    report = json.loads(forget("--index", place, "--json")[1])
    mine = {"letter.txt", "generation-000009", f"{generation.name}/mine.json", f"{generation.name}/lexical/link.npy"}
    assert files(place) == mine
    assert [one["path"] for one in report["removed"]] == [str(place)]
    assert report["removed"][0]["bytes"] > 5000
    assert {str(place / name) for name in mine} <= set(report["left"])
    assert (tmp_path / "outside").read_text() == "mine"
    assert len(list(folder.iterdir())) == 3


def test_a_folder_that_is_no_index_and_one_of_other_documents_are_refused(
    forget: Forget, folder: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "work"
    foreign.mkdir()
    for name in ("CURRENT", "lock", "manifest.json"):
        (foreign / name).write_text("mine")
    code, out, err = forget("--index", foreign)
    assert (code, out) == (1, "")
    assert f"there is no index at {foreign}; nothing was removed there" in err
    assert files(foreign) == {"CURRENT", "lock", "manifest.json"}
    sync(folder, tmp_path / "index", BagEncoder())
    (tmp_path / "others").mkdir()
    code, _, err = forget("--index", tmp_path / "index", seeds=tmp_path / "others")
    assert code == 1
    assert f"is of {folder}, not of {tmp_path / 'others'}" in err
    assert (tmp_path / "index" / "CURRENT").exists()


def test_an_index_that_is_being_written_stays(
    forget: Forget, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "index"
    sync(folder, place, BagEncoder())
    before = files(place)
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(place)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        code, _, err = forget("--index", place)
        holder.kill()
    assert code == 1
    assert f" was still writing the index at {place} after 5 s" in err
    assert files(place) == before
    assert forget("--index", place)[0] == 0
    assert files(place) == set()


@pytest.mark.model
def test_what_a_killed_first_indexing_left_goes_and_a_damaged_one_of_an_unknown_model_is_named(
    forget: Forget, folder: Path
) -> None:
    from embeddings.encoding.encoder import open_encoder

    for encoder in (open_encoder(), BagEncoder()):
        unfinished = index_place(folder, encoder) / ".unfinished-generation-000001"
        unfinished.mkdir(parents=True)
        (unfinished / "documents.jsonl").write_text(SECRET)
    code, out, _ = forget()
    assert code == 0
    assert not index_place(folder, open_encoder()).exists()
    assert f"left in place: {index_place(folder, BagEncoder())}, a damaged index that names no folder" in out


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs rights that root does not lack")
def test_without_the_rights_that_is_said(forget: Forget, folder: Path, tmp_path: Path) -> None:
    sync(folder, tmp_path / "index", BagEncoder())
    (tmp_path / "index").chmod(0o500)
    code, _, err = forget("--index", tmp_path / "index")
    (tmp_path / "index").chmod(0o700)
    assert code == 1
    assert "See to its rights" in err


def test_no_file_of_an_index_holds_the_text_of_a_document_that_was_removed_or_changed(
    folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "index"
    (folder / "secret.md").write_text(f"# {SECRET}\n\n{SECRET} in 2007. The QSB (Quicksilver Barges) left.\n")
    sync(folder, place, BagEncoder())
    assert len(where_it_stands(place, SECRET)) > 5
    killed = place / ".unfinished-generation-000002"  # as a process leaves it that is killed while it writes
    killed.mkdir()
    (killed / "documents.jsonl").write_text(SECRET)
    (folder / "secret.md").unlink()
    sync(folder, place, BagEncoder())
    assert where_it_stands(place, SECRET.replace(" of ", " ")) == []
    (folder / "rail.txt").write_text(f"{SECRET}.\n")
    sync(folder, place, BagEncoder())
    (folder / "rail.txt").write_text("Trains run.\n")
    sync(folder, place, BagEncoder())
    assert where_it_stands(place, SECRET.replace(" of ", " ")) == []
    with held(place, wait_s=0):
        assert [path.name for path in place.glob("*generation-*")] == ["generation-000004"]
