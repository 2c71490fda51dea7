"""Replies to what asks nothing of the documents' text: which documents there are, and how they begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property, lru_cache, partial
from pathlib import PurePosixPath

from embeddings.index.store import Index
from embeddings.types import Document
from embeddings.words import plain_words
from qa.answering.no_answer.scope import not_quoted
from qa.answering.sources import AnswerChecks
from qa.query.followup import FollowUp
from qa.query.intent import Intent, IntentKind, intent_of
from qa.query.syntax import checked
from qa.types.answers import Answer
from qa.types.filters import Filters
from qa.types.phrasing import AS_WRITTEN, counted
from qa.types.quotes import Citation, Quote

LISTED = 100
"""Documents that are listed; of more, how many."""
BEGINNINGS = 5
"""Documents whose beginning is quoted."""
PARAGRAPHS = 3
"""Paragraphs that are quoted of a document alone."""

_LOOKED_AT = 12  # passages of a document: its cover or its contents may stand before the first paragraph
_PROSE = re.compile(r"(?:\S+\s+){4,}\S+[.!?…][\"'”’»)]*")  # a sentence
_NEAR, _LONG = 0.92, 8  # how much alike two names are, and from how many characters that is looked at
_NAMES_KEPT = 64  # names that were looked up: each turn of a conversation is looked at again with the next
_NUMBER = re.compile(r"\d+")
_ARTICLES = frozenset(["a", "an", "the"])
_BEFORE_NAME = re.compile(
    r"^(?:(?:document|file|article|paper|report|text|book)s? )?(?:(?:called|named|titled|from|by|of) )?(?:the )?"
)
_AFTER_NAME = re.compile(r" (?:document|file|article|paper|report|text|book)s?$")
_HOW = (
    "Ask a question, in words that the documents would use: the answer is a quote, word for word, with its place. "
    "“What documents do you have?” lists them. “What is this about?” shows how they begin."
)
_REPLIES: dict[IntentKind, str] = {
    "greeting": f"Hello. {_HOW}",
    "thanks": "You are welcome. Ask on.",
    "noted": "All right. Ask on.",
    "goodbye": "Goodbye.",
    "help": _HOW,
}
_FACTS: dict[IntentKind, str] = {
    "author": "author",
    "outlet": "outlet",
    "date": "date",
}  # fields of a document's metadata
_IT = re.compile(r"\b(?:it|that)\b", re.IGNORECASE)


class AboutDocuments:
    """Replies from an index, whose quotes are compared with the files; ``changed`` of a reply as in every answer."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def concerns(self, text: str) -> bool:
        """Return whether a text gets a reply, and is therefore no question to the documents."""
        return self._intent(text) is not None

    def leans(self, text: str) -> bool:
        """Return whether a text asks for an author, outlet or date of "it", which what was said before may tell."""
        intent = self._intent(text)
        return intent is not None and intent.kind in _FACTS and bool(_IT.search(text))

    def reply(self, text: str, filters: Filters, checks: AnswerChecks, meant: FollowUp | None = None) -> Answer | None:
        """Return the reply; None for a question. Raises FilterError for a value that no document has.

        ``meant`` is what the text means after the conversation before it, where there is one.
        """
        intent = self._intent(text if meant is None else meant.asked)
        if intent is None:
            return None
        asked = checked(text) if meant is None else meant.asked
        citations, reason = list[Citation](), _REPLIES.get(intent.kind, "")
        if not reason:
            documents = self._meant(intent, filters)
            if intent.kind == "list" or not documents:
                reason = _listed(documents, filters)
            elif intent.kind in _FACTS:
                reason = _told(documents, _FACTS[intent.kind])
            else:
                citations = self._beginnings(documents, checks)
                reason = " ".join([*not_quoted(checks.changed), *_begin(documents, citations)])
        return Answer(
            question=text,
            asked=asked,
            verdict="about_documents",
            citations=tuple(citations),
            related=(),
            reason=reason,
            index_id=self._index.manifest.index_id,
            changed=tuple(checks.changed),
            filters=filters,
            taken=() if meant is None else meant.taken,
        )

    def _intent(self, text: str) -> Intent | None:
        """Return what is wanted; of one document only if there is one of that name."""
        intent = intent_of(text)
        return None if intent and intent.kind != "overview" and intent.name and not self._named(intent.name) else intent

    def _meant(self, intent: Intent, filters: Filters) -> list[Document]:
        """Return the documents that the filters leave; of those the ones that are named, where some are."""
        documents = self._index.corpus.documents
        left = [documents[row] for row in filters.rows(documents)]
        named = self._named(intent.name)
        return [document for document in left if document.id in named] if named else left

    @cached_property
    def _named(self) -> Callable[[str], frozenset[str]]:
        """Return the look-up of a name, which remembers the last; it keeps the names alone, not the index."""
        return lru_cache(_NAMES_KEPT)(partial(_documents_named, self._names))

    @cached_property
    def _names(self) -> dict[str, frozenset[str]]:
        """Return the ids of the documents of each name, worked out when first needed."""
        names: dict[str, set[str]] = {}
        for document in self._index.corpus.documents:
            path = PurePosixPath(document.source)
            for name in (document.title, path.name, path.stem, document.source, document.metadata.outlet or ""):
                names.setdefault(_plain(name), set()).add(document.id)
        return {name: frozenset(ids) for name, ids in names.items() if name}

    def _beginnings(self, documents: Sequence[Document], checks: AnswerChecks) -> list[Citation]:
        """Return the first paragraphs of a document, or the first of each of several; only what passes the checks."""
        count = PARAGRAPHS if len(documents) == 1 else 1
        quotes = [quote for document in documents[:BEGINNINGS] for quote in self._paragraphs(document, count)]
        return [Citation(number, quote) for number, quote in enumerate(checks.of(quotes), start=1)]

    def _paragraphs(self, document: Document, count: int) -> list[Quote]:
        corpus = self._index.corpus
        rows = corpus.passage_rows(document.id)[:_LOOKED_AT]
        prose = [
            row for row in rows if any(_PROSE.fullmatch(corpus.sentence(at).text) for at in corpus.sentence_rows(row))
        ]
        return [Quote.of(document, corpus.passage(row)) for row in (prose or rows)[:count]]


