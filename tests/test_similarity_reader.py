"""Which sentences are marked, and when none is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from embeddings.errors import ReaderError
from embeddings.types import Document, Passage, Sentence
from qa.reading.similarity import Calibration, SimilarityReader
from qa.types.hits import Hit, SentenceScore, Trace, nearest
from qa.types.quotes import Citation, Quote

LIMITS = Calibration("m", similarity=1, coverage=1, threshold=1.0, answered=1, near_miss=0, off_topic=0)
TEXT = "First one. Second one."


def hit(rank: int, score: float, *scores: tuple[float, float]) -> Hit:
    """A passage of two sentences with these similarities and coverages."""
    passage = Passage("id", rank, 0, len(TEXT), "", TEXT)
    spans = ((0, 10), (11, 22))
    sentences = tuple(
        SentenceScore(Sentence(start, end, TEXT[start:end]), *pair)
        for (start, end), pair in zip(spans, scores, strict=True)
    )
    quote = Quote.of(Document("id", "T", TEXT, "a.txt", "0"), passage)
    return Hit(passage, score, Citation(rank, quote), Trace((), sentences))


def marked(*hits: Hit) -> list[tuple[int, str]]:
    return [(mark.hit.passage.number, mark.sentence.text) for mark in SimilarityReader(LIMITS).read("?", hits).marks]


def test_the_sentence_with_the_highest_sum_is_nearest_and_the_first_of_equals() -> None:
    assert nearest(hit(1, 1, (0.6, 0.0), (0.5, 0.2))).sentence.text == "Second one."
    assert nearest(hit(1, 1, (0.5, 0.5), (0.75, 0.25))).sentence.text == "First one."


def test_a_sentence_below_the_threshold_does_not_answer() -> None:
    assert marked(hit(1, 1, (0.5, 0.49), (0.1, 0.1))) == []
    assert marked(hit(1, 1, (0.5, 0.5), (0.1, 0.1))) == [(1, "First one.")]


def test_a_later_hit_answers_where_the_first_does_not() -> None:
    assert marked(hit(1, 1, (0.1, 0.1), (0.1, 0.1)), hit(2, 0.5, (0.1, 0.1), (0.9, 0.9))) == [(2, "Second one.")]


def test_a_hit_far_below_the_first_answering_one_is_not_marked() -> None:
    good = (0.9, 0.9), (0.1, 0.1)
    assert marked(hit(1, 1, *good), hit(2, 0.75, *good), hit(3, 0.74, *good)) == [(1, "First one."), (2, "First one.")]


def test_only_the_first_three_hits_are_read() -> None:
    good = (0.9, 0.9), (0.1, 0.1)
    assert [number for number, _ in marked(*(hit(rank, 1, *good) for rank in (1, 2, 3, 4)))] == [1, 2, 3]


@pytest.mark.parametrize(("calibration", "silent"), [(LIMITS, True), (None, False)])
def test_without_a_measured_threshold_nothing_is_held_back_and_that_is_said(
    calibration: Calibration | None, silent: bool
) -> None:
    reader = SimilarityReader(calibration)
    assert (reader.caveat == "") is silent
    assert bool(reader.read("?", [hit(1, 1, (0.1, 0.1), (0.1, 0.1))]).marks) is not silent


def test_the_order_is_left_as_it_is_and_no_probability_is_made_up() -> None:
    hits = [hit(1, 1, (0.1, 0.1), (0.1, 0.1)), hit(2, 0.9, (0.9, 0.9), (0.1, 0.1))]
    read = SimilarityReader(LIMITS).read("?", hits)
    assert (read.hits, read.probability) == (tuple(hits), None)
    assert [(mark.probability, mark.words) for mark in read.marks] == [(None, None)]


def test_its_figures_are_those_of_the_calibration_and_there_is_no_caution_to_choose() -> None:
    measured = SimilarityReader(replace(LIMITS, answered=0.921, near_miss=0.824, off_topic=0.004)).measured
    assert measured is not None
    assert str(measured) == (
        "In our tests 92 of 100 questions that the documents answer were answered, and so were 82 of 100 that they do "
        "not answer though they speak of the same, and less than 1 of 100 about other things."
    )
    assert measured.confidence(None) is measured.confidence(0.9) is None
    assert SimilarityReader(None).measured is None
    with pytest.raises(ReaderError, match=r"a caution \(90\) needs a trained reader, and .* leave it out"):
        SimilarityReader(LIMITS).at(90)
