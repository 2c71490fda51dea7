"""Memory of the process that serves a hundred thousand passages, after a hundred questions."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from benchmarks.speed.figures import Measured, best, ratio_to_best
from benchmarks.speed.indexes import peer_indexes
from benchmarks.speed.peers import PEERS
from benchmarks.speed.plan import Plan
from benchmarks.speed.process import Asked, apart
from benchmarks.speed.serve import STORED

__all__ = ["resident", "resident_row"]

_QUESTIONS = 100
_LONGEST_S = 60.0  # of questions; a slow peer is asked fewer
_LEFT_OUT = ("LangChain ensemble", "Haystack hybrid")  # they hold what is held without them, and more


def resident(plan: Plan) -> Measured:
    """Measure our process, which also reads and quotes, beside those of peers, which only search."""
    shape = {"passages": plan.resident}
    folder = plan.folder(f"resident/{plan.resident}")
    apart("benchmarks.speed.made_up:write", shape=shape, folder=folder)
    place = folder / "seeds-qa"
    apart("benchmarks.speed.made_up:build", shape=shape, folder=folder, place=place, real=True)
    apart("benchmarks.speed.made_up:truth", shape=shape, folder=folder, number=_QUESTIONS)
    asked = apart("benchmarks.speed.made_up:asked", folder=folder, number=_QUESTIONS)
    passages = folder / "passages.json"
    indexes = peer_indexes(plan, f"resident/{plan.resident}", passages, folder / "passages.npy")
    model = str(plan.model)
    found = {STORED: _held([STORED, model, str(place), str(folder / "seeds")], asked, "ask")}
    for name, peer in PEERS.items():
        if name not in _LEFT_OUT:
            found[name] = _held([name, model, str(indexes[peer.index])], asked, "search")
    return resident_row(found, plan.resident)


def _held(words: list[str], asked: list[str], way: str) -> dict[str, Any]:
    """Return the memory of a system after its questions, and how many there were."""
    with Asked("benchmarks.speed.serve", words) as process:
        process.told()
        start, number = time.monotonic(), 0
        for question in asked:
            if time.monotonic() - start > _LONGEST_S:
                break
            process.ask(question=question, way=way)
            number += 1
        return {**asdict(process.memory), "asked": number}


def resident_row(found: Mapping[str, Mapping[str, float]], passages: int) -> Measured:
    """Return the row of these MiB; the bar is half of the best peer's."""
    peers = {name: own["pss"] for name, own in found.items() if name != STORED}
    shares = {name: ratio_to_best(own["pss"], peers) for name, own in found.items()}
    return Measured(
        key="resident",
        title=f"Memory serving {passages:,} passages",
        columns=("system", "PSS, MiB", "RSS, MiB", "not in files, MiB", "of the best peer", "questions before"),
        lines=tuple(
            (
                name,
                *(f"{own[kind]:.0f}" for kind in ("pss", "rss", "own")),
                f"{shares[name]:.2f}",
                f"{own['asked']:.0f}",
            )
            for name, own in found.items()
        ),
        values={"PSS, of the best peer": shares[STORED]},
        bars={"PSS, of the best peer": 0.5},
        notes=(
            (
                f"Synthetic passages of six sentences and 96 words, vectors in clusters. Ours holds {6 * passages:,} "
                f"sentence vectors besides, reads, and checks its quotes. The best is {best(peers)}. Each is asked "
                f"for {_LONGEST_S:.0f} s at most."
            ),
        ),
        raw={name: dict(own) for name, own in found.items()},
    )
