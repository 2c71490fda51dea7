"""A trained reader over hits: the new order, its reasons, what is marked, and when nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, log

import pytest
from fakes import WordReader
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import ReaderError
from embeddings.types import Document, Passage, Sentence
from qa.reading import PassageText, Reading
from qa.reading.calibration import Nearness
from qa.reading.measured import Bin, Measured
from qa.reading.reranker import (
    NEAR,
    READ,
    READER,
    SCALE,
    RerankingReader,
    combined,
    evidence,
    passage_text,
    read_hits,
    reweighted,
)
from qa.types.hits import Hit, Part, SentenceScore, Trace
from qa.types.quotes import Citation, Quote

ASKED = "When was the harbour of Gwadar opened?"
MEASURED = Measured(
    answered=0.9,
    near_miss=0.1,
    off_topic=0.01,
    bins=(Bin(0.0, 1, 10), Bin(0.5, 150, 200), Bin(0.9, 184, 204)),
    limits=((50, 0.2), (90, 0.6), (95, 0.8)),
    caution=80,
)


def hit(rank: int, score: float, *sentences: str, start: int = 100) -> Hit:
    """A passage of these sentences, found with this score."""
    text, spans = " ".join(sentences), list[Sentence]()
    for sentence in sentences:
        begin = start + (spans[-1].end + 1 - start if spans else 0)
        spans.append(Sentence(begin, begin + len(sentence), sentence))
    passage = Passage("id", rank, start, start + len(text), "", text)
    quote = Quote.of(Document("id", "The port", " " * start + text, "a.txt", "0"), passage)
    trace = Trace((Part("words", 1.0, rank, 1.0, score),), tuple(SentenceScore(span, 0.5, 0.5) for span in spans))
    return Hit(passage, score, Citation(rank, quote), trace)


ALL = "The harbour of Gwadar was opened in 2007."
TWO = "The harbour of Gwadar is deep."
ONE = "A harbour is a place for ships."
NONE = "Fishermen protest."


def judge(caution: int | None = None) -> RerankingReader:
    return RerankingReader(WordReader(), MEASURED, caution=caution)


def log_odds(probability: float) -> float:
    return log(probability / (1 - probability))


def scores(*nearness: float) -> tuple[SentenceScore, ...]:
    return tuple(SentenceScore(Sentence(at, at + 1, "x"), near, 0.0) for at, near in enumerate(nearness))


def test_a_share_counts_with_how_near_its_sentence_is() -> None:
    read = Reading(0.9, (0.5, 0.3, 0.0, 0.1), None, 1.0)
    found = reweighted(read, scores(0.1, 0.6, 0.9, 0.1))
    raised = [0.5, 0.3 * exp(NEAR * 0.5), 0.0, 0.1]
    assert found == pytest.approx([0.9 * one / sum(raised) for one in raised])
    assert found[1] > found[0]
    assert reweighted(read, scores(0.4, 0.4, 0.4, 0.4)) == pytest.approx(read.sentences)
    assert reweighted(Reading(0.1, (0.0,), None, 0.0), scores(1.0)) == (0.0,)
    assert reweighted(Reading(0.1, (), None, 0.0), ()) == ()


def test_a_probability_counts_with_how_near_the_marked_sentence_is() -> None:
    read = Reading(0.5, (0.5, 0.5), None, 0.0)
    nearness = Nearness(5.0, 0.4)
    assert combined(nearness, read, scores(0.4, 0.1)).probability == 0.5
    assert combined(nearness, read, scores(0.6, 0.1)).probability == pytest.approx(1 / (1 + exp(-1.0)))
    assert combined(nearness, read, scores(0.1, 0.2)).probability == pytest.approx(1 / (1 + exp(1.0)))
    assert combined(nearness, Reading(0.25, (), None, 0.0), ()).probability == pytest.approx(0.25)
    assert combined(Nearness(), read, scores(0.9, 0.1)).probability == 0.5
    with pytest.raises(ValueError, match="finite"):
        Nearness(float("nan"))


def test_a_passage_is_read_with_the_question_under_its_own_name_for_what_is_asked() -> None:
    own = hit(1, 1.0, "The GPA was opened in 2007.")
    named = replace(own, trace=replace(own.trace, asked_as="When was the GPA opened?"))
    asked = "When was the Gwadar Port Authority opened?"
    plain, other = (RerankingReader(WordReader(), MEASURED).read(asked, [one]) for one in (own, named))
    assert other.probability == 0.98
    assert plain.probability is not None
    assert plain.probability < 0.98


def test_readings_stay_in_the_order_of_their_passages_whatever_the_question_is_under() -> None:
    found = [hit(1, 1.0, ALL), hit(2, 0.9, NONE), hit(3, 0.8, TWO)]
    names = ("", "Fishermen protest?", "")
    hits = [replace(one, trace=replace(one.trace, asked_as=name)) for one, name in zip(found, names, strict=True)]
    texts = [passage_text(one) for one in hits]
    reader = WordReader()
    read_hits(reader, ASKED, hits)
    assert reader.texts == [texts[0].text, texts[2].text, texts[1].text]
    assert read_hits(reader, ASKED, hits) == [
        *reader.read(ASKED, texts[:1]), *reader.read("Fishermen protest?", texts[1:2]), *reader.read(ASKED, texts[2:])
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "missing", "coverage", "title"),
    [
        ("Port", (), 0.0, ""),
        ("What about the port?", (), 0.0, ""),
        ("Port", (), 0.5, "The port"),
        ("port minister", ("minister",), 0.0, "The port"),
        ("What is the port?", (), 0.0, "The port"),
    ],
)
def test_a_title_that_alone_has_what_is_named_does_not_answer_for_a_passage(
    question: str, missing: tuple[str, ...], coverage: float, title: str
) -> None:
    found = hit(1, 1.0, NONE)
    (sentence,) = found.trace.sentences
    trace = replace(found.trace, sentences=(replace(sentence, coverage=coverage),), missing=missing)
    assert passage_text(replace(found, trace=trace), question).title == title


def test_equal_passages_of_one_title_are_told_apart_by_their_place() -> None:
    """The same text may stand under two headings, one of which is near to the question."""
    twin = hit(1, 1.0, TWO, ONE)
    near = tuple(replace(one, similarity=0.9) for one in twin.trace.sentences)
    other = replace(
        hit(2, 0.9, TWO, ONE),
        trace=replace(twin.trace, sentences=near, asked_as="Where are harbour ships?"),
    )
    assert passage_text(twin) == passage_text(other)
    judged = RerankingReader(WordReader(), replace(MEASURED, nearness=Nearness(10.0, 0.5)))
    alone = [judged.read(ASKED, [one]).hits[0].citation.probability for one in (twin, other)]
    for hits in ([twin, other], [other, twin]):
        together = {one.trace.asked_as: one.citation.probability for one in judged.read(ASKED, hits).hits}
        assert together == {"": alone[0], other.trace.asked_as: alone[1]}
    assert alone[0] != alone[1]


def test_a_reader_that_was_not_calibrated_reads_on_however_sure_it_is() -> None:
    theirs = WordReader(None)
    RerankingReader(theirs).read(ASKED, [hit(rank, 1 / rank, ALL) for rank in range(1, READ + 1)])
    assert len(theirs.texts) == READ


class Stated(WordReader):
    """States the probability that a passage begins with."""

    def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
        return [
            replace(one, probability=float(text.text[:4]))
            for one, text in zip(super().read(question, texts), texts, strict=False)
        ]


@pytest.mark.parametrize(
    ("stated", "cited"),
    [
        ((0.52, 0.40, 0.33), [1, 2]),  # 0.40 is not 0.5, but more than 0.65 of 0.52
        ((0.90, 0.51, 0.49), [1, 2]),
        ((0.98, 0.50, 0.40), [1, 2]),
        ((0.98, 0.48, 0.45), [1]),
        ((0.45, 0.52, 0.45), [1, 2, 3]),  # in the order of probability
        ((0.49, 0.49, 0.49), []),
    ],
)
def test_what_answers_nearly_as_well_as_the_first_is_cited_beside_it(
    stated: tuple[float, ...], cited: list[int]
) -> None:
    hits = [hit(rank, 9.0 - 3 * rank, f"{one:.2f}") for rank, one in enumerate(stated, start=1)]
    marks = RerankingReader(Stated(0.5), replace(MEASURED, limits=())).read(ASKED, hits).marks
    assert [mark.hit.citation.number for mark in marks] == cited


@pytest.mark.parametrize(("caution", "cited"), [(None, [1, 2]), (50, [1, 2]), (90, [1])])
def test_who_asks_for_more_care_is_quoted_nothing_below_the_limit(caution: int | None, cited: list[int]) -> None:
    hits = [hit(rank, 1 / rank, text) for rank, text in enumerate(("0.62 and more.", "0.45 or less."), start=1)]
    marks = RerankingReader(Stated(0.5), MEASURED, caution=caution).read(ASKED, hits).marks
    assert [mark.hit.citation.number for mark in marks] == cited


def test_words_of_a_sentence_that_is_not_the_best_any_more_are_not_told() -> None:
    read = Reading(0.5, (0.6, 0.4), (3, 7), 0.0)
    assert combined(Nearness(), read, scores(0.5, 0.5)).span == (3, 7)
    assert combined(Nearness(), read, scores(0.1, 0.9)).span is None


def test_figures_are_those_of_the_caution_that_was_chosen() -> None:
    shares = ((50, (0.9, 0.5, 0.02)), (90, (0.5, 0.1, 0.0)))
    measured = replace(MEASURED, shares=shares)
    careful = RerankingReader(WordReader(), measured, caution=70).measured
    assert careful is not None
    assert (careful.answered, careful.near_miss, careful.off_topic, careful.caution) == (0.7, 0.3, 0.01, 70)
    assert measured.at(95).near_miss == 0.1  # a limit was measured, the shares up to 90 only
    assert MEASURED.at(90) is MEASURED
    for wrong in ("90", 90.5, None):
        with pytest.raises(ReaderError, match="the caution is a whole number"):
            measured.limit(wrong)  # type: ignore[arg-type]


def test_nearness_decides_what_is_answered_and_where_reading_ends() -> None:
    far = hit(1, 1.0, ALL)
    near = replace(far, trace=replace(far.trace, sentences=(replace(far.trace.sentences[0], similarity=0.9),)))
    strict = RerankingReader(WordReader(0.97), replace(MEASURED, nearness=Nearness(10.0, 0.7)))
    assert strict.read(ASKED, [far]).marks == ()
    assert strict.read(ASKED, [near]).marks
    reader = WordReader(0.97)
    judge = RerankingReader(reader, replace(MEASURED, nearness=Nearness(10.0, 0.7)))
    judge.read(ASKED, [near] + [hit(rank, 1 / rank, NONE) for rank in range(2, READ + 1)])
    assert len(reader.texts) == 6
    reader.texts.clear()
    judge.read(ASKED, [far] + [hit(rank, 1 / rank, NONE) for rank in range(2, READ + 1)])
    assert len(reader.texts) == READ


def test_the_place_in_the_search_counts_in_the_probability_and_so_in_the_order() -> None:
    hits = [hit(1, 1.0, TWO), hit(2, 0.9, ALL)]
    plain, searched = (
        RerankingReader(WordReader(), replace(MEASURED, nearness=Nearness(rank=rank))).read(ASKED, hits)
        for rank in (0.0, 50.0)
    )
    assert [found.passage.number for found in plain.hits] == [2, 1]
    assert [found.passage.number for found in searched.hits] == [1, 2]
    first, second = (found.citation.probability or 0.0 for found in searched.hits)
    assert first == 0.66
    assert log_odds(second) == pytest.approx(log_odds(0.98) - 5.0, abs=0.01)
    assert searched.hits[0].trace.parts[-1].points == pytest.approx(log_odds(0.66) / 50, abs=1e-5)
    assert searched.hits[1].score == pytest.approx(1.0 + log_odds(second) / 50, abs=1e-4)


@pytest.mark.parametrize(
    ("stated", "cited"),
    [
        ((0.49, 0.40, 0.11), [1, 2]),  # 0.11 is not 0.3 of 0.49
        ((0.30, 0.09, 0.02), [1]),
        ((0.10, 0.10, 0.10), [1, 2, 3]),
        ((0.09, 0.09, 0.09), []),
        ((0.51, 0.30, 0.20), [1]),  # one is sure: what is not is left out
    ],
)
def test_where_none_is_sure_those_that_may_answer_are_marked(stated: tuple[float, ...], cited: list[int]) -> None:
    hits = [hit(rank, 1 / rank, f"{one:.2f}") for rank, one in enumerate(stated, start=1)]
    reader = RerankingReader(Stated(0.5), replace(MEASURED, limits=(), uncertain=0.2))
    assert (reader.read_by.limit, reader.read_by.uncertain) == (0.5, 0.1)
    read = reader.read(ASKED, hits)
    assert [mark.hit.citation.number for mark in read.marks] == cited


def test_caution_moves_both_limits() -> None:
    reader = RerankingReader(WordReader(), replace(MEASURED, uncertain=0.25))
    assert [(one.limit, one.uncertain) for one in (reader.at(50).read_by, reader.at(90).read_by)] == [
        (0.2, 0.05),
        (0.6, 0.15),
    ]
    for wrong in (0.0, 1.5, float("nan")):
        with pytest.raises(ValueError, match='"uncertain" is'):
            replace(MEASURED, uncertain=wrong)


def test_what_answers_goes_up_and_the_score_is_the_sum_of_the_points() -> None:
    read = judge().read(ASKED, [hit(1, 1.0, NONE), hit(2, 0.9, ONE), hit(3, 0.8, ALL)])
    assert [found.passage.number for found in read.hits] == [3, 2, 1]
    assert [found.citation.number for found in read.hits] == [1, 2, 3]
    assert [found.citation.probability for found in read.hits] == [0.98, 0.34, 0.02]
    parts = [found.trace.parts[-1] for found in read.hits]
    assert [(part.name, part.rank, part.weight) for part in parts] == [(READER, rank, SCALE) for rank in (1, 2, 3)]
    assert [part.score for part in parts] == [0.98, 0.34, 0.02]
    assert parts[0].points == pytest.approx(0.2 + SCALE * log_odds(0.98), abs=1e-5)
    assert [found.score for found in read.hits] == pytest.approx(
        [sum(part.points for part in found.trace.parts) for found in read.hits], abs=1e-6
    )


def test_the_sentence_with_the_highest_share_is_marked_and_its_words_are_offsets_in_the_document() -> None:
    read = judge().read(ASKED, [hit(1, 1.0, NONE, ALL, ONE, start=1000)])
    (mark,) = read.marks
    assert (mark.sentence.text, mark.probability) == (ALL, 0.98)
    assert mark.words is not None
    text = " " * 1000 + f"{NONE} {ALL} {ONE}"
    assert text[slice(*mark.words)] == "2007"
    assert [score.share for score in read.hits[0].trace.sentences] == [0, 0.9878, 0.0122]


def test_sentences_side_by_side_that_share_in_the_answer_are_one_quote() -> None:
    again = "In 2002 the harbour of Gwadar was opened, some say."
    (mark,) = judge().read(ASKED, [hit(1, 1.0, NONE, TWO, ALL, again, NONE, again)]).marks
    assert mark.sentence.text == f"{TWO} {ALL} {again}"
    assert mark.hit.passage.text[mark.sentence.start - 100 : mark.sentence.end - 100] == mark.sentence.text
    assert mark.words is not None
    assert mark.hit.passage.text[mark.words[0] - 100 : mark.words[1] - 100] == "2007"


def test_no_sentence_stands_beside_one_that_no_reader_read() -> None:
    assert evidence(scores(0.1, 0.9, 0.8)) == scores(0.1, 0.9, 0.8)[1:2]


def test_only_what_reaches_the_limit_is_marked_and_three_hits_at_most() -> None:
    hits = [hit(rank, 1.0, text) for rank, text in enumerate((ONE, TWO, ALL, ALL, ALL, ALL), start=1)]
    marks = judge().read(ASKED, hits).marks
    assert [mark.hit.passage.number for mark in marks] == [3, 4, 5]
    read = judge().read(ASKED, [hit(1, 1.0, NONE), hit(2, 0.5, ONE)])
    assert (read.marks, read.probability) == ((), 0.34)


def test_a_hit_much_less_probable_than_the_first_is_not_marked() -> None:
    hits = [hit(1, 1.0, ALL), hit(2, 0.9, ONE), hit(3, 0.8, TWO)]
    assert [mark.hit.passage.number for mark in judge(50).read(ASKED, hits).marks] == [1, 3]  # 0.98, 0.34, 0.66


@pytest.mark.parametrize(("caution", "limit"), [(None, 0.5), (50, 0.2), (60, 0.3), (90, 0.6), (91, 0.64), (95, 0.8)])
def test_a_caution_is_a_limit_and_between_two_measured_ones_lies_on_the_line(caution: int | None, limit: float) -> None:
    reader = judge(caution)
    assert (reader.read_by.limit, reader.read_by.caution) == (limit, caution or 80)
    assert judge().at(95).read_by.limit == 0.8
    two = reader.read(ASKED, [hit(1, 1.0, TWO)])  # has two words of three: 0.66
    assert bool(two.marks) is (limit <= 0.66)


@pytest.mark.parametrize("caution", [1, 49, 96, 99])
def test_a_caution_that_was_not_measured_is_an_error_that_says_what_was(caution: int) -> None:
    with pytest.raises(ReaderError, match=rf"no sure answer, from 50 to 95, found {caution}"):
        judge(caution)


def test_a_reader_that_was_not_calibrated_orders_and_holds_nothing_back() -> None:
    reader = RerankingReader(WordReader(None, name="theirs"))
    read = reader.read(ASKED, [hit(1, 1.0, NONE), hit(2, 0.9, ALL)])
    assert [found.passage.number for found in read.hits] == [2, 1]
    assert [found.citation.probability for found in read.hits] == [None, None]
    assert [mark.sentence.text for mark in read.marks] == [ALL]
    assert read.probability is None
    assert (reader.read_by.limit, reader.read_by.caution, reader.measured) == (None, None, None)
    assert reader.caveat.startswith("No threshold was measured for the reader theirs:")
    assert [mark.sentence.text for mark in reader.read("Who?", [hit(1, 1.0, NONE)]).marks] == [NONE]
    with pytest.raises(ReaderError, match=r"no caution \(90\) was measured for the reader theirs: leave it out"):
        reader.at(90)


def test_where_the_first_are_certain_the_rest_is_not_read_and_stays_below() -> None:
    theirs = WordReader()
    hits = [hit(1, 2.0, ALL), *(hit(rank, 1 - rank / 100, NONE) for rank in range(2, 26))]
    read = RerankingReader(theirs, MEASURED).read(ASKED, hits)
    assert len(theirs.texts) == 6
    assert [found.passage.number for found in read.hits] == list(range(1, 26))
    assert [found.citation.probability for found in read.hits[5:7]] == [0.02, None]
    assert read.hits[5].score == pytest.approx(2.0 + SCALE * log_odds(0.02), abs=1e-5)
    steps = [one.score - other.score for one, other in zip(read.hits[5:], read.hits[6:], strict=False)]
    assert steps == pytest.approx([0.0, *[0.01] * 18])  # what was not read keeps its distances in the search


def test_no_more_than_the_first_twenty_are_read() -> None:
    theirs = WordReader()
    hits = [*(hit(rank, 1 - rank / 100, ONE if rank == 1 else NONE) for rank in range(1, 25)), hit(25, 0.1, ALL)]
    read = RerankingReader(theirs, MEASURED).read(ASKED, hits)
    assert len(theirs.texts) == READ
    assert (read.marks, read.hits[-1].passage.number) == ((), 25)


def test_where_the_first_six_are_hopeless_the_rest_is_left_unread() -> None:
    theirs = WordReader()
    hits = [*(hit(rank, 1 - rank / 100, NONE) for rank in range(1, 7)), hit(7, 0.9, ALL)]
    assert RerankingReader(theirs, MEASURED).read(ASKED, hits).marks == ()
    assert len(theirs.texts) == 6


def test_nothing_found_is_nothing_read_and_a_passage_without_sentences_is_not_marked() -> None:
    assert judge().read(ASKED, []) == judge(90).read(ASKED, ())
    bare = hit(1, 1.0, ALL)
    empty = Hit(bare.passage, 1.0, bare.citation, Trace(bare.trace.parts, ()))
    assert judge(50).read(ASKED, [empty]).marks == ()


@given(
    st.lists(st.sampled_from((ALL, TWO, ONE, NONE)), min_size=1, max_size=30),
    st.lists(st.floats(-5, 5), min_size=30, max_size=30),
)
def test_whatever_is_read_all_hits_come_back_best_first_and_are_numbered(texts: list[str], scores: list[float]) -> None:
    ordered = sorted(scores, reverse=True)
    hits = [hit(rank, ordered[rank], text) for rank, text in enumerate(texts)]
    read = judge().read(ASKED, hits)
    assert sorted(found.passage.number for found in read.hits) == list(range(len(hits)))
    assert [found.citation.number for found in read.hits] == list(range(1, len(hits) + 1))
    assert all(one.score >= other.score for one, other in zip(read.hits, read.hits[1:], strict=False))
    unread = [found.passage.number for found in read.hits if found.citation.probability is None]
    assert unread == [found.passage.number for found in read.hits[len(hits) - len(unread) :]] == sorted(unread)


@given(st.lists(st.sampled_from((ALL, TWO, ONE, NONE)), min_size=READ, max_size=30))
def test_the_order_of_fewer_hits_is_that_of_the_first_of_more(texts: list[str]) -> None:
    hits = [hit(rank, 1 - rank / 100, text) for rank, text in enumerate(texts)]
    few, more = judge().read(ASKED, hits[:READ]), judge().read(ASKED, hits)
    assert few.hits == more.hits[:READ]
    assert few.marks == more.marks
