"""An index that is kept in step with its folder: mended where its place is the program's own, else said what to do."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from embeddings.errors import IndexDamaged, IndexMismatch
from embeddings.index.changes import SyncReport
from embeddings.index.location import index_place
from embeddings.index.store import Index
from embeddings.index.sync import sync, sync_in_memory
from embeddings.types import Encoder

logger = logging.getLogger(__name__)


def brought_up(seeds: Path, place: Path, encoder: Encoder, **ways: Any) -> tuple[Index, SyncReport]:
    """Return what `sync` does; ``ways`` are its own.

    In the cache, where folder and model are part of the name, an index that it does not take is nobody's choice: it
    is made anew. Elsewhere that is an IndexMismatch or an IndexDamaged, or where an index is ``held``, that one is
    brought up to date in memory alone.
    """
    try:
        return sync(seeds, place, encoder, **ways)
    except (IndexMismatch, IndexDamaged) as error:
        if place == index_place(seeds, encoder):
            logger.warning("the index is made anew: %s", error)
            return sync(seeds, place, encoder, **{**ways, "rebuild": True})
        held: Index | None = ways.get("held")
        if held is None:
            raise
        index, report = sync_in_memory(seeds, encoder, held, progress=ways.get("progress"), known=ways.get("known"))
        return index, replace(report, unsaved=error)
