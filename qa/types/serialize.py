"""Results as JSON that is readable in every language and steers no terminal."""

from __future__ import annotations

import json
import re
from dataclasses import fields, is_dataclass
from typing import Any

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that move a cursor, switch a terminal, or turn the direction of what follows."""


def as_json(value: dict[str, Any]) -> str:
    """Return indented JSON, readable in every language; only characters that could steer a terminal are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class Plain:
    """A dataclass that is written as JSON: its fields in their order, unless its own ``to_dict`` says otherwise."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return plain_fields(self)

    def to_json(self) -> str:
        """Return one object, keys in a fixed order: the same values give the same bytes."""
        return as_json(self.to_dict())


def plain_fields(record: Any) -> dict[str, Any]:
    """Return the fields of a dataclass in their order, each as a plain value."""
    return {one.name: plain(getattr(record, one.name)) for one in fields(record)}


def plain(value: Any) -> Any:
    """Return a value as JSON has it: what its ``to_dict`` gives, else the fields of a dataclass, a list of a tuple."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if is_dataclass(value):
        return plain_fields(value)
    return [plain(item) for item in value] if isinstance(value, tuple | list) else value
