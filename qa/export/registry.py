"""The formats of exports by name, the way in to all of them, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from embeddings.errors import ExportError
from qa.export.bibliography import bibtex, csl
from qa.export.html import parser as html_parser
from qa.export.html import writer as html_writer
from qa.export.json import format as json_format
from qa.export.markdown import parser as markdown_parser
from qa.export.markdown import writer as markdown_writer
from qa.export.record import Conversation, Recorded


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the ending of its files' names, how it is written, how its files are told from others.

    ``read`` gives its quotes; None where it holds none, as a list of sources.
    """

    name: str
    suffix: str
    write: Callable[[Conversation], str]
    recognises: Callable[[str], bool]
    read: Callable[[str], list[Recorded]] | None = None


FORMATS: tuple[Format, ...] = (  # .csl.json before .json; Markdown, which may be pasted into anything, last
    Format("csl", ".csl.json", csl.write, csl.is_csl),
    Format("json", ".json", json_format.write, json_format.is_json, json_format.read),
    Format("html", ".html", html_writer.write, html_parser.is_html, html_parser.read),
    Format("bibtex", ".bib", bibtex.write, bibtex.is_bibtex),
    Format("markdown", ".md", markdown_writer.write, markdown_parser.is_markdown, markdown_parser.read),
)
ENDINGS = sorted(known.suffix for known in FORMATS)


def export(conversation: Conversation, name: str) -> str:
    """Return the conversation in a format, always the same text for it. Raise ExportError for an unknown format."""
    for known in FORMATS:
        if known.name == name:
            return known.write(conversation)
    raise ExportError(f"no format {name!r}. Choose one of: {', '.join(known.name for known in FORMATS)}.")


def format_of(path: PurePath) -> Format | None:
    """Return the format that a file's name asks for, or None where it asks for none."""
    return next((known for known in FORMATS if path.name.lower().endswith(known.suffix)), None)


def quotes_in(text: str) -> list[Recorded]:
    """Return every quote of an export, under any file name. Raise ExportError where the text is no export."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    found = next((known for known in FORMATS if known.recognises(text)), None)
    if found is None:
        raise ExportError("it holds no export of answers. Give a file that qa ask --export or the chat wrote.")
    if found.read is None:
        raise ExportError(f"it is a list of sources ({found.name}) and holds no quotes. Export to .md, .html or .json.")
    return found.read(text)


def is_export(text: str, known: Format) -> bool:
    """Return whether a text is one export in this format, and not notes that an export was pasted into."""
    alone = text.startswith(f"{markdown_writer.HEAD}\n") and f"\n{markdown_writer.HEAD}\n" not in text
    if known.name == "markdown" and not alone:
        return False
    try:
        return known.recognises(text) and (known.read is None or known.read(text) is not None)
    except ExportError:
        return False
