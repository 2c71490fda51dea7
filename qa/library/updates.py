"""Updates of an index in a thread of their own, one at a time: who asks need not wait for the end of one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread


class Updates:
    """Runs a function again and again, never twice at once; an exception goes to those who wait for that run."""

    def __init__(self, run: Callable[[], bool]) -> None:
        self._run = run
        self._lock = Lock()
        self._next: Future[bool] | None = None
        self._busy = False

    def begin(self) -> Future[bool]:
        """Return the result of a run that begins after this call: what was written before is seen by it."""
        with self._lock:
            if self._next is None:
                self._next = Future()
                if not self._busy:
                    self._busy = True
                    Thread(target=self._work, name="updating", daemon=True).start()
            return self._next

    def _work(self) -> None:
        while True:
            with self._lock:
                waited_for, self._next = self._next, None
                self._busy = waited_for is not None
            if waited_for is None:
                return
            try:
                waited_for.set_result(self._run())
            except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
                waited_for.set_exception(error)
