"""Outcomes to figures: means with intervals, misses, wrong verdicts, and the comparison with another run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from embeddings.documents.corpus import Corpus
from embeddings.errors import DatasetError
from embeddings.index.store import Index
from qa.evaluation.metrics import METRICS, per_query
from qa.evaluation.result import Comparison, Evaluation, Figure, MetricDifference, Miss, Wrong, WrongVerdict
from qa.evaluation.statistics import holm, interval, p_value
from qa.evaluation.types import Dataset, Outcome, Question

Floats = npt.NDArray[np.float64]
FIRST_RIGHT = "answer sentence, first passage"
INSIDE_RIGHT = "answer sentence, right passage"
CITED_RIGHT = "right passage among the first two citations"
REFUSED, UNSURE = "refused, though answerable", "uncertain, though answerable"
ANSWERED, NOT_REFUSED = "answered, though not in the documents", "uncertain, though not in the documents"


def evaluated(dataset: Dataset, outcomes: Sequence[Outcome], index: Index) -> Evaluation:
    """Compute every figure, and list every miss and wrong verdict.

    The shares of verdicts are given only where the data set has questions that the documents do not answer.
    """
    asked = judged(outcomes)
    unanswerable = [outcome for outcome in outcomes if not outcome.question.relevant]
    figures = _ranking_figures(asked) + _sentence_figures(asked)
    figures.append(figure(CITED_RIGHT, [outcome.cites_right for outcome in asked]))
    wrong: list[WrongVerdict] = []
    if unanswerable:
        verdicts = {True: [one.verdict for one in asked], False: [one.verdict for one in unanswerable]}
        figures += [
            figure(name, [verdict == wanted for verdict in verdicts[answerable]])
            for name, wanted, answerable in (
                (REFUSED, "not_in_documents", True),
                (UNSURE, "uncertain", True),
                (ANSWERED, "answered", False),
                (NOT_REFUSED, "uncertain", False),
            )
        ]
        wrong = _wrong(asked, "refused") + _wrong(unanswerable, "answered")
    return Evaluation(
        dataset=dataset.name,
        model=index.manifest.made.model,
        index_id=index.manifest.index_id,
        passages=len(index.corpus),
        judged=len(asked),
        unanswerable=len(unanswerable),
        figures=tuple(figures),
        misses=tuple(_misses(dataset, asked, index.corpus)),
        wrong_verdicts=tuple(wrong),
    )


def compared(outcomes: Sequence[Outcome], theirs: Mapping[str, Sequence[str]], run: str) -> Comparison:
    """Score another run over the same judged queries and test each difference.

    Raise DatasetError where the run has none of the queries.
    """
    questions = [outcome.question for outcome in judged(outcomes)]
    missing = sum(question.id not in theirs for question in questions)
    if missing == len(questions):
        raise DatasetError(f"{run} has none of the {missing} queries, e.g. not {questions[0].id!r}. Name another run.")
    own, other = per_query(questions, rankings(outcomes)), per_query(questions, theirs)
    p_values = [p_value(own[name] - other[name]) for name in METRICS]
    significant = holm(p_values)
    differences = [
        _difference(name, own[name], other[name], (p, sure))
        for name, p, sure in zip(METRICS, p_values, significant, strict=True)
    ]
    return Comparison(run, missing, tuple(differences))


def rankings(outcomes: Iterable[Outcome]) -> dict[str, list[str]]:
    """Return the passages' names of each question, best first."""
    return {outcome.question.id: [ranked.passage for ranked in outcome.ranking] for outcome in outcomes}


def judged(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the outcomes of questions that have a relevant passage."""
    return [outcome for outcome in outcomes if outcome.question.relevant]


def recall_at(questions: Sequence[Question], found: Mapping[str, Sequence[str]], depths: Sequence[int]) -> Floats:
    """Return the share of a question's relevant passages among the first so many, as (questions, depths)."""
    table = np.zeros((len(questions), len(depths)))
    for row, question in enumerate(questions):
        relevant = [passage in question.relevant for passage in found.get(question.id, ())]
        table[row] = [sum(relevant[:depth]) / len(question.relevant) for depth in depths]
    return table


def _ranking_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    values = per_query([outcome.question for outcome in outcomes], rankings(outcomes))
    return [figure(name, values[name]) for name in METRICS]


def _sentence_figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    kinds = {
        FIRST_RIGHT: [outcome.first_right for outcome in outcomes],
        INSIDE_RIGHT: [outcome.inside_right for outcome in outcomes],
    }
    known = {name: [right for right in values if right is not None] for name, values in kinds.items()}
    return [figure(name, values) for name, values in known.items() if values]


def figure(name: str, values: npt.ArrayLike) -> Figure:
    """Return the mean of (n,) values, n at least 1, with its interval."""
    numbers = np.asarray(values, dtype=np.float64)
    return Figure(name, float(numbers.mean()), *interval(numbers), len(numbers))


def _difference(name: str, own: Floats, other: Floats, tested: tuple[float, bool]) -> MetricDifference:
    low, high = interval(own - other)
    means = float(own.mean()), float(other.mean())
    return MetricDifference(name, *means, means[0] - means[1], low, high, *tested)


def _misses(dataset: Dataset, outcomes: Sequence[Outcome], corpus: Corpus) -> Iterable[Miss]:
    rows = {name: row for row, name in enumerate(dataset.passages)}
    for outcome in outcomes:
        question = outcome.question
        first = outcome.ranking[0].passage if outcome.ranking else None
        if first in question.relevant:
            continue
        expected = min(question.relevant, key=lambda name: (outcome.rank(name) or len(rows), -question.relevant[name]))
        yield Miss(
            id=question.id,
            question=question.text,
            expected=expected,
            expected_text=corpus.passage(rows[expected]).text,
            rank=outcome.rank(expected),
            first=first,
            first_text="" if first is None else corpus.passage(rows[first]).text,
        )


def _wrong(outcomes: Sequence[Outcome], verdict: Wrong) -> list[WrongVerdict]:
    return [
        WrongVerdict(outcome.question.id, outcome.question.text, verdict, outcome.answer or "")
        for outcome in outcomes
        if outcome.verdict == ("answered" if verdict == "answered" else "not_in_documents")
    ]
