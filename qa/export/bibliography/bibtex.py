"""The quoted documents as BibTeX."""

from __future__ import annotations

import re

from qa.export.bibliography.dates import parts_of
from qa.export.control_characters import plain
from qa.export.record import Conversation, QuotedDocument

__all__ = ["is_bibtex", "web_address", "write"]

_HEAD = "% Sources of answers, written by seeds-qa. Keys are made of a file's path and content."
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = {  # braces by name: BibTeX counts those with a backslash too
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    **{character: f"\\{character}" for character in "#$%&_"},
}
_SPECIAL = re.compile("|".join(re.escape(character) for character in _NAMED))
_ADDRESS = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)


def write(conversation: Conversation) -> str:
    """One entry for each source; an author is one name, as the document writes it."""
    return "\n".join([_HEAD, *(_entry(source) for source in conversation.sources)]) + "\n"


def is_bibtex(text: str) -> bool:
    """Whether this program wrote the text."""
    return text.startswith(_HEAD)


def web_address(url: str | None) -> str | None:
    """The address where it is one of the web without white space, quotes, braces or backslashes; else None."""
    return url if url and _ADDRESS.fullmatch(url) else None


def _entry(source: QuotedDocument) -> str:
    said, date = source.metadata, parts_of(source.metadata.date)
    fields = {"title": f"{{{_escaped(source.title)}}}"}
    if said.author:
        fields["author"] = f"{{{_escaped(said.author)}}}"
    if said.outlet:
        fields["organization"] = _escaped(said.outlet)
    if date:
        fields["date"] = "-".join(f"{part:02}" for part in date)
        fields["year"] = f"{date[0]:04}"
    if address := web_address(said.url):
        fields["url"] = address
    note = [f"File {source.path}", f"SHA-256 {source.sha256}"]
    if said.date and not date:
        note.insert(0, f"dated {said.date}")
    if said.url and not web_address(said.url):
        note.append(f"address {said.url}")
    fields["note"] = _escaped(", ".join(note))
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    if len(date) > 1:
        lines.insert(-1, f"  month = {_MONTHS[date[1] - 1]},")
    return "\n".join([f"\n@misc{{{source.key},", *lines, "}"])


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _NAMED[match[0]], plain(text))
