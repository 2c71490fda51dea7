"""Answers as one HTML file: no script, no request, light and dark, readable when printed.

The document is built as a tree, so that escaping cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from xml.etree.ElementTree import Element, SubElement, tostring

from qa.export.control_characters import pieces
from qa.export.record import Conversation, QuotedDocument, quote_key
from qa.export.recorded import facts_about, facts_of, said_of
from qa.types.answers import Answer
from qa.types.phrasing import ABOUT_DOCUMENTS, agreeing, differing, headline, related_heading
from qa.types.quotes import Quote

GENERATOR = "seeds-qa export 1"
CLASSES = {
    "Title": "title",
    "Place": "locator",
    "File": "path",
    "Document": "document",
    "Characters": "span",
    "Paragraph": "within",
    "SHA-256": "sha256",
    "Key": "key",
}
"""The class of each value below a quote, by which the parser finds it."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def write(conversation: Conversation) -> str:
    """Return the whole page."""
    page = Element("html", {"lang": "en"})
    head = SubElement(page, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    SubElement(head, "meta", {"name": "generator", "content": GENERATOR})
    SubElement(head, "meta", {"name": "color-scheme", "content": "light dark"})
    _add(head, "title", f"Answers from documents, {conversation.made}")
    SubElement(head, "style").text = _style()
    main = SubElement(SubElement(page, "body"), "main")
    _about(main, conversation)
    for answer in conversation.answers:
        _answer(main, answer)
    if conversation.sources:
        _sources(main, conversation.sources)
    return f"<!doctype html>\n{tostring(page, encoding='unicode', method='html')}\n"


def _about(main: Element, conversation: Conversation) -> None:
    header = SubElement(main, "header")
    _add(header, "h1", "Answers from documents")
    _add(
        header,
        "p",
        "Each quote is a word-for-word slice of a file. The command “qa verify” with the name of this file compares "
        "the quotes with the documents as they are now.",
    )
    _facts(header, {name: value for name, value in facts_about(conversation).items() if value})


def _answer(main: Element, answer: Answer) -> None:
    section = SubElement(main, "section", {"class": "answer"})
    _add(section, "h2", answer.question, {"dir": "auto"})
    _facts(section, {name: value for name, value in facts_of(answer).items() if value})
    if above := headline(answer) or ("" if answer.citations else ABOUT_DOCUMENTS):
        _add(section, "p", above, {"class": "verdict"})
    for difference in answer.differences:
        _compared(section, "differ", differing(difference))
    for citation in answer.citations:
        _quote(section, citation.source, f"[{citation.number}]")
        for quote in citation.also:
            _quote(section, quote, "The same is said here", "also")
    for agreement in answer.agreements:
        _compared(section, "agree", agreeing(agreement))
    for line in answer.reason.split("\n") if answer.reason else ():
        _add(section, "p", line, {"class": "reason", "dir": "auto"})
    if answer.related:
        _add(section, "h3", related_heading(answer))
        for quote in answer.related:
            _quote(section, quote, "", "related")


def _compared(section: Element, kind: str, pieces: Iterable[tuple[str, bool]]) -> None:
    """Add a line about several quotes; isolated values cannot change the direction of the line."""
    line = SubElement(section, "p", {"class": kind})
    for text, is_value in pieces:
        if is_value:
            _add(line, "bdi", text)
        else:
            _write(line, text)


def _quote(section: Element, quote: Quote, label: str, kind: str = "cited") -> None:
    article = SubElement(section, "article", {"class": f"quote {kind}"})
    if label:
        _add(article, "p", label, {"class": "label"})
    _add(article, "blockquote", quote.quote, {"dir": "auto"})
    paragraph = quote.paragraph
    if paragraph.text != quote.quote:
        around = SubElement(article, "p", {"class": "paragraph", "dir": "auto"})
        _write(around, paragraph.text[: quote.start - paragraph.start])
        _add(around, "mark", quote.quote)
        _write(around, paragraph.text[quote.end - paragraph.start :])
    _facts(article, {**said_of(quote), "Key": quote_key(quote)})


def _sources(main: Element, sources: tuple[QuotedDocument, ...]) -> None:
    section = SubElement(main, "section", {"class": "sources"})
    _add(section, "h2", "Sources")
    items = SubElement(section, "ul")
    for source in sources:
        said = source.metadata
        parts = [source.title, said.author, said.outlet, said.date, said.url, f"file {source.path}"]
        _add(items, "li", ", ".join(part for part in parts if part), {"dir": "auto"})


def _facts(parent: Element, facts: dict[str, str]) -> None:
    """Add names and values; the parser finds a value by its class."""
    terms = SubElement(parent, "dl")
    for name, value in facts.items():
        pair = SubElement(terms, "div")
        _add(pair, "dt", name)
        kind = CLASSES.get(name, name.lower().replace(" ", "-"))
        _add(pair, "dd", value, {"class": kind, "dir": "auto"})


def _add(parent: Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    _write(SubElement(parent, tag, attributes or {}), text)


def _write(element: Element, text: str) -> None:
    """Append text to an element, each control character as <code>U+202E</code>."""
    for sign, piece in pieces(text):
        if sign:
            SubElement(element, "code").text = piece
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + piece
        else:
            element.text = (element.text or "") + piece


@lru_cache(maxsize=1)
def _style() -> str:
    return resources.files("qa.export.html").joinpath("page.css").read_text(encoding="utf-8")
