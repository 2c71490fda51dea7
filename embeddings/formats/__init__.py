"""One reader per file format; `reader_for` finds it by suffix, `parse` makes it read."""

from __future__ import annotations

from embeddings.formats.base import Format, Parsed
from embeddings.formats.registry import READERS, READERS_VERSION, no_reader, parse, reader_for, suffixes

__all__ = ["READERS", "READERS_VERSION", "Format", "Parsed", "no_reader", "parse", "reader_for", "suffixes"]
