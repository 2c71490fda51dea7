"""Run files, and the comparison of two of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from evaluation_data import outcome

from embeddings.errors import DatasetError
from qa.evaluation.runs import falling, read_run, write_run
from qa.evaluation.scoring import compared
from qa.evaluation.types import Outcome, Question, Ranked


def test_the_format_is_that_of_trec(tmp_path: Path) -> None:
    write_run(tmp_path / "run", [outcome("q1", {"a": 1}, ["b", "a"]), outcome("q2", {"a": 1}, ["é"])])
    assert (tmp_path / "run").read_text(encoding="utf-8") == (
        "q1 Q0 b 1 1 seeds-qa\nq1 Q0 a 2 0.5 seeds-qa\nq2 Q0 é 1 1 seeds-qa\n"
    )


@pytest.mark.parametrize(
    "scores", [[1.0] * 100, [0.0] * 100, [40.0, 40.0, 39.999999, 3.0], [1e-9, 1e-9, -2.0], [1e6, 1e6, 1.0]]
)
def test_scores_fall_strictly_even_in_single_precision_and_printed(tmp_path: Path, scores: list[float]) -> None:
    ranking = tuple(Ranked(f"p{place}", score) for place, score in enumerate(scores))
    kept = falling(ranking)
    assert kept[0] == scores[0]
    assert kept == pytest.approx(scores, rel=2e-4, abs=2e-4)
    write_run(tmp_path / "run", [Outcome(Question("q", "?", {"p0": 1}), ranking, None, "not_in_documents")])
    printed = [float(line.split()[4]) for line in (tmp_path / "run").read_text(encoding="utf-8").splitlines()]
    single = np.array(printed, dtype=np.float32)
    assert (single[1:] < single[:-1]).all()


def test_a_run_is_read_by_score_and_equal_scores_by_name_from_the_end(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.write_text("q Q0 a 1 2.5 x\nq Q0 c 2 7 x\n\nr Q0 a 1 -1 x\nq Q0 b 3 2.5 x\n", encoding="utf-8")
    assert read_run(path) == {"q": ["c", "b", "a"], "r": ["a"]}


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", r"run is empty\. Give a run file"),
        ("q Q0 a 1 0.5\n", r"run, line 1: expected query, Q0, passage, rank, score and tag, found 'q Q0 a 1 0.5'"),
        ("q Q0 a 1 2 x\nq Q0 b 2 high x\n", r"run, line 2: the score is 'high', expected a number"),
        ("q Q0 a 1 nan x\n", r"run, line 1: the score is 'nan', expected a number"),
        ("q Q0 a 1 2 x\nq Q0 a 2 1 x\n", r"run, line 2: 'a' stands twice in the ranking of 'q'"),
    ],
)
def test_a_broken_run_is_named_with_its_line(tmp_path: Path, text: str, match: str) -> None:
    (tmp_path / "run").write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=match):
        read_run(tmp_path / "run")


def test_runs_that_are_missing_or_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"run is missing\."):
        read_run(tmp_path / "run")
    with pytest.raises(DatasetError, match="the run cannot be written at"):
        write_run(tmp_path, [outcome("q1", {"a": 1}, ["a"])])
    with pytest.raises(DatasetError, match=r"cannot hold the name 'a b': it has white space\. Leave --run out"):
        write_run(tmp_path / "run", [outcome("q1", {"a b": 1}, ["a b"])])


def test_two_known_runs_differ_as_worked_out_by_hand() -> None:
    # ours has the relevant passage first, theirs second, eight times: nDCG 1 against 1 / log2(3) = 0.630930, MRR 1
    # against 0.5, hit 1 against 0, recall the same. Of 2^8 ways to give signs two go as far: p = 2 / 256 = 0.0078,
    # which Holm compares with 0.05 / 5, 0.05 / 4 and 0.05 / 3.
    ours = [outcome(f"q{number}", {"a": 1}, ["a", "b"]) for number in range(8)]
    comparison = compared(ours, {f"q{number}": ["b", "a"] for number in range(8)}, "their.run")
    assert (comparison.run, comparison.missing) == ("their.run", 0)
    rows = {row.name: row for row in comparison.differences}
    assert {name: (row.ours, row.theirs) for name, row in rows.items()} == {
        "nDCG@10": (1.0, pytest.approx(0.630930, abs=1e-6)),
        "MRR@10": (1.0, 0.5),
        "hit@1": (1.0, 0.0),
        "recall@10": (1.0, 1.0),
        "recall@100": (1.0, 1.0),
    }
    assert [row.p for row in rows.values()] == pytest.approx([2 / 256] * 3 + [1.0] * 2)
    assert [row.significant for row in rows.values()] == [True, True, True, False, False]
    assert (rows["MRR@10"].difference, rows["MRR@10"].low, rows["MRR@10"].high) == (0.5, 0.5, 0.5)


def test_queries_that_the_other_run_lacks_count_0() -> None:
    ours = [outcome("q1", {"a": 1}, ["a"]), outcome("q2", {"a": 1}, ["a"]), outcome("u", {}, ["a"])]
    comparison = compared(ours, {"q1": ["a"]}, "other")
    assert comparison.missing == 1
    assert [row.theirs for row in comparison.differences] == [0.5] * 5
    with pytest.raises(DatasetError, match=r"other has none of the 2 queries, e\.g\. not 'q1'"):
        compared(ours, {"x": ["a"]}, "other")
