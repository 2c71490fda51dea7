"""The worth of each part of the ranking: one part alone, and the product without it, on the comparison's tasks.

    QA_DATA=folder python -m benchmarks.ablation

It needs no peers; `benchmarks.peers` runs it too. Each ranks the product's first hundred passages again by their points
(see `qa.retrieval.fusion`). The remaining parts keep their weights.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.measured import figures
from benchmarks.shared import SharedEncoder, default_cache
from benchmarks.systems import OURS, ours
from benchmarks.tables import figure_table
from benchmarks.tasks import TASKS, open_task
from embeddings.encoding.encoder import open_encoder
from embeddings.index.rows import index_rows
from embeddings.index.store import Index
from embeddings.types import Encoder
from qa.evaluation.types import DEPTH
from qa.retrieval.fusion import WEIGHTS
from qa.retrieval.retriever import Retriever

__all__ = ["stage_rankings", "stages"]

ALL = 100  # hits of each question that are ranked anew
PARTS = {
    "passages": ("passage",),
    "best sentence": ("sentence",),
    "BM25": ("words",),
    "proximity": ("proximity",),
    "coverage": ("coverage",),
}


def stages() -> dict[str, tuple[str, ...]]:
    """Return the parts that count, by stage: one alone, then all but one."""
    without = {f"all without {name}": tuple(part for part in WEIGHTS if (part,) != own) for name, own in PARTS.items()}
    return {**{f"{name} alone": own for name, own in PARTS.items()}, **without}


def main() -> None:
    """Print a table for each data set."""
    for name in TASKS:
        task = open_task(name)
        encoder = SharedEncoder(open_encoder(), default_cache(), task.name)
        texts = {question.id: question.text for question in task.questions}
        runs = stage_rankings(index_rows(task.rows, encoder), encoder, texts, DEPTH)
        search = ours(task, encoder, DEPTH)
        runs[f"all ({OURS})"] = {name: search(text) for name, text in texts.items()}
        encoder.save()
        rows = {stage: figures(task.questions, run) for stage, run in runs.items()}
        print(f"## {task.title}\n\n{figure_table('searches', rows)}\n", flush=True)


def stage_rankings(
    index: Index, encoder: Encoder, questions: dict[str, str], depth: int
) -> dict[str, dict[str, list[str]]]:
    """Return passages' names by stage and question; ``questions`` are texts by name."""
    retriever = Retriever(index, encoder, Path())
    found: dict[str, dict[str, list[str]]] = {stage: {} for stage in stages()}
    for name, text in questions.items():
        hits = retriever.search(text, ALL, collapse=False)
        for stage, kept in stages().items():
            worth = [sum(part.points for part in hit.trace.parts if part.name in kept) for hit in hits]
            order = sorted(range(len(hits)), key=lambda place: -worth[place])
            found[stage][name] = [hits[place].passage.document_id for place in order[:depth]]
    return found


if __name__ == "__main__":
    main()
