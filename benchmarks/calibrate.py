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

from benchmarks.beir import Row, data_folder, halves, index_rows, read_lines
from embeddings.encoding.encoder import open_encoder
from embeddings.types import Encoder
from qa.reading.types import CITED as READ
from qa.retrieval.retriever import Retriever
from qa.types.hits import nearest

Floats = npt.NDArray[np.float64]
ANSWERED = (0.90, 0.95, 0.97, 0.98)  # of the answerable questions of the fitting half; the product takes 0.97
KINDS = ("answerable", "near_miss", "off_topic")
NOTHING = (-1.0, 0.0)  # where a quoted phrase leaves fewer hits
MOST = 400  # questions of a kind and half


@dataclass(frozen=True)
class Half:
    """Similarity and coverage of the sentences marked in the first hits, (questions, READ, 2), by kind of question."""

    answerable: Floats
    near_miss: Floats
    off_topic: Floats


def main() -> None:
    """Fit on one half, report on the other."""
    folder = data_folder("squad20-a")
    encoder = open_encoder()
    kinds = [read_lines(folder / f"{name}.jsonl") for name in ("queries", "unanswerable")]
    corpus = read_lines(folder / "corpus.jsonl")
    fit, report = (measured(corpus, kinds, articles, encoder) for articles in halves(corpus))
    for name, negatives in {"off_topic": [fit.off_topic], "both": [fit.near_miss, fit.off_topic]}.items():
        print(f"fitted against {name}:")
        weights = fitted(fit.answerable, np.concatenate(negatives))
        show(weights, fit, report)


def fitted(positive: Floats, negative: Floats) -> Floats:
    """Fit weights of similarity and coverage by logistic regression on the first hit's sentence."""
    signals = np.vstack([positive[:, 0], negative[:, 0]])
    model = LogisticRegression(C=100.0, class_weight="balanced")
    model.fit(signals, np.repeat([1, 0], [len(positive), len(negative)]))
    weights: Floats = model.coef_[0]
    return weights


def show(weights: Floats, fit: Half, report: Half) -> None:
    """Print thresholds and their effect on the reporting half. A question is answered if any sentence passes."""
    print(f"  score = {weights[0]:.3f} * similarity + {weights[1]:.3f} * coverage")
    for answered in ANSWERED:
        threshold = float(np.quantile(best(fit.answerable, weights), 1 - answered))
        shares = {kind: float(np.mean(best(getattr(report, kind), weights) >= threshold)) for kind in KINDS}
        print(f"  threshold {threshold:.3f} ({answered:.0%} on the fitting half): {shares}")
    for kind in KINDS[1:]:
        scores = np.concatenate([best(report.answerable, weights), best(getattr(report, kind), weights)])
        truth = np.repeat([1, 0], [len(report.answerable), len(getattr(report, kind))])
        print(f"  AUROC answerable against {kind}: {roc_auc_score(truth, scores):.3f}")


def best(signals: Floats, weights: Floats) -> Floats:
    """Return the highest score of a question's sentences, as the reader decides."""
    scores: Floats = (signals @ weights).max(axis=1)
    return scores


def measured(corpus: list[Row], kinds: list[list[Row]], articles: set[str], encoder: Encoder) -> Half:
    """Index one half of the articles, and ask it the three kinds of questions."""
    rows = [row for row in corpus if row["metadata"]["article"] in articles]
    retriever = Retriever(index_rows(rows, encoder), encoder, Path())
    own = [[row for row in kind if row["metadata"]["article"] in articles] for kind in kinds]
    foreign = [row for row in kinds[0] if row["metadata"]["article"] not in articles]
    return Half(*(signals(retriever, questions) for questions in (*own, foreign)))


def signals(retriever: Retriever, questions: list[Row]) -> Floats:
    """Return similarity and coverage of the first hits' marked sentences, for every n-th question, at most MOST."""
    step = -(-len(questions) // MOST)
    rows = []
    for question in questions[::step]:
        marks = [nearest(hit) for hit in retriever.search(question["text"], READ)]
        found = [(mark.similarity, mark.coverage) for mark in marks]
        rows.append(found + [NOTHING] * (READ - len(found)))
    return np.array(rows)


if __name__ == "__main__":
    main()
