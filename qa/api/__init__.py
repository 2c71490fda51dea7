"""The answers over HTTP: what may be sent, what comes back, and how a refusal says why."""

from __future__ import annotations

__all__: list[str] = []
