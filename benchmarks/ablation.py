"""What each search of the retriever is worth: the three alone, in pairs, and the product, on the comparison's tasks.

    QA_DATA=folder python -m benchmarks.ablation

Needs no peers; `benchmarks.peers` runs it too. One search alone ranks all passages. Several are fused as the product
fuses: candidates are the first hundred of each, meaning is the min-max of the sum of the cosines, words the min-max of
BM25, and where both are there they weigh 0.6 and 0.4. The product's own figures come from the product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.measured import figures
from benchmarks.shared import SharedEncoder, default_cache
from benchmarks.systems import OURS, ours
from benchmarks.tables import figure_table
from benchmarks.tasks import TASKS, open_task
from embeddings.encoder import open_encoder
from embeddings.rows import index_rows
from embeddings.store import Index
from embeddings.types import Encoder, Vectors
from qa.evaluation.types import DEPTH
from qa.fusion import min_max, top_rows

__all__ = ["STAGES", "Searches", "fused", "stage_rankings"]

Floats = npt.NDArray[np.float64]

CANDIDATES = 100
MEANING, WORDS = 0.6, 0.4  # as in the product, see docs/decisions.md
STAGES = {
    "passages": ("passage",),
    "best sentence": ("sentence",),
    "BM25": ("words",),
    "passages + best sentence": ("passage", "sentence"),
    "passages + BM25": ("passage", "words"),
    "best sentence + BM25": ("sentence", "words"),
}


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


@dataclass(frozen=True)
class Searches:
    """The three searches of an index, each over every passage."""

    index: Index
    passages: Vectors
    sentences: Vectors
    first_sentences: npt.NDArray[np.int64]

    @classmethod
    def of(cls, index: Index) -> Searches:
        """Take the vectors out of an index that is not empty."""
        rows = range(len(index.corpus))
        return cls(
            index,
            index.passage_vectors.vectors(np.arange(len(index.passage_vectors))),
            index.sentence_vectors.vectors(np.arange(len(index.sentence_vectors))),
            np.array([index.corpus.sentence_rows(row).start for row in rows], dtype=np.int64),
        )

    def scores(self, question: str, vector: Vectors) -> dict[str, Floats]:
        """(n,) scores of each search, by passage row."""
        best = np.maximum.reduceat(self.sentences @ vector, self.first_sentences)
        found = {
            "passage": self.passages @ vector,
            "sentence": best,
            "words": self.index.lexical.scores(question),
        }
        return {name: np.asarray(scores, dtype=np.float64) for name, scores in found.items()}


def fused(scores: dict[str, Floats], parts: Sequence[str], depth: int) -> list[int]:
    """Rows of the best passages by some of the searches, best first."""
    if len(parts) == 1:
        rows = top_rows(scores[parts[0]], depth)
        return [int(row) for row in rows if parts[0] != "words" or scores["words"][row] > 0]
    firsts = [top_rows(scores[part], CANDIDATES) for part in parts]
    rows = np.unique(np.concatenate(firsts))
    meaning = [scores[part][rows] for part in parts if part != "words"]
    total = min_max(np.sum(meaning, axis=0))
    if "words" in parts:
        total = MEANING * total + WORDS * min_max(scores["words"][rows])
    return [int(rows[place]) for place in top_rows(total, depth)]


def stage_rankings(
    index: Index, encoder: Encoder, questions: dict[str, str], depth: int
) -> dict[str, dict[str, list[str]]]:
    """Passages' names by stage and question; ``questions`` are texts by name."""
    searches = Searches.of(index)
    names = [document.id for document in index.corpus.documents]
    found: dict[str, dict[str, list[str]]] = {stage: {} for stage in STAGES}
    for name, text in questions.items():
        scores = searches.scores(text, encoder.encode_query(text))
        for stage, parts in STAGES.items():
            found[stage][name] = [names[row] for row in fused(scores, parts, depth)]
    return found


if __name__ == "__main__":
    main()
