"""Dates of documents in parts."""

from __future__ import annotations

import re
from datetime import date

__all__ = ["parts_of"]

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?")


def parts_of(written: str | None) -> tuple[int, ...]:
    """Year, month and day as far as an ISO 8601 date gives them; empty where it is none."""
    match = _DATE.fullmatch(written or "")
    if match is None:
        return ()
    parts = tuple(int(part) for part in match.groups() if part)
    try:
        date(*(*parts, 1, 1)[:3])
    except ValueError:
        return ()
    return parts
