"""Exact ranks, scores and traces, with an encoder whose meaning is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import BagEncoder

from embeddings.documents.corpus import Corpus
from embeddings.errors import QuestionError
from embeddings.index.sync import sync
from qa.retrieval.fusion import WEIGHTS
from qa.retrieval.retriever import Retriever


@pytest.fixture
def retriever(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Retriever:
    index, report = sync(folder, tmp_path / "index", encoder)
    return Retriever(index, encoder, folder, report)


def places(retriever: Retriever, question: str, k: int = 10) -> list[tuple[str, int]]:
    return [(hit.citation.source.path, hit.passage.number) for hit in retriever.search(question, k)]


def test_the_passage_with_the_words_comes_first(retriever: Retriever) -> None:
    assert places(retriever, "When did trains stop in August?", 1) == [("rail.txt", 2)]
    assert places(retriever, "Which dam holds water?", 1) == [("water.txt", 2)]
    assert places(retriever, "Why do fishermen protest?", 1) == [("harbour.md", 2)]


def test_every_passage_is_a_hit_when_as_many_are_asked_for(retriever: Retriever) -> None:
    found = places(retriever, "Gwadar", 100)
    assert len(found) == 6
    assert found[0] == ("harbour.md", 1)
    assert set(found) == {(name, number) for name in ("harbour.md", "rail.txt", "water.txt") for number in (1, 2)}


def test_fewer_hits_are_the_first_of_more(retriever: Retriever) -> None:
    hits = retriever.search("water for the railway", 6)
    for k in range(1, 6):
        assert retriever.search("water for the railway", k) == hits[:k]


def test_the_score_is_the_stated_fusion_of_the_parts(retriever: Retriever, encoder: BagEncoder) -> None:
    question = "Ships from China and the harbour"
    hits = retriever.search(question, 6)
    vectors = retriever.index.passage_vectors.vectors(np.arange(6))
    cosines = vectors @ encoder.encode_query(question)
    best = retriever.index.lexical.scores(question).max()
    for hit in hits:
        parts = {part.name: part for part in hit.trace.parts}
        values = {name: (parts[name].score - cosines.mean()) / cosines.std() for name in ("passage", "sentence")}
        values |= {"words": parts["words"].score / best}
        values |= {name: parts[name].score for name in ("proximity", "coverage")}
        assert {name: part.points for name, part in parts.items()} == pytest.approx(
            {name: WEIGHTS[name] * value for name, value in values.items()}, abs=1e-6
        )
        assert hit.score == pytest.approx(sum(part.points for part in parts.values()), abs=1e-12)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [hit.citation.number for hit in hits] == [1, 2, 3, 4, 5, 6]


def test_what_a_question_is_about_counts_as_much_as_the_question(retriever: Retriever) -> None:
    alone = retriever.search("Why do they protest?", 6)
    whole = retriever.search("Why do they protest? Kharan wells", 6)
    beside = retriever.search("Why do they protest? (about: Kharan, wells)", 6)
    points = [{hit.passage: hit.score for hit in hits} for hits in (alone, whole)]
    assert {hit.passage: hit.score for hit in beside} == pytest.approx(
        {passage: points[0][passage] + points[1][passage] for passage in points[0]}, abs=1e-9
    )
    assert [part.name for part in beside[0].trace.parts][-1] == "about"
    assert beside[0].trace.parts[-1].points == beside[0].trace.parts[-1].score
    for hit in beside:
        own, wide = (next(one for one in hits if one.passage == hit.passage).trace.sentences for hits in (alone, whole))
        assert [score.similarity for score in hit.trace.sentences] == [
            max(a.similarity, b.similarity) for a, b in zip(own, wide, strict=True)
        ]


def test_a_question_answered_plainly_stays_first_whatever_it_is_about(retriever: Retriever) -> None:
    assert places(retriever, "When did trains stop in August? (about: wells)", 1) == [("rail.txt", 2)]


def test_the_trace_tells_each_part_and_each_sentence(retriever: Retriever, encoder: BagEncoder) -> None:
    (hit,) = retriever.search("Ships from China", 1)
    assert [(part.name, part.rank) for part in hit.trace.parts] == [
        *(("passage", 1), ("sentence", 1), ("words", 1), ("proximity", 1), ("coverage", 1))
    ]
    question = encoder.encode_query("Ships from China")
    sentences = ["The harbour of Gwadar was opened in 2007.", "Ships from China call there."]
    assert [score.sentence.text for score in hit.trace.sentences] == sentences
    expected = [float(encoder.encode_query(text) @ question) for text in sentences]
    assert [score.similarity for score in hit.trace.sentences] == pytest.approx(expected, abs=1e-6)
    assert [score.coverage for score in hit.trace.sentences] == [0.0, 1.0]
    assert hit.trace.parts[1].score == pytest.approx(max(expected), abs=1e-6)


def test_coverage_weighs_rare_words_more(retriever: Retriever) -> None:
    # "harbour" stands in two passages (as a heading above both), "ship" in one, "zebra" in none.
    (hit,) = retriever.search("harbour ships zebra", 1)
    rarity = {0: np.log(1 + 6.5 / 0.5) ** 1.5, 1: np.log(1 + 5.5 / 1.5) ** 1.5, 2: np.log(1 + 4.5 / 2.5) ** 1.5}
    expected = [rarity[2] / sum(rarity.values()), rarity[1] / sum(rarity.values())]
    assert [score.coverage for score in hit.trace.sentences] == pytest.approx(expected)


def test_the_same_question_gives_the_same_hits(retriever: Retriever, folder: Path, tmp_path: Path) -> None:
    again = Retriever(sync(folder, tmp_path / "other", BagEncoder())[0], BagEncoder(), folder)
    assert again.search("Who opened the port?") == retriever.search("Who opened the port?")
    assert again.index_id == retriever.index_id


def test_an_empty_index_gives_no_hits(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    index, _ = sync(folder, tmp_path / "index", encoder)
    empty = Corpus.build(index.corpus.documents, [[], [], []])
    assert Retriever(replace(index, corpus=empty), encoder, folder).search("One") == []


def test_what_cannot_be_asked(retriever: Retriever) -> None:
    with pytest.raises(QuestionError, match="the question is empty"):
        retriever.search(" ")
    with pytest.raises(ValueError, match="k must be at least 1, found 0"):
        retriever.search("port", 0)
    with pytest.raises(ValueError, match=r"k must be a whole number, found 2\.5"):
        retriever.search("port", 2.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="per_document must be a whole number or None, found '3'"):
        retriever.search("port", per_document="3")  # type: ignore[arg-type]
    assert len(retriever.search("port", 10**30)) == 6
