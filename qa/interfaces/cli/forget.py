"""`qa forget`: removes what was kept of a documents folder."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from pathlib import Path

from embeddings.documents.folder import resolve_folder
from embeddings.errors import QAError
from embeddings.index.forget import Forgotten, forget, forget_scans, is_index, places_of
from qa.answering.feedback import FeedbackFile, feedback_place
from qa.answering.setup import Setup
from qa.interfaces.cli.output import line, message, print_json, say

_KEPT = (
    "Not touched: the documents, exports that you saved, the token of the chat. A chat of this folder that still runs "
    "has the index in memory, and may write it again: stop it."
)


def run_forget(options: argparse.Namespace) -> int:
    """Remove the indexes of a folder, what OCR read in it, and the feedback; say what went, and what stays there."""
    seeds = resolve_folder(options.seeds)
    places, unsaid = places_of(seeds)
    usual = _usual(options.seeds)
    places += [place for place in unsaid if place == usual]
    named = [] if options.index is None else [options.index.resolve()]
    gone: list[Forgotten] = []
    kept: list[QAError] = []
    for place in dict.fromkeys((*named, *places)):
        try:
            gone.append(forget(place, seeds))
        except QAError as error:  # the others go
            kept.append(error)
    scans = forget_scans(seeds)
    gone += [scans] if scans.bytes else []
    file = FeedbackFile(feedback_place(options.seeds))
    size = file.path.stat().st_size if file.path.is_file() else 0
    feedback = [Forgotten(file.path, size, ())] if file.remove() else []
    with suppress(OSError):  # it holds something else, or was never made
        file.path.parent.rmdir()
    removed, unsaid = [*gone, *feedback], [place for place in unsaid if place != usual]
    if options.json:
        left = [str(one.place / name) for one in removed for name in one.left]
        paths = [{"path": str(one.place), "bytes": one.bytes} for one in removed]
        print_json({"seeds": str(seeds), "removed": paths, "left": left, "unknown": [str(place) for place in unsaid]})
    for one in () if options.json else removed:
        say(f"removed {line(one.place)} ({one.bytes:,} bytes)")
        for name in one.left:
            say(f"left in place: {line(one.place / name)}, which this program did not make")
    if not removed and not kept and not options.json:
        say(f"nothing was kept of {line(seeds)}")
    for place in () if options.json else unsaid:
        say(f"left in place: {line(place)}, a damaged index that names no folder. Remove it if it is of this one.")
    if not options.json and (removed or not kept):
        say(_KEPT)
    for problem in kept:
        sys.stderr.write(f"qa: {message(problem)}\n")
    return 1 if kept else 0


def _usual(seeds: Path) -> Path | None:
    """Return the place of the default model's index: its name is proof enough, also where the index is damaged."""
    setup = Setup(seeds)
    with suppress(QAError):
        place = setup.index_folder(setup.encoder())
        return place if is_index(place) else None
    return None
