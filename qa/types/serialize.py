"""JSON that is readable in every language and steers no terminal."""

from __future__ import annotations

import json
import re
from typing import Any

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that move a cursor, switch a terminal, or turn the direction of what follows."""


def as_json(value: dict[str, Any]) -> str:
    """Return indented JSON, readable in every language; only characters that could steer a terminal are escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
