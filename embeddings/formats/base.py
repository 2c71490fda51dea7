"""The input and output of a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from embeddings.types import Heading, Metadata, Page

MAX_CHARACTERS = 20_000_000
"""The longest text of one file that is read."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's text and what it says about itself.

    ``text`` is normalised (see `normalise`); paragraphs are separated by blank lines or, where the file does so, by
    lines. ``title`` is None where the file names none. ``notes`` are remarks for the user, e.g. unreadable metadata.
    """

    text: str
    title: str | None = None
    metadata: Metadata = field(default_factory=Metadata)
    headings: tuple[Heading, ...] = ()
    pages: tuple[Page, ...] = ()
    notes: tuple[str, ...] = ()


Read: TypeAlias = Callable[[bytes], Parsed]
"""A pure function of the file's bytes; raises UnreadableFile with the reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file inside a file: its name there, with ``/``, and how its bytes are had.

    ``load`` takes a number of bytes, returns no more than one above it, and raises UnreadableFile with the reason.
    ``reader`` names the format where the name's suffix does not tell it; ``reason`` is why the file is left out.
    """

    name: str
    load: Callable[[int], bytes] = lambda _: b""
    reader: str = ""
    reason: str = ""


Members: TypeAlias = Callable[[bytes], Iterator[Entry]]
"""A pure function of the bytes of a file that holds others; raises UnreadableFile with the reason."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its suffixes (lower case, with dot), and the largest file it takes, in bytes.

    ``has_text`` says whether a file has a text of its own, ``has_members`` whether it holds other files.
    """

    name: str
    suffixes: tuple[str, ...]
    max_bytes: int
    has_text: bool = True
    has_members: bool = False
