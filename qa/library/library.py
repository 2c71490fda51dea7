"""A documents folder as every door sees it: one answerer over the newest index, and how far its making is."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread
from typing import Literal, Self

from embeddings.documents.folder import Snapshot
from embeddings.errors import NotReady, OpeningFailed, QAError
from embeddings.index.changes import Progress
from qa.answering.answerer import Answerer
from qa.answering.search import Found, find
from qa.answering.setup import Setup
from qa.library.updates import Updates
from qa.library.watcher import Pace, Watcher, look
from qa.query.followup import Exchange
from qa.types.answers import Answer
from qa.types.arguments import checked_arguments
from qa.types.filters import Filters

logger = logging.getLogger(__name__)

_PATIENCE = 2.0  # seconds that a question waits for an update
_LOOK_AGAIN = 2.0  # seconds between two looks for files that are gone while they are read
_NAMED = 5
_UNFORESEEN = "something went wrong; the terminal tells what."


@dataclass(frozen=True, slots=True)
class State:
    """How far the index is: what is being done, and ``done`` of ``total`` of it; the problem where it failed.

    A library that is ready may be doing something too: its index is being brought up to date. Where that failed, the
    earlier index is kept, and the problem is why.
    """

    phase: Literal["opening", "ready", "failed"]
    doing: str = ""
    done: int = 0
    total: int = 0
    problem: str = ""


class _Outdated(Exception):
    """What is being read is not wanted any more."""


class Library:
    """The documents of a folder, ready to be asked or on the way there; may be used by several threads.

    An index that is brought up to date takes the place of the earlier one in one step: an answer that has begun is
    ended with the earlier one.

    >>> library = Library(Answerer.open("seeds"))
    >>> library.state.phase
    'ready'
    >>> len(library.search("transit routes", 3).hits)
    3
    """

    @checked_arguments
    def __init__(self, answerer: Answerer | None = None, *, setup: Setup | None = None) -> None:
        self._answerer = answerer
        self._setup = setup
        self._state = State("opening" if answerer is None else "ready")
        self.public_problem = ""  # of the state: what may be told elsewhere, nothing of this computer
        self._updates = Updates(self._updated)
        self._watcher: Watcher | None = None
        self._watching = Lock()
        self._closed = False

    @classmethod
    @checked_arguments
    def opening(cls, setup: Setup, *, progress: Progress | None = None, watch: bool = False) -> Self:
        """Return a library at once, and make its index in the background; `state` tells how far it is.

        With ``watch`` a change of the folder is noticed; see `watch`.
        """
        library = cls(setup=setup)

        def begin() -> None:
            library._open(progress)
            if watch:
                library.watch("")  # it acts at its first look: what changed meanwhile, or failed, is seen to

        Thread(target=begin, name="opening", daemon=True).start()
        return library

    @property
    def state(self) -> State:
        """Return how far the index is."""
        return self._state

    @property
    def answerer(self) -> Answerer:
        """Return the answerer over the index as last brought up to date. Raises NotReady while there is none."""
        if self._answerer is None:
            state = self._state
            if state.phase == "failed":
                raise OpeningFailed(f"the documents cannot be asked: {state.problem}", public=self.public_problem)
            raise NotReady("the documents are still being read. Ask again in a moment.")
        return self._answerer

    @property
    def seeds(self) -> Path:
        """Return the documents folder. Raises NotReady while it is not known."""
        return self._setup.seeds if self._setup else self.answerer.retriever.seeds

    @property
    def revision(self) -> str:
        """Return an id of the documents and what was left out, new after each change; empty before there are any."""
        return self._answerer.retriever.revision if self._answerer else ""

    @checked_arguments
    def ask(
        self,
        question: str,
        *,
        history: Sequence[Exchange] = (),
        filters: Filters | None = None,
        per_document: int | None = None,
        caution: int | None = None,
    ) -> Answer:
        """Answer from the index brought up to date; see `Answerer.ask`.

        Where that takes more than two seconds, the answer is from the index that is there, and its ``reason`` says
        which files are not in it yet.
        """
        unread = self.refreshed_soon()
        answerer = self.answerer
        answer = answerer.ask(question, history=history, filters=filters, per_document=per_document, caution=caution)
        return replace(answer, reason=f"{answer.reason} {unread}".strip()) if unread else answer

    @checked_arguments
    def search(
        self, query: str, k: int = 5, *, filters: Filters | None = None, per_document: int | None = None
    ) -> Found:
        """Search the index brought up to date, as `ask` does; see `qa.answering.search.find`."""
        self.refreshed_soon()
        return find(self.answerer, query, k, filters=filters, per_document=per_document)

    def refresh(self) -> bool:
        """Bring the index up to date with the folder. Return whether anything had changed there.

        `state` tells how far it is; one that is going on already is waited for. Where the index could not be made
        before, it is tried again. Raises NotReady where there is still none, and the errors of `embeddings.errors`,
        after which the earlier index is kept.
        """
        return self._changed(self._begun().result())

    @checked_arguments
    def watch(self, seen: Snapshot | str | None = None, *, pace: Pace | None = None) -> None:
        """Notice from now on when the folder changes, and bring the index up to date when it has come to rest.

        ``seen`` is the folder as it was when its index was made; without it what is there now is known.
        """
        with self._watching:
            if self._watcher is not None or self._closed:
                return
            folder = self.seeds
            known = look(folder) if seen is None else seen
            self._watcher = Watcher(folder, self._noticed, pace)
            Thread(target=self._watcher.run, args=(known,), name="watching", daemon=True).start()

    def close(self) -> None:
        """Stop watching, for good; a library that is still being opened will not begin."""
        with self._watching:
            self._closed = True
            if self._watcher is not None:
                self._watcher.stop()

    def _begun(self) -> Future[bool]:
        if self._state.phase == "opening":
            raise NotReady("the documents are still being read. Ask again in a moment.")
        return self._updates.begin()

    def _changed(self, changed: bool) -> bool:  # noqa: FBT001 - a result that is passed on
        if changed and self._watcher is not None:
            self._watcher.forget()  # what changes back before its next look would look as it did
        return changed

    def refreshed_soon(self) -> str:
        """Bring the index up to date, for two seconds at most; return what to say of files that are not in it yet."""
        begun = self._begun()
        try:
            self._changed(begun.result(_PATIENCE))
        except TimeoutError:
            if not begun.done() and self._answerer is not None:
                return _not_yet(self._answerer.retriever.unread())
            self._changed(begun.result())
        return ""

    def _updated(self) -> bool:
        if self._answerer is None:
            self._open(None)
            return self.answerer is not None
        while not self._closed:
            try:
                return self._renew(self._answerer)
            except _Outdated:  # a file that was being read is gone: what is left may take a moment
                continue
        return False

    def _noticed(self) -> bool:
        try:
            self._begun().result()
        except QAError:  # told by the state and the log
            return False
        except Exception:
            logger.exception("the index could not be brought up to date")
            return False
        return self._answerer is not None and not self._answerer.retriever.unsaved  # else it is tried again

    def _renew(self, answerer: Answerer) -> bool:
        waiting: _Waiting | None = None

        def show(what: str, done: int, total: int) -> None:
            nonlocal waiting
            self._state = State("ready", what, done, total)
            waiting = waiting or _Waiting(answerer)  # only where there is something to do: it walks the folder
            if self._closed or waiting.gone():
                raise _Outdated

        problem, public = _UNFORESEEN, ""
        try:
            self._answerer = fresh = answerer.refreshed(progress=show)
            problem, public = _unsaved(fresh, tell=fresh is not answerer)
            _tell_left_out(fresh, answerer)
        except _Outdated:
            problem = ""
            raise
        except QAError as error:
            problem, public = str(error), error.public
            logger.warning("the index could not be brought up to date: %s", problem)
            raise
        finally:
            self._state, self.public_problem = State("ready", problem=problem), public
        return fresh is not answerer

    def _open(self, progress: Progress | None) -> None:
        def show(what: str, done: int, total: int) -> None:
            self._state = State("opening", what, done, total)
            if self._closed:
                raise _Outdated
            if progress:
                progress(what, done, total)

        if self._setup is None:
            return
        try:
            retriever = self._setup.stored_retriever()
            stored = retriever is not None
            answerer = Answerer.over(retriever or self._setup.open_retriever(progress=show), self._setup.reader)
            self._state = State("opening", "loading the models")
            answerer.load()
            self._answerer = answerer
            problem, self.public_problem = _unsaved(answerer, tell=True)
            self._state = State("ready", problem=problem)
            _tell_left_out(answerer)
            if stored:
                self._updates.begin()  # what changed since it was made is read while it answers
        except _Outdated:
            self._state, self.public_problem = State("failed", problem="it was stopped."), ""
        except QAError as error:
            logger.warning("the documents cannot be asked: %s", error)
            self.public_problem = error.public
            self._state = State("failed", problem=str(error))
        except Exception:  # whatever it is, who waits must be told, and the log must tell what
            logger.exception("the index could not be made")
            self._state, self.public_problem = State("failed", problem=_UNFORESEEN), ""


class _Waiting:
    """The files that an update will read, looked at now and then: one that is gone need not be read to its end."""

    def __init__(self, answerer: Answerer) -> None:
        self._folder = answerer.retriever.seeds
        self._files = answerer.retriever.unread()
        self._looked = time.monotonic()

    def gone(self) -> bool:
        """Return whether one of the files is no longer in the folder; looked up every two seconds."""
        if not self._files or time.monotonic() - self._looked < _LOOK_AGAIN:
            return False
        self._looked = time.monotonic()
        return not all((self._folder / source).exists() for source in self._files)


def _unsaved(answerer: Answerer, *, tell: bool) -> tuple[str, str]:
    """Return why the index of an answerer is in memory alone, here and elsewhere; empty where it is on the disk too."""
    unsaved = answerer.retriever.unsaved
    if unsaved and tell:
        logger.warning("answers come from memory: %s", unsaved)
    return (f"Answers come from memory: {unsaved}", unsaved.public) if unsaved else ("", "")


def _tell_left_out(answerer: Answerer, before: Answerer | None = None) -> None:
    """Name in the log what is left out now and was not before."""
    told = before.retriever.index.manifest.skipped if before else ()
    for item in answerer.retriever.index.manifest.skipped:
        if item not in told:
            logger.warning("left out: %s: %s", item.source, item.reason)


def _not_yet(files: Sequence[str]) -> str:
    if not files:
        return ""
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return f"Still being read, and not searched yet: {', '.join(files[:_NAMED])}{more}."
