"""The pure parts of the speed benchmark: percentiles, ratios, bars, tables, turns, and what is made up."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from harbours import ROWS

from benchmarks.machine import Setting
from benchmarks.speed.chat import Said, chat_row
from benchmarks.speed.cold import by_turns, import_row
from benchmarks.speed.documents import write_articles, write_large, write_paragraphs
from benchmarks.speed.figures import Measured, best, percentile, ratio_to_best, spread
from benchmarks.speed.growth import bend, draw_growth, growth_row
from benchmarks.speed.indexing import indexing_row, reindexing_row
from benchmarks.speed.made_up import GivenEncoder, build, recall, search, truth, write
from benchmarks.speed.peers import INDEXES, PEERS
from benchmarks.speed.plan import Plan, whole
from benchmarks.speed.process import Memory, apart, environment, memory
from benchmarks.speed.questions import answer_row, search_row
from benchmarks.speed.resident import resident_row
from benchmarks.speed.serve import OURS, STORED
from benchmarks.speed.synthetic import Shape, corpus, exact, questions, texts, write_files, write_vectors
from benchmarks.speed.tables import as_markdown, summary
from benchmarks.speed.tables import write as write_page
from benchmarks.speed.turns import seconds_by_turns
from benchmarks.speed.unchanged import unchanged_row
from embeddings.index.vectors import FlatIndex

SETTING = Setting("abc1234", "2030-01-02", "A processor", 2, "1", "3.12.1", {"faiss-cpu": "1.15"}, 0.1)
SMALL = Shape(passages=50, words=5)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3.0], 0.95, 3.0), ([1, 2, 3, 4, 5], 0.5, 3), ([5, 4, 3, 2, 1], 0.95, 4.8), ([1, 2], 0, 1), ([1, 2], 1, 2)],
)
def test_a_percentile_lies_between_two_values(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.5)])
def test_there_is_no_percentile_of_nothing(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match=r"no percentile .* values"):
        percentile(values, share)


def test_a_ratio_is_to_the_best_peer() -> None:
    peers = {"slow": 8.0, "fast": 4.0, "also fast": 4.0}
    assert (best(peers), best(peers, highest=True)) == ("fast", "slow")
    assert (ratio_to_best(1.0, peers), ratio_to_best(16.0, peers, highest=True)) == (0.25, 2.0)
    assert spread([3.0, 1.0, 2.0]) == "2 (1–3)"


def test_a_bar_is_kept_from_its_own_side() -> None:
    row = Measured(
        "k", "Row", ("a",), (("x",),), {"low": 2.0, "high": 2.0, "told": 9.0}, {"low": 2.0, "high": 3.0},
        least=frozenset({"high"}),
    )  # fmt: skip
    assert (row.met("low"), row.met("high"), row.met("told")) == (True, False, None)
    assert summary([row]).splitlines()[2:] == ["| Row | low | 2 | ≤ 2 | yes |", "| Row | high | 2 | ≥ 3 | no |"]


def test_a_row_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="a bar for what was not measured: b"):
        Measured("k", "Row", ("a",), (), {"a": 1.0}, {"b": 1.0})
    with pytest.raises(ValueError, match="a line of k has not 2 cells"):
        Measured("k", "Row", ("a", "b"), (("x",),), {}, {})


def test_runs_take_turns_after_one_that_does_not_count() -> None:
    ran: list[str] = []

    def run(name: str) -> float:
        ran.append(name)
        return float(len(ran))

    assert by_turns({"a": lambda: run("a"), "b": lambda: run("b")}, 2) == {"a": [3.0, 6.0], "b": [4.0, 5.0]}
    assert ran == ["a", "b", "a", "b", "b", "a"]


def test_questions_take_turns() -> None:
    found = seconds_by_turns({"a": len, "b": lambda _: 9.0}, ["one", "three"])
    assert found == {"a": [3, 5], "b": [9.0, 9.0]}


def test_the_name_is_measured_beside_numpy() -> None:
    row = import_row({"numpy": [0.1, 0.2, 0.3], "qa": [0.05, 0.04, 0.03]})
    assert (row.values["`import qa`, ms"], row.bars["`import qa`, ms"]) == (40.0, 80.0)


def test_a_search_is_measured_against_the_fastest_by_vectors_alone() -> None:
    seconds = {OURS: [0.010, 0.010], **{name: [0.020, 0.020] for name in PEERS}}
    seconds["txtai hybrid"] = [0.001, 0.001]  # no search by vectors alone
    seconds["Haystack"] = [0.016, 0.016]
    row = search_row(seconds, "3 paragraphs")
    assert row.values == {"p50, of the fastest peer's": 0.625, "p95, of the fastest peer's": 0.625}
    assert row.lines[0] == (OURS, "10.0", "10.0")
    assert "alone is Haystack (p50), Haystack (p95)" in row.notes[0]


def test_reading_is_what_an_answer_takes_more() -> None:
    row = answer_row({"search": [0.010, 0.030, 0.020], "search, reading, checking": [0.070, 0.120, 0.090]})
    assert row.values["p50 above the search, ms"] == pytest.approx(70)
    assert row.met("p50 above the search, ms")


def test_the_rate_of_indexing_is_to_be_twice_the_best_peers() -> None:
    counts = {"passages": 100, "documents": 50, "sentences": 400}
    row = indexing_row({OURS: [5.0, 6.0, 4.0], "langchain": [20.0], "txtai": [8.0]}, counts)
    assert row.values == {"passages a second, of the best peer": 1.6}
    assert row.met("passages a second, of the best peer") is False
    assert row.lines[0] == (OURS, "20.0", "5 (4–6)")
    assert "The best peer is txtai." in row.notes[0]


def test_an_update_is_a_share_of_the_whole() -> None:
    row = reindexing_row({"whole": [50.0], "opened again": [1.0], "in a running program": [0.5]}, 1000)
    assert row.values == {"opened again, %": 2.0, "in a running program, %": 1.0}
    assert row.title == "One changed file in 1,000"


def test_a_large_folder_may_take_a_second_more() -> None:
    row = unchanged_row({"large files": [2.5, 2.0, 3.0], "cold start": [1.0]}, 5000, 2_000_000_000)
    assert row.values == {"s above the cold start": 1.5}
    assert "5,000 DOCX files of 2.00 GB" in row.notes[0]


def test_memory_is_a_share_of_the_best_peers() -> None:
    held = {"pss": 400.0, "rss": 500.0, "own": 300.0, "asked": 100}
    row = resident_row({STORED: held, "txtai": {**held, "pss": 1000.0}, "Haystack": {**held, "pss": 3000.0}}, 1000)
    assert row.values == {"PSS, of the best peer": 0.4}
    assert row.lines[2] == ("Haystack", "3000", "500", "300", "3.00", "100")
    assert Memory(1, 2, 3) + Memory(1, 1, 1) == Memory(2, 3, 4)


def growing(p95: float, recalled: float) -> dict[str, float]:
    told = dict.fromkeys(("bytes", "seconds", "peak", "opened", "p50", "pss", "rss", "own"), 1.0)
    return {**told, "p95": p95, "recall of passages": recalled, "recall of sentences": 1.0}


def test_growth_is_judged_by_its_worst_recall_and_its_largest_size(tmp_path: Path) -> None:
    found = {1000: growing(0.010, 0.98), 10_000: growing(0.018, 0.96), 100_000: growing(0.045, 0.99)}
    row = growth_row(found)
    assert row.values == {"lowest recall@10": 0.96, "p95 at 100,000 passages, ms": 45.0}
    assert (row.met("lowest recall@10"), row.met("p95 at 100,000 passages, ms")) == (False, True)
    assert row.notes[1] == "p95 more than doubles first at 100,000 passages."
    assert bend([1, 2], [1.0, 2.0]) is None
    for name in ("a.svg", "b.svg"):
        draw_growth(found, tmp_path / "pictures" / name)
    assert (tmp_path / "pictures" / "a.svg").read_bytes() == (tmp_path / "pictures" / "b.svg").read_bytes()


def test_many_people_are_measured_against_one() -> None:
    alone, crowd = Said([0.1, 0.1]), Said([0.5, 1.0], [503])
    held = {"before": Memory(1, 100, 1), "after the many": Memory(1, 150, 1), "after 9 more": Memory(1, 160, 1)}
    row = chat_row(alone, crowd, 2.0, held)
    assert row.values["errors"] == 1
    assert row.values["p95 of all at once, of the p50 of one"] == pytest.approx(9.75)
    assert row.values["RSS grown after the many, MiB"] == 10
    assert "1.0 answers a second" in row.notes[0]


def test_a_page_and_json_are_written_and_rows_of_before_stay(tmp_path: Path) -> None:
    first, second = (
        Measured(key, key.title(), ("a",), (("x",),), {"n": 1.0}, {"n": 2.0}, notes=("So.",)) for key in ("one", "two")
    )
    write_page(tmp_path, SETTING, [first])
    page = write_page(tmp_path, SETTING, [second])
    assert page.name == "speed-abc1234.md"
    assert page.read_text(encoding="utf-8") == as_markdown(SETTING, [second])
    assert "## Two\n\n| a |\n| --- |\n| x |\n\nSo.\n" in as_markdown(SETTING, [first, second])
    kept = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert list(kept["rows"]) == ["one", "two"]
    assert kept["rows"]["one"]["bars"] == {"n": 2.0}


def test_a_plan_can_be_small_and_can_go_to_a_million(tmp_path: Path) -> None:
    plan = Plan(tmp_path, tmp_path)
    assert plan.small().place == tmp_path / "small"
    assert whole(plan).growth == (1_000, 10_000, 100_000, 1_000_000)
    assert plan.folder("a/b").is_dir()


def test_every_peer_opens_an_index_that_is_made() -> None:
    assert {peer.index for peer in PEERS.values()} == INDEXES.keys()
    assert {peer.dense for peer in PEERS.values()} == {True, False}


def test_a_measured_process_keeps_byte_code_and_asks_no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    told = environment()
    assert "PYTHONDONTWRITEBYTECODE" not in told
    assert told["HF_HUB_OFFLINE"] == "1"


def test_a_call_in_a_process_of_its_own_returns_or_says_why_not(tmp_path: Path) -> None:
    shape = {"passages": 3, "words": 4}
    assert apart("benchmarks.speed.made_up:write", shape=shape, folder=tmp_path / "made") is None
    assert (tmp_path / "made" / "sentences.npy").exists()
    with pytest.raises(RuntimeError, match=r"made_up:asked .* without an answer:(.|\n)*FileNotFoundError"):
        apart("benchmarks.speed.made_up:asked", folder=tmp_path, number=5)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="reads memory as Linux tells it")
def test_the_memory_of_a_process_is_told() -> None:
    told = memory(os.getpid())
    assert 0 < told.own <= told.rss
    assert 0 < told.pss <= told.rss


def test_paragraphs_become_files(tmp_path: Path) -> None:
    for name, do in (("articles", write_articles), ("paragraphs", write_paragraphs)):
        (tmp_path / name).mkdir()
        do(tmp_path / name, [ROWS[0], ROWS[0], ROWS[1]])
    titled = [f"# {row.title}\n\n{' '.join(row.text.split())}" for row in ROWS]
    articles = [file.read_text(encoding="utf-8") for file in sorted((tmp_path / "articles").iterdir())]
    assert articles == [f"{titled[0]}\n\n{' '.join(ROWS[0].text.split())}\n", f"{titled[1]}\n"]
    assert len(list((tmp_path / "paragraphs").iterdir())) == 3


def test_large_files_hold_a_picture_and_are_made_once(tmp_path: Path) -> None:
    size = write_large(tmp_path, 2, 50_000)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["ledger-00000.docx", "ledger-00001.docx"]
    assert size == sum(file.stat().st_size for file in files) > 100_000
    with zipfile.ZipFile(files[1]) as first:
        assert b"Ledger 1 lists 1 crates." in first.read("word/document.xml")
    before = files[0].read_bytes()
    assert write_large(tmp_path, 2, 50_000) == size
    assert files[0].read_bytes() == before


def test_passages_that_are_made_up_stand_in_their_files(tmp_path: Path) -> None:
    write_files(SMALL, tmp_path, tmp_path / "passages.json")
    made = corpus(SMALL)
    assert (len(made), len(made.sentence_spans), len(made.documents)) == (50, 300, 3)
    for document in made.documents:
        data = (tmp_path / document.source).read_bytes()
        assert (data.decode(), hashlib.sha256(data).hexdigest()) == (document.text, document.sha256)
    every = [passage for document in texts(SMALL) for passage in document]
    assert made.passage(21).text == " ".join(every[21])
    assert [made.sentence(row).text for row in made.sentence_rows(21)] == every[21]
    named = json.loads((tmp_path / "passages.json").read_text(encoding="utf-8"))
    assert named[21] == ["p21", f"ledger-000001\n{' '.join(every[21])}"]


def test_words_follow_zipf() -> None:
    words = [word for document in texts(Shape(2_000)) for passage in document for one in passage for word in
             one.rstrip(".").lower().split()]  # fmt: skip
    _, counts = np.unique(words, return_counts=True)
    ordered = np.sort(counts)[::-1]
    assert len(words) == 2_000 * 6 * 16
    assert 3 < ordered[0] / ordered[100] < 9  # 1 / (0 + 20) beside 1 / (100 + 20)
    assert len(ordered) > 20_000


def test_vectors_lie_in_clusters_and_a_question_beside_its_sentence(tmp_path: Path) -> None:
    files = write_vectors(SMALL, tmp_path)
    passages, sentences = (np.load(file) for file in files)
    assert (passages.shape, sentences.shape) == ((50, 384), (300, 384))
    np.testing.assert_allclose(np.linalg.norm(sentences, axis=1), 1, atol=1e-5)
    own = np.sum(np.repeat(passages, 6, axis=0) * sentences, axis=1)
    other = np.sum(np.repeat(np.roll(passages, 1, axis=0), 6, axis=0) * sentences, axis=1)
    assert own.mean() > 0.85
    assert own.mean() > other.mean() + 0.5
    asked, vectors = questions(SMALL, sentences, 10)
    rows = exact(sentences, vectors, 3)
    every = [sentence for document in texts(SMALL) for passage in document for sentence in passage]
    for question, row in zip(asked, rows[:, 0], strict=True):
        assert set(question.removeprefix("Which ").rstrip("?").split()) <= set(every[row].rstrip(".").lower().split())
    for query, found in zip(vectors, rows, strict=True):
        assert found.tolist() == np.argsort(-(sentences @ query), kind="stable")[:3].tolist()


def test_recall_is_the_share_of_the_true_rows() -> None:
    index = FlatIndex.build(np.eye(4, dtype=np.float32))
    query = np.array([[0.9, 0.4, 0.1, 0.0]], dtype=np.float32)
    assert recall(index, query, np.array([[0, 1]])) == 1.0
    assert recall(index, query, np.array([[0, 3]])) == 0.5


def test_an_index_of_made_up_passages_is_searched_as_any(tmp_path: Path) -> None:
    shape = {"passages": 50, "words": 5}
    write(shape, str(tmp_path))
    built = build(shape, str(tmp_path), str(tmp_path / "index"), real=False)
    truth(shape, str(tmp_path), 10)
    found = search(str(tmp_path), str(tmp_path / "index"), 10)
    assert built["bytes"] > 350 * 384 * 4
    assert (found["recall of passages"], found["recall of sentences"]) == (1.0, 1.0)
    assert 0 < found["p50"] <= found["p95"]


def test_an_encoder_of_given_vectors_knows_nothing_else() -> None:
    encoder = GivenEncoder(["Which wells?"], np.ones((1, 384), dtype=np.float32))
    assert encoder.encode_query("which wells").tolist() == [1.0] * 384
    with pytest.raises(KeyError, match="harbours"):
        encoder.encode_query("Harbours")
    with pytest.raises(NotImplementedError, match="2 texts have no vectors"):
        encoder.encode_passages(["a", "b"])
