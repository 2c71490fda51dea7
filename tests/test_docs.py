"""The documents are true: commands, links, the help text, the index format, the examples."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from cli_help import PAGE, page
from fakes import BagEncoder

import embeddings.errors
from embeddings.formats.metadata import _AUTHOR, _DATE, _OUTLET, _TAGS, _URL
from embeddings.formats.registry import parse, reader_for, suffixes
from embeddings.index.sync import sync
from embeddings.types import Metadata
from qa.answering.answerer import Answerer
from qa.interfaces.cli.main import main
from qa.query.followup import Exchange
from qa.types.filters import Filters

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


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
    (example,) = code(ROOT / "README.md", "python")
    exec(example, {})
    lines = capsys.readouterr().out.splitlines()
    assert re.match(r"\d\.\d+ \[1\] Why ISKP moved into Balochistan, Two reasons for Balochistan, ¶ [45] ", lines[0])
    assert lines[5] == "answered"
    assert lines[6].startswith("It also calls two movements hypocritical and opportunistic")


@pytest.mark.model
def test_the_examples_of_the_integrations_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.chdir(ROOT)
    langchain, llama_index = code(ROOT / "docs" / "integrations.md", "python")
    exec(langchain, {})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert re.match(r"It also calls two movements .* ¶ \d+$", lines[0])
    exec(llama_index, {})
    nodes = [re.fullmatch(r"-?\d\.\d+ (.+) \d+", line) for line in capsys.readouterr().out.splitlines()]
    assert [line.startswith(node[1] + " ") for node, line in zip(nodes, lines, strict=True) if node] == [True] * 3


@pytest.mark.model
def test_the_commands_of_the_search_page_print_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    shown = [block for block in code(ROOT / "docs" / "search.md", "") if block.startswith("qa ")]
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


@pytest.mark.model
def test_the_question_with_filters_in_the_documents_is_answered(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "rest.md").read_text(encoding="utf-8")
    (asked,) = [json.loads(sent) for sent in re.findall(r"-d '(\{.*\})'", text) if '"filters"' in sent]
    answerer = Answerer.open(ROOT / "seeds", index=tmp_path / "index")
    answer = answerer.ask(asked["question"], filters=Filters(**asked["filters"]))
    assert answer.citations
    assert "Searched 19 passages in 2 documents" in answer.reason
    page = (ROOT / "docs" / "search.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"`filters=(Filters\(.*?\))`", page)
    assert answer.filters == eval(shown, {"Filters": Filters})
    typed = shlex.split(re.findall(r"`(--tag .*?)`", page)[0])
    assert typed == [word for tag in answer.filters.tag for word in ("--tag", tag)]


@pytest.mark.model
def test_the_follow_up_of_the_pages_is_asked_as_they_say(tmp_path: Path) -> None:
    chat = " ".join((ROOT / "docs" / "chat.md").read_text(encoding="utf-8").split())
    (said,) = re.findall(r'After \*(.*?)\*, "(.*?)" is asked as "(.*?)"', chat)
    (typed,) = re.findall(r'`qa ask "([^"]*)" --after "([^"]*)"`', (ROOT / "README.md").read_text(encoding="utf-8"))
    assert typed == (said[1], said[0])
    answerer = Answerer.open(ROOT / "seeds", index=tmp_path / "index")
    answer = answerer.ask(said[1], history=[Exchange.of(answerer.ask(said[0]))])
    assert (answer.asked, bool(answer.citations)) == (said[2], True)


@pytest.mark.model
def test_the_example_of_exports_runs_and_the_one_by_hand_gives_a_quote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.chdir(ROOT)
    (example,) = [block for block in code(ROOT / "docs" / "export.md", "") if "export(conversation" in block]
    names: dict[str, Any] = {}
    exec(example, names)
    first = names["answers"][0].citations[0].source
    assert all(answer.citations for answer in names["answers"])
    assert f"> {first.quote}[^" in names["text"]
    (by_hand,) = [block for block in code(ROOT / "docs" / "export.md", "") if "python3 -c" in block]
    exec(shlex.split(by_hand.splitlines()[1])[2], {})
    assert capsys.readouterr().out == f"{first.quote}\n"


def test_the_examples_of_formats_say_what_the_table_says_they_do() -> None:
    page = ROOT / "docs" / "formats.md"
    expected = Metadata("Omar Khan", "2024-03-05", "Harbour Daily", "https://example.com/gwadar", ("ports", "trade"))
    (front,), (head,) = code(page, "yaml"), code(page, "html")
    body = "<p>The harbour was opened in 2007. Ships from China call there every week.</p>" * 3
    html = f"<!doctype html><html><head>{head}</head><body><article>{body}</article></body></html>"
    for name, text in (("a.md", f"{front}\nThe harbour was opened in 2007.\n"), ("a.html", html)):
        reader = reader_for(Path(name))
        assert reader is not None
        parsed = parse(reader, text.encode())
        assert (parsed.title, parsed.metadata) == ("The harbour of Gwadar", expected), name
    heads = "".join(re.findall(r"(?m)^(?:\| \| |Files of ).*$", page.read_text(encoding="utf-8")))
    assert sorted(re.findall(r"`(\.\w+)`", heads)) == list(suffixes())
    synonyms = page.read_text(encoding="utf-8").split("\n(`authors`")[1].split(")\n")[0]
    named = {"authors", *re.findall(r"`(\w+)`", synonyms)}
    assert named | {"author", "date", "outlet", "url", "tags"} == {*_AUTHOR, *_DATE, *_OUTLET, *_URL, *_TAGS}


def test_a_by_line_of_plain_text_is_text() -> None:
    reader = reader_for(Path("a.txt"))
    assert reader is not None
    parsed = parse(reader, b"Port news\n\nBy Omar Khan, 5 March 2024\n\nShips call there.\n")
    assert (parsed.title, parsed.metadata) == ("Port news", Metadata())


def without_numbers(output: str) -> list[str]:
    """The lines of an output; figures, and the order of what is sorted by them, may change with the weights."""
    lines = re.sub(r"[+−]? *\d+\.\d+|(?<=[a-z]) +\d+(?= )", " N", output.rstrip()).splitlines()
    return [" ".join(sorted(line.replace(",", " ").split())) if "above the next" in line else line for line in lines]


def test_the_error_tree_that_is_drawn_is_the_one_that_is_there() -> None:
    drawn = re.findall(r"^[│ ├└─]*([A-Z]\w+)", str(embeddings.errors.__doc__), re.MULTILINE)
    assert sorted(name for name in drawn if name != "The") == sorted(embeddings.errors.__all__)


def test_every_pinned_dependency_is_one_that_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    explained = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").casefold().replace("_", "-")
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=\[]", requirement)[0]
        assert name in explained, f"{name} is not in docs/decisions/dependencies.md"
        assert f"\n{name.casefold()}==" in pins, f"{name} is not pinned"


def test_every_peer_of_the_benchmark_is_explained_and_pinned_beside_the_product() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    explained = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    product, peers = (pinned(ROOT / name) for name in ("constraints.txt", "benchmarks/constraints-peers.txt"))
    assert product.isdisjoint(peers), f"pinned in both files: {product & peers}"
    for requirement in project["optional-dependencies"]["peers"]:
        name = re.split(r"[<>=\[]", requirement)[0]
        assert name in explained, f"{name} is not in docs/decisions/dependencies.md"
        assert name in peers, f"{name} is not pinned"
        assert not any(other.startswith(name) for other in project["dependencies"]), f"the product depends on {name}"


def test_every_module_is_named_on_the_architecture_page() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("## Every file")[1]
    parts = re.split(r"^### `(.+?)/`$", text, flags=re.MULTILINE)[1:]
    named = {
        f"{folder}/{name}"
        for folder, part in zip(parts[::2], parts[1::2], strict=True)
        for name in re.findall(r"^- `(\w+\.py)`", part, re.MULTILINE)
    }
    there = {
        path.relative_to(ROOT).as_posix()
        for package in ("qa", "embeddings")
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert named == there


def test_the_version_has_a_heading_in_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_figures_of_the_reader_are_of_the_one_that_ships() -> None:
    text = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    (linked,) = re.findall(r"\(\.\./(benchmarks/results/answers-[\w-]+\.md)\)", text)
    shipped = hashlib.sha256((ROOT / "qa" / "reading" / "shipped" / "reader.json").read_bytes()).hexdigest()
    page = (ROOT / linked).read_text(encoding="utf-8")
    assert f", {shipped[:12]}. A passage answers from" in page
    names, *told = (
        [cell.strip().partition(" (")[0] for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("| ")
    )
    measured = {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in told}
    shown = re.findall(r"^\| `(\S+)` \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|", text, re.MULTILINE)
    columns = (
        "of these, among the first two citations",
        "answered",
        "first quote right, of the answered",
        "nDCG@10 gained by the reader",
    )
    answers = [row for row in shown if row[0] in measured]
    assert len(answers) == 6
    assert [row[1:] for row in answers] == [tuple(measured[row[0]][column] for column in columns) for row in answers]


@pytest.mark.parametrize("page", ["faults.md", "promises.md"])
def test_every_test_that_faults_and_promises_name_exists(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if "`test_" in row]
    assert len(rows) > 15
    for row in rows:
        for file, named in re.findall(r"`(test_\w+\.py)`: ((?:`test_\w+`(?:, )?)+)", row):
            source = (ROOT / "tests" / file).read_text(encoding="utf-8")
            for test in re.findall(r"`(test_\w+)`", named):
                assert f"def {test}(" in source, f"{file} has no {test}"
        assert re.search(r"`test_\w+\.py`: `test_", row)
