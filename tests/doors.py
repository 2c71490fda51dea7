"""Every way in which a quote is shown, and the oracle: what the files say at this moment, read without the index."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llama_index.core.schema import NodeWithScore
from lxml import html
from mcp import Client
from starlette.testclient import TestClient

from embeddings.documents.headings import heading_above
from embeddings.errors import QAError, SourceChanged
from embeddings.types import Document
from qa.export import Conversation, export, quotes_in
from qa.export.verify.locate import Folder
from qa.integrations import langchain, llama_index
from qa.interfaces.chat.feedback import file_of
from qa.interfaces.chat.handlers import Handlers
from qa.interfaces.chat.turns import Said, Turns, turn_of
from qa.interfaces.mcp import make_server
from qa.interfaces.rest.app import make_api
from qa.library.documents import quote_span
from qa.library.library import Library
from qa.types.answers import Answer
from qa.types.quotes import Paragraph, Quote

__all__ = ["Doors", "Oracle", "Shown"]

_READ_BACK = ("markdown", "html", "json")
_QUOTE = ("document_id", "path", "title", "locator", "start", "end", "quote", "sha256")


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote that a door showed, or the words alone where the door shows them without their place."""

    door: str
    words: str
    quote: Quote | None = None
    path: str = ""


class Oracle:
    """What the files of a folder say now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[tuple[str, str], Document] = {}
        self.checked: set[Quote] = set()
        self.showings = 0

    def documents(self) -> dict[str, Document]:
        """The documents by path; a file is parsed once for the same bytes."""
        today = Folder(self.folder)
        found = {}
        for path in today._files:
            data = (self.folder / path).read_bytes()
            key = path, hashlib.sha256(data).hexdigest()
            document = self._read.get(key) or today.document(path)
            if isinstance(document, Document):
                found[path] = self._read[key] = document
        return found

    def check(self, shown: Iterable[Shown], documents: Mapping[str, Document] | None = None) -> None:
        """Assert that every quote stands at its place in its file, as it is now."""
        now = self.documents() if documents is None else documents
        for one in shown:
            self.showings += 1
            quote = one.quote
            if quote is None:
                texts = [now[one.path].text] if one.path else [document.text for document in now.values()]
                assert any(one.words in text for text in texts), one
                continue
            assert quote.path in now, one
            document = now[quote.path]
            assert document.sha256 == quote.sha256, one
            assert document.text[quote.start : quote.end] == quote.quote == one.words, one
            around = quote.paragraph
            assert around.start <= quote.start < quote.end <= around.end, one
            assert document.text[around.start : around.end] == around.text, one
            assert (document.id, document.title) == (quote.document_id, quote.title), one
            page = [page.label or f"p. {page.number}" for page in document.pages if page.start <= around.start][-1:]
            heading = [heading.text for heading in document.headings if heading.end <= around.start][-1:]
            if " | " in around.text.partition("\n")[0]:
                heading = [heading_above(document, around.start)]
            place = page + [text for text in heading if text not in ("", document.title) and text not in "".join(page)]
            if within := [one for one in document.headings if one.start <= around.start < one.end]:
                others = [one for one in document.headings if one.text not in ("", document.title)]
                own = f"heading {others.index(within[0]) + 1}" if within[0] in others else "title"
                assert quote.locator == ", ".join([*page, own]), one
            else:
                assert quote.locator.rpartition("¶ ")[0] == "".join(f"{part}, " for part in place), one
            self.checked.add(quote)


class Doors:
    """A library behind all its doors. Each way gives what it shows."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.handlers = Handlers(library)
        self._rest = TestClient(make_api(library))
        self._langchain = langchain.SeedsRetriever(library=library, k=100)
        self._llama = llama_index.SeedsRetriever(library, k=100)

    def all(self, questions: Sequence[str]) -> Iterator[Shown]:
        """What every door shows for some questions."""
        for question in questions:
            yield from self.python(question)
            yield from self.rest(question)
            yield from self.frameworks(question)
            yield from self.page(self.asked(question))
        yield from self.mcp(questions)

    def python(self, question: str) -> Iterator[Shown]:
        """`Library.ask` and `Library.search`."""
        answer, found = self.library.ask(question), self.library.search(question, 100)
        yield from _of_answer("ask", answer.to_dict())
        yield from _of_search("search", found.to_dict())

    def rest(self, question: str) -> Iterator[Shown]:
        """The same by HTTP, and the sources of what was found: the whole document, and the sentences of the best."""
        answer = self._rest.post("/api/ask", json={"question": question}).json()
        found = self._rest.post("/api/search", json={"query": question, "k": 100}).json()
        yield from _of_answer("POST /ask", answer)
        yield from _of_search("POST /search", found)
        for hit in found["hits"][:3]:
            yield from self.source(hit["document_id"])
            for sentence in hit["trace"]["sentences"][:20]:
                yield from self.source(hit["document_id"], sentence["start"], sentence["end"])

    def source(self, document_id: str, start: int | None = None, end: int | None = None) -> Iterator[Shown]:
        """One source; nothing where it is refused."""
        span = {} if start is None else {"start": start, "end": end}
        answer = self._rest.get(f"/api/sources/{document_id}", params=span)
        assert answer.status_code in (200, 404, 409, 422), answer.text
        if answer.status_code == 200:
            yield from _of_source("GET /sources", answer.json())

    def spans(self) -> Iterator[Shown]:
        """`quote_span` of every passage and every sentence of the index; nothing of a file that is refused."""
        answerer = self.library.answerer
        corpus = answerer.retriever.index.corpus
        for document in corpus.documents:
            rows = corpus.passage_rows(document.id)
            sentences = [corpus.sentence(at) for row in rows for at in corpus.sentence_rows(row)]
            with suppress(SourceChanged):
                spans = [(one.start, one.end) for one in map(corpus.passage, rows)]
                for start, end in spans + [(one.start, one.end) for one in sentences]:
                    quote = quote_span(answerer, document.id, start, end).quote
                    yield Shown("quote_span", quote.quote, quote)

    def mcp(self, questions: Sequence[str]) -> list[Shown]:
        """The tools of an assistant."""

        async def call() -> list[Shown]:
            shown: list[Shown] = []
            async with Client(make_server(self.library)) as client:
                for question in questions:
                    answer = (await client.call_tool("ask", {"question": question})).structured_content
                    found = (await client.call_tool("search", {"query": question})).structured_content
                    shown += [*_of_answer("ask tool", answer), *_of_search("search tool", found)]
                    for hit in found["hits"][:1]:
                        source = await client.call_tool("get_source", {"document_id": hit["document_id"]})
                        if not source.is_error:
                            shown += _of_source("get_source tool", source.structured_content)
            return shown

        return asyncio.run(call())

    def frameworks(self, question: str) -> Iterator[Shown]:
        """LangChain and LlamaIndex."""
        for document in self._langchain.invoke(question):
            yield Shown("langchain", document.page_content, _quote(document.metadata))
        found: list[NodeWithScore] = self._llama.retrieve(question)
        for scored in found:
            node: Any = scored.node
            quote = _quote(node.metadata)
            assert (node.start_char_idx, node.end_char_idx) == (quote.start, quote.end)
            yield Shown("llama_index", node.text, quote)

    def asked(self, question: str, link: str = "", turns: Turns = ()) -> Turns:
        """A conversation of the page with one more question, perhaps by a link."""
        said = {"ask": question, "serial": len(turns) + 1, "link": link}
        *_, (turns, _, _, _, _) = self.handlers.ask(turn_of(said), turns)
        return turns

    def page(self, turns: Turns) -> Iterator[Shown]:
        """A conversation of the page: as it stands there, every source that can be opened, its link, its exports."""
        answers = [turn.answer for turn in turns if turn.answer]
        thread = html.fragment_fromstring(self.handlers.thread(turns), create_parent=True)
        for quoted in thread.xpath("//*[@class='words']|//div[@class='ev']//p[@class='p']"):
            words = _said(quoted)
            yield Shown("conversation", words.removeprefix("“").removesuffix("”"))
        for turn in turns:
            for said in _openings(turn.serial, turn.answer):
                pane = self.handlers.open(said, turns)
                yield from _of_pane("source pane", pane)
                for link in html.fragment_fromstring(pane, create_parent=True).xpath("//@data-link")[:1]:
                    *_, (_, _, opened, _, _) = self.handlers.ask(turn_of({"ask": turn.question, "link": link}), ())
                    yield from _of_pane("link", opened or "")
        for name in _READ_BACK:
            file = file_of(self.library, answers, name)
            yield from _of_export(f"export {name}", file.text)
        yield from self.sources(answers)

    def sources(self, answers: Sequence[Answer]) -> Iterator[Shown]:
        """The lists of sources, which name documents that must be there."""
        for name in ("bibtex", "csl"):
            text = file_of(self.library, answers, name).text
            there = {path.name for path in self.library.seeds.rglob("*")}
            for line in text.splitlines():
                if "file-" in line and ".txt" in line:
                    assert any(name in line for name in there), line
        yield from ()

    def exported(self, question: str) -> Iterator[Shown]:
        """`qa ask --export`."""
        conversation = Conversation.of(self.library.answerer, [self.library.ask(question)], made="2026-01-31T12:00:00")
        for name in _READ_BACK:
            yield from _of_export(f"ask --export {name}", export(conversation, name))


