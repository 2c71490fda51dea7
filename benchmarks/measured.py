"""The results of the comparison, and the figures of one ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.metrics import METRICS, per_query
from qa.evaluation.result import Comparison, Figure
from qa.evaluation.scoring import compared
from qa.evaluation.statistics import interval
from qa.evaluation.types import Outcome, Question, Ranked

__all__ = ["FEW", "Measured", "Run", "figures", "in_its_favour", "measured"]

FEW = 10
"""How many passages a person asks for."""

Run = Mapping[str, Sequence[str]]
"""Passages' names by question, best first."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one data set: of every system, of ours minus every peer, and of the stages of ours.

    ``differences`` are by peer; ``stages`` are without the product, which is among the systems.
    """

    name: str
    passages: int
    questions: int
    systems: dict[str, tuple[Figure, ...]]
    differences: dict[str, Comparison]
    stages: dict[str, tuple[Figure, ...]]


def measured(
    name: str, passages: int, questions: Sequence[Question], systems: Mapping[str, Run], stages: Mapping[str, Run]
) -> Measured:
    """Work out all figures; the first of the systems is compared with each of the others."""
    ours, *peers = systems
    outcomes = [_outcome(question, systems[ours][question.id]) for question in questions]
    return Measured(
        name=name,
        passages=passages,
        questions=len(questions),
        systems={system: figures(questions, run) for system, run in systems.items()},
        differences={peer: compared(outcomes, systems[peer], peer) for peer in peers},
        stages={stage: figures(questions, run) for stage, run in stages.items()},
    )


def in_its_favour(questions: Sequence[Question], few: Run, many: Run) -> Run:
    """Return the one of a system's two rankings, of few passages and of many, with the higher nDCG@10.

    Many systems take as many candidates as passages are wanted, so their first ten differ. Where few are better, the
    rest of the other ranking stands below them, so that recall@100 stays the same.
    """
    ndcg = [float(np.mean(per_query(questions, run)["nDCG@10"])) for run in (few, many)]
    if ndcg[0] <= ndcg[1]:
        return many
    return {name: list(dict.fromkeys([*few[name][:FEW], *many[name]])) for name in many}


def figures(questions: Sequence[Question], run: Run) -> tuple[Figure, ...]:
    """Return the mean of each metric with its 95 % interval."""
    values = per_query(questions, run)
    return tuple(
        Figure(name, float(np.mean(values[name])), *interval(values[name]), len(questions)) for name in METRICS
    )


def _outcome(question: Question, ranking: Sequence[str]) -> Outcome:
    ranked = tuple(Ranked(passage, 1 / rank) for rank, passage in enumerate(ranking, start=1))
    return Outcome(question, ranked, None, "not_in_documents")
