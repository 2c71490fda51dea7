"""A documents folder as every door sees it: one answerer over the newest index, and how far its making is."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Literal, Self

from embeddings.errors import NotReady, QAError
from embeddings.plan import Progress
from qa.answer import Answerer
from qa.filters import Filters
from qa.opening import Setup, open_retriever
from qa.searching import Found, find
from qa.types import Answer

__all__ = ["Library", "State"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """How far the index is: what is being done, and ``done`` of ``total`` of it; the problem where it failed."""

    phase: Literal["opening", "ready", "failed"]
    doing: str = ""
    done: int = 0
    total: int = 0
    problem: str = ""


class Library:
    """The documents of a folder, ready to be asked or on the way there; may be used by several threads.

    >>> library = Library(Answerer.open("seeds"))
    >>> library.state.phase
    'ready'
    >>> len(library.search("transit routes", 3).hits)
    3
    """

    def __init__(self, answerer: Answerer | None = None) -> None:
        self._answerer = answerer
        self._state = State("opening" if answerer is None else "ready")
        self._syncing = Lock()

    @classmethod
    def opening(cls, setup: Setup, *, progress: Progress | None = None) -> Self:
        """Give a library at once, and make its index in the background; `state` tells how far it is."""
        library = cls()

        def show(what: str, done: int, total: int) -> None:
            library._state = State("opening", what, done, total)
            if progress:
                progress(what, done, total)

        Thread(target=library._open, args=(setup, show), name="opening", daemon=True).start()
        return library

    @property
    def state(self) -> State:
        """How far the index is."""
        return self._state

    @property
    def answerer(self) -> Answerer:
        """The answerer over the index as it was last brought up to date. Raises NotReady while there is none."""
        if self._answerer is None:
            state = self._state
            if state.phase == "failed":
                raise NotReady(f"the documents cannot be asked: {state.problem}")
            raise NotReady("the documents are still being read. Ask again in a moment.")
        return self._answerer

    def ask(self, question: str, *, filters: Filters | None = None, per_document: int | None = None) -> Answer:
        """Bring the index up to date and answer; see `Answerer.ask`."""
        self.refresh()
        return self.answerer.ask(question, filters=filters, per_document=per_document)

    def search(
        self, query: str, k: int = 5, *, filters: Filters | None = None, per_document: int | None = None
    ) -> Found:
        """Bring the index up to date and search; see `qa.searching.find`."""
        self.refresh()
        return find(self.answerer, query, k, filters=filters, per_document=per_document)

    def refresh(self) -> None:
        """Bring the index up to date with the folder, if anything changed there."""
        answerer = self.answerer
        with self._syncing:
            answerer.refresh()

    def _open(self, setup: Setup, progress: Progress) -> None:
        try:
            self._answerer = Answerer.over(open_retriever(setup, progress=progress))
            self._state = State("ready")
        except QAError as error:
            self._state = State("failed", problem=str(error))
        except Exception:  # whatever it is, who waits must be told, and the log must tell what
            logger.exception("the index could not be made")
            self._state = State("failed", problem="something went wrong; the terminal tells what.")
