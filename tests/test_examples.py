"""Example questions: grammatical, answered, and about the newest documents too."""

from __future__ import annotations

from pathlib import Path

from fakes import BagEncoder

from embeddings.sync import sync
from qa.answer import Answerer
from qa.reader import SimilarityReader
from qa.retriever import Retriever
from qa.sources import Sources
from qa.web.examples import examples_for

HARBOUR = """The fishermen of the Gwadar Fisheries Union met on Friday Morning, said Lars Holm, who speaks for them.

Ships were counted by the Gwadar Fisheries Union again.

The Baloch Harbour Council (BHC) disagreed in October, and Lars Holm answered.
"""


def answerer(folder: Path, place: Path, encoder: BagEncoder) -> Answerer:
    index, report = sync(folder, place, encoder)
    return Answerer(Retriever(index, encoder, folder, report, place), SimilarityReader(None), Sources(folder))


def test_names_have_their_article_and_dates_are_no_names(tmp_path: Path, encoder: BagEncoder) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    found = examples_for(answerer(folder, tmp_path / "index", encoder))
    assert found == [
        "What do the documents say about the Gwadar Fisheries Union?",
        "What does BHC stand for?",
        "What do the documents say about Lars Holm?",
    ]


def test_the_first_example_is_about_a_document_that_was_added(tmp_path: Path, encoder: BagEncoder) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    answerer(folder, tmp_path / "index", encoder)
    (folder / "rail.txt").write_text("The bridge was opened by Eva Lind in spring.", encoding="utf-8")
    assert examples_for(answerer(folder, tmp_path / "index", encoder))[0] == (
        "What do the documents say about Eva Lind?"
    )
