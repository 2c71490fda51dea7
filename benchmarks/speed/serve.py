"""A system that is open and answers: ``python -m benchmarks.speed.serve NAME MODEL PLACE [SEEDS]``.

It says so in a line when it is open. Then each line of JSON is a question with its ``way``, and the answer says the
seconds and how many were found; without a question it says which heavy libraries are loaded.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.speed.peers import PEERS
from benchmarks.speed.task import spoken

__all__ = ["HEAVY", "OURS", "STORED"]

OURS = "seeds-qa"
STORED = "seeds-qa, index as it is"
"""The product over an index whose vectors are made up, so that it must not be compared with its folder."""
HEAVY = ("torch", "transformers", "sentence_transformers", "scipy", "pandas", "sklearn", "gradio")

Ways = dict[str, Callable[[str], int]]
"""By name, from a question to how many passages or citations were found."""


def _product(place: Path, seeds: Path, *, stored: bool) -> Ways:
    from qa import Answerer

    if stored:
        from embeddings.encoding.encoder import open_encoder
        from embeddings.index.store import load
        from qa import Retriever

        answerer = Answerer.over(Retriever(load(place), open_encoder(), seeds))
    else:
        answerer = Answerer.open(seeds, index=place)
    return {
        "ask": lambda question: len(answerer.ask(question).citations),
        "search": lambda question: len(answerer.retriever.search(question, 10)),
    }


def _opened(name: str, model: Path, place: Path, seeds: Path) -> Ways:
    if name in (OURS, STORED):
        return _product(place, seeds, stored=name == STORED)
    search = PEERS[name].open(model, place)
    return {"search": lambda question: len(search(question))}


def main() -> None:
    """Open what is named, and answer until the input ends."""
    out = spoken()
    name, *folders = sys.argv[1:]
    model, place, seeds = (*map(Path, folders), Path())[:3]
    start = time.perf_counter()
    ways = _opened(name, model, place, seeds)
    print(json.dumps({"opened": time.perf_counter() - start}), file=out, flush=True)
    for line in sys.stdin:
        said = json.loads(line)
        if "question" not in said:
            told: object = [module for module in HEAVY if module in sys.modules]
        else:
            start = time.perf_counter()
            found = ways[said["way"]](said["question"])
            told = {"seconds": time.perf_counter() - start, "found": found}
        print(json.dumps(told), file=out, flush=True)


if __name__ == "__main__":
    main()
