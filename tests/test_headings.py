"""A heading that says something, from the file to the answer, the exports and back."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest
from fakes import BagEncoder, WordReader
from test_reranker import MEASURED

from embeddings.documents.headings import heading_above
from embeddings.index.sync import sync
from embeddings.types import Document, Heading
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.export import Conversation, export
from qa.export.verify.verify import verify
from qa.interfaces.chat.render import source
from qa.interfaces.chat.views import view_of
from qa.reading.reranker import RerankingReader, passage_text
from qa.retrieval.retriever import Retriever

TITLE, FACT, UNDER = "A week in the north of Helmand", "Bomb kills 47 in Gereshk", "The road was closed for two days."
MADE = "2026-01-31T12:00:00+00:00"
HEADING = "Losses"
ASKED = "How many did the bomb kill in Gereshk?"


def word() -> bytes:
    document, held = docx.Document(), BytesIO()
    document.add_heading(TITLE, 1)
    document.add_heading(FACT, 2)
    document.add_paragraph(UNDER)
    document.save(held)
    return held.getvalue()


FILES = {
    "a.md": f"---\ntitle: {TITLE}\n---\n\n## {FACT}\n\n{UNDER}\n".encode(),
    "a.html": f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><h2>{FACT}</h2>"
    f"<p>{UNDER}</p></article></body></html>".encode(),
    "a.docx": word(),
}


@pytest.fixture(params=FILES)
def answerer(request: pytest.FixtureRequest, tmp_path: Path) -> Answerer:
    folder, encoder = tmp_path / "documents", BagEncoder()
    folder.mkdir()
    (folder / request.param).write_bytes(FILES[request.param])
    index, report = sync(folder, tmp_path / "index", encoder)
    reader = RerankingReader(WordReader(), MEASURED)
    return Answerer(Retriever(index, encoder, folder, report), reader, Sources(folder))


def test_a_heading_that_says_the_fact_is_cited_as_a_heading(answerer: Answerer) -> None:
    first = answerer.ask(ASKED).citations[0].source
    assert (first.quote, first.locator, first.number) == (FACT, "heading 1", 0)
    assert first.place == f"{first.path} heading 1"
    document = answerer.document(first.document_id)
    assert document is not None
    assert document.text[first.start : first.end] == FACT
    title = answerer.ask("Which week in the north of Helmand?").citations[0].source
    assert (title.quote, title.locator) == (TITLE, "title")


def test_headings_are_not_counted_as_paragraphs(answerer: Answerer) -> None:
    below = answerer.ask("How many days was the road closed?").citations[0].source
    assert (below.quote, below.locator) == (UNDER, f"{FACT}, ¶ 1")


def test_the_source_pane_marks_a_heading_at_its_place(answerer: Answerer) -> None:
    view = view_of(answerer.retriever.index.corpus, answerer.ask(ASKED).citations[0].source)
    assert view.about[-1] == "1 paragraph"
    assert [(item.number, item.heading) for item in view.items] == [(0, ""), (0, ""), (1, "")]
    html = source(view)
    assert f'<h3 dir="auto"><mark>{FACT}</mark></h3>' in html
    assert f'<h3 dir="auto">{TITLE}</h3>' not in html, "the title stands above the document"


@pytest.mark.parametrize("name", ["markdown", "html", "json"])
def test_a_heading_comes_back_from_an_export_and_is_verified(answerer: Answerer, name: str, tmp_path: Path) -> None:
    answer = answerer.ask(ASKED)
    written = tmp_path / f"answers.{name}"
    written.write_text(export(Conversation.of(answerer, [answer], made=MADE), name), encoding="utf-8", newline="\n")
    folder = answerer.retriever.seeds
    found = verify(written, folder).findings[0]
    assert (found.state, found.recorded.quote, found.now) == ("intact", *[answer.citations[0].source] * 2)
    file = folder / answer.citations[0].source.path
    if file.suffix == ".docx":
        return
    file.write_bytes(file.read_bytes().replace(FACT.encode(), f"News: {FACT}".encode()))
    found = verify(written, folder).findings[0]
    assert (found.state, found.now and found.now.locator) == ("moved", "heading 1")
    file.write_bytes(file.read_bytes().replace(b"47", b"48"))
    found = verify(written, folder).findings[0]
    assert (found.state, found.now and found.now.locator) == ("changed", "heading 1")


HEADS = "Province | Attacks | Killed | Governor"
FARAH, KUNAR = "Farah | 58 | 97 | Abdul Malikzai Khan", "Kunar | 77 | 151 | Ali Mardan"
ZABUL = "Zabul | 41 | 66 | Rahmat Yar"
ROWS = [HEADS, FARAH, KUNAR, ZABUL]


@pytest.mark.parametrize("between", ["\n\n", "\n"])
@pytest.mark.parametrize(
    ("rows", "above"),
    [
        (ROWS, [HEADING, HEADS, HEADS, HEADS]),
        ([f"Helmand | {row}" if row is ROWS[2] else row for row in ROWS], [HEADING, HEADS, HEADING, HEADS]),
        (ROWS[1:], [HEADING, HEADING, HEADING]),  # figures are no heads
        ([row.replace("Province", "Place: all") for row in ROWS], [HEADING] * 4),  # rows that say their heads
        (["A line of text.", *ROWS[1:3]], [HEADING, HEADING, HEADING]),
    ],
)
def test_a_row_stands_below_the_heads_of_its_table(between: str, rows: list[str], above: list[str]) -> None:
    text = between.join([HEADING, *rows, "A paragraph."])
    document = Document("0" * 12, "T", text, "a.txt", "0" * 64, headings=(Heading(0, len(HEADING), 2, HEADING),))
    assert [heading_above(document, text.index(row)) for row in rows] == above
    assert heading_above(document, text.index("A paragraph.")) == HEADING


def test_heads_are_looked_for_as_far_as_a_table_of_some_pages_reaches() -> None:
    rows = [HEADS, *(f"Farah {number} | 58 | 97 | Abdul Ghafoor Malikzai" for number in range(1_000))]
    text = "\n\n".join(rows)
    document = Document("0" * 12, "T", text, "a.txt", "0" * 64)
    assert [heading_above(document, text.index(row)) for row in (rows[1], rows[150], rows[-1])] == [HEADS, HEADS, ""]


def test_a_row_is_read_and_cited_with_its_heads(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("\n\n".join(["The attacks of 2019 by province:", *ROWS]), encoding="utf-8")
    retriever = Retriever(sync(tmp_path, tmp_path / "index", BagEncoder())[0], BagEncoder(), tmp_path)
    hits = {hit.passage.text: hit for hit in retriever.search("Which governor has Farah, Kunar or Zabul?", 5)}
    assert f"{HEADS}\n\n{FARAH}" in hits
    assert [hits[row].citation.source.locator for row in (KUNAR, ZABUL)] == [f"{HEADS}, ¶ 3", f"{HEADS}, ¶ 4"]
    assert passage_text(hits[KUNAR], "Which governor has Kunar?").title == HEADS
