"""How two values relate."""

from __future__ import annotations

from typing import Literal, TypeAlias

Relation: TypeAlias = Literal["same", "different", "unclear"]
"""Of two values; "unclear" is what is neither surely the same nor surely something else."""
