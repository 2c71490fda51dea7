"""Quotes out of Markdown that `qa.export.markdown.writer` wrote, also of several documents joined, with notes between.

What is read is what is shown: there is no second copy of the data that could say something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from qa.export.markdown.escaping import text_of, text_of_code
from qa.export.markdown.writer import HEAD
from qa.export.record import Recorded, Role
from qa.export.recorded import NO_ANSWERS, REFUSALS, recorded, unquoted, unreadable

_COMMENT = re.compile(r"<!--(?! -->).*?(?:-->|\Z)", re.DOTALL)
_CHUNKS = re.compile(r"\n[ \t]*\n|\n(?=#{1,6} )")  # at a heading too: it ends a paragraph without a blank line
_LABEL = re.compile(r"\[\^(q-[^\]\s]*)\]")
_NOTE = re.compile(r"\[\^(q-[^\]\s]*)\]: Source: (.*)")
_FIELD = re.compile(r"(?:\A| · )\*(Title|Place|File|Document|Characters|SHA-256|Paragraph|In full)\* ")
_HEADING = re.compile(r"#{1,2} ")
_FACTS = re.compile(r"- Question asked: .*\n(?:- .*\n)*- Index: ")
_RELATED = re.compile(r"(?:Related passages|The nearest passages|Related, does not answer):")
_CITED = re.compile(r"\\?\[\d+\\?\]|The same is said here:")
_NO_QUOTE = "its words and its footnote cannot be told apart"
_NAMES = ("Title", "Place", "File", "Document", "Characters", "SHA-256", "Paragraph")


def is_markdown(text: str) -> bool:
    """Return whether the text holds an export in Markdown."""
    return any(line.rstrip() == HEAD for line in text.split("\n")) or _LABEL.search(text) is not None


def read(text: str) -> list[Recorded]:
    """Return every quote, in the order shown; one without its footnote, or a footnote alone, has a problem."""
    chunks = [chunk.strip("\n") for chunk in _CHUNKS.split(_COMMENT.sub("", text))]
    notes: dict[str, dict[str, None]] = {}
    for chunk in chunks:
        note = _NOTE.fullmatch(chunk.rstrip())
        if note:
            notes.setdefault(note[1], {})[note[2]] = None
    sections = list(_sections(chunks))
    quotes = [quote for question, section in sections for quote in _quotes(question, section, notes)]
    shown = {quote.key for quote in quotes}
    # Somebody's own sentence may name the footnote of a quote that is shown.
    quotes += [unreadable(key, _NO_QUOTE) for key in _named(chunks) if key not in shown]
    shown = {quote.key for quote in quotes}
    quotes += [unreadable(key, "the footnote is there, its quote is not") for key in notes if key not in shown]
    answers = any(_is_answer(section) for _, section in sections)
    return quotes if quotes or answers else [unreadable("", NO_ANSWERS)]


def _sections(chunks: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the text above all headings, then each heading's text, with the question where it is one."""
    question, section = "", list[str]()
    for chunk in chunks:
        if _HEADING.match(chunk):
            yield question, section
            heading = chunk.split("\n")[0]
            question, section = text_of(heading[3:]) if heading.startswith("## ") else "", []
        section.append(chunk)
    yield question, section


def _quotes(question: str, section: list[str], notes: dict[str, dict[str, None]]) -> Iterator[Recorded]:
    """Yield a section's quotes in order; first a problem where an answer, no refusal, cites nothing."""
    found: list[Recorded] = []
    role: Role = "cited"
    for chunk in section:
        if _RELATED.fullmatch(chunk.rstrip()):
            role = "related"
        elif _CITED.fullmatch(chunk.rstrip()):
            role = "cited"
        elif chunk.startswith(">"):
            found += [replace(one, role=role) for one in _quoted(chunk, question, notes)]
    refused = any(chunk.rstrip() in REFUSALS for chunk in section)
    if _is_answer(section) and not refused and not any(one.role == "cited" for one in found):
        yield unquoted(question)
    yield from found


def _is_answer(section: list[str]) -> bool:
    """Return whether a section has the facts of an answer; below a foreign heading there are none."""
    return any(_FACTS.match(chunk) for chunk in section)


def _quoted(chunk: str, question: str, notes: dict[str, dict[str, None]]) -> Iterator[Recorded]:
    """Yield the quotes of a block quote: none where it has no label, because somebody else wrote it."""
    labels = _LABEL.findall(chunk)
    words = _words(chunk)
    if words is None or len(labels) != 1:
        yield from (unreadable(key, _NO_QUOTE, question) for key in labels)
    elif labels[0] not in notes:
        yield unreadable(labels[0], "its footnote is missing or was edited", question, words)
    else:
        for note in notes[labels[0]]:
            yield recorded(question, labels[0], words, _fields(note))


def _named(chunks: list[str]) -> Iterator[str]:
    """Yield the labels that stand neither in a block quote nor at the start of a footnote."""
    for chunk in chunks:
        if not chunk.startswith(">") and not _NOTE.fullmatch(chunk.rstrip()):
            yield from dict.fromkeys(_LABEL.findall(chunk))


def _words(chunk: str) -> str | None:
    """Return the text of a block quote that ends with a label, or None for any other chunk."""
    lines = chunk.rstrip().split("\n")
    if not all(line.startswith(">") for line in lines):
        return None
    body = "\n".join(line[1:].removeprefix(" ") for line in lines)
    label = _LABEL.search(body)
    return text_of(body[: label.start()]) if label and label.end() == len(body) else None


def _fields(note: str) -> dict[str, str] | None:
    """Return the fields of a footnote, or None where they are not those that were written."""
    names = [match[1] for match in _FIELD.finditer(note)]
    written = zip(names, _FIELD.split(note)[2::2], strict=True)
    values = {name: (text_of_code if name == "File" else text_of)(value) for name, value in written}
    return values if tuple(names) in (_NAMES, (*_NAMES, "In full")) else None
