"""A small data set in the BEIR layout, written by tests that then break it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qa.evaluation.types import Outcome, Question, Ranked

__all__ = ["outcome", "write_beir", "write_lines"]

CORPUS = [
    {"_id": "p1", "title": "Harbours", "text": "Ships call at Gwadar. Fishermen protest against fences."},
    {"_id": "p2", "title": "Rail", "text": "Trains stopped in August. A bridge fell in August."},
    {"_id": "p3", "title": "Water", "text": "Wells in Kharan are dry."},
]
QUERIES = [
    {"_id": "q1", "text": "Which ships call at Gwadar?"},
    {"_id": "q2", "text": "When were the trains stopped?"},
    {"_id": "q3", "text": "Which wells in Kharan are dry?"},
    {"_id": "q4", "text": "This one is judged by nobody."},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\tp1\t1\nq2\tp2\t2\nq2\tp3\t0\nq3\tp2\t1\n"  # q3: a judgement to be missed
ANSWERS = [
    {"_id": "q1", "passage_id": "p1", "start": 14, "text": "Gwadar", "n_occ": 1},
    {"_id": "q2", "passage_id": "p2", "start": 18, "text": "August", "n_occ": 2},
]
UNANSWERABLE = [{"_id": "u1", "text": "Who won the cricket cup?"}, {"_id": "u2", "text": "Who leads the choir?"}]


def write_beir(folder: Path) -> Path:
    """Three passages, three judged queries, two answers, two unanswerable questions."""
    (folder / "qrels").mkdir(parents=True)
    for name, rows in (
        ("corpus", CORPUS),
        ("queries", QUERIES),
        ("answers", ANSWERS),
        ("unanswerable", UNANSWERABLE),
    ):
        write_lines(folder / f"{name}.jsonl", rows)
    (folder / "qrels" / "test.tsv").write_text(QRELS, encoding="utf-8")
    return folder


def write_lines(path: Path, rows: Iterable[Any]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def outcome(name: str, relevant: dict[str, int], ranking: Iterable[str], **said: Any) -> Outcome:
    """An outcome with a ranking by names; the scores fall from 1. With an answer it is answered."""
    ranked = tuple(Ranked(passage, 1 / rank) for rank, passage in enumerate(ranking, start=1))
    verdict = "answered" if said.get("answer") else "not_in_documents"
    return Outcome(Question(name, f"What is {name}?", relevant), ranked, **{"answer": None, "verdict": verdict, **said})
