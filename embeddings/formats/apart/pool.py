"""The children, seen from the parent: one is taken for each file, and kept for the next where it did well."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection, Generator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock, Timer
from typing import IO, TYPE_CHECKING, cast

from embeddings.errors import QAError, UnreadableFile
from embeddings.formats.apart.frames import MEMORY, OVER_MEMORY, read_frame, write_frame
from embeddings.formats.base import Format, Parsed
from embeddings.formats.containers.walk import Member
from embeddings.formats.ocr import MOST_PAGES
from embeddings.records import read_json

if TYPE_CHECKING:
    from embeddings.formats.pdf.page_image import PageImage, PageText

SECONDS = 30
"""Wall clock time that reading one file, or drawing one page, may take, where nothing else is asked for."""

VARIABLE = "SEEDS_READ_SECONDS"
"""The environment variable that gives another time."""

_SECRET = "SEEDS_TOKEN"  # noqa: S105 - the name of the variable; who reads hostile files need not know it
_START = 120  # seconds in which a child must be there
_READING = 4  # children at a time: one for the index, one for an upload, two for quotes that are compared
_OPENING = 2
_DRAWING = 1
_LONGEST_TIME = 3600
_LONGEST_ANSWER = 2**28  # bytes: the longest text, or the largest file in another
_ROOT = str(Path(__file__).parents[3])
_BEGIN = "import sys; sys.path[:] = {!r}; from embeddings.formats.apart.child import serve; serve({!r})"


def seconds_allowed() -> int:
    """Return how long a file may be read. Raises QAError where the environment says what is no number."""
    said = os.environ.get(VARIABLE, str(SECONDS))
    if not (said.isascii() and said.isdecimal() and 1 <= int(said) <= _LONGEST_TIME):
        raise QAError(f"{VARIABLE} is {said!r}. Set it to whole seconds, 1 to {_LONGEST_TIME}.")
    return int(said)


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading a file, or drawing a page, may take: seconds, and for each page that OCR reads as many again.

    What OCR reads is kept in the folder ``kept``, where one is given; ``tell`` is called with each page it begins, and
    how many the file has.
    """

    seconds: int | None = None
    kept: Path | None = None
    tell: Callable[[int, int], object] = lambda *_: None


def parse_apart(reader: Format, data: bytes, limits: Limits | None = None) -> Parsed:
    """Return what `parse` gives, worked out in a child. Raises UnreadableFile, also where a limit is passed."""
    said, _ = _asked({"reader": reader.name}, data, limits, _reading)
    if said.parsed is None:
        raise UnreadableFile(said.unreadable)
    ends = (span.end for spans in (said.parsed.headings, said.parsed.pages) for span in spans)
    if max(ends, default=0) > len(said.parsed.text):
        raise UnreadableFile("its reader failed (a span outside the text)")
    return said.parsed


def draw_apart(data: bytes, page: PageText, limits: Limits | None = None) -> PageImage:
    """Return what `draw` gives, worked out in a child. Raises UnreadableFile, also where a limit is passed."""
    from embeddings.formats.pdf.page_image import PageImage

    said, png = _asked({"page": asdict(page)}, data, limits, _drawing)
    if said.drawn is None:
        raise UnreadableFile(said.unreadable)
    return PageImage(png, said.drawn.width, said.drawn.height, said.drawn.marks)


def open_apart(
    reader: Format, data: bytes, *, wanted: Collection[str] | None = None, seconds: int | None = None
) -> Generator[Member, None, None]:
    """Yield what `walk` gives, worked out in a child, which may take ``seconds`` for each.

    Raises UnreadableFile where a limit is passed: what was not yielded until then is left out.
    """
    seconds = seconds or seconds_allowed()
    asked: dict[str, object] = {"open": reader.name, "wanted": None if wanted is None else [*wanted]}
    with _opening:
        child, (said, found) = _begun({**asked, "seconds": seconds}, data, seconds)
        try:
            while said.member is not None:
                yield replace(said.member, data=found)
                said, found = child.ask(json.dumps({"next": True, "seconds": seconds}).encode(), b"", seconds)
        except GeneratorExit:  # nobody wants the rest
            child.end()
            raise
        with _lock:
            _idle.append(child)
    if said.unreadable:
        raise UnreadableFile(said.unreadable)


