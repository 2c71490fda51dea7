"""The documents inside a file, whatever lies within what: their names, limits against bombs, what is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from embeddings.errors import UnreadableFile
from embeddings.formats.base import Entry, Format
from embeddings.formats.registry import BY_NAME, members, no_reader, reader_for

_MOST = 50_000  # files inside a file
_UNPACKED = 2 * 2**30  # bytes of all of them, as they really come out
_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Member:
    """A document inside a file: its name there, the format that reads its bytes; or the reason why it is left out.

    The name of the file itself is empty.
    """

    name: str
    reader: str = ""
    data: bytes = b""
    reason: str = ""


def walk(reader: Format, data: bytes, wanted: Collection[str] | None = None) -> Iterator[Member]:
    """Yield each document in a file's bytes, or its reason; ``wanted`` are the names of the only ones that are read.

    One that cannot be read stops no other. Where a limit is passed the rest is left out, with a reason for the file.
    """
    yield from _Walk(wanted).within("", reader, data, 0)


class _Walk:
    def __init__(self, wanted: Collection[str] | None) -> None:
        self._wanted = wanted
        self._taken: set[str] = set()
        self._unpacked = 0

    def within(self, name: str, reader: Format, data: bytes, depth: int) -> Iterator[Member]:
        """Yield the document that some bytes are, and those in them; ``name`` is their own, empty for the file's."""
        if reader.has_text and (self._wanted is None or name in self._wanted):
            yield Member(name, reader.name, data)
        if not reader.has_members:
            return
        if depth > _DEPTH:
            yield Member(name, reason=f"more than {_DEPTH} files lie within each other; unpack the outer ones")
            return
        try:
            for entry in members(reader, data):
                yield from self._entry(f"{name}/" if name else "", entry, depth)
        except UnreadableFile as error:
            yield Member(name, reason=str(error))
        except Exception as error:  # noqa: BLE001 - whatever a library raises, the other files are read
            yield Member(name, reason=f"its reader failed ({type(error).__name__})")

    def _entry(self, folder: str, entry: Entry, depth: int) -> Iterator[Member]:
        if len(self._taken) >= _MOST:
            raise UnreadableFile(f"more than {_MOST:,} files are in it; the others are left out: divide it")
        if self._unpacked > _UNPACKED:
            raise UnreadableFile(f"it has more than {_UNPACKED >> 30} GiB unpacked; the rest is left out: divide it")
        name = self._free(folder + entry.name)
        if not self._leads_to(name):
            return
        reader = BY_NAME[entry.reader] if entry.reader else reader_for(PurePosixPath(name))
        reason = entry.reason or (no_reader(PurePosixPath(name)) if reader is None else "")
        data = b""
        if reader is not None and not reason:
            data, reason = self._loaded(entry, reader)
        if reader is None or reason:
            yield Member(name, reason=reason)
        else:
            yield from self.within(name, reader, data, depth + 1)

    def _loaded(self, entry: Entry, reader: Format) -> tuple[bytes, str]:
        """Return the bytes of an entry, or why they are not read."""
        most = min(reader.max_bytes, _UNPACKED - self._unpacked)
        try:
            data = entry.load(most)
        except UnreadableFile as error:
            return b"", str(error)
        except Exception as error:  # noqa: BLE001 - as above
            return b"", f"it is damaged ({type(error).__name__})"
        self._unpacked += len(data)
        if len(data) > most:
            return b"", f"larger than the {reader.max_bytes >> 20} MiB allowed for {reader.name}; divide it"
        return data, "" if data else "the file is empty"

    def _free(self, name: str) -> str:
        """Return the name, numbered where another file has it: "report.md", "report (2).md"."""
        path, number, free = PurePosixPath(name), 1, name
        while free in self._taken:
            number += 1
            free = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        self._taken.add(free)
        return free

    def _leads_to(self, name: str) -> bool:
        """Return whether a file is wanted, or may hold one that is."""
        return self._wanted is None or any(f"{one}/".startswith(f"{name}/") for one in self._wanted)
