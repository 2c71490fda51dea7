"""The licence is named, and nothing that is installed loads what could run code."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

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
