"""The pure parts of the reader's benchmark: order, shares, probabilities, limits, and the memory of what was read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from math import isnan, log, log2
from pathlib import Path
from random import Random

import pytest
from fakes import BagEncoder
from harbours import ROWS

from benchmarks.answers import Limits, figures_of
from benchmarks.asked import Asker, Seen, best, order, surest, until
from benchmarks.diagram import draw_reliability
from benchmarks.machine import Setting
from benchmarks.outcomes import cites_right, left_out, outcome_of, shows_right
from benchmarks.parts import Kinds, Marked
from benchmarks.reading_figures import answered, as_read, early, end_to_end, in_the_paragraph, ranking, stated
from benchmarks.reading_speed import reading_times
from benchmarks.reading_tables import Result, as_markdown, as_values
from benchmarks.reliability import Bin, area, auroc, bins, error_of, expected_error, share
from benchmarks.remembered import RememberedReader
from embeddings.errors import DatasetError
from embeddings.index.rows import index_rows
from qa.evaluation.types import Question
from qa.reading import Enough
from qa.reading.calibration import UNCALIBRATED, Calibrated, Nearness, log_odds, sigmoid
from qa.reading.trained.files import Described
from qa.reading.types import PassageText, Reading
from qa.retrieval.retriever import Retriever
from training.ablation import ALL, FIGURES, as_table
from training.calibrate import crossed, fitted
from training.calibrate import stated as stated_by
from training.choose import CAUTIONS, NEAR, bins_of, choose, limits_of, restated

SETTING = Setting("abc1234", "2030-01-02", "A processor", 2, "1", "3.12.1", {"torch": "2"}, 0.5)


def seen(passage: str, score: float, probability: float, *, right: bool = False, near_right: bool = False) -> Seen:
    odds = log_odds(probability)
    return Seen(passage, score, probability, odds, odds, 0.5, right, near_right, similarity=probability / 2)


class WordReader:
    """Says that a passage answers by the share of the question's words in its best sentence."""

    name, digest, limit = "words", "w", 0.5

    def __init__(self) -> None:
        self.read_texts: list[str] = []

    def read(self, question: str, texts: Sequence[PassageText]) -> list[Reading]:
        self.read_texts += [text.text for text in texts]
        return [self._reading(set(question.casefold().strip("?").split()), text) for text in texts]

    def _reading(self, asked: set[str], text: PassageText) -> Reading:
        own = [
            len(asked & set(text.text[start:end].casefold().strip(".").split())) + 1 for start, end in text.sentences
        ]
        held = max(own) / (len(asked) + 2)
        return Reading(held, tuple(one / sum(own) for one in own), None, log_odds(held), 1.0)


KINDS = Kinds(
    ((seen("p", 1.0, 0.2, near_right=True), seen("q", 0.9, 0.9, right=True)), (seen("p", 1.0, 0.7, right=True),), ()),
    ((seen("p", 1.0, 0.6),), (seen("p", 1.0, 0.3),)),
    ((seen("p", 1.0, 0.1),),),
)


def test_passages_stand_by_probability_and_equals_as_they_were_found() -> None:
    asked = KINDS.answerable[0]
    assert [one.passage for one in order(asked)] == ["q", "p"]
    assert [one.passage for one in order((asked[1], replace(asked[1], passage="r", probability=0.90001)))] == ["q", "r"]
    assert best(()) is None
    assert (surest(asked), surest(())) == (0.9, 0.0)
    assert log_odds(0.75) == pytest.approx(log(3))
    assert [log_odds(1.0), -log_odds(0.0)] == pytest.approx([log(1e9)] * 2)


