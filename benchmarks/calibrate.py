"""Choose the threshold of the similarity reader, and measure its error on questions that did not choose it.

    QA_DATA=folder python -m benchmarks.calibrate

Data: SQuAD 2.0 dev, first half (``squad20-a``, 18 articles). Every second article is the fitting half, the others the
reporting half; each half is an index of its own. Answerable questions and near-misses (the unanswerable questions of
SQuAD 2.0) are asked of their own half, and as off-topic questions the answerable ones of the other half.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.beir import Row, data_folder, index_rows, read_lines
from embeddings.encoder import open_encoder
from embeddings.types import Encoder
from qa.reader import READ, nearest
from qa.retriever import Retriever

Floats = npt.NDArray[np.float64]
ANSWERED = (0.90, 0.95, 0.98)  # of the answerable questions of the fitting half; the product takes the middle one
MOST = 600  # questions of a kind and half: about a minute each on two cores


@dataclass(frozen=True)
class Half:
    """Signals of the best-marked sentence, (n, 2): similarity and coverage, for each kind of question."""

    answerable: Floats
    near_miss: Floats
    off_topic: Floats


def main() -> None:
    """Fit on one half, report on the other."""
    folder = data_folder("squad20-a")
    encoder = open_encoder()
    kinds = [read_lines(folder / f"{name}.jsonl") for name in ("queries", "unanswerable")]
    corpus = read_lines(folder / "corpus.jsonl")
    articles = sorted({row["metadata"]["article"] for row in corpus})
    halves = [measured(corpus, kinds, set(articles[part::2]), encoder) for part in (0, 1)]
    fit, report = halves
    model = LogisticRegression(C=100.0)
    signals = np.vstack([fit.answerable, fit.near_miss, fit.off_topic])
    labels = np.repeat([1, 0, 0], [len(fit.answerable), len(fit.near_miss), len(fit.off_topic)])
    model.fit(signals, labels)
    similarity, coverage = model.coef_[0]
    print(f"score = {similarity:.3f} * similarity + {coverage:.3f} * coverage")
    for answered in ANSWERED:
        threshold = float(np.quantile(model.decision_function(fit.answerable), 1 - answered))
        print(f"threshold {threshold - model.intercept_[0]:.3f} (answers {answered:.0%} on the fitting half):")
        for name in ("answerable", "near_miss", "off_topic"):
            scores = model.decision_function(getattr(report, name))
            print(f"  {name:>10}: {np.mean(scores >= threshold):.3f} of {len(scores)} questions get an answer")
    for name in ("near_miss", "off_topic"):
        both = np.concatenate([report.answerable, getattr(report, name)])
        truth = np.repeat([1, 0], [len(report.answerable), len(getattr(report, name))])
        print(
            f"AUROC answerable against {name}: {roc_auc_score(truth, model.decision_function(both)):.3f}"
            f" (similarity alone {roc_auc_score(truth, both[:, 0]):.3f})"
        )


def measured(corpus: list[Row], kinds: list[list[Row]], articles: set[str], encoder: Encoder) -> Half:
    """Index one half of the articles and ask it the three kinds of questions."""
    rows = [row for row in corpus if row["metadata"]["article"] in articles]
    retriever = Retriever(index_rows(rows, encoder), encoder, Path())
    own = [[row for row in kind if row["metadata"]["article"] in articles] for kind in kinds]
    foreign = [row for row in kinds[0] if row["metadata"]["article"] not in articles]
    return Half(*(signals(retriever, questions) for questions in (*own, foreign)))


def signals(retriever: Retriever, questions: list[Row]) -> Floats:
    """Similarity and coverage of the best-marked sentence of the first hits; every n-th question, at most MOST."""
    step = -(-len(questions) // MOST)
    rows = []
    for question in questions[::step]:
        marks = [nearest(hit) for hit in retriever.search(question["text"], READ)]
        best = max(marks, key=lambda mark: mark.similarity + mark.coverage)
        rows.append((best.similarity, best.coverage))
    return np.array(rows)


if __name__ == "__main__":
    main()
