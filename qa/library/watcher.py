"""Changes of a folder, noticed from walks alone: no file is opened."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from embeddings.documents.folder import Snapshot, scan
from embeddings.errors import QAError


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a folder is looked at, in seconds, and how long is waited for it to come to rest.

    ``share`` times as long as a look takes is the shortest time between two: a large folder is looked at less often.
    """

    every: float = 2.0
    settle: float = 0.6
    patience: float = 20.0
    retry: float = 8.0
    longest: float = 300.0
    share: float = 15.0


def look(folder: Path) -> Snapshot | str:
    """Return the folder as it is now; where it cannot be walked, why: its return is a change too."""
    try:
        return scan(folder)
    except QAError as error:  # out of handles too: looked at again, and acted on when it is over
        return str(error)


class Watcher:
    """A watcher of a folder that acts when it has changed and come to rest; see `run`."""

    def __init__(self, folder: Path, act: Callable[[], bool], pace: Pace | None = None) -> None:
        self._folder = folder
        self._act = act
        self._pace = pace or Pace()
        self._stopped = Event()
        self._seen: Snapshot | str = ""

    def forget(self) -> None:
        """Act at the next look, changed or not: somebody else has acted, on what this did not see."""
        self._seen = ""

    def stop(self) -> None:
        """Let `run` come to its end at its next look."""
        self._stopped.set()

    def run(self, seen: Snapshot | str) -> None:
        """Look until stopped; ``seen`` is the folder as it is known already.

        ``act`` says whether it succeeded. Where it did not it is called again after the next change, and without one
        after a while that doubles each time. What changes while it acts is seen afterwards.
        """
        self._seen = seen
        failed, again = 0, 0.0
        rest = self._pace.every
        while not self._stopped.wait(rest):
            began = time.monotonic()
            found = look(self._folder)
            rest = max(self._pace.every, self._pace.share * (time.monotonic() - began))
            if found == self._seen and not (failed and time.monotonic() >= again):
                continue
            self._seen = self._settled(found)
            failed = 0 if self._act() else failed + 1
            again = time.monotonic() + min(self._pace.retry * 2 ** min(failed, 16), self._pace.longest)

    def _settled(self, found: Snapshot | str) -> Snapshot | str:
        """Return the folder when it is the same twice: a file that is being copied is not read by halves."""
        until = time.monotonic() + self._pace.patience
        while time.monotonic() < until and not self._stopped.wait(self._pace.settle):
            before, found = found, look(self._folder)
            if found == before:
                break
        return found
