"""The only importer of jinja2: typed results to HTML. Every value is escaped: document text is shown, never run."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from embeddings.types import Document
from qa.interfaces.chat.certainty import how_sure
from qa.interfaces.chat.feedback import IN_WORDS, File
from qa.interfaces.chat.links import link_to
from qa.interfaces.chat.turns import Turn
from qa.interfaces.chat.views import View
from qa.library.library import State
from qa.reading.measured import Measured
from qa.types.answers import Answer
from qa.types.filters import KINDS, folders_of, values_of
from qa.types.phrasing import NAMED, also_in, counted, headline, related_heading, spelled
from qa.types.quotes import Citation, Quote
from qa.types.serialize import STEERING

REPORTS = {kind: f"{words[0].upper()}{words[1:]}" for kind, words in IN_WORDS.items()}
_TAG = re.compile("(<[^>]*>)")  # in values there is no such sign: they are escaped
LISTED = 500  # values of a kind that are offered in a list; of more, one is typed


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of filter, and the values that the documents have of it."""

    kind: str
    values: tuple[str, ...]
    folders: tuple[str, ...] = ()

    @property
    def listed(self) -> bool:
        """Tell whether the values are few enough to be offered in a list."""
        return len(self.values) + len(self.folders) <= LISTED


def bar(name: str, counts: dict[str, int], left_out: int = 0) -> str:
    """Return the line above everything: the folder, what was indexed (no counts: nothing), what was left out."""
    said = "No documents"
    if counts:
        said = f"{counted(counts['documents'], 'document')} · {counted(counts['passages'], 'passage')}"
    return _template("bar.html", name=name, counts=said, left_out=left_out)


def documents_panel() -> str:
    """Return the panel about the documents, empty: the page fills it."""
    return _template("documents.html")


def opening(state: State) -> str:
    """Return what is said while the index is made, or where that failed."""
    return _template("opening.html", state=state)


def filter_area(documents: Sequence[Document]) -> str:
    """Return the kinds of filter that tell these documents apart, with the values there are; empty where none does."""
    choices = [Choice("document", tuple(values_of("document", documents)), tuple(folders_of(documents)))]
    choices += [Choice(kind, tuple(values_of(kind, documents))) for kind in KINDS if kind != "document"]
    shown = [choice for choice in choices if _tells_apart(choice, documents)]
    dated = any(document.metadata.date for document in documents)
    return _template("filters.html", choices=shown, dated=dated)


def _tells_apart(choice: Choice, documents: Sequence[Document]) -> bool:
    return len(choice.values) > 1 or (
        len(choice.values) == 1 and not all(values_of(choice.kind, [document]) for document in documents)
    )


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is known of quotes now: whether a file still says one, and its document's outlet and date."""

    says: Callable[[Quote], bool]
    about: Callable[[Quote], tuple[str, str]]

    def standing(self, answer: Answer, numbers: Sequence[int]) -> list[int]:
        """Return those of some citations, by their numbers, whose files still say them."""
        return [number for number in numbers if self.says(answer.citations[number - 1].source)]


def welcome(examples: Sequence[str], *, looking: bool) -> str:
    """Return what stands there before the first question; ``looking`` says that more examples may be found."""
    return _template("welcome.html", examples=examples, looking=looking)


def conversation(turns: Sequence[Turn], shelf: Shelf, *, measured: Measured | None = None) -> str:
    """Return the questions and answers; a quote that its file no longer says is not shown again.

    ``measured`` is how often the verdicts of the reader were right; None where nobody measured it.
    """
    return _signs_shown(
        "conversation.html",
        turns=turns,
        shelf=shelf,
        also=partial(_also, says=shelf.says),
        citing=citing,
        link=_link,
        sure=partial(_sure, measured=measured),
        told_apart=_told_apart,
        reports=REPORTS,
        taken_in=taken_in,
        spelled=spelled,
        headline=headline,
        related_heading=related_heading,
    )


def handed(file: File) -> str:
    """Return a file for the page to give to the visitor; its text is text."""
    return _template("handed.html", file=file)


def source(view: View | None, serial: int | None = None) -> str:
    """Return the source pane; ``serial`` is the page's own number of what it asked for, so that it knows it again."""
    again: dict[str, int] = {}
    if view:
        shown = view.shown
        again = {"turn": shown.turn, "number": shown.number}
        if shown.related is not None:
            again = {"turn": shown.turn, "related": shown.related}
    return _signs_shown("source.html", view=view, serial=serial, again=again, citing=citing)


def citing(quote: Quote) -> str:
    """Return a quote as it is copied into a text: the words, where they stand, and the digest of their file."""
    return f"“{quote.quote}” ({quote}, characters {quote.start}–{quote.end}, sha256 {quote.sha256[:12]}…)"


def taken_in(asked: str, taken: Sequence[str]) -> list[tuple[str, bool]]:
    """Return a question in pieces, each with whether it was taken from the conversation; they join to the question."""
    spans: list[tuple[int, int]] = []
    for words in taken:  # the last of several: what is taken is put behind what was typed, or stands there alone
        found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", asked)] if words else []
        free = [span for span in found if all(span[1] <= start or end <= span[0] for start, end in spans)]
        spans += free[-1:]
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces += [(asked[at:start], False), (asked[start:end], True)]
        at = end
    return [(words, is_taken) for words, is_taken in (*pieces, (asked[at:], False)) if words]


def _sure(answer: Answer, *, measured: Measured | None) -> str:
    if measured is None or answer.verdict == "about_documents":
        return ""
    return how_sure(measured, answer.verdict, probable=answer.probability is not None)


def _told_apart(answer: Answer) -> set[int]:
    """Return the numbers of the citations that are shown side by side, because they differ."""
    return {number for found in answer.differences for side in found.sides for number in side.citations}


def _link(turn: Turn) -> str:
    return link_to(turn.answer.asked, turn.filters) if turn.answer else ""


def _also(citation: Citation, *, says: Callable[[Quote], bool]) -> tuple[str, list[tuple[int, str]], int]:
    """Say where else the same is said: the first few places with their numbers, and how many more there are."""
    there = [(at, quote) for at, quote in enumerate(citation.also, start=1) if says(quote)]
    words = also_in(replace(citation, also=tuple(quote for _, quote in there)))
    return words, [(at, quote.place) for at, quote in there[:NAMED]], max(0, len(there) - NAMED)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("qa.interfaces.chat"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(file: str, /, **values: object) -> str:
    return _environment().get_template(file).render(**values)


def _signs_shown(file: str, /, **values: object) -> str:
    """Return a page's part in which characters that turn the direction of what follows are seen, as in exports.

    Only what is read: attributes keep them, so that what is copied from there is what the file says.
    """
    tags_between = _TAG.split(_template(file, **values))
    tags_between[::2] = [STEERING.sub(_sign, text) for text in tags_between[::2]]
    return "".join(tags_between)


def _sign(match: re.Match[str]) -> str:
    return f'<code class="sign">U+{ord(match[0]):04X}</code>'
