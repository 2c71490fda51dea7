"""A slide or a row is the place of a quote at every way in, and no page that could be drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from exported import answerer_over, asked
from test_formats_pptx import box, presentation, tree
from test_formats_xlsx import row, sheet, workbook

from embeddings.errors import PageMissing
from embeddings.formats.pdf.page_image import page_text
from embeddings.index.store import load
from qa.answering.answerer import Answerer
from qa.export import FORMATS, export
from qa.export.verify.verify import verify
from qa.interfaces.chat.render import source
from qa.interfaces.chat.views import view_of
from qa.library.documents import list_documents
from qa.types.quotes import Quote

LOSSES = sheet(row(1, "Province", "Killed"), row(2, "Farah", 58), row(3, "Kunar", 77))
SLIDES = (
    tree(box("Prices", kind="title"), box("The price of wheat rose in Zaranj.")),
    tree(box("Bread"), box("Ovens closed.")),
)


@pytest.fixture
def answerer(folder: Path, tmp_path: Path) -> Answerer:
    (folder / "losses.xlsx").write_bytes(workbook({"Losses": LOSSES}))
    (folder / "prices.pptx").write_bytes(presentation(*SLIDES))
    return answerer_over(folder, tmp_path / "index")


def quoted(answerer: Answerer, question: str) -> Quote:
    return answerer.ask(question).citations[0].source


def test_a_quote_names_its_slide_or_its_sheet_and_row(answerer: Answerer) -> None:
    wheat = quoted(answerer, "Did the price of wheat rose in Zaranj?")
    assert (wheat.quote, wheat.locator) == ("The price of wheat rose in Zaranj.", "slide 1, Prices, ¶ 1")
    farah = quoted(answerer, "Province Farah killed 58")
    assert (farah.quote, farah.locator) == ("Province: Farah | Killed: 58", "sheet Losses, row 2, ¶ 2")


def test_the_index_keeps_places(answerer: Answerer, tmp_path: Path) -> None:
    documents = load(tmp_path / "index").corpus.documents
    kept = {document.source: [page.label for page in document.pages] for document in documents}
    assert kept["losses.xlsx"] == ["sheet Losses", *(f"sheet Losses, row {number}" for number in (1, 2, 3))]
    assert kept["prices.pptx"] == ["slide 1", "slide 2"]


def test_places_are_no_pages_to_be_counted_or_drawn(answerer: Answerer) -> None:
    listed = list_documents(answerer.retriever.index).documents
    assert {document.pages for document in listed} == {0}
    document = next(one for one in answerer.retriever.index.corpus.documents if one.source == "prices.pptx")
    with pytest.raises(PageMissing, match=r"prices\.pptx has no pages; only those of PDF files can be drawn"):
        page_text(b"", document, 1)


def test_the_source_pane_shows_where_a_place_begins_and_offers_no_picture(answerer: Answerer) -> None:
    quote = quoted(answerer, "Did the price of wheat rose in Zaranj?")
    view = view_of(answerer.retriever.index.corpus, quote)
    assert [(item.page, item.heading) for item in view.items] == [("slide 1", "Prices"), ("slide 2", "Bread")]
    assert view.pages == ()
    pane = source(view)
    assert '<p class="page">Slide 1</p>' in pane
    assert "See page" not in pane


@pytest.mark.parametrize("name", [known.name for known in FORMATS if known.read])
def test_an_export_is_verified_with_its_places(answerer: Answerer, folder: Path, tmp_path: Path, name: str) -> None:
    conversation = asked(answerer, "Province Farah killed 58")
    path = tmp_path / f"answers.{name}"
    path.write_text(export(conversation, name), encoding="utf-8")
    assert {finding.state for finding in verify(path, folder).findings} == {"intact"}
    (folder / "losses.xlsx").write_bytes(
        workbook({"Losses": sheet(row(1, "Province", "Killed"), row(2, "Kunar", 77), row(3, "Farah", 58))})
    )
    moved = next(finding for finding in verify(path, folder).findings if finding.recorded.role == "cited")
    assert moved.state == "moved"
    assert "sheet Losses, row 3" in str(moved.to_dict())
