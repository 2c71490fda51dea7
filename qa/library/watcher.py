"""Whether anything in a folder changed, told from names, sizes and times alone: no file is opened."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from threading import Event

from embeddings.documents.folder import is_arriving

__all__ = ["Pace", "Watcher", "signature"]


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


def signature(folder: Path) -> str:
    """Give a text that is another one whenever a file below the folder came, went, or was written.

    It covers what `embeddings.documents.folder.scan` looks at, hidden names and links by their name only. A folder that
    cannot be listed counts by the reason, so that its return is a change too.
    """
    digest = blake2b(digest_size=16)
    for line in _lines(folder):
        digest.update(line)
    return digest.hexdigest()


def _lines(folder: Path) -> Iterator[bytes]:
    """One line of each entry, in an order that does not depend on the file system."""
    waiting = [os.fspath(folder)]
    while waiting:
        here = waiting.pop()
        yield b"in %s\n" % os.fsencode(here)
        try:
            with os.scandir(here) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield b"cannot be listed: %d\n" % (error.errno or 0)
            continue
        for entry in entries:
            if is_arriving(entry.name):
                continue
            yield _line(entry)
            if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


def _line(entry: os.DirEntry[str]) -> bytes:
    name = os.fsencode(entry.name)
    try:
        folder = entry.is_dir(follow_symlinks=False)
        status = entry.stat(follow_symlinks=False)
    except OSError as error:  # gone since it was listed
        return b"%s: %d\n" % (name, error.errno or 0)
    if folder or name.startswith(b"."):
        return b"%s\n" % name
    stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_mode)
    return b"%s: %d %d %d %d %d\n" % (name, *stamp)


class Watcher:
    """Looks at a folder again and again, and acts when it has changed and come to rest; see `run`."""

    def __init__(self, folder: Path, act: Callable[[], bool], pace: Pace | None = None) -> None:
        self._folder = folder
        self._act = act
        self._pace = pace or Pace()
        self._stopped = Event()
        self._seen = ""

    def forget(self) -> None:
        """Act at the next look, changed or not: somebody else has acted, on what this did not see."""
        self._seen = ""

    def stop(self) -> None:
        """Let `run` come to its end at its next look."""
        self._stopped.set()

    def run(self, seen: str) -> None:
        """Look until stopped; ``seen`` is the signature of the folder that is known already.

        ``act`` says whether it succeeded. Where it did not it is called again after the next change, and without one
        after a while that doubles each time. What changes while it acts is seen afterwards.
        """
        self._seen = seen
        failed, again = 0, 0.0
        rest = self._pace.every
        while not self._stopped.wait(rest):
            began = time.monotonic()
            found = signature(self._folder)
            rest = max(self._pace.every, self._pace.share * (time.monotonic() - began))
            if found == self._seen and not (failed and time.monotonic() >= again):
                continue
            self._seen = self._settled(found)
            failed = 0 if self._act() else failed + 1
            again = time.monotonic() + min(self._pace.retry * 2 ** min(failed, 16), self._pace.longest)

    def _settled(self, found: str) -> str:
        """The signature when it is the same twice: a file that is being copied is not read by halves."""
        until = time.monotonic() + self._pace.patience
        while time.monotonic() < until and not self._stopped.wait(self._pace.settle):
            before, found = found, signature(self._folder)
            if found == before:
                break
        return found
