"""Processes of their own: one call, or a system that stays open and is asked again and again; and their memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any, Self

__all__ = ["ROOT", "Asked", "Memory", "apart", "environment", "memory"]

ROOT = Path(__file__).parents[2]
_LONGEST_S = 7_200.0  # for one answer; a process that hangs is ended, so that the other rows are measured


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process and its children hold in memory, in MiB.

    ``pss`` counts a page that several processes share in parts, ``rss`` in each of them; ``own`` is what lies in no
    file, so that it cannot be read again.
    """

    pss: float
    rss: float
    own: float

    def __add__(self, other: Memory) -> Memory:
        return Memory(self.pss + other.pss, self.rss + other.rss, self.own + other.own)


def memory(process: int) -> Memory:
    """Return the memory of a process and of its children, as Linux tells it."""
    folder = Path("/proc") / str(process)
    told = {}
    for line in (folder / "smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, value, *_ = line.split()
        told[name] = int(value) / 1024
    found = Memory(told["Pss:"], told["Rss:"], told["Anonymous:"])
    children = (folder / "task" / str(process) / "children").read_text(encoding="ascii").split()
    for child in children:
        found += memory(int(child))
    return found


def environment() -> dict[str, str]:
    """Return the environment of a measured process: this code, byte code kept, no look at any hub."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    quiet = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "PYTHONWARNINGS": "ignore"}
    return {**kept, **quiet, "PYTHONPATH": os.pathsep.join(paths)}


def apart(function: str, **given: Any) -> Any:
    """Call ``module:function`` of this package in a new process with plain values; return what it returns.

    Raises RuntimeError with the end of what the process said where it fails.
    """
    with Asked("benchmarks.speed.task", [function, json.dumps(given, default=str)]) as process:
        return process.told()


class Asked:
    """A process that answers with a line of JSON to each line of JSON; from `with` to the end of its block."""

    def __init__(self, module: str, words: Sequence[str]) -> None:
        self._words = [sys.executable, "-m", module, *words]

    def __enter__(self) -> Self:
        self._errors = tempfile.TemporaryFile()
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            self._words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment(),
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def told(self) -> Any:
        """Return the next thing that the process says."""
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        hung = Timer(_LONGEST_S, self._process.kill)
        hung.daemon = True
        hung.start()
        line = self._process.stdout.readline()
        hung.cancel()
        if not line:
            self._errors.seek(0)
            end = self._errors.read().decode("utf-8", "replace")[-2_000:]
            raise RuntimeError(f"{' '.join(self._words[2:5])} ended without an answer:\n{end}")
        return json.loads(line)

    def ask(self, **said: Any) -> Any:
        """Say something to the process and return its answer."""
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()
        return self.told()

    @property
    def memory(self) -> Memory:
        """Return what the process holds now."""
        return memory(self._process.pid)
