"""Rows of a ready-made corpus: one document with one passage each, kept on disk and not encoded twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import BagEncoder

from embeddings.errors import IndexDamaged, IndexMismatch, IndexUnwritable
from embeddings.index.rows import Row, index_rows, open_rows, rows_digest
from embeddings.index.sync import sync
from qa.retrieval.retriever import Retriever

LONG = " ".join(f"Sentence {number} is about word{number}." for number in range(60))
ROWS = [
    Row("a", "Harbours", "Ships call at Gwadar. Fishermen protest."),
    Row("b", "", LONG),
    Row("c", "Empty", ""),
]


def test_a_row_is_one_passage_even_where_the_encoder_reads_less(encoder: BagEncoder) -> None:
    corpus = index_rows(ROWS, encoder).corpus
    assert encoder.count_tokens([LONG])[0] > encoder.max_tokens
    assert [corpus.passage(row).text for row in range(3)] == [ROWS[0].text, LONG, " "]
    assert [corpus.document_of(row).id for row in range(3)] == ["a", "b", "c"]
    assert [len(corpus.sentence_rows(row)) for row in range(3)] == [2, 60, 1]


def test_title_and_text_are_encoded_and_searched(encoder: BagEncoder) -> None:
    index = index_rows(ROWS, encoder)
    assert "Harbours\nShips call at Gwadar. Fishermen protest." in encoder.encoded
    (hit,) = Retriever(index, encoder, Path()).search("harbours where ships call", 1)
    assert hit.passage.document_id == "a"


def test_the_second_time_nothing_is_encoded(tmp_path: Path, encoder: BagEncoder) -> None:
    first = open_rows(ROWS, tmp_path / "index", encoder)
    count = len(encoder.encoded)
    assert count == 3 + 63
    second = open_rows(ROWS, tmp_path / "index", encoder)
    assert len(encoder.encoded) == count
    assert second.manifest == first.manifest
    assert second.corpus.documents == first.corpus.documents


def test_progress_is_told_for_passages_and_sentences(encoder: BagEncoder) -> None:
    told: list[tuple[str, int, int]] = []
    index_rows(ROWS, encoder, lambda *step: told.append(step))
    assert told == [
        ("encoding passages", 0, 3),
        ("encoding passages", 3, 3),
        ("encoding sentences", 0, 63),
        ("encoding sentences", 63, 63),
    ]


def test_the_digest_tells_rows_and_their_order_apart() -> None:
    digests = {
        rows_digest(ROWS),
        rows_digest(ROWS[::-1]),
        rows_digest(ROWS[:2]),
        rows_digest([Row("a", "Harbours ", ROWS[0].text), *ROWS[1:]]),
    }
    assert len(digests) == 4


def test_an_index_of_something_else_is_not_written_over(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    sync(folder, tmp_path / "index", encoder)
    with pytest.raises(IndexMismatch, match=r"asked for is rows with sha256 .* Name another place with --index"):
        open_rows(ROWS, tmp_path / "index", encoder)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "diary.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(IndexUnwritable, match=r"holds other things than an index \(diary.txt\)"):
        open_rows(ROWS, tmp_path / "full", encoder)


def test_a_damaged_index_is_named_with_what_to_do(tmp_path: Path, encoder: BagEncoder) -> None:
    open_rows(ROWS, tmp_path / "index", encoder)
    next((tmp_path / "index").glob("generation-*/passages.npy")).write_bytes(b"torn")
    with pytest.raises(IndexDamaged, match=r"Make it anew: remove the folder .* and run the command again"):
        open_rows(ROWS, tmp_path / "index", encoder)
