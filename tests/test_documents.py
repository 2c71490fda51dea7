"""The list of documents, and a document or a span of it as its file says it now."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from fakes import BagEncoder
from libraries import library_over

from embeddings.errors import SourceChanged, SpanError, UnknownSource
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.library.documents import DocumentEntry, LeftOut, PassagePlace, list_documents, open_document, quote_span
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever


@pytest.fixture
def answerer(folder: Path, tmp_path: Path) -> Answerer:
    return library_over(folder, tmp_path / "index").answerer


@pytest.fixture
def frozen(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Answerer:
    """An answerer whose index does not follow the folder."""
    index, _ = sync(folder, tmp_path / "index", encoder)
    return Answerer(Retriever(index, encoder, folder), SimilarityReader(None), Sources(folder))


def rail(answerer: Answerer) -> str:
    return next(entry.id for entry in list_documents(answerer.retriever.index).documents if entry.path == "rail.txt")


def test_what_a_file_says_about_itself_and_what_was_left_out_are_listed(folder: Path, tmp_path: Path) -> None:
    said = "title: Ports\nauthor: A. Baloch\ndate: 2021-08-15\nsite: Dawn\ntags: [sea, trade]"
    text = f"---\n{said}\n---\n\nShips call at the port.\n\n## Trade\n\nFish is sold.\n"
    (folder / "a.md").write_text(text, encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    listing = list_documents(library_over(folder, tmp_path / "index").answerer.retriever.index)
    first = listing.documents[0]
    assert first == DocumentEntry(
        id=first.id, title="Ports", path="a.md", date="2021-08-15", author="A. Baloch", outlet="Dawn", url=None,
        tags=("sea", "trade"), passages=2, pages=0, sha256=hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip
    assert [entry.path for entry in listing.documents] == ["a.md", "harbour.md", "rail.txt", "water.txt"]
    assert [item.source for item in listing.left_out] == ["picture.png"]
    assert isinstance(listing.left_out[0], LeftOut)
    given = json.loads(listing.to_json())
    assert given == listing.to_dict()
    assert given["documents"][0]["tags"] == ["sea", "trade"]


def test_a_document_is_given_whole_and_its_passages_are_slices_of_it(answerer: Answerer, folder: Path) -> None:
    found = open_document(answerer, rail(answerer))
    assert found.text == (folder / "rail.txt").read_text(encoding="utf-8")
    assert found.passages == (PassagePlace(1, 0, 58, ""), PassagePlace(2, 60, 105, ""))
    assert found.text[60:105] == "Trains stopped in August after a bridge fell."
    assert json.loads(found.to_json()) == found.to_dict()


def test_a_span_is_quoted_with_its_paragraph_and_its_place(answerer: Answerer) -> None:
    quote = quote_span(answerer, rail(answerer), 60, 66).quote
    assert (quote.quote, quote.paragraph.text) == ("Trains", "Trains stopped in August after a bridge fell.")
    assert quote.locator == "¶ 2"


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (0, 70, r"not lie in one paragraph: it touches the paragraphs 0 to 58, 60 to 105\. "),
        (58, 60, r"it touches none\. "),
        (5, 5, r"0 <= start < end <= 106, found 5 to 5"),
        (-3, 5, r"0 <= start < end <= 106, found -3 to 5"),
        (100, 10**30, r"0 <= start < end <= 106, found 100 to 1000"),
    ],
)
def test_a_span_in_no_paragraph_is_refused(answerer: Answerer, start: int, end: int, said: str) -> None:
    with pytest.raises(SpanError, match=said):
        quote_span(answerer, rail(answerer), start, end)


def test_an_unknown_id_is_named(answerer: Answerer) -> None:
    with pytest.raises(UnknownSource, match="no document has the id 'nobody'"):
        open_document(answerer, "nobody")


def test_a_digest_that_is_not_the_documents_is_refused(answerer: Answerer) -> None:
    digest = list_documents(answerer.retriever.index).documents[1].sha256
    assert open_document(answerer, rail(answerer), sha256=digest).document.sha256 == digest
    with pytest.raises(SourceChanged, match=r"rail\.txt has the sha256 .* now, asked for is 00"):
        quote_span(answerer, rail(answerer), 60, 66, sha256="00")


def test_what_its_file_no_longer_says_is_not_given(frozen: Answerer, folder: Path) -> None:
    (folder / "rail.txt").write_text("Trains run again.\n", encoding="utf-8")
    with pytest.raises(SourceChanged, match=r"rail\.txt has changed"):
        open_document(frozen, rail(frozen))
    with pytest.raises(SourceChanged, match=r"rail\.txt has changed"):
        quote_span(frozen, rail(frozen), 60, 66)
