from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import IndexDamaged
from embeddings.index.vectors import FlatIndex
from embeddings.types import Vectors

SMALL = st.integers(-1, 1)  # few different scores: many ties


def vectors(*rows: Sequence[float]) -> Vectors:
    return np.array(rows, dtype=np.float32)


def oracle(stored: Vectors, queries: Vectors, k: int) -> tuple[list[list[float]], list[list[int]]]:
    scores = queries @ stored.T
    rows = [sorted(range(len(stored)), key=lambda row: (-line[row], row))[:k] for line in scores]
    return [[float(line[row]) for row in found] for line, found in zip(scores, rows, strict=True)], rows


@given(
    st.lists(st.lists(SMALL, min_size=3, max_size=3), max_size=40),
    st.lists(st.lists(SMALL, min_size=3, max_size=3), max_size=4),
    st.integers(1, 45),
)
def test_search_agrees_with_sorting_all_scores(stored: list[list[int]], queries: list[list[int]], k: int) -> None:
    rows, asked = (np.array(lines, dtype=np.float32).reshape(-1, 3) for lines in (stored, queries))
    scores, found = FlatIndex.build(rows).search(asked, k)
    assert scores.shape == found.shape == (len(queries), min(k, len(stored)))
    assert scores.dtype == np.float32
    assert found.dtype == np.int64
    assert (scores.tolist(), found.tolist()) == oracle(rows, asked, k)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60))
def test_search_is_exact_on_unit_vectors(seed: int, k: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.standard_normal((50, 24)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[40:] = rows[:10]  # the same passage twice
    scores, found = FlatIndex.build(rows).search(rows[:3], k)
    assert [line[:2].tolist() for line in found] == [[row, row + 40][:k] for row in range(3)]
    assert (np.diff(scores, axis=1) <= 0).all()
    for line, hits in zip(scores, found, strict=True):
        ties = [pair for pair in range(len(hits) - 1) if line[pair] == line[pair + 1]]
        assert all(hits[pair] < hits[pair + 1] for pair in ties)
    expected = -np.sort(-(rows[:3] @ rows.T), axis=1)[:, : min(k, 50)]
    np.testing.assert_allclose(scores, expected, atol=1e-6)


def test_more_rows_share_the_last_score_than_are_asked_for() -> None:
    index = FlatIndex.build(vectors(*[[0, 1]] * 500, [1, 0], *[[0, 1]] * 500))
    scores, rows = index.search(vectors([1, 0.5]), 4)
    assert rows.tolist() == [[500, 0, 1, 2]]
    assert scores.tolist() == [[1, 0.5, 0.5, 0.5]]
    assert index.search(vectors([0, 0]), 3)[1].tolist() == [[0, 1, 2]]


def test_an_empty_index_finds_nothing() -> None:
    index = FlatIndex.build(np.empty((0, 3), dtype=np.float32))
    scores, rows = index.search(vectors([1, 2, 3]), 5)
    assert scores.shape == rows.shape == (1, 0)
    assert (len(index), index.dimension) == (0, 3)
    assert index.vectors(np.empty(0, dtype=np.int64)).shape == (0, 3)


def test_the_result_has_one_line_for_each_query() -> None:
    index = FlatIndex.build(vectors([1, 0], [0, 1]))
    queries = np.asfortranarray(vectors([0, 2], [3, 0], [1, 1]))
    assert index.search(queries, 1)[1].tolist() == [[1], [0], [0]]
    assert index.search(queries, 1)[0].tolist() == [[2], [3], [1]]
    assert index.search(queries[:0], 9)[1].shape == (0, 2)


def test_the_stored_vectors_come_back() -> None:
    stored = vectors([1, 0], [0, 1], [3, 4])
    index = FlatIndex.build(stored)
    assert index.vectors(np.array([2, 0, 2])).tolist() == [[3, 4], [1, 0], [3, 4]]
    with pytest.raises(ValueError, match=r"rows must be 0 to 2, found -1 to 0"):
        index.vectors(np.array([0, -1]))
    with pytest.raises(ValueError, match=r"rows must be 0 to 2, found 1 to 3"):
        index.vectors(np.array([1, 3]))


@given(st.lists(st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=2), max_size=9))
def test_save_and_load_give_the_same(tmp_path_factory: pytest.TempPathFactory, rows: list[list[float]]) -> None:
    stored = np.array(rows, dtype=np.float32).reshape(-1, 2)
    path = tmp_path_factory.mktemp("index") / "vectors"
    FlatIndex.build(stored).save(path)
    again = FlatIndex.load(path)
    assert (len(again), again.dimension) == (len(rows), 2)
    assert again.vectors(np.arange(len(rows))).tobytes() == stored.tobytes()
    before = path.read_bytes()
    again.save(path)
    assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    index = FlatIndex.build(vectors([1, 0]))
    with pytest.raises(FileNotFoundError, match="No such file or directory"):
        index.save(tmp_path / "nowhere" / "vectors")
    with pytest.raises(IsADirectoryError, match="Is a directory"):
        index.save(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no /dev/full")
@pytest.mark.parametrize("size", [1, 100_000])
def test_a_full_disk_is_an_os_error(size: int) -> None:
    index = FlatIndex.build(np.ones((size, 2), dtype=np.float32))
    with pytest.raises(OSError, match="No space left on device"):
        index.save(Path("/dev/full"))


@pytest.mark.parametrize("shape", [(3,), (2, 2, 2), (2, 0)])
def test_only_float32_rows_are_taken(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"vectors must be float32 of shape \(n, d\), found float32 \("):
        FlatIndex.build(np.zeros(shape, dtype=np.float32))
    with pytest.raises(ValueError, match=r"vectors must be float32 of shape \(n, d\), found float64 \(2, 2\)"):
        FlatIndex.build(np.zeros((2, 2)))  # type: ignore[arg-type]


def test_a_wrong_dimension_or_number_is_named() -> None:
    index = FlatIndex.build(vectors([1, 0, 0]))
    with pytest.raises(ValueError, match=r"queries must be of shape \(q, 3\), found \(1, 2\)"):
        index.search(vectors([1, 0]), 1)
    with pytest.raises(ValueError, match=r"queries must be of shape \(q, 3\), found \(3,\)"):
        index.search(vectors([1, 0, 0])[0], 1)
    with pytest.raises(ValueError, match="k must be at least 1, found 0"):
        index.search(vectors([1, 0, 0]), 0)


@pytest.mark.parametrize("data", [b"", b"garbage", b"IxFI\x00\x00", b"IxFI" + b"\xff" * 60, b"IxHN" + b"\x00" * 60])
def test_another_file_is_a_damaged_index(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "vectors"
    path.write_bytes(data)
    with pytest.raises(IndexDamaged, match="vectors is not a faiss index"):
        FlatIndex.load(path)


def test_a_missing_file_or_another_kind_of_index_is_a_damaged_index(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="vectors is not a faiss index"):
        FlatIndex.load(tmp_path / "vectors")
    faiss.write_index(faiss.IndexFlatL2(3), str(tmp_path / "l2"))
    with pytest.raises(IndexDamaged, match="l2 is not a flat inner-product index"):
        FlatIndex.load(tmp_path / "l2")
