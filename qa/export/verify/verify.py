"""Quotes that were exported once against the documents as they are now. Neither model nor index is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from embeddings.types import Document
from qa.export import ROLES, Recorded, Role, quotes_in, text_in
from qa.export.verify.locate import Folder, best_place, quoted
from qa.export.verify.word_diff import Change, difference, nearest
from qa.types.quotes import Quote

State: TypeAlias = Literal["intact", "moved", "changed", "missing", "edited"]

ALIKE = 0.6  # of two passages: from here on one is taken for a new wording of the other


_EDITED = "The export was edited, or written by a program that read the file otherwise."


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a quote.

    ``now`` is where its words stand, or for `changed` and `edited` the nearest passage, if there is one; ``difference``
    leads from the quote to that. ``remark`` says the rest in words.
    """

    recorded: Recorded
    state: State
    remark: str = ""
    now: Quote | None = None
    difference: tuple[Change, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        recorded = self.recorded
        return {
            "state": self.state,
            "remark": self.remark,
            "question": recorded.question,
            "role": recorded.role,
            "key": recorded.key,
            "quote": recorded.words,
            "was": recorded.quote.to_dict() if recorded.quote else None,
            "now": self.now.to_dict() if self.now else None,
            "difference": [asdict(change) for change in self.difference],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all quotes, in the order of the export."""

    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[State, int]:
        """Return the number of quotes in each state."""
        return _counted(self.findings)

    def of_role(self, role: Role) -> dict[State, int]:
        """Return the number of cited, or related, quotes in each state."""
        return _counted(finding for finding in self.findings if finding.recorded.role == role)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        roles: dict[str, Any] = {role: self.of_role(role) for role in ROLES}
        return {"counts": self.counts, **roles, "quotes": [finding.to_dict() for finding in self.findings]}


def _counted(findings: Iterable[Finding]) -> dict[State, int]:
    found = Counter(finding.state for finding in findings)
    return {state: found[state] for state in get_args(State)}


def verify(file: str | Path, seeds: str | Path = "seeds") -> Report:
    """Compare every quote of an exported file with the documents of a folder.

    Raise ExportError where the file is no export, FolderError where the folder cannot be read.
    """
    recorded = quotes_in(text_in(Path(file)))
    return verify_quotes(recorded, Folder(Path(seeds), without=Path(file)))


def verify_quotes(recorded: Sequence[Recorded], folder: Folder) -> Report:
    """Compare quotes with documents; the same quote to the same question counts once."""
    return Report(tuple(_finding(one, folder) for one in dict.fromkeys(recorded)))


def _finding(recorded: Recorded, folder: Folder) -> Finding:
    quote = recorded.quote
    if quote is None:
        return Finding(recorded, "edited", f"The export was edited: {recorded.problem}.")
    here = folder.document(quote.path) if quote.path in folder else None
    if recorded.problem:
        near = _nearest(quote.quote, [here] if isinstance(here, Document) else [])
        return _with_difference(recorded, "edited", f"The export was edited: {recorded.problem}.", near)
    if isinstance(here, Document):
        return _in_its_document(recorded, quote, here, folder)
    gone = "its file is gone" if here is None else f"its file cannot be read: {here}"
    return _elsewhere(recorded, quote, folder, gone)


def _in_its_document(recorded: Recorded, quote: Quote, here: Document, folder: Folder) -> Finding:
    same_file = here.sha256 == quote.sha256
    place = best_place(here, quote)
    if place == (quote.start, quote.end) and here.text[slice(*place)] == quote.quote:
        wrong = _not_as_in(here, quote) if same_file else ""
        if wrong:
            return Finding(recorded, "edited", f"The file is as it was, but {wrong}. {_EDITED}", quoted(here, place))
        return Finding(recorded, "intact", "" if same_file else _file_changed(here, quote), quote.again(here))
    if place is not None:
        return _moved(recorded, here, place, "in the same file")
    if same_file:
        remark = f"The file is as it was, but does not say it. {_EDITED}"
        return _with_difference(recorded, "edited", remark, _nearest(quote.quote, [here]))
    near = _nearest(quote.quote, [here])
    if near is None or near[2] < ALIKE:
        other = _holding(quote, folder)
        if other is not None:
            return _moved(recorded, *other, "in another file; this one no longer says it")
    remark = "The file no longer says it." if near else "The file no longer says it, nor anything like it."
    return _with_difference(recorded, "changed", remark + _copies(quote, folder), near)


def _elsewhere(recorded: Recorded, quote: Quote, folder: Folder, gone: str) -> Finding:
    other = _holding(quote, folder)
    if other is not None:
        renamed = other[0].sha256 == quote.sha256
        return _moved(recorded, *other, f"{gone}; {'the same file is' if renamed else 'it stands'} there")
    near = _nearest(quote.quote, folder.others(quote.path))
    if near is None or near[2] < ALIKE:
        return Finding(recorded, "missing", f"{_begun(gone)}, and no other says it.")
    return _with_difference(recorded, "missing", f"{_begun(gone)}, and no other says it. The nearest is shown.", near)


def _not_as_in(here: Document, quote: Quote) -> str:
    """Return how a quote differs from the file that it was taken from; empty where it does not."""
    now = quote.again(here)
    if now is None:
        return "its paragraph does not stand there"
    for name, was, there in (
        ("title", quote.title, now.title),
        ("document", quote.document_id, now.document_id),
        ("place", quote.locator, now.locator),
        ("paragraph", quote.paragraph.text, now.paragraph.text),
    ):
        if was != there:
            return f"its {name} is {there!r}, not {was!r}"
    return ""


def _holding(quote: Quote, folder: Folder) -> tuple[Document, tuple[int, int]] | None:
    """Return the document with the words now: the same file renamed, else the same paragraph, else the same words."""
    for document in folder.of_digest(quote.sha256):
        if document.source != quote.path and (place := best_place(document, quote)):
            return document, place
    first = None
    for document in folder.others(quote.path):
        place = best_place(document, quote)
        if place is not None and quote.paragraph.text in document.text:
            return document, place
        if place is not None and first is None:
            first = document, place
    return first


def _nearest(words: str, documents: Iterable[Document]) -> tuple[Document, tuple[int, int], float] | None:
    found = [(document, near) for document in documents if (near := nearest(document, words))]
    if not found:
        return None
    document, (span, ratio) = max(found, key=lambda item: item[1][1])
    return document, span, ratio


def _moved(recorded: Recorded, document: Document, place: tuple[int, int], how: str) -> Finding:
    now = quoted(document, place)
    breaks = "" if now.quote == recorded.words else ", with other white space"
    return Finding(recorded, "moved", f"{_begun(how)}{breaks}.", now)


def _with_difference(
    recorded: Recorded, state: State, remark: str, near: tuple[Document, tuple[int, int], float] | None
) -> Finding:
    if near is None:
        return Finding(recorded, state, remark)
    now = quoted(near[0], near[1])
    return Finding(recorded, state, remark, now, difference(recorded.words, now.quote))


def _file_changed(here: Document, quote: Quote) -> str:
    around = quote.paragraph
    if here.text[around.start : around.end] != around.text:
        return "The file has changed, and so has the paragraph around the quote."
    return "The file has changed elsewhere."


def _copies(quote: Quote, folder: Folder) -> str:
    other = _holding(quote, folder)
    return "" if other is None else f" The same words stand in {other[0].source}."


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
