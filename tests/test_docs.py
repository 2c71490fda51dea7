"""The documents are true: commands, links, the help text, the index format, the examples."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import tomllib
from pathlib import Path

import pytest
from cli_help import PAGE, page
from fakes import BagEncoder

import embeddings.errors
from embeddings.sync import sync
from qa.answer import Answerer
from qa.cli import main
from qa.conversation import Exchange

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def code(path: Path, language: str) -> list[str]:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [text for name, text in blocks if name == language]


def pinned(path: Path) -> set[str]:
    text = path.read_text(encoding="utf-8").casefold().replace("_", "-")
    return set(re.findall(r"^([\w.-]+)==", text, re.MULTILINE))


def test_the_help_in_the_documents_is_the_help_of_the_program() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tests/cli_help.py"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\$ (.+)$", text, re.MULTILINE) == ["make chat", "make test"]


def test_every_make_target_named_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in PAGES:
        named = set(re.findall(r"`make ([a-z]+)", path.read_text(encoding="utf-8")))
        assert named <= targets, f"{path.name} names {named - targets}"


def test_every_file_of_an_index_is_described_and_the_reader_in_the_document_reads_it(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    described = ROOT / "docs" / "index-format.md"
    sync(folder, tmp_path / "index", encoder)
    names = {path.name for path in (tmp_path / "index").rglob("*") if not path.name.startswith("generation-")}
    missing = [name for name in names if name not in described.read_text(encoding="utf-8")]
    assert missing == []
    (reader,) = code(described, "python")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(reader, {"INDEX": str(tmp_path / "index")})
    assert printed.getvalue().splitlines() == [
        "harbour.md: The harbour of Gwadar was opened in 2007.",
        "harbour.md: Fishermen protest against the fences around the port.",
        "rail.txt: The railway from Quetta runs north through the Bolan Pass.",
        "rail.txt: Trains stopped in August after a bridge fell.",
        "water.txt: Wells in Kharan are dry.",
        "water.txt: The dam at Mirani holds water for one season only.",
    ]


@pytest.mark.model
def test_the_python_examples_of_the_readme_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.chdir(ROOT)
    search, answer, langchain, llama_index = code(ROOT / "README.md", "python")
    exec(search, {})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert re.match(r"\d\.\d+ \[1\] Why ISKP moved into Balochistan, Two reasons for Balochistan, ¶ [45] ", lines[0])
    exec(answer, {})
    assert capsys.readouterr().out.startswith("answered\nIt also calls two movements hypocritical and opportunistic")
    exec(langchain, {})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert re.match(r"It also calls two movements .* ¶ \d+$", lines[0])
    exec(llama_index, {})
    nodes = [re.fullmatch(r"\d\.\d+ (.+) \d+", line) for line in capsys.readouterr().out.splitlines()]
    assert [line.startswith(node[1] + " ") for node, line in zip(nodes, lines, strict=True) if node] == [True] * 3


@pytest.mark.model
def test_the_commands_of_the_readme_print_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    shown = [block for block in code(ROOT / "README.md", "") if block.startswith("qa ")]
    assert len(shown) == 2
    for block in shown:
        command, _, output = block.partition("\n\n")
        assert main([*shlex.split(command)[1:], "--index", str(tmp_path / "index")]) == 0
        assert without_numbers(capsys.readouterr().out) == without_numbers(output)


@pytest.mark.model
@pytest.mark.parametrize("name", ["rest.md", "mcp.md"])
def test_the_follow_up_in_the_documents_is_answered_as_they_say(name: str, tmp_path: Path) -> None:
    path = ROOT / "docs" / name
    sent = re.findall(r"^ *(?:-d ')?(\{.*\})'?$", path.read_text(encoding="utf-8"), re.MULTILINE)
    (asked,) = [json.loads(text) for text in sent if '"history"' in text]
    (shown,) = [json.loads(text) for text in sent if '"taken"' in text]
    history = [Exchange(turn["question"], turn["question"]) for turn in asked["history"]]
    answer = Answerer.open(ROOT / "seeds", index=tmp_path / "index").ask(asked["question"], history=history)
    assert {"asked": answer.asked, "taken": list(answer.taken)} == shown
    assert answer.citations


def without_numbers(output: str) -> list[str]:
    """The lines of an output; figures, and the order of what is sorted by them, may change with the weights."""
    lines = re.sub(r"[+−]? *\d+\.\d+|(?<=[a-z]) +\d+(?= )", " N", output.rstrip()).splitlines()
    return [" ".join(sorted(line.replace(",", " ").split())) if "above the next" in line else line for line in lines]


def test_the_error_tree_that_is_drawn_is_the_one_that_is_there() -> None:
    drawn = re.findall(r"^[│ ├└─]*([A-Z]\w+)", str(embeddings.errors.__doc__), re.MULTILINE)
    assert sorted(name for name in drawn if name != "The") == sorted(embeddings.errors.__all__)


def test_every_pinned_dependency_is_one_that_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    explained = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").casefold().replace("_", "-")
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=\[]", requirement)[0]
        assert name in explained, f"{name} is not in docs/decisions.md"
        assert f"\n{name.casefold()}==" in pins, f"{name} is not pinned"


def test_every_peer_of_the_benchmark_is_explained_and_pinned_beside_the_product() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    explained = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    product, peers = (pinned(ROOT / name) for name in ("constraints.txt", "benchmarks/constraints-peers.txt"))
    assert product.isdisjoint(peers), f"pinned in both files: {product & peers}"
    for requirement in project["optional-dependencies"]["peers"]:
        name = re.split(r"[<>=\[]", requirement)[0]
        assert name in explained, f"{name} is not in docs/decisions.md"
        assert name in peers, f"{name} is not pinned"
        assert not any(other.startswith(name) for other in project["dependencies"]), f"the product depends on {name}"


def test_the_version_has_a_heading_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
