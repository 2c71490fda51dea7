"""The quoted documents as BibTeX."""

from __future__ import annotations

import re
from datetime import date

from embeddings.words import MONTHS
from qa.export.control_characters import plain
from qa.export.record import Conversation, QuotedDocument

_HEAD = "% Sources of answers, written by seeds-qa. Keys are made of a file's path and content."
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
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?")
_ADDRESS = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+", re.IGNORECASE)


def write(conversation: Conversation) -> str:
    """Write one entry for each source; an author is one name, as the document writes it."""
    return "\n".join([_HEAD, *(_entry(source) for source in conversation.sources)]) + "\n"


def is_bibtex(text: str) -> bool:
    """Return whether this program wrote the text."""
    return text.startswith(_HEAD)


def web_address(url: str | None) -> str | None:
    """Return a web address that has no white space, quotes, braces or backslashes, else None."""
    return url if url and _ADDRESS.fullmatch(url) else None


def date_parts(written: str | None) -> tuple[int, ...]:
    """Return the year, month and day that an ISO 8601 date gives; empty where it is no such date."""
    match = _DATE.fullmatch(written or "")
    if match is None:
        return ()
    parts = tuple(int(part) for part in match.groups() if part)
    try:
        date(*(*parts, 1, 1)[:3])
    except ValueError:
        return ()
    return parts


def _entry(source: QuotedDocument) -> str:
    said, dated = source.metadata, date_parts(source.metadata.date)
    fields = {"title": f"{{{_escaped(source.title)}}}"}
    if said.author:
        fields["author"] = f"{{{_escaped(said.author)}}}"
    if said.outlet:
        fields["organization"] = _escaped(said.outlet)
    if dated:
        fields["date"] = "-".join(f"{part:02}" for part in dated)
        fields["year"] = f"{dated[0]:04}"
    if address := web_address(said.url):
        fields["url"] = address
    note = [f"File {source.path}", f"SHA-256 {source.sha256}"]
    if said.date and not dated:
        note.insert(0, f"dated {said.date}")
    if said.url and not web_address(said.url):
        note.append(f"address {said.url}")
    fields["note"] = _escaped(", ".join(note))
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    if len(dated) > 1:
        lines.insert(-1, f"  month = {MONTHS[dated[1] - 1][:3]},")
    return "\n".join([f"\n@misc{{{source.key},", *lines, "}"])


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda match: _NAMED[match[0]], plain(text))
