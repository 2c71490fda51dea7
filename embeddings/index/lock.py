"""The lock of an index: one process writes at a time, and who waits is told for which."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import IndexUnwritable

if TYPE_CHECKING:
    from filelock import BaseFileLock

_TOLD_S = 1.0


def take(path: Path, wait_s: float, step: Callable[[str, int, int], None]) -> BaseFileLock:
    """Return the lock at a path when this process holds it; the file then says which process that is.

    While another one holds it, ``step`` is told which, every second. Raises OSError, and IndexUnwritable where it has
    not let go after ``wait_s`` seconds.
    """
    import filelock

    lock = filelock.FileLock(path, mode=0o600)
    until = time.monotonic() + wait_s
    while True:
        try:
            lock.acquire(timeout=min(_TOLD_S, max(0.0, until - time.monotonic())))
            break
        except filelock.Timeout as error:
            who = _holder(path)
            if time.monotonic() >= until:
                long = f"after {wait_s:.0f} s of waiting. End it where it is stuck."
                raise IndexUnwritable(
                    f"{who} was still writing the index at {path.parent} {long}",
                    public=f"{who} was still writing the index {long}",
                ) from error
            step(f"waiting for {who}, which writes the index", 0, 0)
    own = f"process {os.getpid()}"
    with suppress(OSError):  # a full disk: it is not said to who waits, no more
        if _holder(path) != own:
            path.write_text(f"{os.getpid()}\n", encoding="ascii")
    return lock


def _holder(path: Path) -> str:
    with suppress(OSError, ValueError, IndexError):  # Windows does not let it be read while it is held
        return f"process {int(path.read_text(encoding='ascii').split()[0])}"
    return "another process"
