"""How long a reader takes over the first twenty passages of a question, and what reading in two steps leaves out.

    QA_DATA=folder python -m benchmarks.reading_speed [--reader folder] [--questions 100]

Asks ``squad20-a``, answerable questions and near-misses in turn, of the articles that nothing is chosen on. The threads
are the process's: ``taskset -c 0`` measures one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.beir import data_folder, halves, index_rows, read_lines
from benchmarks.shared import SharedEncoder, default_cache
from embeddings.encoder import one_thread, open_encoder
from embeddings.models import find_model
from embeddings.split import sentence_spans
from qa.reading import PassageReader, PassageText, Reading, open_reader
from qa.reading.stepwise import FIRST
from qa.reading.trained import SHIPPED
from qa.retriever import Retriever
from qa.types import Hit

__all__ = ["main", "measured"]

DEPTH = 20
WARM_UP = 3  # questions
CERTAINTIES = (0.6, 0.7, 0.8, 0.9, 0.95)

Asked = tuple[str, Sequence[PassageText]]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading_speed", description=__doc__)
    parser.add_argument("--reader", type=Path, default=SHIPPED, help="the folder of an exported reader")
    parser.add_argument("--questions", type=int, default=100, help="of each kind")
    parser.add_argument("--first", type=int, default=FIRST, help="passages that are always read")
    options = parser.parse_args(arguments)
    reader = open_reader(find_model(), folder=options.reader)
    if reader is None:
        parser.error(f"there is no reader in {options.reader}: name its folder with --reader")
    with one_thread() as cores:
        print(f"{cores} threads")
    for kind, asked in _asked(options.questions).items():
        print(f"{kind}: {len(asked)} questions")
        for name, value in measured(reader, asked, first=options.first).items():
            print(f"  {name}: {value:.3g}")
    return 0


def measured(reader: PassageReader, asked: Sequence[Asked], *, first: int) -> dict[str, float]:
    """Milliseconds for all passages and for the first, and what ends there at each certainty.

    ``ended`` is the share of questions where one of the first is so certain; ``same`` of these, how often reading all
    would have chosen the same passage and sentence.
    """
    times: dict[str, list[float]] = {"all": [], "first": []}
    whole: list[list[Reading]] = []
    for question, texts in asked[:WARM_UP]:
        reader.read(question, texts)
    for question, texts in asked:
        start = perf_counter()
        reader.read(question, texts[:first])
        middle = perf_counter()
        whole.append(reader.read(question, texts))
        times["first"].append(middle - start)
        times["all"].append(perf_counter() - middle)
    figures = {"characters": float(np.mean([len(text.text) for _, texts in asked for text in texts]))}
    for name, own in times.items():
        figures |= {f"{name}, p{share} ms": 1000 * float(np.percentile(own, share)) for share in (50, 90)}
    for certain in CERTAINTIES:
        ended = [every for every in whole if max(one.probability for one in every[:first]) >= certain]
        figures[f"ended at {certain}"] = len(ended) / len(whole)
        if ended:
            same = [_best(every[:first]) == _best(every) for every in ended]
            figures[f"same at {certain}"] = float(np.mean(same))
    return figures


def _best(readings: Sequence[Reading]) -> tuple[int, int]:
    """The passage with the highest probability, and its sentence."""
    best = max(range(len(readings)), key=lambda number: readings[number].probability)
    return best, readings[best].sentence


def _asked(most: int) -> dict[str, list[Asked]]:
    place = data_folder("squad20-a")
    corpus = read_lines(place / "corpus.jsonl")
    _, reported = halves(corpus)
    encoder = SharedEncoder(open_encoder(), default_cache(), "squad20-a")
    retriever = Retriever(index_rows(corpus, encoder), encoder, Path())
    files = {"answerable": "queries.jsonl", "near-miss": "unanswerable.jsonl"}
    questions = {
        kind: [row["text"] for row in read_lines(place / file) if row["metadata"]["article"] in reported]
        for kind, file in files.items()
    }
    asked = {kind: own[:: max(1, len(own) // most)][:most] for kind, own in questions.items()}
    found = {
        kind: [(text, [_passage(hit) for hit in retriever.search(text, DEPTH)]) for text in own]
        for kind, own in asked.items()
    }
    return {kind: [one for one in own if one[1]] for kind, own in found.items()}


def _passage(hit: Hit) -> PassageText:
    text = hit.passage.text
    return PassageText(hit.citation.source.title, text, tuple(sentence_spans(text, 0, len(text))))


if __name__ == "__main__":
    raise SystemExit(main())
