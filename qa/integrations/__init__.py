"""The same passages as components of other frameworks; each module needs the extra of its name."""

from __future__ import annotations

__all__: list[str] = []
