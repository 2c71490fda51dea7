"""Scores into one order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from qa.fusion import min_max, ranks, top_rows

SCORES = hnp.arrays(np.float64, st.integers(0, 30), elements=st.integers(-5, 5).map(float))


def test_min_max_stretches_to_zero_and_one() -> None:
    assert min_max([2.0, 4.0, 3.0]).tolist() == [0.0, 1.0, 0.5]


def test_equal_scores_are_one_if_positive_and_zero_if_not() -> None:
    assert min_max([0.3, 0.3]).tolist() == [1.0, 1.0]
    assert min_max([0.0, 0.0]).tolist() == [0.0, 0.0]
    assert min_max([]).tolist() == []


def test_the_best_comes_first_and_equals_by_row() -> None:
    assert top_rows([1.0, 3.0, 2.0, 3.0], 3).tolist() == [1, 3, 2]
    assert ranks([1.0, 3.0, 2.0, 3.0]).tolist() == [4, 1, 3, 2]


@given(SCORES, st.integers(1, 40))
def test_fewer_rows_are_a_prefix_of_more(scores: npt.NDArray[np.float64], k: int) -> None:
    expected = sorted(range(len(scores)), key=lambda row: (-scores[row], row))
    assert top_rows(scores, k).tolist() == expected[:k]


@given(SCORES)
def test_min_max_keeps_the_order(scores: npt.NDArray[np.float64]) -> None:
    scaled = min_max(scores)
    assert top_rows(scaled, len(scores)).tolist() == top_rows(scores, len(scores)).tolist()
    assert ((scaled >= 0) & (scaled <= 1)).all()
