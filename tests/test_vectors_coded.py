"""Many vectors: codes in memory, vectors on the disk; what is found is what a search of all vectors finds."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.errors import IndexDamaged
from embeddings.index import vectors as module
from embeddings.index.array_file import ArrayFile
from embeddings.index.lexical.bm25 import BM25Index
from embeddings.index.vectors import CodedIndex, FlatIndex, build_vectors, load_vectors, rows_file
from embeddings.types import Vectors


def clustered(seed: int, number: int = 3_000, size: int = 32) -> Vectors:
    """Return unit vectors that lie in groups, as those of sentences do, some of them twice."""
    random = np.random.default_rng(seed)
    middles = random.standard_normal((number // 20, size))
    rows = middles[random.integers(0, len(middles), number)] + 0.7 * random.standard_normal((number, size))
    rows[-50:] = rows[:50]
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture(scope="module")
def stored() -> Vectors:
    return clustered(0)


@pytest.fixture(params=["in memory", "from the disk"])
def index(request: pytest.FixtureRequest, stored: Vectors, tmp_path: Path) -> CodedIndex:
    built = CodedIndex.build(stored)
    if request.param == "in memory":
        return built
    built.save(tmp_path / "vectors.faiss")
    return CodedIndex.load(tmp_path / "vectors.faiss")


@pytest.mark.parametrize("k", [1, 10, 100, 2_000, 5_000])
def test_it_finds_what_a_search_of_all_vectors_finds(index: CodedIndex, stored: Vectors, k: int) -> None:
    exact, queries = FlatIndex.build(stored), clustered(1)[:20]
    scores, rows = index.search(queries, k)
    expected_scores, expected = exact.search(queries, k)
    assert rows.shape == expected.shape
    shared = [len(np.intersect1d(mine, all_)) / len(all_) for mine, all_ in zip(rows, expected, strict=True)]
    assert np.mean(shared) > 0.99
    np.testing.assert_allclose(scores[:, 0], expected_scores[:, 0], atol=1e-6)
    assert (np.diff(scores, axis=1) <= 0).all()


def test_equal_scores_come_by_lower_row(index: CodedIndex, stored: Vectors) -> None:
    _, rows = index.search(stored[:5], 2)
    assert rows.tolist() == [[row, 2_950 + row] for row in range(5)]


def test_among_some_rows_it_is_exact(index: CodedIndex, stored: Vectors) -> None:
    among = np.arange(7, 2_900, 3, dtype=np.int64)
    scores, rows = index.search(clustered(2)[:5], 20, among)
    expected_scores, expected = FlatIndex.build(stored).search(clustered(2)[:5], 20, among)
    assert rows.tolist() == expected.tolist()
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
    assert index.search(clustered(2)[:1], 20, among[:0])[1].shape == (1, 0)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 2_999), max_size=40))
def test_the_stored_vectors_come_back(tmp_path_factory: pytest.TempPathFactory, rows: list[int]) -> None:
    stored, path = clustered(0), tmp_path_factory.getbasetemp() / "stored.faiss"
    if not path.exists():
        CodedIndex.build(stored).save(path)
    taken = CodedIndex.load(path).vectors(np.array(rows, dtype=np.int64))
    assert taken.tobytes() == stored[rows].tobytes()


def test_the_same_vectors_give_the_same_bytes(stored: Vectors, tmp_path: Path) -> None:
    for name in ("one.faiss", "two.faiss"):
        CodedIndex.build(stored).save(tmp_path / name)
    CodedIndex.load(tmp_path / "two.faiss").save(tmp_path / "three.faiss")
    for name in ("two.faiss", "three.faiss"):
        for of in (lambda path: path, rows_file):
            assert of(tmp_path / name).read_bytes() == of(tmp_path / "one.faiss").read_bytes()


def test_how_many_there_are_decides_on_the_form(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "MANY", 100)
    for number, form in ((99, FlatIndex), (100, CodedIndex)):
        built = build_vectors(clustered(0)[:number])
        built.save(tmp_path / f"{number}.faiss")
        assert type(built) is type(load_vectors(tmp_path / f"{number}.faiss")) is form
        assert (len(built), built.dimension) == (number, 32)


@pytest.mark.parametrize("size", [1, 3, 5])
def test_any_dimension_can_be_coded(size: int) -> None:
    rows = clustered(0, 100, size)
    assert CodedIndex.build(rows).search(rows[:1], 1)[0][0, 0] == pytest.approx(1.0)


def test_a_wrong_dimension_number_or_row_is_named(index: CodedIndex) -> None:
    with pytest.raises(ValueError, match=r"queries must be of shape \(q, 32\), found \(1, 2\)"):
        index.search(np.zeros((1, 2), dtype=np.float32), 1)
    with pytest.raises(ValueError, match="k must be at least 1, found 0"):
        index.search(np.zeros((1, 32), dtype=np.float32), 0)
    with pytest.raises(ValueError, match=r"rows must be 0 to 2999, found 1 to 3000"):
        index.vectors(np.array([1, 3_000]))
    with pytest.raises(ValueError, match=r"vectors must be float32 of shape \(n, d\), found float32 \(2, 2\)"):
        CodedIndex.build(np.zeros((2, 2), dtype=np.float32))


def test_files_that_do_not_belong_together_are_a_damaged_index(stored: Vectors, tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    CodedIndex.build(stored).save(path)
    ArrayFile.write(rows_file(path), stored[1:])
    with pytest.raises(IndexDamaged, match="has no codes for the vectors beside it"):
        CodedIndex.load(path)
    ArrayFile.write(rows_file(path), stored.astype(np.float64))
    with pytest.raises(IndexDamaged, match="has no codes for the vectors beside it"):
        CodedIndex.load(path)
    ArrayFile.write(rows_file(path), stored)
    faiss.write_index(faiss.IndexFlatIP(32), str(path))
    with pytest.raises(IndexDamaged, match="has no codes for the vectors beside it"):
        CodedIndex.load(path)


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros(()),
        np.asfortranarray(np.eye(3, dtype=np.float32)),
        np.array([{}], dtype=object),
    ],
)
def test_a_file_of_other_numbers_is_refused(
    tmp_path: Path, rows: np.ndarray[tuple[int, ...], np.dtype[np.generic]]
) -> None:
    np.save(tmp_path / "rows.npy", rows, allow_pickle=True)
    with pytest.raises(IndexDamaged, match="does not hold an array of an index"):
        ArrayFile(tmp_path / "rows.npy")
    (tmp_path / "rows.npy").write_bytes(b"\x93NUMPY\x07\x00")
    with pytest.raises(IndexDamaged, match="does not hold an array of an index"):
        ArrayFile(tmp_path / "rows.npy")


def test_what_became_shorter_or_is_no_number_is_told(tmp_path: Path) -> None:
    file, rows = tmp_path / "rows.npy", np.ones((10, 4), dtype=np.float32)
    rows[3] = np.nan
    ArrayFile.write(file, rows)
    kept = ArrayFile(file)
    assert kept.take(np.array([4, 5, 2])).tolist() == [[1] * 4] * 3
    with pytest.raises(IndexDamaged, match=r"numbers that are none\. Make it anew: qa index --rebuild"):
        kept.take(np.array([3]))
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size - 1)
    with pytest.raises(IndexDamaged, match=r"ends too early\. Make it anew: qa index --rebuild"):
        kept.take(np.array([8, 9]))


def test_a_system_without_reads_at_a_place_seeks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.index.array_file._AT_ONCE", False)
    rows = clustered(0)[:50]
    ArrayFile.write(tmp_path / "rows.npy", rows)
    assert ArrayFile(tmp_path / "rows.npy").take(np.array([7, 8, 3])).tobytes() == rows[[7, 8, 3]].tobytes()


def test_large_arrays_of_words_stay_in_their_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passages = [[f"Port {number % 7}", f"Ship {number} came from China.", "Rail!"] for number in range(50)]
    built = BM25Index.build(passages)
    built.save(tmp_path / "lexical")
    small = BM25Index.load(tmp_path / "lexical")
    monkeypatch.setattr("embeddings.index.array_file.LARGE", 1)
    large = BM25Index.load(tmp_path / "lexical")
    kept = (large._places.terms, large._postings.rows, large._postings.scores)
    assert all(isinstance(array, ArrayFile) for array in kept)
    rows = np.array([3, 4, 9, 2], dtype=np.int64)
    for one in (small, large):
        assert one.scores("ship 7 rail nothing").tobytes() == built.scores("ship 7 rail nothing").tobytes()
        assert one.rows_with("ship").tolist() == list(range(50))
        mine, its = one.occurrences(["ship", "rail", "x"], rows), built.occurrences(["ship", "rail", "x"], rows)
        for name in ("term", "passage", "piece", "position"):
            assert getattr(mine, name).tolist() == getattr(its, name).tolist()
    large.save(tmp_path / "again")
    for path in (tmp_path / "lexical").iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()
