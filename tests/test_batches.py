from __future__ import annotations

import numpy as np
import pytest
from fakes import BagEncoder
from hypothesis import given
from hypothesis import strategies as st

import embeddings.encoding.batches
from embeddings.encoding.batches import embed


@given(st.lists(st.text(alphabet="abc ", max_size=12), max_size=30), st.integers(1, 7))
def test_rows_stand_in_the_order_of_the_texts_whatever_the_chunk(texts: list[str], chunk: int) -> None:
    encoder = BagEncoder()
    expected = np.array([encoder.encode_query(text) for text in texts], dtype=np.float32).reshape(-1, 64)
    done: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embeddings.encoding.batches, "_CHUNK", chunk)
        vectors = embed(texts, encoder, lambda count, total: done.append((count, total)))
    assert vectors.tobytes() == expected.tobytes()
    assert vectors.shape == (len(texts), 64)
    assert vectors.dtype == np.float32
    assert done == [(min(first, len(texts)), len(texts)) for first in range(0, len(texts) + chunk, chunk)]
    assert sorted(encoder.encoded) == sorted(texts)


def test_texts_of_similar_length_are_encoded_together(encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings.encoding.batches, "_CHUNK", 2)
    embed(["bb", "a", "dddd", "ccc"], encoder)
    assert encoder.encoded == ["dddd", "ccc", "bb", "a"]


def test_a_chunk_is_256_texts(encoder: BagEncoder) -> None:
    done: list[tuple[int, int]] = []
    embed(["a"] * 600, encoder, lambda count, total: done.append((count, total)))
    assert done == [(0, 600), (256, 600), (512, 600), (600, 600)]


def test_no_texts_give_no_rows(encoder: BagEncoder) -> None:
    assert embed([], encoder).shape == (0, 64)
    assert encoder.encoded == []
