"""Files out of a request into the documents folder, and what became of each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool

from embeddings.errors import UploadRefused
from qa.interfaces.rest.multipart import Begun, Ended, Event
from qa.library.uploads import Added, Arrival, Uploads

__all__ = ["Received", "Refused", "TooMuch", "receive"]

_LONGEST_NAME = 300


class TooMuch(Exception):
    """More was sent at once than is taken; what had arrived before is kept."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not added, by the name that was sent, and why."""

    name: str
    reason: str


@dataclass(slots=True)
class Received:
    """What became of the files, in the order in which they came."""

    added: list[Added] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


async def receive(uploads: Uploads, events: AsyncIterator[Event], known: dict[str, str], received: Received) -> None:
    """Put each file into the folder or note why not; a file that is refused does not stop the next.

    ``received`` is filled as it goes, so that it holds what was done also where this ends with an error: TooMuch, or
    that of the stream. A file that has not arrived whole then leaves nothing behind.
    """
    desk = _Desk(uploads, known, received)
    try:
        async for event in events:
            try:
                await run_in_threadpool(desk.take, event)
            except UploadRefused as error:
                received.refused.append(Refused(desk.name, str(error)))
                desk.drop()
    finally:
        desk.drop()


class _Desk:
    """Takes in one file after the other."""

    def __init__(self, uploads: Uploads, known: dict[str, str], received: Received) -> None:
        self.name = ""
        self._uploads = uploads
        self._known = known
        self._received = received
        self._arrival: Arrival | None = None  # none: the file was refused, and its bytes are passed over
        self._count = self._total = 0

    def take(self, event: Event) -> None:
        if isinstance(event, Begun):
            self._count, self.name = self._count + 1, event.name[:_LONGEST_NAME]
            if self._count > self._uploads.limits.files:
                raise TooMuch(f"more than {self._uploads.limits.files:,} files at once")
            self._arrival = self._uploads.begin(event.name)
        elif isinstance(event, Ended):
            if self._arrival is not None:
                self._received.added.append(self._uploads.accept(self._arrival, self._known))
            self._arrival = None
        else:
            self._total += len(event)
            if self._total > self._uploads.limits.total:
                raise TooMuch(f"more than {self._uploads.limits.total // 2**20:,} MiB at once")
            if self._arrival is not None:
                self._arrival.write(event)

    def drop(self) -> None:
        """Leave nothing behind of a file that is not whole."""
        if self._arrival is not None:
            self._arrival.discard()
            self._arrival = None
