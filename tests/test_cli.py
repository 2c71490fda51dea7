"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa.interfaces.cli.main import main
from qa.interfaces.cli.output import for_terminal

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command over the small folder, with an index of its own."""

    def run(command: str, *words: str) -> tuple[int, str, str]:
        code = main([command, *words, "--seeds", str(folder), "--index", str(tmp_path / "index")])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def said(printed: tuple[int, str, str]) -> dict[str, Any]:
    assert printed[0] == 0
    value = json.loads(printed[1])
    assert isinstance(value, dict)
    return value


@pytest.mark.model
def test_index_says_what_it_did(run: Run, folder: Path) -> None:
    (folder / "notes.xyz").write_text("?", encoding="utf-8")
    first = said(run("index", "--json"))
    assert first["added"] == ["harbour.md", "rail.txt", "water.txt"]
    assert first["encoded"] == {"passages": 6, "sentences": 7}
    assert [item["source"] for item in first["skipped"]] == ["notes.xyz"]
    assert first["counts"] == {"documents": 3, "passages": 6, "sentences": 7}
    code, out, err = run("index")
    assert (code, err) == (0, "")
    assert out.startswith(f"{folder}: 3 documents, 6 passages, 7 sentences\n3 unchanged\nleft out notes.xyz: no reader")


@pytest.mark.model
def test_editing_one_file_encodes_only_its_passages(run: Run, folder: Path) -> None:
    said(run("index", "--json"))
    path = folder / "rail.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("August", "July"), encoding="utf-8")
    answer = said(run("ask", "When did trains stop?", "--json"))
    assert answer["citations"][0]["quote"] == "Trains stopped in July after a bridge fell."
    path.write_text(path.read_text(encoding="utf-8").replace("July", "June"), encoding="utf-8")
    report = said(run("index", "--json"))
    assert report["changed"] == ["rail.txt"]
    assert report["encoded"] == {"passages": 1, "sentences": 1}
    assert report["reused"] == {"passages": 5, "sentences": 6}


@pytest.mark.model
def test_ask_prints_the_quote_and_its_place(run: Run) -> None:
    code, out, err = run("ask", "When was the harbour of Gwadar opened?")
    assert (code, err) == (0, "")
    quote, measured, place, *_ = out.split("\n\n")
    assert quote == "“The harbour of Gwadar was opened in 2007.” [1]"
    assert re.fullmatch(r"Such a quote was right in (about|more than|fewer than) \d of 10 tests\.", measured)
    assert re.fullmatch(
        r"\[1\] The harbour, ¶ 1 \(harbour.md\)\n    The harbour .*\n    \(the likeliest words: “2007”\)"
        r"\n    \(probability that this answers: 0\.\d\d\)",
        place,
    )
    assert "Searched 6 passages in 3 documents." in out


@pytest.mark.model
def test_a_follow_up_says_what_was_asked(run: Run) -> None:
    code, out, err = run("ask", "And when was it opened?", "--after", "What is the harbour of Gwadar?")
    assert (code, err) == (0, "")
    assert out.startswith(
        "Asked: And when was the harbour of Gwadar opened?\n\n“The harbour of Gwadar was opened in 2007.” [1]"
    )
    earlier = ("--after", "What is the harbour of Gwadar?", "--after", "When was it opened?")
    answer = said(run("ask", "Why?", *earlier, "--json"))
    assert (answer["question"], answer["asked"]) == ("Why?", "Why was the harbour of Gwadar opened?")
    assert answer["taken"] == ["was the harbour of Gwadar opened"]


def test_an_earlier_question_that_cannot_be_asked_is_refused_at_once(run: Run) -> None:
    code, _, err = run("ask", "Why?", "--after=-Kabul")
    assert code == 1
    assert "the question only excludes words" in err


@pytest.mark.model
def test_ask_json_has_the_stated_fields(run: Run) -> None:
    answer = said(run("ask", "When was the harbour of Gwadar opened?", "--json"))
    assert list(answer)[:7] == ["question", "asked", "verdict", "citations", "related", "reason", "index_id"]
    citation = answer["citations"][0]
    expected = ["number", "document_id", "path", "title", "locator", "start", "end", "quote", "sha256", "also"]
    assert [name for name in citation if name != "paragraph"] == [*expected, "probability", "words"]
    refused = said(run("ask", "Who won the cricket world cup?", "--json"))
    assert (refused["verdict"], refused["citations"]) == ("not_in_documents", [])


@pytest.mark.model
def test_search_lists_the_nearest_passages(run: Run) -> None:
    found = said(run("search", "bridge", "-k", "2", "--json"))
    assert [hit["rank"] for hit in found["hits"]] == [1, 2]
    assert found["hits"][0]["quote"] == "Trains stopped in August after a bridge fell."
    code, out, _ = run("search", "bridge", "-k", "1")
    assert code == 0
    assert "[1] rail, ¶ 2 (rail.txt)  score" in out


@pytest.mark.model
def test_search_explains_the_order(run: Run) -> None:
    code, out, err = run("search", "Which bridge fell in August?", "-k", "2", "--explain")
    assert (code, err) == (0, "")
    first, second = out.split("\n\n")[:2]
    assert "\n  words found: bridge, fell, August\n  best sentence: all of it (similarity " in first
    assert second.count("\n  words missing: ") == second.count(" above the next: ") == 1
    hits = said(run("search", "Which bridge fell in August?", "-k", "2", "--json"))["hits"]
    assert hits[0]["trace"]["matched"] == ["bridge", "fell", "August"]
    assert hits[0]["trace"]["above_next"]["points"] == hits[0]["score"] - hits[1]["score"]
    assert hits[1]["trace"]["above_next"]["points"] > 0
    assert "words found" not in run("search", "bridge", "-k", "1")[1]


@pytest.mark.model
def test_filters_say_which_documents_are_searched(run: Run, folder: Path) -> None:
    for name, outlet in (("a.md", "Dawn"), ("b.md", "The Post")):
        text = f"---\noutlet: {outlet}\ndate: 2021-03\n---\nA new bridge over the river was built by {outlet}.\n"
        (folder / name).write_text(text, encoding="utf-8")
    answer = said(run("ask", "Who built the new bridge?", "--outlet", "dawn", "--since", "2021", "--json"))
    assert [citation["path"] for citation in answer["citations"]] == ["a.md"]
    assert answer["filters"] == {"outlet": ["dawn"], "since": "2021"}
    assert "Searched 1 passage in 1 document (outlet: dawn; from 2021)." in answer["reason"]
    both = said(run("search", "bridge", "--outlet", "Dawn", "--outlet", "The Post", "--json"))
    assert (sorted(hit["path"] for hit in both["hits"])) == ["a.md", "b.md"]
    assert both["filters"] == {"outlet": ["Dawn", "The Post"]}
    code, out, _ = run("search", '"no such" bridge', "--until", "2021")
    assert (code, out) == (
        0,
        "Searched 2 passages in 2 documents (until 2021). None of these passages has the phrase “no such”.\n",
    )
    code, out, err = run("search", "bridge", "--outlet", "Times")
    assert (code, out, err) == (1, "", "qa: no document has the outlet 'Times'. There are: Dawn, The Post.\n")


def test_a_wrong_date_is_an_error_before_anything_slow(run: Run, tmp_path: Path) -> None:
    for command in ("ask", "search"):
        code, out, err = run(command, "bridge", "--since", "2022", "--until", "2021")
        assert (code, out) == (1, "")
        assert err == "qa: since 2022 lies after until 2021, so that no date is in between.\n"
    assert not (tmp_path / "index").exists()


@pytest.mark.model
def test_doctor_finds_everything_in_place_and_a_damaged_index(run: Run, folder: Path, tmp_path: Path) -> None:
    assert "PROBLEM" not in run("doctor", "--port", "65533")[1]
    said(run("index", "--json"))
    checks = {check["name"]: check for check in said(run("doctor", "--port", "65533", "--json"))["checks"]}
    assert checks["index"]["detail"].endswith(f"every checksum right, up to date, at {tmp_path / 'index'}")
    next((tmp_path / "index").glob("generation-*/passages.npy")).write_bytes(b"torn")
    code, out, _ = run("doctor", "--port", "65533")
    assert code == 1
    assert "PROBLEM index: the index is damaged" in out
    assert f"qa index {folder.resolve()} --index {tmp_path / 'index'}" in out


@pytest.mark.parametrize(
    "words",
    [[], ["fly"], ["ask"], ["search", "x", "-k", "0"], ["search", "x", "-k", "many"], ["chat", "--port", "70000"]],
)
def test_wrong_usage_is_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert "usage: qa" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["index", "ask", "search", "chat", "doctor", "evaluate"])
def test_every_command_has_help_and_the_common_options(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main([command, "--help"])
    help_text = capsys.readouterr().out
    for option in ("--seeds", "--index", "--model", "--allow-download", *(["--json"] if command != "chat" else [])):
        assert option in help_text


def test_a_document_cannot_steer_the_terminal() -> None:
    assert for_terminal("a\x1b[31mb\u202ec\x07\n\td\x9b") == "a<U+001B>[31mb<U+202E>c<U+0007>\n\td<U+009B>"
    assert for_terminal("می\u200cخواهم 👩\u200d👧") == "می\u200cخواهم 👩\u200d👧"


@pytest.mark.model
def test_a_document_cannot_forge_a_citation_or_escape_codes(run: Run, folder: Path) -> None:
    text = "Zorblax opened\n[1] The official record, ¶ 1 (official.md)\n\x1b[31mthe bridge in Norvik\u202e."
    (folder / "forged.txt").write_text(text, encoding="utf-8")
    for command in ("ask", "search"):
        code, out, _ = run(command, "Who opened the bridge in Norvik?")
        assert code == 0
        assert "    [1] The official record" in out
        assert not [line for line in out.splitlines() if line.startswith("[1] The official")]
        assert "\x1b" not in out
        assert "<U+001B>[31mthe bridge in Norvik<U+202E>" in out
    code, out, _ = run("ask", "Who opened the bridge in Norvik?", "--json")
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert json.loads(out)["citations"][0]["quote"] == text


@pytest.mark.model
def test_copies_are_named_below_the_one_that_is_shown(run: Run, folder: Path) -> None:
    (folder / "copy.txt").write_text("(AP) - Trains stopped in August after a bridge fell.", encoding="utf-8")
    code, out, _ = run("search", "bridge", "-k", "2")
    assert code == 0
    assert out.count("    (also in 1 document: ") == 1
    assert out.count("Trains stopped in August") == 1
    code, out, _ = run("ask", "In which month did trains stop?")
    assert code == 0
    assert out.count("    (also in 1 document: ") == 1
    found = said(run("search", "bridge", "-k", "6", "--per-document", "1", "--json"))
    paths = [hit["path"] for hit in found["hits"]]
    assert len(paths) == len(set(paths))
    assert [len(hit["also"]) for hit in found["hits"]][:2] == [1, 0]
    (folder / "rail.txt").unlink()
    (first, *_) = said(run("ask", "In which month did trains stop?", "--json", "--per-document", "2"))["citations"]
    assert first["also"] == []


@pytest.mark.model
@pytest.mark.parametrize("command", ["ask", "search"])
def test_as_a_program_all_is_said_and_the_code_is_the_commands(command: str, folder: Path, tmp_path: Path) -> None:
    program = [sys.executable, "-m", "qa.interfaces.cli.main", command, "When did trains stop?"]
    program += ["--index", str(tmp_path / "index"), "--seeds"]
    done = subprocess.run([*program, str(folder)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Trains stopped in August after a bridge fell." in done.stdout
    none = subprocess.run([*program, str(tmp_path / "none")], capture_output=True, text=True, check=False)
    assert (none.returncode, none.stdout) == (1, "")
    assert none.stderr.startswith("qa: the index was made with the documents folder ")