def _documents_named(names: Mapping[str, frozenset[str]], name: str) -> frozenset[str]:
    """Return the ids of the documents of a title, file name or outlet that is this or nearly this."""
    for written in dict.fromkeys((_plain(name), _plain(_AFTER_NAME.sub("", _BEFORE_NAME.sub("", _plain(name)))))):
        if written in names:
            return names[written]
        near = get_close_matches(written, names, n=1, cutoff=_NEAR) if len(written) >= _LONG else []
        if near and _NUMBER.findall(near[0]) == _NUMBER.findall(written):
            return names[near[0]]
    return frozenset()


def _begin(documents: Sequence[Document], citations: Sequence[Citation]) -> Iterator[str]:
    """Say what is quoted, if anything is: no document is put into other words."""
    shown, quoted = len(documents[:BEGINNINGS]), len({citation.source.document_id for citation in citations})
    every, said = len(documents), f"{AS_WRITTEN}: this is how"
    if quoted == every == 1:
        yield f"{said} the document begins."
    elif quoted == every:
        yield f"{said} each of the {every} documents begins."
    elif quoted == shown:
        yield f"{said} the first {quoted} documents begin, by file name."
    elif quoted:
        yield f"{said} {quoted} of the first {shown} documents {'begins' if quoted == 1 else 'begin'}, by file name."
    if every > shown:
        yield f"There {'is' if every == shown + 1 else 'are'} {counted(every - shown, 'more document')}."


def _listed(documents: Sequence[Document], filters: Filters) -> str:
    """Return the number of documents and a line for each: title, outlet, date, file."""
    chosen = "" if filters.empty else f" ({filters})"
    if not documents:
        return f"There is no such document{chosen}." if chosen else "There is no document."
    return "\n".join([f"{counted(len(documents), 'document')}{chosen}:", *_lines(documents)])


def _told(documents: Sequence[Document], fact: str) -> str:
    """Return what the documents say of themselves: a line for each, or that none says it."""
    said = [(document, getattr(document.metadata, fact)) for document in documents]
    if not any(value for _, value in said):
        which = (
            "The document does not give" if len(said) == 1 else f"None of the {counted(len(said), 'document')} gives"
        )
        return f"{which} its {fact} in its metadata. To search the text for it, put the question in quotation marks."
    lines = [f"- {document.title}: {value or 'not said'} ({document.source})" for document, value in said[:LISTED]]
    more = [f"- and {len(said) - LISTED:,} more"] if len(said) > LISTED else []
    return "\n".join([f"{fact.capitalize()}, as the files say:", *lines, *more])


def _lines(documents: Sequence[Document]) -> Iterator[str]:
    for document in documents[:LISTED]:
        said = [document.title, document.metadata.outlet, document.metadata.date]
        yield " ".join(f"- {', '.join(part for part in said if part)} ({document.source})".split())
    if len(documents) > LISTED:
        yield f"- and {len(documents) - LISTED:,} more"


def _plain(name: str) -> str:
    return " ".join(word for word in plain_words(name.replace("_", " ")) if word not in _ARTICLES)
