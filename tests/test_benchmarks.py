"""The pure parts of the comparison: how rankings are fused, timed and shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from fakes import BagEncoder
from harbours import QUESTIONS, ROWS

from benchmarks.ablation import stage_rankings, stages
from benchmarks.machine import Setting
from benchmarks.measured import in_its_favour, measured
from benchmarks.speed.turns import median_times
from benchmarks.systems import SYSTEMS
from benchmarks.tables import as_markdown, speed_table, write
from benchmarks.tasks import Task
from embeddings.index.rows import Row, index_rows

SETTING = Setting("abc1234", "2030-01-02", "A processor", 2, "1", "3.12.1", {"bm25s": "0.3"})


def test_the_product_searches_a_task_by_the_passages_names(encoder: BagEncoder) -> None:
    search = SYSTEMS["seeds-qa"](Task("small", ROWS, QUESTIONS), encoder, 2)
    assert search("Which wells in Kharan are dry?")[0] == "p3"
    assert len(search("Which wells in Kharan are dry?")) == 2
    assert search("?!") == []


def test_stages_rank_by_their_own_parts(encoder: BagEncoder) -> None:
    texts = {question.id: question.text for question in QUESTIONS}
    found = stage_rankings(index_rows(ROWS, encoder), encoder, texts, 2)
    assert list(found) == list(stages())
    assert list(stages())[:2] == ["passages alone", "best sentence alone"]
    assert stages()["all without BM25"] == ("passage", "sentence", "proximity", "coverage")
    assert {stage: runs["q1"][0] for stage, runs in found.items()} == dict.fromkeys(stages(), "p1")
    assert {len(runs["q2"]) for runs in found.values()} == {2}


def test_a_stage_without_a_part_ranks_otherwise(encoder: BagEncoder) -> None:
    rows = (Row("far", "", "Port one two three four five six Gwadar."), Row("near", "", "The port of Gwadar is old."))
    found = stage_rankings(index_rows(rows, encoder), encoder, {"q": "port Gwadar"}, 2)
    assert found["proximity alone"]["q"] == ["near", "far"]
    assert found["coverage alone"]["q"] == ["near", "far"]  # equal, so the product's order stays


def test_searches_are_timed_in_turns() -> None:
    ticks: Iterator[float] = map(float, count())
    asked: list[tuple[str, str]] = []

    def search(name: str, cost: int) -> object:
        def run(question: str) -> None:
            asked.append((name, question))
            for _ in range(cost):
                next(ticks)

        return run

    searches = {"a": search("a", 1), "b": search("b", 3)}
    times = median_times(searches, ["one", "two"], lambda: next(ticks))  # type: ignore[arg-type]
    assert times == {"a": 2.0, "b": 4.0}
    assert asked[4:] == [("a", "one"), ("b", "one"), ("b", "two"), ("a", "two")]  # after the warm-up


def test_of_two_rankings_the_better_counts_and_nothing_found_is_lost() -> None:
    few = {"q1": ["p1", "p2"], "q2": ["p2", "p1"]}
    many = {"q1": ["p2", "p1", "p3"], "q2": ["p2", "p3", "p1"]}
    assert in_its_favour(QUESTIONS, few, many) == {"q1": ["p1", "p2", "p3"], "q2": ["p2", "p1", "p3"]}
    assert in_its_favour(QUESTIONS, many, few) == few
    assert in_its_favour(QUESTIONS, few, dict(few)) == few


def test_results_are_written_as_tables_and_as_json(tmp_path: Path) -> None:
    systems = {"ours": {"q1": ["p1"], "q2": ["p3", "p2"]}, "peer": {"q1": ["p3", "p1"], "q2": []}}
    result = measured("small", 3, QUESTIONS, systems, {"words": {"q1": ["p1"], "q2": ["p2"]}})
    page = write(tmp_path / "results", SETTING, [result], {"base": 0.010, "ours": 0.0125})
    text = page.read_text(encoding="utf-8")
    assert text == as_markdown(SETTING, [result], {"base": 0.010, "ours": 0.0125})
    assert page.name == "abc1234.md"
    lines = text.splitlines()
    assert lines[0] == "# Peers, in one run"
    assert lines[2] == "Commit abc1234, 2030-01-02; A processor, 2 cores, OpenMP threads: 1; Python 3.12.1; bm25s 0.3."
    assert "## small: 3 passages, 2 questions" in lines
    assert "| system | nDCG@10 | MRR@10 | hit@1 | recall@10 | recall@100 |" in lines
    (ours,) = (line for line in lines if line.startswith("| ours | 0.8"))
    assert ours.startswith(
        "| ours | 0.815 (0.631–1.000) | 0.750 (0.500–1.000) | 0.500 (0.000–1.000) | 1.000 (1.000–1.000)"
    )
    (difference,) = (line for line in lines if line.startswith("| peer | +"))
    assert difference.startswith("| peer | +0.500 (+0.369 to +0.631), p 0.5000 |")
    assert "| words | 1.000 (1.000–1.000) |" in text
    assert "| all (ours) | 0.815 (0.631–1.000) |" in text
    stored = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert stored["setting"]["commit"] == "abc1234"
    assert stored["data"][0]["systems"]["ours"][2]["value"] == 0.5
    assert stored["median_seconds"] == {"base": 0.01, "ours": 0.0125}


def test_times_are_multiples_of_the_first() -> None:
    assert speed_table({"base": 0.010, "ours": 0.0125}).splitlines()[2:] == [
        "| base | 1.00 | 10.0 |",
        "| ours | 1.25 | 12.5 |",
    ]
