"""The LangChain retriever against LangChain's own tests, and against what the library finds."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from langchain_tests.integration_tests import RetrieversIntegrationTests
from libraries import library_over

from embeddings.errors import FilterError, NotReady, QuestionError
from qa import Filters
from qa.integrations.langchain import SeedsRetriever
from qa.library.library import Library

# LangChain's tests may not be overridden, and its asynchronous one has no mark of its own.
pytest.mark.anyio(RetrieversIntegrationTests.test_ainvoke_returns_documents)


class TestAsLangChainTestsIt(RetrieversIntegrationTests):  # type: ignore[misc]
    @pytest.fixture(autouse=True)
    def _documents(self, folder: Path, tmp_path: Path) -> None:
        self._library = library_over(folder, tmp_path / "index")

    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    @property
    def retriever_constructor(self) -> type[SeedsRetriever]:
        return SeedsRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"library": self._library}

    @property
    def retriever_query_example(self) -> str:
        return "Why did trains stop after the bridge fell?"


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Library:
    return library_over(folder, tmp_path / "index")


def test_a_document_is_the_passage_and_its_citation(library: Library) -> None:
    (document,) = SeedsRetriever(library=library, k=1).invoke("When did trains stop?")
    found = library.search("When did trains stop?", 1)
    (hit,) = found.hits
    assert document == Document(
        id=document.id,
        page_content="Trains stopped in August after a bridge fell.",
        metadata={**hit.citation.to_dict(), "score": hit.score, "index_id": found.index_id},
    )
    source = hit.citation.source
    assert document.id == f"{source.document_id}-{source.sha256[:12]}-{source.start}-{source.end}"
    assert json.loads(json.dumps(document.metadata)) == document.metadata


def test_threads_and_chains_give_the_same(library: Library) -> None:
    retriever = SeedsRetriever(library=library, k=2)
    here = retriever.invoke("bridge")
    assert asyncio.run(retriever.ainvoke("bridge")) == here
    assert retriever.batch(["bridge", "wells"])[0] == here
    chain = retriever | RunnableLambda(lambda documents: [document.id for document in documents])
    assert chain.invoke("bridge") == [document.id for document in here]


def test_options_are_those_of_a_search(library: Library) -> None:
    retriever = SeedsRetriever(library=library, filters=Filters(document="water.txt"))
    assert {document.metadata["path"] for document in retriever.invoke("trains")} == {"water.txt"}
    other = retriever.invoke("trains", filters=None, per_document=1, k=3)
    assert sorted(document.metadata["path"] for document in other) == ["harbour.md", "rail.txt", "water.txt"]
    assert len(asyncio.run(retriever.ainvoke("trains", k=1))) == 1
    with pytest.raises(TypeError, match="takes k, filters, per_document, and not top_k"):
        retriever.invoke("trains", top_k=1)


def test_a_changed_file_is_read_again_before_the_search(library: Library, folder: Path) -> None:
    retriever = SeedsRetriever(library=library, k=1)
    before = retriever.invoke("When did trains stop?")[0]
    (folder / "rail.txt").write_text("Trains stopped in May.\n", encoding="utf-8")
    after = retriever.invoke("When did trains stop?")[0]
    assert (after.page_content, after.metadata["start"]) == ("Trains stopped in May.", 0)
    assert after.id != before.id


def test_errors_stay_those_of_the_tree(library: Library) -> None:
    with pytest.raises(QuestionError, match="word"):
        SeedsRetriever(library=library).invoke("?!")
    with pytest.raises(FilterError, match="no document has the outlet 'Nobody'"):
        SeedsRetriever(library=library, filters=Filters(outlet="Nobody")).invoke("trains")
    with pytest.raises(NotReady, match="still being read"):
        SeedsRetriever(library=Library()).invoke("trains")
    with pytest.raises(ValueError, match="k must be at least 1, found 0"):
        SeedsRetriever(library=library, k=0).invoke("trains")


def test_without_the_extra_the_import_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['langchain_core'] = None\n"
        "from embeddings.errors import MissingExtra\n"
        "try:\n    import qa.integrations.langchain\n"
        "except MissingExtra as error:\n    print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "langchain_core is not installed. In the program's folder: pip install '.[langchain]'\n"


@pytest.mark.model
def test_a_folder_is_opened_by_its_name(folder: Path, tmp_path: Path) -> None:
    retriever = SeedsRetriever.open(folder, index=tmp_path / "index", k=1)
    assert retriever.invoke("Why did the railway stop?")[0].metadata["path"] == "rail.txt"