def test_what_is_left_unread_counts_like_the_worst_that_was_read() -> None:
    asked = (seen("a", 3, 0.95), seen("b", 2, 0.4), seen("c", 1, 0.99, right=True))
    assert [one.probability for one in until(asked, Enough.of(0.9), first=2)] == [0.95, 0.4, 0.4]
    assert until(asked, Enough.of(0.96), first=2) is asked
    assert until((), Enough.of(0.9), first=2) == ()
    hopeless = (seen("a", 3, 0.02), seen("b", 2, 0.08), seen("c", 1, 0.99, right=True))
    assert [one.probability for one in until(hopeless, Enough.of(0.9), first=2)] == [0.02, 0.08, 0.02]
    many = tuple(seen(str(number), 1.0, 0.95 if number == 0 else 0.99) for number in range(8))
    kinds = Kinds((many,), (asked,), ())
    found = early(kinds, 0.9)
    assert [one.value for one in found.values()] == [0.5, 1.0]
    assert [one.probability for one in as_read(kinds, Enough.of(0.9)).answerable[0]] == [0.95, *[0.99] * 5, 0.95, 0.95]


def test_shares_answered_and_right_are_exact() -> None:
    found = answered(KINDS, 0.65)
    assert {name: (one.value, one.n) for name, one in found.items()} == {
        "answerable": (2 / 3, 3),
        "near-misses": (0.0, 2),
        "other topics": (0.0, 1),
        "right of the answered": (1.0, 2),
    }
    assert "right of the answered" not in answered(KINDS, 0.99)
    whole = answered(KINDS, 0.15)
    assert whole["right of the answered"].value == 1.0
    assert whole["near-misses"].value == 1.0


def test_figures_end_to_end_are_exact_and_stand_beside_similarity() -> None:
    found = {name: one.value for name, one in end_to_end(KINDS).items()}
    assert found["right sentence at the very top"] == pytest.approx(2 / 3)
    assert found["right sentence at the very top by similarity"] == pytest.approx(1 / 3)
    assert found["AUROC against near-misses"] == pytest.approx(4 / 6)  # 0.9, 0.7, 0.0 against 0.6, 0.3
    assert found["AUROC against other topics"] == pytest.approx(2 / 3)
    assert stated(KINDS) == ([0.9, 0.7, 0.0, 0.6, 0.3], [True, True, False, False, False])


def test_figures_in_the_paragraph_are_exact() -> None:
    asked = [Reading(0.9, (1.0,), None, 2.0), Reading(0.5, (1.0,), None, 0.0)]
    marks = [Marked(right=True, said=True, near=True), Marked(right=False, said=True, near=True)]
    found = in_the_paragraph(asked, [Reading(0.6, (1.0,), None, 0.5)], marks)
    assert [one.value for one in found.values()] == [0.5, 1.0, 1.0, 0.5, pytest.approx((0.1 + 0.5 + 0.6) / 3)]


def test_a_ranking_is_compared_with_itself_before() -> None:
    questions = [Question("1", "?", {"q": 1}), Question("2", "?", {"p": 1})]
    found = ranking(questions, {"1": KINDS.answerable[0], "2": KINDS.answerable[1]})
    assert found.with_reader.value == 1.0
    assert found.without.value == pytest.approx((1 / log2(3) + 1) / 2)
    assert found.gained.value == pytest.approx(found.with_reader.value - found.without.value)
    assert 0 < found.p <= 1


def test_areas_errors_and_bins_are_exact() -> None:
    assert (auroc([3, 2], [1, 2]), auroc([1], [1])) == (0.875, 0.5)
    assert isnan(auroc([], [1]))
    assert isnan(expected_error([], []))
    assert expected_error([0.95, 0.95, 0.05, 0.05], [True, False, False, False]) == pytest.approx(0.25)
    assert bins([0.05, 1.0, 0.5], [False, True, False]) == [
        Bin(0.0, 0.1, 0.05, 0.0, 1),
        Bin(0.5, 0.6, 0.5, 0.0, 1),
        Bin(0.9, 1.0, 1.0, 1.0, 1),
    ]
    perfect = area([2.0, 3.0], [0.0, 1.0])
    assert (perfect.value, perfect.low, perfect.high, perfect.n) == (1.0, 1.0, 1.0, 4)
    wide = area([2.0, 0.5, 3.0], [0.0, 1.0, 2.5])
    assert wide.low < wide.value < wide.high
    assert error_of([1.0, 0.0], [True, False]).value == 0.0
    assert share([True, False]).value == 0.5


