"""Writes docs/licences.md: python tests/licences.py. A test compares the page with what is installed."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

PAGE = Path(__file__).parents[1] / "docs" / "licences.md"
ELSEWHERE = {"audioop-lts": ("0.2.2", "PSF-2.0"), "pywin32": ("312", "PSF-2.0")}  # Python 3.13; Windows
UNSTATED = {"torch": "BSD-3-Clause"}  # of the CPU build, whose metadata says nothing
OF_TORCH = re.compile("nvidia-.*|cuda-.*|triton")
HEAD = """# Licences

Every package that a user's installation has, with its licence as the package states it, and its size on Linux (x86-64,
Python 3.11, the CPU build of PyTorch). `python tests/licences.py` writes this page; a test compares it with what is
installed. Seeds itself is under the Apache License 2.0 (`LICENSE`); `NOTICE` names the data that its reader was trained
on. PyTorch's CUDA build for Linux brings NVIDIA's libraries besides (`nvidia-*`, `cuda-*`: NVIDIA's own licences, not
open source) and triton (MIT); Seeds does not use them. What only developers install is not listed. Of the licences of
tld, the Mozilla one is chosen.

| package | version | licence | MB |
|---|---|---|---|
"""


def name_of(text: str) -> str:
    """The name as the index writes it."""
    return re.sub(r"[-_.]+", "-", text).lower()


def installed() -> dict[str, metadata.Distribution]:
    """What the program needs here, and what that needs, by name."""
    found: dict[str, metadata.Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [("seeds-qa", "")]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen or OF_TORCH.fullmatch(name):
            continue
        seen.add((name, extra))
        found[name] = distribution = metadata.distribution(name)
        for text in distribution.requires or ():
            needed = Requirement(text)
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                waiting += [(name_of(needed.name), one) for one in ("", *needed.extras)]
    del found["seeds-qa"]
    return dict(sorted(found.items()))


def licence(distribution: metadata.Distribution) -> str:
    """The licence that a package states: an expression, else a short name, else what its classifiers say."""
    fields = distribution.metadata.json
    stated = str(fields.get("license_expression") or fields.get("license") or "")
    if not stated or len(stated) > 60 or "\n" in stated:
        kinds = [kind.split(" :: ") for kind in fields.get("classifier") or () if kind.startswith("License")]
        stated = ", ".join(kind[-1] for kind in kinds if len(kind) > 1)
    return stated or UNSTATED.get(name_of(distribution.name), "not stated")


def weight(distribution: metadata.Distribution) -> float:
    """The size of a package's files in MB."""
    paths = (Path(str(file.locate())) for file in distribution.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def page() -> str:
    """The document, from what is installed here."""
    rows = {name: (one.version.split("+")[0], licence(one), f"{weight(one):.1f}") for name, one in installed().items()}
    rows |= {name: (*known, "–") for name, known in ELSEWHERE.items() if name not in rows}
    return HEAD + "".join(f"| {name} | {' | '.join(cells)} |\n" for name, cells in sorted(rows.items()))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
