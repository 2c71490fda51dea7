"""How good the answers are: data sets with judgements asked of the product, and figures that say how sure they are."""

from __future__ import annotations

from qa.evaluation.asking import ask_all
from qa.evaluation.opening import Source, open_dataset
from qa.evaluation.result import Evaluation, Figure
from qa.evaluation.runs import read_run, write_run
from qa.evaluation.scoring import compared, evaluated
from qa.evaluation.types import Dataset, Outcome, Question

__all__ = [
    "Dataset",
    "Evaluation",
    "Figure",
    "Outcome",
    "Question",
    "Source",
    "ask_all",
    "compared",
    "evaluated",
    "open_dataset",
    "read_run",
    "write_run",
]
