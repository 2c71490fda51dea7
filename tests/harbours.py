"""A data set of three passages and two questions."""

from __future__ import annotations

from embeddings.index.rows import Row
from qa.evaluation.types import Question

__all__ = ["QUESTIONS", "ROWS"]

ROWS = tuple(
    Row(*row)
    for row in [
        ("p1", "Harbours", "Ships call at Gwadar. Fishermen protest against fences."),
        ("p2", "Rail", "Trains stopped in August. A bridge fell in August."),
        ("p3", "", "Wells in Kharan are dry."),
    ]
)
QUESTIONS = (
    Question("q1", "Which ships call at Gwadar?", {"p1": 1}),
    Question("q2", "When were the trains stopped?", {"p2": 1}),
)
