"""The licence is named, and nothing that is installed loads what could run code."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

from licences import PAGE, UNSTATED, installed, licence, name_of

ROOT = Path(__file__).parents[1]
RUNS_CODE = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}


def what_unpickles(source: str) -> list[str]:
    """What of a module could load a pickle: imports, torch.load, and numpy.load that allows it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in RUNS_CODE]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in RUNS_CODE:
            found.append(str(node.module))
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            allowed = [word.value for word in node.keywords if word.arg == "allow_pickle"]
            forbidden = [value for value in allowed if isinstance(value, ast.Constant) and value.value is False]
            if name == "torch.load" or len(forbidden) < len(allowed):
                found.append(ast.unparse(node))
    return found


def test_nothing_that_is_installed_loads_a_pickle() -> None:
    files = [path for package in ("qa", "embeddings") for path in (ROOT / package).rglob("*.py")]
    assert len(files) > 100
    assert {path.name: what for path in files if (what := what_unpickles(path.read_text(encoding="utf-8")))} == {}
    bad = "import pickle\nfrom shelve import open\nnp.load(x, allow_pickle=True)\ntorch.load(x)"
    assert what_unpickles(bad) == ["pickle", "shelve", "np.load(x, allow_pickle=True)", "torch.load(x)"]
    assert what_unpickles("np.load(x, allow_pickle=False)") == []


def test_the_licence_and_the_attributions_are_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (project["license"], project["license-files"]) == ("Apache-2.0", ["LICENSE", "NOTICE"])
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").split()[:4] == ["Apache", "License", "Version", "2.0,"]
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    card = (ROOT / "qa/reading/shipped/README.md").read_text(encoding="utf-8")
    for source in ("SQuAD 1.1", "SQuAD 2.0", "SQuAD2-CR", "TyDi QA", "FairytaleQA", "TimeQA"):
        assert source in notice
        assert source in card


def test_every_package_that_is_installed_has_its_licence_listed() -> None:
    rows = re.findall(r"^\| ([\w-]+) \| (\S+) \| ([^|]+) \| \S+ \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    listed = {name: (version, stated) for name, version, stated in rows}
    here = {name: (one.version.split("+")[0], licence(one)) for name, one in installed().items()}
    assert len(here) > 90
    wrong = {name: stated for name, stated in here.items() if listed.get(name) != stated}
    assert wrong == {}, "look at what they say, then run: python tests/licences.py"
    closed = [name for name, (_, stated) in listed.items() if re.search("GPL|not stated|Proprietary|Commons", stated)]
    assert closed == ["tld"]  # MPL, or GPL for who wants that
    assert UNSTATED.keys() <= here.keys()


def locked(name: str) -> dict[str, str]:
    """What a file of hashes says of each package."""
    lines = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").rstrip())
    return {name_of(line.split("==")[0]): line for line in lines if not line.startswith("#")}


def test_every_package_is_locked_at_its_pinned_version_with_hashes() -> None:
    product, rest = locked("requirements.lock"), locked("requirements-dev.lock")
    pins = re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    pinned = {name_of(name): version for name, version in pins}
    assert set(pinned) - set(product) - set(rest) == {"torch"}, "run: make lock"
    assert set(product) | set(rest) == set(pinned) - {"torch"} | {
        "audioop-lts",
        "pywin32",
    }  # for Python 3.13, and for Windows
    hashed = re.compile(r"[\w.-]+==(\S+)( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+")
    for name, line in [*product.items(), *rest.items()]:
        match = hashed.fullmatch(line)
        assert match is not None, name
        assert match[1] == pinned.get(name, match[1]), name
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (torch,) = project["tool"]["uv"]["dependency-metadata"]
    assert torch["version"] == pinned["torch"]


def test_what_runs_is_locked_apart_from_what_only_tests_need() -> None:
    product, rest = locked("requirements.lock"), locked("requirements-dev.lock")
    everywhere = {name for name, line in product.items() if " ; " not in line}
    assert everywhere - installed().keys() == {"editables", "hatchling", "pathspec", "pluggy", "trove-classifiers"}
    assert installed().keys() - product.keys() == {"torch"}
    assert everywhere.isdisjoint(rest)
    assert {"matplotlib", "mypy", "playwright", "pytest", "ruff"} <= rest.keys()


def test_the_set_up_takes_wheels_alone_and_hashes_first() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^\t.*\$\(PIP\) (.*)$", makefile, re.MULTILINE)
    assert commands == [
        "--require-hashes --no-deps --requirement requirements.lock",
        "torch",
        "--no-deps --no-build-isolation --editable .",
        "--require-hashes --no-deps --requirement requirements-dev.lock",
    ]
    assert "pip install --quiet --disable-pip-version-check --only-binary :all:\n" in makefile
    needs = dict(re.findall(r"^(chat|index|test): \$\((\w+)\)", makefile, re.MULTILINE))
    assert needs == {"chat": "READY", "index": "READY", "test": "TOOLS"}  # the tools are not installed to run it
