"""Writes tests/goldens/: python tests/goldens.py. `test_goldens.py` compares the files with what this gives.

A golden that changes is a change for those who read our JSON, schemas, exports or indexes: say it in CHANGELOG.md.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fakes import BagEncoder, WordReader

from embeddings.index.sync import sync
from qa import Answerer, Exchange, Filters, Library, ReaderChoice, Retriever
from qa.answering.sources import Sources
from qa.evaluation.questions import read_questions
from qa.export import FORMATS, Conversation, export
from qa.interfaces.mcp import _TOOLS
from qa.interfaces.rest.app import make_api
from qa.interfaces.rest.documents import add_document_routes
from qa.interfaces.rest.pages import add_page_route
from qa.reading.reranker import RerankingReader

GOLDENS = Path(__file__).parent / "goldens"
ROOT = GOLDENS.parents[1]
MADE = "2026-01-31T12:00:00+00:00"
ASKED: tuple[tuple[tuple[str, ...], Filters], ...] = (  # the last question is asked after those before it
    (("Who leads the PTM?",), Filters()),
    (("Who leads the PTM?", "What does ISKP call it?"), Filters()),
    (("How many fighters were killed in Mastung in March 2025?",), Filters()),
    (("What does Ulan Bator export to 1,200 towns?",), Filters()),
    (('Who attacked the "Abbey Gate"?',), Filters(tag=("Security outlook",))),
)


def deterministic(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield file names and texts of everything that the bag-of-words encoder and reader give, to the byte."""
    encoder = BagEncoder(max_tokens=256)
    index, report = sync(ROOT / "seeds", folder / "index", encoder)
    retriever = Retriever(index, encoder, ROOT / "seeds", report, folder / "index")
    answerer = Answerer(retriever, RerankingReader(WordReader()), Sources(retriever.seeds))
    answers = []
    for (*before, question), filters in ASKED:
        history = [Exchange.of(answerer.ask(earlier)) for earlier in before]
        answers.append(answerer.ask(question, history=history, filters=filters))
    yield "answers.json", _json([answer.to_dict() for answer in answers])
    yield "hits.json", _json([hit.to_dict() for hit in retriever.search("Who leads the PTM?", 3)])
    conversation = Conversation.of(answerer, answers, made=MADE)
    yield from ((f"export{form.suffix}", export(conversation, form.name)) for form in FORMATS)
    manifest = json.loads(index.manifest.to_json())
    manifest["made"]["seeds"] = "seeds"
    manifest["files"] = sorted(manifest["files"])
    yield "manifest.json", _json(manifest)
    library = Library(answerer)
    yield "mcp.json", _json([tool.described().model_dump(mode="json") for tool in _TOOLS.values()])
    api = make_api(library)
    add_page_route(api, library)
    add_document_routes(api, library, uploads=None)
    yield "openapi.json", _json(api.openapi())


def asked_of_the_model(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what is answered to each question over the seeds, without a trained reader and with the one that ships."""
    questions = [asked.text for asked in read_questions(ROOT / "benchmarks" / "seeds.jsonl")]
    retriever = Retriever.open(ROOT / "seeds", index=folder / "index")
    plain, trained = (Answerer.over(retriever, choice) for choice in (ReaderChoice(none=True), ReaderChoice()))
    for question in questions:
        yield {"question": question, "nearest": _summary(plain, question), "read": _summary(trained, question)}


def _summary(answerer: Answerer, question: str) -> dict[str, Any]:
    answer = answerer.ask(question)
    return {
        "verdict": answer.verdict,
        "cited": [f"{one.source.path} {one.source.start}-{one.source.end}" for one in answer.citations],
        "related": [quote.place for quote in answer.related],
        "reason": answer.reason,
        "probability": answer.probability,
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write() -> None:
    """Write all of them anew."""
    GOLDENS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in deterministic(Path(folder) / "bag"):
            (GOLDENS / name).write_text(text, encoding="utf-8")
        lines = [json.dumps(row, ensure_ascii=False) for row in asked_of_the_model(Path(folder) / "model")]
    (GOLDENS / "seeds.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ["HF_HUB_OFFLINE"] = "1"
    write()
