"""What other programs, and the page itself, ask by HTTP."""

from __future__ import annotations

__all__: list[str] = []
