"""Where terms stand, against a plain walk over the same pieces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from embeddings.index.lexical.positions import Places

PASSAGES = [[[0, 1], [2, 0, 2]], [[], [1]], [[3], [], [0, 3]]]
corpora = st.lists(st.lists(st.lists(st.integers(0, 5), max_size=6), min_size=1, max_size=4), min_size=1, max_size=6)


def walked(passages: list[list[list[int]]], numbers: list[int], rows: list[int]) -> list[tuple[int, int, int, int]]:
    found = []
    for place, row in enumerate(rows):
        position = 0
        for piece, own in enumerate(passages[row]):
            for number in own:
                if number in numbers:
                    found.append((numbers.index(number), place, piece, position))
                position += 1
    return found


def asked(places: Places, numbers: list[int], rows: list[int]) -> list[tuple[int, ...]]:
    found = places.occurrences(numbers, np.array(rows, dtype=np.int64))
    columns = (found.term, found.passage, found.piece, found.position)
    return [tuple(map(int, values)) for values in zip(*columns, strict=True)]


def test_each_place_of_each_term() -> None:
    places = Places.build(PASSAGES)
    assert asked(places, [2, 0], [0, 2]) == [(1, 0, 0, 0), (0, 0, 1, 2), (1, 0, 1, 3), (0, 0, 1, 4), (1, 1, 2, 1)]
    assert asked(places, [-1, 3], [2, 1]) == [(1, 0, 0, 0), (1, 0, 2, 2)]
    assert asked(places, [], [0, 1, 2]) == []
    assert asked(places, [99], [0, 1, 2]) == []
    assert asked(places, [0], []) == []


@given(corpora, st.lists(st.integers(0, 7), unique=True), st.data())
def test_as_a_plain_walk_finds_them(passages: list[list[list[int]]], numbers: list[int], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(passages) - 1), unique=True))
    assert asked(Places.build(passages), numbers, rows) == walked(passages, numbers, rows)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    Places.build(PASSAGES).save(tmp_path)
    assert asked(Places.load(tmp_path), [0, 1, 2, 3], [0, 1, 2]) == asked(
        Places.build(PASSAGES), [0, 1, 2, 3], [0, 1, 2]
    )
