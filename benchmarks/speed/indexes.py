"""Indexes that rows open: the product's, made anew by the code that is measured, and the peers', which are kept."""

from __future__ import annotations

import json
import shutil
import time
from importlib import metadata
from pathlib import Path

import numpy as np

from benchmarks.speed.peers import INDEXES
from benchmarks.speed.plan import Plan
from benchmarks.speed.process import apart
from embeddings.disk import digest

__all__ = ["WARM_UP", "make_peer", "peer_indexes", "product_index"]

WARM_UP = (("a", "Ships call at the port."), ("b", "Wells are dry."))
"""Passages that are indexed before, so that libraries are loaded."""
_MADE: set[Path] = set()
_PACKAGES = {"langchain": "langchain-community", "txtai": "txtai", "txtai-hybrid": "txtai", "haystack": "haystack-ai"}


def product_index(plan: Plan, row: str, seeds: Path) -> tuple[Path, Path]:
    """Return the place of the product's index of a folder, made once a run, and the file of its passages for peers."""
    place, file = plan.place / row / "seeds-qa", plan.folder(row) / "passages.json"
    if place not in _MADE:
        shutil.rmtree(place, ignore_errors=True)
        apart("benchmarks.speed.documents:passages_of", seeds=seeds, place=place, file=file)
        _MADE.add(place)
    return place, file


def peer_indexes(plan: Plan, row: str, passages: Path, vectors: Path | None = None) -> dict[str, Path]:
    """Return the place of each peer's index of some passages; one that this version made of them stays."""
    places = {}
    for kind in INDEXES:
        place = places[kind] = plan.place / row / kind
        done, stamp = place.parent / f"{kind}.made", f"{metadata.version(_PACKAGES[kind])} {digest(passages)}"
        if not done.exists() or done.read_text(encoding="utf-8") != stamp:
            shutil.rmtree(place, ignore_errors=True)
            given = {"model": plan.model, "passages": passages, "vectors": vectors}
            apart("benchmarks.speed.indexes:make_peer", kind=kind, place=place, **given)
            done.write_text(stamp, encoding="utf-8")
    return places


def make_peer(  # noqa: PLR0913 - a call over a pipe
    kind: str, model: str, passages: str, place: str, vectors: str | None = None, *, warm: str | None = None
) -> float:
    """Make and save a peer's index; return the seconds. With ``warm``, a small one is made there before, unmeasured.

    The time begins with the encoder being loaded.
    """
    texts = [(name, text) for name, text in json.loads(Path(passages).read_text(encoding="utf-8"))]
    given = None if vectors is None else np.load(vectors, mmap_mode="r")
    if warm is not None:
        INDEXES[kind](Path(model), WARM_UP, Path(warm))
    start = time.perf_counter()
    INDEXES[kind](Path(model), texts, Path(place), given)
    return time.perf_counter() - start
