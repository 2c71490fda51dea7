"""A library is there at once, says how far it is, and answers as the answerer does."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.errors import NotReady
from embeddings.sync import sync
from qa.answer import Answerer
from qa.library import Library
from qa.opening import Setup
from qa.reader import SimilarityReader
from qa.retriever import Retriever
from qa.searching import find
from qa.sources import Sources


def settled(library: Library) -> str:
    while library.state.phase == "opening":
        time.sleep(0.01)
    return library.state.phase


def test_a_folder_that_is_not_there_is_a_state_and_an_error(tmp_path: Path) -> None:
    library = Library.opening(Setup(tmp_path / "none", tmp_path / "index"))
    assert settled(library) == "failed"
    assert "does not exist" in library.state.problem
    with pytest.raises(NotReady, match=r"cannot be asked: the documents folder .* does not exist"):
        library.ask("Who?")


def test_before_the_index_is_made_nothing_can_be_asked() -> None:
    with pytest.raises(NotReady, match="still being read"):
        Library().search("bridge")


@pytest.mark.model
def test_progress_is_told_and_then_it_answers(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    library = Library.opening(
        Setup(folder, tmp_path / "index"), progress=lambda what, done, total: told.append((what, done, total))
    )
    assert settled(library) == "ready"
    assert told[-1][1] == told[-1][2] > 0
    assert library.ask("Why did trains stop?").citations[0].source.path == "rail.txt"


def test_it_answers_and_searches_what_the_folder_holds_now(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    index, report = sync(folder, tmp_path / "index", encoder)
    retriever = Retriever(index, encoder, folder, report, tmp_path / "index")
    library = Library(Answerer(retriever, SimilarityReader(None), Sources(folder)))
    (folder / "rail.txt").write_text("Trains stopped in May after a tunnel fell in.\n", encoding="utf-8")
    answer = library.ask("When did trains stop?")
    assert answer.citations[0].quote == "Trains stopped in May after a tunnel fell in."
    found = library.search("tunnel", 1)
    assert [hit.passage.text for hit in found.hits] == ["Trains stopped in May after a tunnel fell in."]
    assert found.to_json() == find(library.answerer, "tunnel", 1).to_json()


@pytest.mark.parametrize("k", [0, -1, 1.5, True])
def test_a_number_of_hits_is_a_whole_number_from_1(folder: Path, tmp_path: Path, encoder: BagEncoder, k: int) -> None:
    index, report = sync(folder, tmp_path / "index", encoder)
    library = Library(Answerer(Retriever(index, encoder, folder, report), SimilarityReader(None), Sources(folder)))
    with pytest.raises(ValueError, match=rf"k must be (at least 1|a whole number), found {k}"):
        library.search("bridge", k)