@dataclass(frozen=True, slots=True)
class _Drawn:
    width: int
    height: int
    marks: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer: what was read, found or drawn, or why nothing was; before it, the pages that OCR begins to read."""

    parsed: Parsed | None = None
    member: Member | None = None
    drawn: _Drawn | None = None
    unreadable: str = ""
    page: int = 0
    pages: int = 0


class _Ended(UnreadableFile):
    """The child ended while it read."""


class _Child:
    """A child process; one thread at a time asks it."""

    def __init__(self) -> None:
        begin = _BEGIN.format([*sys.path, _ROOT], MEMORY)
        self.used = False
        self._process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-I", "-c", begin],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name != _SECRET} | {"OPENBLAS_NUM_THREADS": "1"},
        )
        try:
            self._exchange(b"", b"", _START)
        except UnreadableFile as error:  # no file is to blame
            raise QAError("the program that reads files does not start. Try again, or install anew.") from error

    def ask(
        self, head: bytes, data: bytes, seconds: int, tell: Callable[[int, int], object] = lambda *_: None
    ) -> tuple[_Said, bytes]:
        """Return the answer. Raises UnreadableFile where a limit is passed; the child is ended then."""
        self.used = True
        try:
            for _ in range(MOST_PAGES + 1):
                answer, png = self._exchange(head, data, seconds)
                said = read_json(_Said, answer, UnreadableFile)
                if not said.page:
                    return said, png
                tell(said.page, said.pages)
                head, data = b"", b""
        except BaseException:
            self.end()
            raise
        self.end()
        raise UnreadableFile("its reader failed (it tells of pages without end)")

    def end(self) -> int:
        """End the process and return its exit code."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what was still to be sent
                if stream is not None:
                    stream.close()
        return self._process.wait()

    def _exchange(self, head: bytes, data: bytes, seconds: int) -> tuple[bytes, bytes]:
        stdin, stdout = cast("IO[bytes]", self._process.stdin), cast("IO[bytes]", self._process.stdout)
        late = Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        timer = Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        answer = None
        try:
            with suppress(OSError, EOFError):
                if head:
                    write_frame(stdin, head, data)
                answer = read_frame(stdout, _LONGEST_ANSWER)
        finally:
            timer.cancel()
            if answer is None:
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(1)  # its own end says more than ours would
                code = self.end()
        if answer is not None:
            return answer
        if late.is_set():
            raise UnreadableFile(too_slow(seconds))
        if code == OVER_MEMORY:
            raise _Ended(f"reading it takes more than {MEMORY >> 30} GB of memory; divide it")
        raise _Ended(f"it ends the program that reads it ({_named(code)}); save it again in the program it is from")


def too_slow(seconds: int) -> str:
    """Return the reason of a file that is not read within the time."""
    return (
        f"reading it takes longer than {seconds} s; divide it, or allow more with {VARIABLE} and `qa index --rebuild`"
    )


def _named(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code}"


def _asked(asked: dict[str, object], data: bytes, limits: Limits | None, room: BoundedSemaphore) -> tuple[_Said, bytes]:
    limits = limits or Limits()
    seconds = limits.seconds or seconds_allowed()
    with room:
        kept = limits.kept and str(limits.kept)
        child, answer = _begun({**asked, "seconds": seconds, "kept": kept}, data, seconds, limits.tell)
        with _lock:
            _idle.append(child)
    return answer


def _begun(
    asked: dict[str, object], data: bytes, seconds: int, tell: Callable[[int, int], object] = lambda *_: None
) -> tuple[_Child, tuple[_Said, bytes]]:
    """Return a child, and its answer."""
    head, child = json.dumps(asked).encode(), _take()
    used = child.used
    try:
        return child, child.ask(head, data, seconds, tell)
    except _Ended:
        if not used:
            raise
    child = _Child()  # what an earlier file left behind in a child must not be this one's fault
    return child, child.ask(head, data, seconds, tell)


def start() -> None:
    """Start a child for the first file, where none waits for one; who needs it meanwhile waits for this one."""
    with _lock:
        if not _idle:
            _idle.append(_Child())


def _take() -> _Child:
    with _lock:
        if _idle:
            return _idle.pop()
    return _Child()


_lock = Lock()
_reading, _opening, _drawing = map(BoundedSemaphore, (_READING, _OPENING, _DRAWING))
_idle: list[_Child] = []
if hasattr(os, "register_at_fork"):  # a fork of this process has children of its own
    os.register_at_fork(after_in_child=_idle.clear)
