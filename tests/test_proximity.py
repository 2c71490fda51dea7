"""The nearness of a question's terms, by hand and against every pair of places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.index.lexical.positions import Places
from qa.retrieval.proximity import WINDOW, proximity

RARITY = [2.0, 3.0, 1.0]


def near(passage: list[int], terms: int = 3) -> float:
    places = Places.build([[passage]])
    found = places.occurrences(range(terms), np.array([0]))
    return float(proximity(found, np.array(RARITY[:terms]), 1)[0])


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ([0, 1], 2.0),  # the commoner of the two counts
        ([1, 0], 2.0),
        ([0, 9, 1], 1.0),
        ([0, 9, 9, 9, 1, 9, 9, 0], 2 / 3),
        ([0, 9, 9, 9, 9, 1], 2 / 5),
        ([0, 9, 9, 9, 9, 9, 1], 0.0),  # outside the window
        ([0, 1, 2], 3.0),
        ([0, 2, 1], 2.0),  # 0 and 1 two apart, 1 and 2 neighbours
        ([0, 2], 0.0),  # no neighbours in the question
        ([0, 0, 0], 0.0),
        ([], 0.0),
    ],
)
def test_by_hand(passage: list[int], expected: float) -> None:
    assert near(passage) == pytest.approx(expected)


@given(st.lists(st.lists(st.integers(0, 4), max_size=12), min_size=1, max_size=4))
def test_the_nearest_of_all_pairs_of_places(passages: list[list[int]]) -> None:
    found = Places.build([[passage] for passage in passages]).occurrences(range(3), np.arange(len(passages)))
    expected = []
    for passage in passages:
        total = 0.0
        for term in (0, 1):
            gaps = [
                abs(one - other)
                for one, first in enumerate(passage)
                for other, second in enumerate(passage)
                if (first, second) == (term, term + 1)
            ]
            total += min(RARITY[term], RARITY[term + 1]) / min(gaps) if gaps and min(gaps) <= WINDOW else 0.0
        expected.append(total)
    assert proximity(found, np.array(RARITY), len(passages)).tolist() == pytest.approx(expected)
