"""Quotes out of an HTML page that `qa.export.html.writer` wrote: what is read is what is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from embeddings.errors import ExportError
from qa.export.control_characters import character
from qa.export.html.writer import CLASSES, GENERATOR
from qa.export.record import Recorded, Role
from qa.export.recorded import NO_ANSWERS, REFUSALS, recorded, unquoted, unreadable

_FIELDS = {name: f"dd.{kind}" for name, kind in CLASSES.items()}
_PARTS = frozenset({"blockquote", "p.paragraph", "mark", *_FIELDS.values()})
_LABEL = re.compile(r"\[\d+\]|The same is said here")
_FRAME = frozenset({"p.label", "dt", "dl", "div", "code"})
_AROUND = frozenset(
    {"main", "header", "section", "article", "h1", "h2", "h3", "p", "ul", "li", "dl", "div", "dt", "dd", "code", "bdi"}
)
_ATTRIBUTES = frozenset({"class", "dir"})


def is_html(text: str) -> bool:
    """Return whether the text is an export in HTML."""
    head = text[:4000]
    return head.lstrip().lower().startswith("<!doctype html") and f'content="{GENERATOR}"' in head


def read(text: str) -> list[Recorded]:
    """Return every quote, in the order shown. Raise ExportError where the page breaks off."""
    page = _Page()
    page.feed(text)
    page.close()
    page.finish()
    if not page.whole:
        raise ExportError("the exported page breaks off, or its elements are damaged. Export the answers anew.")
    if page.foreign:
        problem = f"the page has a <{page.foreign}> that the export did not write"
        return [replace(quote, problem=quote.problem or problem) for quote in page.quotes]
    return page.quotes if page.answers else [*page.quotes, unreadable("", NO_ANSWERS)]


@dataclass(slots=True)
class _Shown:
    """The parts of a quote's element, each with its text; ``strange`` is what does not belong there."""

    parts: dict[str, list[str]] = field(default_factory=dict)
    strange: str = ""


class _Page(HTMLParser):
    """A collector of the text of the elements of a quote."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.quotes: list[Recorded] = []
        self.foreign = ""
        self.whole = False
        self.answers = 0
        self._first = 0
        self._verdict: str | None = None
        self._in_body = False
        self._question = ""
        self._open: list[str] = []
        self._shown: _Shown | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        kind = given.get("class") or ""
        name = f"{tag}.{kind}" if tag in ("p", "dd") else tag
        if tag == "h2":
            self._question = ""
        if tag == "section" and kind == "answer":
            self._finish_answer()
            self.answers += 1
            self._first, self._verdict = len(self.quotes), ""
        if tag == "article" and kind.startswith("quote"):
            self.finish()
            self._shown, self._open = _Shown(), []
            self._shown.strange = "" if set(given) == {"class"} else "it has an attribute that the export did not write"
            return
        if self._shown is None and self._in_body and not (tag in _AROUND and set(given) <= _ATTRIBUTES):
            self.foreign = self.foreign or tag
        self._in_body = self._in_body or tag == "body"
        if self._shown is not None:
            known = name in _PARTS or name in _FRAME
            if not known or len(given) < len(attrs) or not set(given) <= _ATTRIBUTES:
                self._shown.strange = self._shown.strange or f"there is a <{tag}> in it that the export did not write"
            self._shown.parts.setdefault(name, []).append("")
        if tag not in ("meta", "br", "link", "img", "hr", "input"):
            self._open.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self.finish()
        if tag in ("section", "main", "html"):
            self._finish_answer()
        self.whole = tag == "html" and self._in_body
        while self._open and any(name.split(".")[0] == tag for name in self._open):
            if self._open.pop().split(".")[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        inside = self._open
        text = data
        if inside and inside[-1] == "code":
            text = character(data) or data
        if "h2" in inside:
            self._question += text
        if self._verdict is not None and "p.verdict" in inside:
            self._verdict += text
        if self._shown is None:
            return
        parts = [name for name in inside if name in _PARTS or name in ("p.label", "dt")]
        for name in parts:
            self._shown.parts[name][-1] += text
        if not parts and data.strip():
            self._shown.strange = self._shown.strange or "there are words in it that the export did not write"

    def finish(self) -> None:
        """Close the quote that is open, if any."""
        if self._shown is not None:
            role: Role = "cited" if self._shown.parts.get("p.label") else "related"
            self.quotes.append(replace(_recorded(self._question, self._shown), role=role))
        self._shown = None

    def _finish_answer(self) -> None:
        """Close the answer that is open, if any: an answer without a refusal must cite something."""
        cited = any(quote.role == "cited" for quote in self.quotes[self._first :])
        if self._verdict is not None and self._verdict not in REFUSALS and not cited:
            self.quotes.insert(self._first, unquoted(self._question))
        self._verdict = None


def _recorded(question: str, shown: _Shown) -> Recorded:
    parts = {name: texts[0] for name, texts in shown.parts.items() if name in _PARTS}
    key, words = parts.get("dd.key", ""), parts.get("blockquote", "")
    missing = [name for name in ("blockquote", *_FIELDS.values()) if name not in parts]
    twice = [name for name in parts if len(shown.parts[name]) > 1]
    if missing or twice:
        return unreadable(key, f"{(missing or twice)[0]} is {'missing' if missing else 'there twice'}", question, words)
    labels, names = shown.parts.get("p.label", [""]), shown.parts.get("dt")
    if names != list(_FIELDS) or len(labels) > 1 or (labels[0] and not _LABEL.fullmatch(labels[0])):
        return unreadable(key, "there are words in it that the export did not write", question, words)
    if shown.strange:
        return unreadable(key, shown.strange, question, words)
    if parts.get("mark", words) != words or ("mark" in parts) != ("p.paragraph" in parts):
        return unreadable(key, "the words marked in the paragraph are not the quote", question, words)
    said = {name: parts[part] for name, part in _FIELDS.items()}
    if "p.paragraph" in parts:
        said["In full"] = parts["p.paragraph"]
    return recorded(question, key, words, said)
