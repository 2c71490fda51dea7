"""Scores into one order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from embeddings.index.order import ranks, top_rows

SCORES = hnp.arrays(np.float64, st.integers(0, 60), elements=st.integers(-5, 5).map(float))


def test_the_best_comes_first_and_equals_by_row() -> None:
    assert top_rows([1.0, 3.0, 2.0, 3.0], 3).tolist() == [1, 3, 2]
    assert ranks([1.0, 3.0, 2.0, 3.0]).tolist() == [4, 1, 3, 2]


@given(SCORES, st.integers(1, 40))
def test_fewer_rows_are_a_prefix_of_more(scores: npt.NDArray[np.float64], k: int) -> None:
    expected = sorted(range(len(scores)), key=lambda row: (-scores[row], row))
    assert top_rows(scores, k).tolist() == expected[:k]
