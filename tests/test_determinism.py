"""The same index and the same question give the same bytes, with the real model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from embeddings.encoding.encoder import SentenceEncoder
from embeddings.encoding.models import find_model
from embeddings.index.sync import sync
from qa.retrieval.retriever import Retriever

pytestmark = pytest.mark.model

QUESTIONS = (
    "Who leads the Pashtun Tahafuz Movement?",
    '"Abbey Gate" attack -Moscow',
    "Which groups fought each other in Mastung, and how many men died in the clash of March 2025?",
)


def answers(retriever: Retriever) -> bytes:
    return json.dumps([[hit.to_dict() for hit in retriever.search(question, 24)] for question in QUESTIONS]).encode()


def test_the_number_of_threads_changes_no_byte(seeds: Path, tmp_path: Path) -> None:
    import faiss
    import torch

    encoder = SentenceEncoder(find_model("all-MiniLM-L6-v2"))
    retriever = Retriever(sync(seeds, tmp_path, encoder)[0], encoder, seeds)
    before = torch.get_num_threads(), faiss.omp_get_max_threads()
    found = set()
    try:
        for number in (1, 2, 3):
            torch.set_num_threads(number)
            faiss.omp_set_num_threads(number)
            found.add(answers(retriever))
    finally:
        torch.set_num_threads(before[0])
        faiss.omp_set_num_threads(before[1])
    assert len(found) == 1


def test_the_batch_size_changes_no_order_and_no_digit_that_is_shown(seeds: Path, tmp_path: Path) -> None:
    found = []
    for size in (1, 5, 32):
        encoder = SentenceEncoder(find_model("all-MiniLM-L6-v2"), batch_size=size)
        retriever = Retriever(sync(seeds, tmp_path / str(size), encoder)[0], encoder, seeds)
        hits = [hit for question in QUESTIONS for hit in retriever.search(question, 24)]
        found.append([(str(hit.citation), pytest.approx(hit.score, abs=1e-5)) for hit in hits])
    assert found[0] == found[1] == found[2]
    assert len(found[0]) > 24
