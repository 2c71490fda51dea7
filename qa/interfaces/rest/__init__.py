"""What other programs, and the page itself, ask by HTTP, and how a refusal says why."""

from __future__ import annotations

__all__: list[str] = []
