"""One call in a process of its own: ``python -m benchmarks.speed.task module:function JSON``."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any, TextIO

__all__ = ["spoken"]


def spoken() -> TextIO:
    """Return the stream to the process that asks; what libraries print from now on goes to stderr."""
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return stream


def _call(function: str, given: dict[str, Any]) -> Any:
    module, _, name = function.partition(":")
    return getattr(import_module(module), name)(**given)


if __name__ == "__main__":
    out = spoken()
    print(json.dumps(_call(sys.argv[1], json.loads(sys.argv[2]))), file=out, flush=True)
