"""The only importer of tqdm: a bar on the terminal while something takes long."""

from __future__ import annotations

import sys
from typing import Any, Self

from tqdm import tqdm


class ProgressBar:
    """Progress on stderr, and only where that is a terminal."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._what = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def show(self, what: str, done: int, total: int) -> None:
        """Show a bar for each thing that is done; implements `embeddings.index.changes.Progress`."""
        if what != self._what or self._bar is None:
            self._close()
            self._what = what
            self._bar = tqdm(total=total, desc=what, file=sys.stderr, disable=not sys.stderr.isatty(), leave=False)
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
