"""The LlamaIndex retriever in LlamaIndex's own machinery, and against what the library finds."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from libraries import library_over
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms.mock import MockLLM
from llama_index.core.postprocessor import SimilarityPostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers.no_text import NoText
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle

from embeddings.errors import FilterError, NotReady, QuestionError
from qa import Filters
from qa.integrations.llama_index import SeedsRetriever
from qa.library.library import Library

QUESTION = "When did trains stop?"


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Library:
    return library_over(folder, tmp_path / "index")


def test_a_node_is_the_passage_and_its_citation(library: Library, folder: Path) -> None:
    retriever = SeedsRetriever(library, k=1)
    assert isinstance(retriever, BaseRetriever)
    (found,) = retriever.retrieve(QUESTION)
    hit, index_id = library.search(QUESTION, 1).hits[0], library.answerer.retriever.index_id
    assert isinstance(found, NodeWithScore)
    node = found.node
    assert node.get_content() == "Trains stopped in August after a bridge fell."
    assert found.score == hit.score
    text = (folder / "rail.txt").read_text(encoding="utf-8")
    assert text[node.start_char_idx : node.end_char_idx] == node.get_content()
    assert node.metadata == {**hit.citation.to_dict(), "score": hit.score, "index_id": index_id}
    assert node.ref_doc_id == hit.citation.source.document_id
    assert json.loads(node.to_json())["metadata"] == json.loads(json.dumps(node.metadata))


def test_a_prompt_has_the_place_and_not_the_digests(library: Library) -> None:
    (found,) = SeedsRetriever(library, k=1).retrieve(QUESTION)
    for mode in (MetadataMode.LLM, MetadataMode.EMBED):
        assert found.node.get_content(mode) == (
            "path: rail.txt\ntitle: rail\nlocator: ¶ 2\n\nTrains stopped in August after a bridge fell."
        )


def test_a_bundle_a_thread_and_another_retriever_give_the_same(library: Library) -> None:
    here = SeedsRetriever(library).retrieve(QUESTION)
    assert SeedsRetriever(library).retrieve(QueryBundle(QUESTION, custom_embedding_strs=["wells"])) == here
    assert asyncio.run(SeedsRetriever(library).aretrieve(QUESTION)) == here
    assert len({found.node.node_id for found in here}) == len(here) == 5


def test_options_are_those_of_a_search(library: Library) -> None:
    water = SeedsRetriever(library, filters=Filters(document="water.txt")).retrieve("trains")
    assert {found.node.metadata["path"] for found in water} == {"water.txt"}
    assert len(SeedsRetriever(library, k=5, per_document=1).retrieve("trains")) == 3


def test_a_query_engine_hands_the_nodes_on(library: Library) -> None:
    engine = RetrieverQueryEngine(
        SeedsRetriever(library, k=5),
        response_synthesizer=NoText(llm=MockLLM()),
        node_postprocessors=[SimilarityPostprocessor(similarity_cutoff=0.5)],
    )
    scores = [hit.score for hit in library.search(QUESTION, 5).hits]
    sources = engine.query(QUESTION).source_nodes
    assert sources[0].node.get_content() == "Trains stopped in August after a bridge fell."
    assert [source.score for source in sources] == [score for score in scores if score >= 0.5]
    assert 0 < len(sources) < len(scores)


def test_a_changed_file_is_read_again_before_the_search(library: Library, folder: Path) -> None:
    retriever = SeedsRetriever(library, k=1)
    before = retriever.retrieve(QUESTION)[0].node
    assert retriever.retrieve(QUESTION)[0].node.node_id == before.node_id
    (folder / "rail.txt").write_text("Trains stopped in May.\n", encoding="utf-8")
    after = retriever.retrieve(QUESTION)[0].node
    assert after.get_content() == "Trains stopped in May."
    assert after.node_id != before.node_id


def test_errors_stay_those_of_the_tree(library: Library) -> None:
    with pytest.raises(QuestionError, match="word"):
        SeedsRetriever(library).retrieve("?!")
    with pytest.raises(FilterError, match="no document has the outlet 'Nobody'"):
        SeedsRetriever(library, filters=Filters(outlet="Nobody")).retrieve("trains")
    with pytest.raises(NotReady, match="still being read"):
        SeedsRetriever(Library()).retrieve("trains")


def test_without_the_extra_the_import_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['llama_index'] = None\n"
        "from embeddings.errors import MissingExtra\n"
        "try:\n    import qa.integrations.llama_index\n"
        "except MissingExtra as error:\n    print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "llama_index is not installed. In the program's folder: pip install '.[llama-index]'\n"


@pytest.mark.model
def test_a_folder_is_opened_by_its_name(folder: Path, tmp_path: Path) -> None:
    retriever = SeedsRetriever.open(folder, index=tmp_path / "index", k=1)
    assert retriever.retrieve("Why did the railway stop?")[0].node.metadata["path"] == "rail.txt"
