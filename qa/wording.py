"""Numbers and nouns in the program's own sentences."""

from __future__ import annotations

__all__ = ["counted", "plural"]


def counted(count: int, noun: str) -> str:
    """Give "1 passage", "1,024 passages"."""
    return f"{count:,} {plural(count, noun)}"


def plural(count: int, noun: str) -> str:
    """Give the noun for this many of it."""
    return noun if count == 1 else f"{noun}s"
