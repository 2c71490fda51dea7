"""The examples in the docstrings and in docs/python.md give what they show."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import qa

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "python.md"
MODULES = [
    "qa",
    "qa.answering.answerer",
    "qa.query.followup.rewrite",
    "qa.types.comparison",
    "qa.types.filters",
    "qa.library.library",
    "qa.retrieval.retriever",
    "qa.answering.search",
    "qa.types.answers",
    "qa.types.confidence",
    "qa.types.hits",
    "qa.types.quotes",
]


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """In the project's folder, with one cache for all examples."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "doctests"))


@pytest.mark.model
@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.model
def test_the_examples_of_the_page_are_true() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) > 15
    assert doctest.DocTestRunner().run(test).failed == 0


def test_every_public_name_has_an_example_and_stands_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in qa.__all__:
        part = getattr(qa, name)
        assert f"`{name}" in page, f"{name} is not in docs/python.md"
        if not (isinstance(part, type) and issubclass(part, Exception)):
            assert ">>>" in str(part.__doc__), f"{name} has no example"
