"""``qa ask --export``: written, checked by ``qa verify``, and never over what is no export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.export import FORMATS, format_of
from qa.interfaces.cli.export import ENDINGS
from qa.interfaces.cli.main import main

QUESTION = "When did trains stop?"


@pytest.mark.model
@pytest.mark.parametrize("suffix", [known.suffix for known in FORMATS])
def test_ask_exports_and_verify_checks(
    suffix: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"answer{suffix}"
    words = ["ask", QUESTION, "--seeds", str(folder), "--index", str(tmp_path / "index"), "--json"]
    assert main([*words, "--export", str(path)]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["question"] == QUESTION
    assert printed.err == f"qa: the answer was written to {path}\n"
    known = format_of(path)
    assert known is not None
    if known.read:
        assert main(["verify", str(path), "--seeds", str(folder)]) == 0


def test_ask_refuses_before_anything_slow(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "answer.md"
    path.write_text("My notes.\n", encoding="utf-8")
    words = ["ask", QUESTION, "--seeds", str(folder), "--model", "no-such-model", "--export"]
    assert main([*words, str(path)]) == 1
    assert capsys.readouterr().err.endswith("is no export (markdown). Choose another name, or remove it.\n")
    with pytest.raises(SystemExit, match="2"):
        main([*words, "answer.doc"])
    assert "ends in one of" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "My notes.\n"


def test_the_endings_in_the_help_are_those_of_all_formats() -> None:
    assert list(ENDINGS) == sorted(known.suffix for known in FORMATS)
