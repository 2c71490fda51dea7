"""The only importer of jinja2: typed results to HTML. Every value is escaped: document text is shown, never run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from embeddings.corpus import Corpus
from embeddings.types import Document
from qa.filters import KINDS, Filters, folders_of, values_of
from qa.library import State
from qa.types import Answer, Citation, Quote
from qa.wording import also_in, also_named, counted

__all__ = [
    "Turn",
    "View",
    "bar",
    "conversation",
    "documents_panel",
    "filter_area",
    "opening",
    "source",
    "view_of",
    "whole",
]

LISTED = 500  # values of a kind that are offered in a list; of more, one is typed
AROUND = 150  # paragraphs shown before and after the quote; a long document is not sent whole


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, the documents it is asked of, and what came of it; neither answer nor problem while it is searched.

    ``serial`` is the page's own count of what was sent: the network may bring two questions in another order.
    """

    question: str
    answer: Answer | None = None
    problem: str = ""
    serial: int = 0
    filters: Filters = field(default_factory=Filters)


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind of filter, and the values that the documents have of it."""

    kind: str
    values: tuple[str, ...]
    folders: tuple[str, ...] = ()

    @property
    def listed(self) -> bool:
        """Whether the values are few enough to be offered in a list."""
        return len(self.values) + len(self.folders) <= LISTED


@dataclass(frozen=True, slots=True)
class Item:
    """A paragraph of the source pane; ``heading`` and ``page`` where a new one begins above it."""

    number: int
    text: str
    heading: str = ""
    page: int | None = None
    before: str = ""
    marked: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What the source pane shows: a document around a quote, or why it cannot."""

    problem: str = ""
    document: Document | None = None
    about: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    left_out_before: int = 0
    left_out_after: int = 0
    turn: int = 0
    number: int = 0
    citations: int = 0
    is_whole: bool = False


def bar(name: str, counts: dict[str, int], left_out: int = 0) -> str:
    """The line above everything: the folder, what was indexed (no counts: nothing), how many files were left out."""
    said = "No documents"
    if counts:
        said = f"{counted(counts['documents'], 'document')} · {counted(counts['passages'], 'passage')}"
    return _template("bar.html", name=name, counts=said, left_out=left_out)


def documents_panel() -> str:
    """The panel about the documents, empty: the page fills it."""
    return _template("documents.html")


def opening(state: State) -> str:
    """What is said while the index is made, or where that failed."""
    return _template("opening.html", state=state)


def filter_area(documents: Sequence[Document]) -> str:
    """The kinds of filter that tell these documents apart, with the values there are; empty where none does."""
    choices = [Choice("document", tuple(values_of("document", documents)), tuple(folders_of(documents)))]
    choices += [Choice(kind, tuple(values_of(kind, documents))) for kind in KINDS if kind != "document"]
    shown = [choice for choice in choices if _tells_apart(choice, documents)]
    dated = any(document.metadata.date for document in documents)
    return _template("filters.html", choices=shown, dated=dated)


def _tells_apart(choice: Choice, documents: Sequence[Document]) -> bool:
    return len(choice.values) > 1 or (
        len(choice.values) == 1 and not all(values_of(choice.kind, [document]) for document in documents)
    )


def conversation(
    turns: Sequence[Turn], shown: tuple[int, int] | None, examples: Sequence[str], says: Callable[[Quote], bool]
) -> str:
    """The questions and answers; ``shown`` is the turn and the number of the citation in the source pane.

    ``says`` tells of each quote whether its file still says it; one that does not is not shown again.
    """

    def also(citation: Citation) -> tuple[str, list[str]]:
        said = replace(citation, also=tuple(quote for quote in citation.also if says(quote)))
        return also_in(said), also_named(said)

    return _template("conversation.html", turns=turns, shown=shown, examples=examples, says=says, also=also)


def source(view: View | None) -> str:
    """The source pane."""
    return _template("source.html", view=view)


def view_of(corpus: Corpus, quote: Quote, *, turn: int = 0, number: int = 0, citations: int = 0) -> View:
    """The document of a quote, with its neighbours; the quote is marked in its paragraph."""
    document = corpus.document(quote.document_id)
    if document is None:
        return View(problem=f"{quote.path} is no longer in the index.")
    rows = corpus.passage_rows(document.id)
    at = next((row for row in rows if corpus.passage(row).start == quote.paragraph.start), rows.start)
    window = range(max(rows.start, at - AROUND), min(rows.stop, at + AROUND + 1))
    about = [document.metadata.outlet, document.metadata.author, document.metadata.date, document.source]
    return View(
        document=document,
        about=(*(field for field in about if field), counted(len(rows), "paragraph")),
        items=tuple(_items(corpus, document, window, quote)),
        left_out_before=window.start - rows.start,
        left_out_after=rows.stop - window.stop,
        turn=turn,
        number=number,
        citations=citations,
    )


def whole(corpus: Corpus, quote: Quote) -> View:
    """The document of a quote with nothing marked in it."""
    view = view_of(corpus, quote)
    return replace(view, items=tuple(replace(item, marked="") for item in view.items), is_whole=True)


def _items(corpus: Corpus, document: Document, window: range, quote: Quote) -> list[Item]:
    items: list[Item] = []
    heading, page = "", None
    for row in window:
        passage = corpus.passage(row)
        on_page = document.page_at(passage.start)
        is_quoted = passage.start == quote.paragraph.start
        cut = (quote.start - passage.start, quote.end - passage.start) if is_quoted else (0, 0)
        items.append(
            Item(
                number=passage.number,
                text=passage.text,
                heading=passage.heading if passage.heading not in (heading, document.title) else "",
                page=on_page if on_page != page else None,
                before=passage.text[: cut[0]],
                marked=passage.text[slice(*cut)],
                after=passage.text[cut[1] :],
            )
        )
        heading, page = passage.heading, on_page
    return items


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("qa.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _template(file: str, /, **values: object) -> str:
    return _environment().get_template(file).render(**values)
