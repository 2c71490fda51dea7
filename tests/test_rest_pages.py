"""A page over HTTP: the picture with its mark, or a refusal that says why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes import BagEncoder
from pdf_maker import lines, make_pdf
from starlette.testclient import TestClient
from test_rest import described

from embeddings.formats.pdf.page_image import page_image
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.interfaces.rest.app import make_api
from qa.interfaces.rest.pages import add_page_route
from qa.library.library import Library
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever


@dataclass(frozen=True)
class Served:
    client: TestClient
    answerer: Answerer
    pdf: Path

    def problem(self, path: str) -> tuple[int, str]:
        return problem(self.client, path)


def problem(client: TestClient, path: str) -> tuple[int, str]:
    """Status and detail of a refusal, which is problem details."""
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert answer.json()["status"] == answer.status_code
    assert answer.json()["type"].startswith("urn:x-seeds-qa:")
    return answer.status_code, answer.json()["detail"]


def client_of(library: Library) -> TestClient:
    api = make_api(library)
    add_page_route(api, library)
    return TestClient(api)


@pytest.fixture
def served(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Served:
    pdf = folder / "bridge.pdf"
    pdf.write_bytes(make_pdf([lines(["The bridge fell", "on Monday."]), lines(["It was old."])]))
    index, report = sync(folder, tmp_path / "index", encoder)
    retriever = Retriever(index, encoder, folder, report, tmp_path / "index")
    answerer = Answerer(retriever, SimilarityReader(None), Sources(folder))
    return Served(client_of(Library(answerer)), answerer, pdf)


def test_the_page_of_a_citation_is_served_with_its_mark(served: Served) -> None:
    quote = served.answerer.ask("When did the bridge fall?").citations[0].source
    assert quote.quote == "The bridge fell on Monday."
    path = f"/api/sources/{quote.document_id}/pages/1.png"
    query = f"?start={quote.start}&end={quote.end}"
    marked = served.client.get(path + query)
    assert (marked.status_code, marked.headers["content-type"]) == (200, "image/png")
    assert (marked.headers["cache-control"], marked.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert marked.headers["x-marks"] == "2"
    document = served.answerer.retriever.index.corpus.document(quote.document_id)
    assert document is not None
    data = served.pdf.read_bytes()
    assert marked.content == page_image(data, document, 1, span=(quote.start, quote.end)).png
    plain = served.client.get(path)
    assert (plain.headers["x-marks"], plain.content) == ("0", page_image(data, document, 1).png)
    assert served.client.get(path.replace("1.png", "2.png") + query).headers["x-marks"] == "0"


def test_what_cannot_be_shown_says_why(served: Served) -> None:
    documents = {document.source: document for document in served.answerer.retriever.index.corpus.documents}
    pdf, text = (f"/api/sources/{documents[name].id}/pages/" for name in ("bridge.pdf", "rail.txt"))
    assert served.problem(pdf + "3.png") == (404, "bridge.pdf has the pages 1 to 2, and no page 3")
    assert served.problem(pdf + "0.png") == (404, "bridge.pdf has the pages 1 to 2, and no page 0")
    assert served.problem(text + "1.png") == (404, "rail.txt has no pages; only those of PDF files can be drawn")
    assert served.problem(pdf + "one.png") == (404, "A page is named by its number, from 1; found 'one'.")
    assert served.problem("/api/sources/none/pages/1.png") == (
        404,
        "no document has the id 'none'. The list of documents gives their ids.",
    )
    for query in ("start=1", "end=2", "start=a&end=2", "start=-1&end=2", "start=1&end=" + "9" * 5000):
        assert served.problem(f"{pdf}1.png?{query}") == (
            422,
            "start and end must be given together, as whole numbers: offsets in the document's text.",
        )
    assert served.problem(pdf + "1.png?start=5&end=5")[0] == 422
    assert served.problem(pdf + "1.png?start=0&end=9999")[1].startswith("a span must lie in 0..")


def test_the_schema_describes_the_page_and_its_refusals(served: Served) -> None:
    schema = served.client.get("/api/openapi.json").json()
    operation = schema["paths"]["/api/sources/{document_id}/pages/{number}.png"]["get"]
    assert list(operation["responses"]["200"]["content"]) == ["image/png"]
    assert {one["name"] for one in operation["parameters"]} == {
        "document_id",
        "number",
        "start",
        "end",
        "sha256",
    }
    assert all(one["schema"]["type"] == "integer" for one in operation["parameters"][1:4])
    for path in ("none/pages/1.png", "none/pages/1.png?start=3"):
        answer = served.client.get(f"/api/sources/{path}")
        described(served.client, "/api/sources/{document_id}/pages/{number}.png", "get", answer)


def test_a_file_that_changed_is_a_conflict(served: Served) -> None:
    (document,) = (d for d in served.answerer.retriever.index.corpus.documents if d.pages)
    served.pdf.write_bytes(make_pdf([lines(["The bridge stands."])]))
    path = f"/api/sources/{document.id}/pages/1.png"
    assert served.problem(path) == (409, "bridge.pdf has changed since it was indexed")
    served.pdf.unlink()
    assert served.problem(path) == (404, "bridge.pdf is no longer in the folder")


def test_nothing_is_marked_in_another_version_than_the_one_that_was_quoted(served: Served) -> None:
    quote = served.answerer.ask("When did the bridge fall?").citations[0].source
    path = f"/api/sources/{quote.document_id}/pages/1.png?start={quote.start}&end={quote.end}&sha256="
    assert served.client.get(path + quote.sha256).headers["x-marks"] == "2"
    status, detail = served.problem(path + "0" * 64)
    assert status == 409
    assert detail.startswith(f"bridge.pdf has the sha256 {quote.sha256} now, asked for is {'0' * 64}.")


def test_before_the_index_is_made_there_is_nothing_to_show() -> None:
    assert problem(client_of(Library()), "/api/sources/x/pages/1.png") == (
        503,
        "the documents are still being read. Ask again in a moment.",
    )