def _openings(serial: int, answer: Answer | None) -> Iterator[Said]:
    for citation in answer.citations if answer else ():
        yield {"turn": serial, "number": citation.number}
        yield from ({"turn": serial, "number": citation.number, "also": at} for at in range(1, len(citation.also) + 1))
    yield from ({"turn": serial, "related": place} for place in range(len(answer.related) if answer else 0))


def _quote(value: Mapping[str, Any]) -> Quote:
    return Quote(**{name: value[name] for name in _QUOTE}, paragraph=Paragraph(**value["paragraph"]))


def _of_answer(door: str, answer: Mapping[str, Any]) -> Iterator[Shown]:
    assert answer["citations"] or answer["verdict"] in ("not_in_documents", "about_documents"), answer
    assert bool(answer["citations"]) == (answer["verdict"] in ("answered", "uncertain")), answer
    for citation in answer["citations"]:
        for quote in (citation, *citation["also"]):
            yield Shown(door, quote["quote"], _quote(quote))
    yield from (Shown(door, quote["quote"], _quote(quote)) for quote in answer["related"])
    for agreement in (*answer["agreements"], *answer["differences"]):
        assert answer["citations"], agreement


def _of_search(door: str, found: Mapping[str, Any]) -> Iterator[Shown]:
    for hit in found["hits"]:
        for quote in (hit, *hit["also"]):
            yield Shown(door, quote["quote"], _quote(quote))
        for sentence in hit["trace"]["sentences"]:
            inside = hit["quote"][sentence["start"] - hit["start"] : sentence["end"] - hit["start"]]
            assert hit["start"] <= sentence["start"] < sentence["end"] <= hit["end"], hit
            assert inside == sentence["text"], hit


def _of_source(door: str, source: Mapping[str, Any]) -> Iterator[Shown]:
    path = source["document"]["path"]
    if "quote" in source:
        yield Shown(door, source["quote"]["quote"], _quote(source["quote"]), path)
    else:
        yield Shown(door, source["text"], path=path)


def _of_pane(door: str, pane: str) -> Iterator[Shown]:
    whole = html.fragment_fromstring(pane, create_parent=True)
    for paragraph in whole.xpath("//div[starts-with(@class, 'para')]/p"):
        yield Shown(door, _said(paragraph))


def _said(element: html.HtmlElement) -> str:
    """The text of an element; characters that the page makes visible by their numbers are themselves again."""
    own = element.text or ""
    if element.get("class") == "sign":
        own = chr(int(own.removeprefix("U+"), 16))
    return own + "".join(_said(child) + (child.tail or "") for child in element)


def _of_export(door: str, text: str) -> Iterator[Shown]:
    with suppress(QAError):
        for recorded in quotes_in(text):
            assert not recorded.problem, recorded
            assert recorded.quote is not None
            yield Shown(door, recorded.words, recorded.quote)
