"""``qa evaluate`` from the command line to the figures, with an encoder whose meaning is known."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from math import log2
from pathlib import Path
from typing import Any

import pytest
from evaluation_data import QUERIES, write_beir, write_lines
from fakes import BagEncoder

from embeddings.errors import MissingExtra
from qa.answering.setup import Setup
from qa.evaluation.asking import ask_all
from qa.evaluation.opening import Source, open_dataset
from qa.evaluation.plot import require_matplotlib
from qa.interfaces.cli.main import main
from qa.reading.similarity import SimilarityReader
from qa.reading.types import Mark, Read
from qa.types.hits import Hit, nearest

Run = Callable[..., tuple[int, str, str]]
QUESTIONS = [
    {"question": "When was the harbour of Gwadar opened?", "document": "harbour.md", "quote": "opened in 2007"},
    {"question": "When did trains stop?", "document": "rail.txt", "quote": "in August after a bridge fell"},
    {"question": "Who leads the choir?", "document": None, "quote": None},
]


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: BagEncoder) -> None:
    """The fake in place of the model, and a cache of its own."""
    monkeypatch.setattr(Setup, "encoder", lambda _: encoder)
    monkeypatch.setattr("qa.reading.choice.open_reader", lambda *_, **__: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: object) -> tuple[int, str, str]:
        code = main(["evaluate", *map(str, words), "--seeds", str(folder)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def figures(said: dict[str, Any]) -> dict[str, tuple[float, int]]:
    return {figure["name"]: (figure["value"], figure["n"]) for figure in said["figures"]}


def test_a_beir_folder_gives_the_figures_that_its_rankings_say(run: Run, tmp_path: Path) -> None:
    code, out, err = run(write_beir(tmp_path / "toy"), "--json")
    assert (code, err) == (0, "")
    said = json.loads(out)
    assert (said["dataset"], said["passages"], said["judged"], said["unanswerable"]) == ("toy", 3, 3, 2)
    # q1 and q2 have their passage first; q3 is judged to want p2, which comes second: RR 1/2, nDCG 1/log2(3).
    # Both answers stand in the marked sentence of the first passage. Without a threshold everything is answered.
    assert figures(said) == {
        "nDCG@10": (pytest.approx((2 + 1 / log2(3)) / 3), 3),
        "MRR@10": (pytest.approx(2.5 / 3), 3),
        "hit@1": (pytest.approx(2 / 3), 3),
        "recall@10": (1.0, 3),
        "recall@100": (1.0, 3),
        "answer sentence, first passage": (1.0, 2),
        "answer sentence, right passage": (1.0, 2),
        "right passage among the first two citations": (pytest.approx(2 / 3), 3),  # for q3 only the first is cited
        "refused, though answerable": (0.0, 3),
        "uncertain, though answerable": (0.0, 3),
        "answered, though not in the documents": (1.0, 2),
        "uncertain, though not in the documents": (0.0, 2),
    }
    assert all(figure["low"] <= figure["value"] <= figure["high"] for figure in said["figures"])
    (miss,) = said["misses"]
    assert (miss["id"], miss["expected"], miss["rank"], miss["first"]) == ("q3", "p2", 2, "p3")
    assert miss["first_text"] == "Wells in Kharan are dry."
    assert [(item["id"], item["verdict"]) for item in said["wrong_verdicts"]] == [
        ("u1", "answered"),
        ("u2", "answered"),
    ]
    assert said["comparison"] is None


def test_the_index_of_a_folder_is_kept(run: Run, tmp_path: Path, encoder: BagEncoder) -> None:
    folder = write_beir(tmp_path / "toy")
    first = run(folder, "--json")
    assert len(encoder.encoded) == 3 + 5
    assert run(folder, "--json") == first
    assert len(encoder.encoded) == 3 + 5
    (place,) = (tmp_path / "cache" / "seeds-qa").iterdir()
    assert place.name.startswith("rows-toy-")
    run(folder, "--index", tmp_path / "elsewhere")
    assert len(encoder.encoded) == 2 * (3 + 5)
    (folder / "corpus.jsonl").write_text((folder / "corpus.jsonl").read_text("utf-8") + '{"_id":"p4","text":"New."}\n')
    run(folder)
    assert len(list((tmp_path / "cache" / "seeds-qa").iterdir())) == 2


def test_the_text_lists_misses_above_the_table(run: Run, tmp_path: Path) -> None:
    _, out, _ = run(write_beir(tmp_path / "toy"))
    lines = out.splitlines()
    assert lines[:3] == [
        "The first passage is not a relevant one (1 of 3):",
        "  q3: Which wells in Kharan are dry?",
        "    expected p2 (rank 2): Trains stopped in August. A bridge fell in August.",
    ]
    assert "Answered, though not in the documents (2 of 2):" in lines
    assert "toy: 3 questions and 2 unanswerable ones, 3 passages" in lines
    table = lines[lines.index(next(line for line in lines if line.endswith("questions"))) :]
    assert [" ".join(line.split()) for line in table[1:4]] == [
        "nDCG@10 0.877 0.631 to 1.000 3",
        "MRR@10 0.833 0.500 to 1.000 3",
        "hit@1 0.667 0.000 to 1.000 3",
    ]


def test_questions_over_the_documents(run: Run, tmp_path: Path, folder: Path) -> None:
    code, out, _ = run(write_lines(tmp_path / "mine.jsonl", QUESTIONS), "--json")
    said = json.loads(out)
    assert (code, said["dataset"], said["passages"], said["judged"], said["unanswerable"]) == (0, "mine", 6, 2, 1)
    assert figures(said)["hit@1"] == (1.0, 2)
    assert figures(said)["answer sentence, first passage"] == (1.0, 2)
    limited = json.loads(run(tmp_path / "mine.jsonl", "--limit", 1, "--json")[1])
    assert (limited["judged"], limited["unanswerable"]) == (1, 0)
    assert "refused, though answerable" not in figures(limited)


def test_a_run_that_is_compared_with_itself_does_not_differ(run: Run, tmp_path: Path) -> None:
    folder = write_beir(tmp_path / "toy")
    run(folder, "--run", tmp_path / "run")
    lines = [line.split() for line in (tmp_path / "run").read_text(encoding="utf-8").splitlines()]
    assert [(query, rank) for query, _, _, rank, _, _ in lines] == [
        (query, rank) for query in ("q1", "q2", "q3") for rank in ("1", "2", "3")
    ]
    said = json.loads(run(folder, "--compare", tmp_path / "run", "--json")[1])
    assert [(row["difference"], row["p"], row["significant"]) for row in said["comparison"]["differences"]] == [
        (0.0, 1.0, False)
    ] * 5
    _, out, _ = run(folder, "--compare", tmp_path / "run")
    assert f"Compared with {tmp_path / 'run'}:" in out
    assert "nDCG@10 0.877 0.877 +0.000 +0.000 to +0.000 1.0000 no" in " ".join(out.split())


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_the_plot_is_the_same_each_time(run: Run, tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib")
    folder, plots = write_beir(tmp_path / "toy"), [tmp_path / f"{number}{suffix}" for number in (1, 2)]
    run(folder, "--run", tmp_path / "run")
    for plot in plots:
        assert run(folder, "--plot", plot, "--compare", tmp_path / "run")[0] == 0
    assert plots[0].read_bytes() == plots[1].read_bytes()
    start = {".svg": b"<?xml", ".png": b"\x89PNG"}[suffix]
    assert plots[0].read_bytes().startswith(start)


def test_without_the_library_of_metrics_it_is_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: BagEncoder
) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    code, _, err = run(write_beir(tmp_path / "toy"))
    assert (code, encoder.encoded) == (1, [])
    assert err.startswith("qa: qa evaluate needs ir-measures, which is not installed: pip install ir-measures")


def test_a_plot_without_matplotlib_names_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: BagEncoder
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"pip install '.\[plot\]'"):
        require_matplotlib()
    code, _, err = run(write_beir(tmp_path / "toy"), "--plot", tmp_path / "plot.svg")
    assert (code, encoder.encoded) == (1, [])
    assert err == "qa: --plot needs matplotlib. In the program's folder: pip install '.[plot]'\n"


def test_what_cannot_work_is_said_before_anything_is_encoded(run: Run, tmp_path: Path, encoder: BagEncoder) -> None:
    folder = write_beir(tmp_path / "toy")
    cases: list[tuple[list[object], str]] = [
        ([tmp_path / "none"], "there is no data set at"),
        ([folder, "--compare", tmp_path / "none"], "none is missing."),
        ([folder, "--run", tmp_path / "no" / "run"], f"there is no folder {tmp_path / 'no'}. Name another file."),
        ([folder, "--run", tmp_path], "is a folder. Name another file."),
    ]
    for words, said in cases:
        code, _, err = run(*words)
        assert (code, encoder.encoded) == (1, [])
        assert said in err


def test_wrong_usage_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--limit", "0"], ["--plot", "plot.gif"]):
        with pytest.raises(SystemExit, match="2"):
            main(["evaluate", "toy", *words])
    assert "ends in .png or .svg, found 'plot.gif'" in capsys.readouterr().err


class Strict(SimilarityReader):
    """A reader that answers only where the marked sentence of the first passage has all words of the question."""

    def read(self, question: str, hits: Sequence[Hit]) -> Read:
        marks = (Mark(hit, nearest(hit).sentence) for hit in hits[:1] if nearest(hit).coverage == 1)
        return Read(tuple(hits), tuple(marks))


def test_questions_that_cannot_be_asked_and_refusals(tmp_path: Path, encoder: BagEncoder) -> None:
    folder = write_beir(tmp_path / "toy")
    write_lines(folder / "queries.jsonl", [QUERIES[0], {"_id": "q2", "text": "???"}, *QUERIES[2:]])
    retriever, dataset = open_dataset(Source(folder), Setup(folder))
    told: list[tuple[str, int, int]] = []
    outcomes = ask_all(retriever, Strict(None), dataset, lambda *step: told.append(step))
    assert [outcome.answer for outcome in outcomes] == [
        "Ships call at Gwadar.",
        None,
        "Wells in Kharan are dry.",
        None,
        None,
    ]
    assert [len(outcome.ranking) for outcome in outcomes] == [3, 0, 3, 3, 3]
    assert (outcomes[1].first_right, outcomes[1].inside_right) == (False, None)
    assert (outcomes[2].first_right, outcomes[2].inside_right) == (None, None)
    assert told[-1] == ("asking questions", 4, 5)
