"""What the log holds: no words of questions or documents unless asked, and nothing that steers a terminal."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterator

from embeddings.errors import QAError
from qa.interfaces.cli.output import for_terminal, line

VARIABLE = "SEEDS_LOG_TEXT"
"""The environment variable that asks for everything, words of questions and documents too."""

_HIDDEN = f"not logged, as it may hold words of documents; {VARIABLE}=1 shows it"
_CHOSEN = ("qa", "embeddings", "uvicorn")  # whose messages are known to hold no such words
_ABOUT_FILES = (QAError, OSError)


def set_up_log() -> None:
    """Write warnings and errors to stderr as `LogFormatter` has them, unless a log is set up already."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)  # bm25s sets its logger lower, whatever the root says
    handler.setFormatter(LogFormatter(all_text=os.environ.get(VARIABLE, "") not in ("", "0")))
    logging.basicConfig(handlers=[handler])


class LogFormatter(logging.Formatter):
    """A record as one line, and below it where an error came from.

    Without ``all_text`` messages of other libraries and of unforeseen errors are left out: they may quote what they
    worked on.
    """

    def __init__(self, *, all_text: bool) -> None:
        super().__init__()
        self._all_text = all_text

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines of a record, each with what could steer a terminal or begin a line made visible."""
        known = self._all_text or record.name.split(".")[0] in _CHOSEN
        lines = [record.getMessage() if known else f"{record.levelname} of {record.name} ({_HIDDEN})"]
        if record.exc_info and record.exc_info[1]:
            lines += self._trace(record.exc_info[1])
        return "\n".join(line(for_terminal(one.rstrip("\n"))) for one in lines)

    def _trace(self, error: BaseException) -> Iterator[str]:
        """Yield where an error came from, and before it the ones that it came of."""
        causes = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
        for cause in (*causes, error.__cause__ or (None if error.__suppress_context__ else error.__context__)):
            if cause is not None:
                yield from self._trace(cause)
        yield "Traceback (most recent call last):"
        for frame in traceback.format_tb(error.__traceback__):
            yield from frame.splitlines()
        said = str(error) if self._all_text or isinstance(error, _ABOUT_FILES) else f"({_HIDDEN})"
        yield f"{type(error).__qualname__}: {said}"
