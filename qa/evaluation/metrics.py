"""The only importer of ir_measures: how good a ranking is, query by query.

ir_measures (MacAvaney et al. 2022) calls trec_eval's own code. nDCG has the gain ``grade`` and the discount
``log2(rank + 1)`` (Järvelin and Kekäläinen 2002, as in trec_eval's ndcg_cut).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from embeddings.errors import MissingExtra
from qa.evaluation.types import Question

METRICS = {
    "nDCG@10": "nDCG@10",
    "MRR@10": "RR@10",
    "hit@1": "Success@1",
    "recall@10": "R@10",
    "recall@100": "R@100",
}
"""Our name of each metric, and that of ir_measures; all from 0 to 1, higher is better."""

Floats = npt.NDArray[np.float64]


def require_ir_measures() -> None:
    """Raise MissingExtra where it is not installed; its C part has no wheel for Linux on ARM."""
    try:
        import ir_measures  # noqa: F401
    except ImportError as error:
        raise MissingExtra(
            "qa evaluate needs ir-measures, which is not installed: pip install ir-measures "
            "(on Linux with another processor than x86_64 it is compiled, which needs a C compiler)"
        ) from error


def per_query(questions: Sequence[Question], rankings: Mapping[str, Sequence[str]]) -> dict[str, Floats]:
    """Return (n,) values of each metric, in the order of the questions.

    ``rankings`` are passages by question id, best first. A question without a ranking gets 0.
    """
    import ir_measures

    measures = {name: ir_measures.parse_measure(theirs) for name, theirs in METRICS.items()}
    judgements = {question.id: dict(question.relevant) for question in questions}
    run = {
        question.id: {passage: float(-rank) for rank, passage in enumerate(rankings[question.id], start=1)}
        for question in questions
        if rankings.get(question.id)
    }
    values = {name: np.zeros(len(questions)) for name in METRICS}
    if not run:
        return values
    names = {measure: name for name, measure in measures.items()}
    places = {question.id: place for place, question in enumerate(questions)}
    for value in ir_measures.iter_calc(list(names), judgements, run):
        values[names[value.measure]][places[value.query_id]] = value.value
    return values