def test_an_asker_reads_what_is_found_and_knows_where_the_answers_stand(encoder: BagEncoder) -> None:
    reader = WordReader()
    asker = Asker(Retriever(index_rows(ROWS, encoder), encoder, Path()), reader)
    found = asker.ask("When has a bridge fell?", {"p2": ((26, 32),)})  # "bridge" in the second sentence
    assert found[0].passage == "p2"
    assert [one.right for one in found] == [True, False, False]
    assert len(reader.read_texts) == 3
    assert asker.ask("?!", {}) == ()


def described(**changes: str) -> Described:
    given = {"encoder_digest": "e", "weights_digest": "w", **changes}
    return Described(
        folder=Path(), encoder="tiny", layers=1, heads=1, epsilon=1e-12, width=1, wide=1, words=1, positions=384,
        types=2, calibrated=UNCALIBRATED, limit=0.5, spans=True, digest="d", **given,
    )  # fmt: skip


def test_what_was_read_is_not_read_again_and_another_calibration_costs_nothing(tmp_path: Path) -> None:
    texts = [PassageText("", "a bridge", ((0, 8),)), PassageText("", "a well", ((0, 6),))]
    first = WordReader()
    said = RememberedReader(first, described(), tmp_path).read("a bridge?", texts)
    assert (tmp_path / "no such folder").exists() is False
    (file,) = tmp_path.iterdir()
    with file.open("a", encoding="utf-8") as lines:
        lines.write('["cut off')  # the measurement was stopped here
    second = WordReader()
    other = replace(described(), calibrated=Calibrated(0.0, 0.0, 0.0, 2.0))
    again = RememberedReader(second, other, tmp_path)
    assert [one.probability for one in again.read("a bridge?", texts)] == [sigmoid(2.0)] * 2
    assert [replace(one, probability=0.0) for one in again.read("a bridge?", texts)] == [
        replace(one, probability=0.0) for one in said
    ]
    assert second.read_texts == []
    again.read("a bridge?", [*texts, PassageText("", "a mill", ((0, 6),))])
    assert second.read_texts == ["a mill"]
    third = WordReader()
    RememberedReader(third, described(weights_digest="x"), tmp_path).read("a bridge?", texts)
    assert len(third.read_texts) == 2
    file.write_text("[1]\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="holds no readings"):
        RememberedReader(first, described(), tmp_path)


def test_limits_refuse_the_share_they_are_named_by() -> None:
    near = [number / 1000 for number in range(1000)]
    limits = limits_of(near)
    assert tuple(limits) == CAUTIONS
    for caution, limit in limits.items():
        assert sum(value < limit for value in near) == 10 * caution
    assert limits_of([0.25])[90] == 0.25


def test_bins_of_a_description_ascend_and_none_is_small() -> None:
    values = [0.97] * 40 + [0.91] * 20 + [0.86] * 20 + [0.4] * 10
    found = bins_of(values, [True] * 39 + [False] * 51)
    assert found == [{"from": 0.0, "right": 0, "of": 50}, {"from": 0.95, "right": 39, "of": 40}]
    assert bins_of([0.5], [True]) == [{"from": 0.0, "right": 1, "of": 1}]
    assert bins_of([], []) == []


def drawn_sets(seed: int) -> dict[str, Kinds]:
    """Two sets: the second passage answers and reads better; near-misses and foreign passages read badly."""
    drawn = Random(seed)

    def asked(kind: str) -> tuple[Seen, ...]:
        level = {"answerable": 2.0, "near": -1.0, "off": -6.0}[kind]
        return tuple(
            Seen(
                f"p{one}", 1 - one / 4, 0.5, drawn.gauss(level if one == 1 else level - 3.0, 1.0), 0.0, 0.5,
                right=kind == "answerable" and one == 1, gold=kind == "answerable" and one == 1,
            )
            for one in range(4)
        )  # fmt: skip

    def many(kind: str) -> tuple[tuple[Seen, ...], ...]:
        return tuple(asked(kind) for _ in range(80))

    return {NEAR: Kinds(many("answerable"), many("near"), ()), "other": Kinds(many("answerable"), (), many("off"))}


def test_limits_are_chosen_by_the_worst_set_and_right_passages_stand_first() -> None:
    sets = drawn_sets(3)
    chosen = choose(sets)
    said = {name: restated(kinds, (chosen.calibrated, chosen.nearness)) for name, kinds in sets.items()}
    firsts = [best(asked) for kinds in said.values() for asked in kinds.answerable]
    assert sum(one is not None and one.passage == "p1" for one in firsts) >= 150
    assert list(chosen.limits.values()) == sorted(chosen.limits.values())
    assert chosen.limit == chosen.limits[chosen.caution]
    assert chosen.caution >= 82
    assert sum(surest(asked) >= chosen.limit for asked in said[NEAR].near) <= 0.18 * 80 + 1
    measured = json.loads(json.dumps(chosen.measured))
    assert measured["uncertain"] == chosen.uncertain < 1
    assert measured["near_miss"] <= 0.18 + 1 / 80
    assert measured["limits"] == {str(caution): limit for caution, limit in chosen.limits.items()}
    assert [one["from"] for one in measured["bins"]] == sorted(one["from"] for one in measured["bins"])
    assert sum(one["of"] for one in measured["bins"]) == 5 * 80  # answerable ones with and without what answers them
    assert chosen.figures["other: first quote right, of the answered"] >= 0.87
    assert choose(drawn_sets(3)) == chosen
    with pytest.raises(DatasetError, match="one kind is missing"):
        choose({NEAR: Kinds(sets[NEAR].answerable, (), ())})


def test_a_probability_is_that_of_a_right_first_passage_and_both_kinds_count_alike() -> None:
    right, wrong = seen("p", 1.0, 0.9, right=True), seen("p", 1.0, 0.9)
    both = fitted({"a": ([(right,)] * 30 + [(wrong,)] * 10, [(seen("p", 1.0, 0.1),)] * 4)})
    assert stated_by(both, right, 1.0) == pytest.approx(0.75, abs=0.03)
    near, far = replace(right, marked=0.9), replace(wrong, marked=0.1)
    calibrated, nearness = fitted({"a": ([(near,)] * 20, [(far,)] * 20)})
    assert nearness.weight > 0
    assert nearness.centre == pytest.approx(0.5)
    assert stated_by((calibrated, nearness), near, 1.0) > 0.9 > 0.1 > stated_by((calibrated, nearness), far, 1.0)
    pairs = [(right, replace(wrong, score=0.5)), (right, replace(wrong, score=0.8))] * 10
    behind = fitted({"a": (pairs, [(seen("p", 1.0, 0.1),)] * 10)})
    assert behind[1].rank > 0
    assert stated_by(behind, right, 1.0) > stated_by(behind, right, 1.5)
    found = crossed([(right,)] * 30 + [(wrong,)] * 10, [(seen("p", 1.0, 0.1),)] * 40)
    assert set(found) == {"crossed calibration error", "crossed squared error"}
    assert crossed([(right,)], []) == {}


def test_an_outcome_is_what_the_product_cites_and_a_passage_left_out_is_not_there() -> None:
    asked = (seen("a", 3, 0.4), replace(seen("b", 2, 0.5, right=True), gold=True), seen("c", 1, 0.1))
    sure, unsure, nothing = (outcome_of(asked, *limits) for limits in ((0.45, 0.1), (0.6, 0.2), (0.9, 0.6)))
    assert (sure.verdict, [one.passage for one in sure.cited]) == ("answered", ["b", "a"])
    assert (unsure.verdict, [one.passage for one in unsure.cited]) == ("uncertain", ["b", "a"])
    assert (nothing.verdict, nothing.cited) == ("not_in_documents", ())
    assert (shows_right(asked), cites_right(sure), cites_right(nothing)) == (True, True, False)
    empty = left_out(asked)
    assert [one.passage for one in empty] == ["a", "c"]
    assert not shows_right(empty)
    found = {
        name: one.value for name, one in figures_of(Kinds((asked,), (empty,), (empty,)), Limits(0.45, 0.42)).items()
    }
    assert found["right passage among the first two"] == found["answered"] == 1.0
    assert found["nDCG@10 gained by the reader"] == pytest.approx(1 - 1 / log2(3))
    assert found["other topics: not in the documents"] == 1.0
    assert found["near-misses: answered"] == 0.0


def test_times_are_those_of_search_and_reading(encoder: BagEncoder) -> None:
    ticks: Iterator[float] = map(float, count())
    retriever = Retriever(index_rows(ROWS, encoder), encoder, Path())
    found = reading_times(retriever, WordReader(), Nearness(), ["Gwadar ships?", "Trains?"], clock=lambda: next(ticks))
    assert list(found)[:3] == ["the search alone", "reading until certain", "reading all"]
    assert {name: one.p50 for name, one in found.items()} == {
        "the search alone": 1.0, "reading until certain": 1.0, "reading all": 1.0,
        "with reading until certain": 2.0, "with reading all": 2.0,
    }  # fmt: skip


def test_a_page_has_every_figure_and_the_diagram_is_the_same_each_time(tmp_path: Path, encoder: BagEncoder) -> None:
    questions = [Question("1", "?", {"q": 1}), Question("2", "?", {"p": 1})]
    times = reading_times(Retriever(index_rows(ROWS, encoder), encoder, Path()), WordReader(), Nearness(), ["Gwadar?"])
    result = Result(
        reader="tiny, d", articles=("A", "B"), foreign=0.25, paragraph={"right": share([True])},
        end_to_end=end_to_end(KINDS),
        rankings={"set": ranking(questions, {"1": KINDS.answerable[0], "2": KINDS.answerable[1]})},
        shares={"as shipped": (0.65, answered(KINDS, 0.65)), "caution 98": (0.99, answered(KINDS, 0.99))},
        reliability=bins(*stated(KINDS)), times=times,
    )  # fmt: skip
    page = as_markdown(SETTING, result)
    assert "| as shipped | 0.650 | 0.667 (0.000–1.000) |" in page
    assert "| caution 98 | 0.990 | 0.000 (0.000–0.000) | 0.000 (0.000–0.000) | 0.000 (0.000–0.000) | – |" in page
    assert "A, B" in page
    assert "25.0% of the first passages" in page
    assert json.loads(json.dumps(as_values(SETTING, result)))["reliability"][-1]["number"] == 1
    files = [draw_reliability(tmp_path / f"{name}.svg", "Reader", result.reliability) for name in "ab"]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_ablation_says_what_is_lost_without_each_kind() -> None:
    names = (*FIGURES, "cut")
    whole = dict.fromkeys(names, 0.8)
    text = as_table([(ALL, whole), ("cut", {**whole, FIGURES[1]: 0.75, "cut": 0.9})])
    assert text.splitlines()[2] == "| nothing | " + " | ".join(["0.800"] * len(names)) + " |"
    cells = dict(zip(names, text.splitlines()[3].strip("| ").split(" | ")[1:], strict=True))
    changed = {FIGURES[1]: "0.750 (-0.050)", "cut": "0.900 (+0.100)"}
    assert cells == {**dict.fromkeys(names, "0.800 (+0.000)"), **changed}
