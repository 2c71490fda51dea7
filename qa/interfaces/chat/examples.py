"""Example questions from the names and titles of the documents, kept where the answer is seen to be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import islice, zip_longest
from pathlib import Path
from threading import Thread, main_thread

from embeddings.documents.abbreviations import Alias
from embeddings.types import Document
from embeddings.words import plain_words
from qa.answering.answerer import Answerer
from qa.library.library import Library

MOST = 4
_TRIED = 16
_DOCUMENTS, _OF_EACH = 50, 8  # documents looked at, the newest first, and questions made of each
_LONGEST = 80  # characters of a name


class Examples:
    """Up to MOST questions, looked for in the background from the moment this is made, until the index changes."""

    def __init__(self, library: Library, answerer: Answerer) -> None:
        self.found: list[str] = []
        self.ended = False
        Thread(target=self._look, args=(library, answerer), name="examples", daemon=True).start()

    def _look(self, library: Library, answerer: Answerer) -> None:
        try:
            for question, names in islice(dict(_candidates(answerer)).items(), _TRIED):
                if len(self.found) == MOST or library.answerer is not answerer:
                    break
                answer = answerer.ask(question)
                if answer.verdict == "answered" and _says_of(answer.citations[0].quote, names):
                    self.found.append(question)
        except RuntimeError:  # while the program ends no thread begins another
            if main_thread().is_alive():
                raise
        finally:
            self.ended = True


def _questions(document: Document, aliases: Iterable[Alias]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give questions about a document, each with the names of which its first quote must hold one.

    A name has the article that the text gives it. A title that is no name is in no sentence, and so never quoted.
    """
    for alias in aliases:
        if alias.short.isupper():
            yield f"What does {alias.short} stand for?", (alias.long,)
    for names in (*((alias.long, alias.short) for alias in aliases), (document.title,)):
        name = names[0]
        if len(name) <= _LONGEST and name[-1:].isalnum():
            article = "the " if f"the {name}" in document.text else ""
            yield f"What is said about {article}{name}?", names


def _candidates(answerer: Answerer) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give one question of each document in turn, the documents that came last first."""
    index, folder = answerer.retriever.index, answerer.retriever.seeds
    newest = nsmallest(_DOCUMENTS, index.corpus.documents, key=lambda document: _age(folder / document.source))
    each = (
        islice(_questions(one, [known.alias for known in index.aliases if one.id in known.documents]), _OF_EACH)
        for one in newest
    )
    return (candidate for row in zip_longest(*each) for candidate in row if candidate)


def _age(file: Path) -> int:
    """Return what is least for the file that came last; a copy may keep the time of its words, not of its coming."""
    try:
        return -file.stat().st_ctime_ns
    except OSError:
        return 0


def _says_of(quote: str, names: Iterable[str]) -> bool:
    """Return whether a quote holds the words of one of the names and says more than them."""
    said, *known = (" ".join(plain_words(text)) for text in (quote, *names))
    return said not in known and any(f" {words} " in f" {said} " for words in known)
