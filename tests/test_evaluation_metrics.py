"""The figures: by hand on a toy set, and against an implementation of their definitions."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
from evaluation_data import outcome
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from qa.evaluation.metrics import per_query
from qa.evaluation.runs import read_run, write_run
from qa.evaluation.scoring import rankings, recall_at
from qa.evaluation.statistics import RESAMPLES, holm, interval, p_value
from qa.evaluation.types import Question

OTHERS = [f"x{number}" for number in range(10)]


def test_the_metrics_of_a_toy_set_are_those_worked_out_by_hand() -> None:
    questions = [
        Question("q1", "", {"a": 1, "b": 2}),
        Question("q2", "", {"d": 1}),
        Question("q3", "", {"e": 1}),
        Question("q4", "", {"f": 1}),
    ]
    values = per_query(questions, {"q1": ["c", "b", "a"], "q2": ["d"], "q3": [], "q4": [*OTHERS, "f"]})
    # q1: DCG = 2 / log2(3) + 1 / log2(4) = 1.261860 + 0.5 = 1.761860
    #     the best order is b, a: 2 / log2(2) + 1 / log2(3) = 2 + 0.630930 = 2.630930; nDCG = 0.669671
    #     the first relevant passage has rank 2: 1 / 2; both are found, none is first
    # q2: everything 1.   q3: nothing found, everything 0.   q4: rank 11, so 0 within ten and 1 within a hundred
    assert values["nDCG@10"] == pytest.approx([0.669671, 1, 0, 0], abs=1e-6)
    assert values["MRR@10"] == pytest.approx([0.5, 1, 0, 0])
    assert values["hit@1"] == pytest.approx([0, 1, 0, 0])
    assert values["recall@10"] == pytest.approx([1, 1, 0, 0])
    assert values["recall@100"] == pytest.approx([1, 1, 0, 1])
    assert list(values) == ["nDCG@10", "MRR@10", "hit@1", "recall@10", "recall@100"]


def test_a_run_that_finds_nothing_is_0_throughout() -> None:
    values = per_query([Question("q1", "", {"a": 1})], {})
    assert {name: value.tolist() for name, value in values.items()} == {name: [0.0] for name in values}


def defined(relevant: dict[str, int], ranking: list[str]) -> list[float]:
    """The five metrics of one query, from their definitions."""
    gains = [relevant.get(passage, 0) / log2(place + 2) for place, passage in enumerate(ranking[:10])]
    ideal = [grade / log2(place + 2) for place, grade in enumerate(sorted(relevant.values(), reverse=True)[:10])]
    first = next((place + 1 for place, passage in enumerate(ranking[:10]) if passage in relevant), None)
    recalls = [len(set(ranking[:depth]) & set(relevant)) / len(relevant) for depth in (10, 100)]
    return [sum(gains) / sum(ideal), 1 / first if first else 0.0, float(first == 1), *recalls]


NAMES = [f"p{number}" for number in range(120)]
JUDGED = st.dictionaries(st.sampled_from(NAMES[:30]), st.integers(1, 3), min_size=1, max_size=15)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(JUDGED, st.permutations(NAMES).map(lambda names: names[:100])), min_size=1, max_size=4))
def test_any_run_gets_what_the_definitions_say_and_so_does_its_file(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[dict[str, int], list[str]]]
) -> None:
    outcomes = [outcome(f"q{number}", relevant, ranking) for number, (relevant, ranking) in enumerate(made)]
    questions = [item.question for item in outcomes]
    expected = [defined(relevant, ranking) for relevant, ranking in made]
    table = np.column_stack(list(per_query(questions, rankings(outcomes)).values()))
    assert table == pytest.approx(np.array(expected), abs=1e-9)
    path = tmp_path_factory.mktemp("run") / "run.txt"
    write_run(path, outcomes)
    assert read_run(path) == rankings(outcomes)
    assert recall_at(questions, read_run(path), (10, 100)) == pytest.approx(np.array(expected)[:, 3:])


def test_an_interval_is_the_same_each_time_and_as_wide_as_the_binomial_says() -> None:
    values = np.array([0.0, 1.0] * 200)
    low, high = interval(values)
    assert (low, high) == interval(values.copy())
    # the standard error of 400 coin tosses is sqrt(0.25 / 400) = 0.025, so 1.96 of it on each side
    assert (low, high) == pytest.approx((0.5 - 0.049, 0.5 + 0.049), abs=0.006)
    assert RESAMPLES == 1000


@pytest.mark.parametrize("values", [[1.0], [0.25] * 5])
def test_an_interval_without_spread_is_a_point(values: list[float]) -> None:
    assert interval(np.array(values)) == (values[0], values[0])


def test_the_p_value_is_the_share_of_sign_changes_that_go_as_far() -> None:
    # five differences of one sign: of 2^5 = 32 ways to give signs two (all plus, all minus) go as far
    assert p_value(np.full(5, 0.3)) == pytest.approx(2 / 32)
    assert p_value(np.array([1.0, -1.0, 0.0])) == 1.0
    assert p_value(np.zeros(50)) == 1.0
    assert p_value(np.array([1.0])) == 1.0
    many = np.random.default_rng(1).normal(0.2, 1, 400)
    assert p_value(many) == p_value(many.copy()) == pytest.approx(ttest_1samp(many, 0).pvalue, abs=0.003)


def test_several_p_values_are_judged_together() -> None:
    # the smallest against 0.05 / 3 = 0.0167, the next against 0.05 / 2 = 0.025, which it misses
    assert holm([0.03, 0.01, 0.04]) == [False, True, False]
    assert holm([0.01, 0.02, 0.05]) == [True, True, True]
    assert holm([0.02, 0.02, 0.02]) == [False, False, False]
