"""Feedback: what is taken down, the file it is kept in, and what comes of asking it again."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import BagEncoder
from hypothesis import given
from hypothesis import strategies as st

from embeddings.errors import FeedbackError
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.feedback import Feedback, FeedbackFile, Quoted, feedback_place
from qa.answering.setup import Setup
from qa.answering.sources import Sources
from qa.evaluation.feedback import evaluated_feedback
from qa.interfaces.chat.feedback import noted
from qa.interfaces.chat.turns import Note, Turn
from qa.interfaces.cli.main import main
from qa.library.library import Library
from qa.reading.similarity import Calibration, SimilarityReader
from qa.retrieval.retriever import Retriever
from qa.types.filters import Filters
from qa.types.quotes import Quote

STRICT = Calibration("bag-of-words", similarity=1, coverage=1, threshold=1.0, answered=1, near_miss=0, off_topic=0)
SAID = {"kind": "right", "question": "x", "asked": "x"}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder: BagEncoder) -> None:
    """The fake in place of the model with a threshold of its own, and cache and data folders of their own."""
    monkeypatch.setattr(Setup, "encoder", lambda _: encoder)
    monkeypatch.setattr("qa.reading.choice.calibration_for", lambda _: STRICT)
    monkeypatch.setattr("qa.reading.choice.open_reader", lambda *_, **__: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def answerer(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Answerer:
    index, report = sync(folder, tmp_path / "index", encoder)
    return Answerer(Retriever(index, encoder, folder, report), SimilarityReader(STRICT), Sources(folder))


@pytest.fixture
def file(folder: Path) -> FeedbackFile:
    return FeedbackFile(feedback_place(folder))


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(command: str, *words: object) -> tuple[int, str, str]:
        code = main([command, *map(str, words), "--seeds", str(folder)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def passage(answerer: Answerer, path: str, number: int) -> Quote:
    """The paragraph of a document, as a quote."""
    corpus = answerer.retriever.index.corpus
    document = next(document for document in corpus.documents if document.source == path)
    row = corpus.passage_rows(document.id)[number - 1]
    return Quote.of(document, corpus.passage(row))


def test_what_is_said_of_an_answer_can_be_read_by_hand_and_comes_back(answerer: Answerer, file: FeedbackFile) -> None:
    answer = answerer.ask("When did  trains stop?", filters=Filters(document="rail.txt"))
    feedback = Feedback.of(answer, "wrong_passage", model="bag-of-words")
    file.add(feedback)
    (line,) = file.path.read_text(encoding="utf-8").splitlines()
    fields = json.loads(line)
    assert list(fields) == [
        "kind", "question", "asked", "filters", "quote", "elsewhere", "index_id", "model", "made",
    ]  # fmt: skip
    assert (fields["question"], fields["asked"]) == ("When did  trains stop?", "When did trains stop?")
    assert fields["filters"] == {"document": ["rail.txt"]}
    assert fields["quote"]["words"] == "Trains stopped in August after a bridge fell."
    assert (fields["quote"]["path"], fields["quote"]["start"], fields["quote"]["end"]) == ("rail.txt", 60, 105)
    assert fields["made"].endswith("+00:00")
    assert file.read() == [feedback]
    assert file.counts() == {"right": 0, "wrong_passage": 1, "does_not_answer": 0, "answer_is_elsewhere": 0}


def test_the_file_lies_in_the_users_data_folder_and_not_among_the_documents(
    file: FeedbackFile, folder: Path, tmp_path: Path
) -> None:
    assert file.path.parent.parent == tmp_path / "data" / "seeds-qa"
    assert file.path.parent.name.startswith("documents-")
    assert feedback_place(folder / ".." / "documents") == file.path
    assert feedback_place(tmp_path) != file.path
    assert file.read() == []
    assert not file.path.exists()


def test_processes_that_add_at_once_do_not_mix_their_lines(file: FeedbackFile) -> None:
    code = (
        "import sys; from pathlib import Path; from qa.answering.feedback import *\n"
        "file = FeedbackFile(Path(sys.argv[1]))\n"
        "for n in range(100): file.add(Feedback('right', 'q', f'{sys.argv[2]} {n} ' + 'x' * 3000))"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(file.path), name]) for name in ("a", "b", "c")]
    assert [process.wait() for process in started] == [0, 0, 0]
    asked = [feedback.asked.split()[:2] for feedback in file.read()]
    assert sorted(asked) == sorted([name, str(n)] for name in "abc" for n in range(100))
    assert [words for words in asked if words[0] == "b"] == [["b", str(n)] for n in range(100)]


def test_a_line_that_a_crash_has_cut_does_not_swallow_the_next(file: FeedbackFile) -> None:
    file.add(Feedback("right", "One?", "One?"))
    with file.path.open("a", encoding="utf-8") as lines:
        lines.write('{"kind": "ri')
    file.add(Feedback("right", "Two?", "Two?"))
    last = file.path.read_text(encoding="utf-8").splitlines()[2]
    assert json.loads(last)["asked"] == "Two?"
    with pytest.raises(FeedbackError, match=r"wrong in line 2: .* Mend or remove the line"):
        file.read()


@given(st.text(max_size=200), st.text(min_size=1, max_size=200))
def test_any_words_come_back_and_cannot_steer_a_terminal(question: str, words: str) -> None:
    import tempfile

    words = words.encode("utf-8", "replace").decode()
    feedback = Feedback("wrong_passage", question, "x", quote=Quoted("a.txt", "0" * 64, 3, 3 + len(words), words))
    with tempfile.TemporaryDirectory() as folder:
        file = FeedbackFile(Path(folder) / "feedback.jsonl")
        file.add(feedback)
        assert file.read() == [feedback]
        data = file.path.read_bytes()
    assert data.count(b"\n") == 1
    assert not {0x1B, 0x07} & set(data)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        (
            {"kind": "good", "question": "x", "asked": "x"},
            "\"kind\" is 'good', expected 'right', 'wrong_passage', 'does_not_answer' or 'answer_is_elsewhere'",
        ),
        ({"kind": "right", "question": "x", "asked": " "}, "something must be asked"),
        ({"kind": "right", "question": "x"}, '"asked" is missing'),
        ({"kind": "right", "question": "x", "asked": 3}, '"asked" is 3, expected a valid string'),
        ({"kind": "wrong_passage", "question": "x", "asked": "x"}, "needs the quote that is wrong"),
        ({**SAID, "quote": "words"}, '"quote" is .words., expected an object'),
        ({**SAID, "quote": {"path": "a"}}, '"quote.sha256" is missing'),
        (
            {**SAID, "filters": ["a"]},
            r'"filters" is \[.a.\], expected an object',
        ),
        ({**SAID, "filters": {"since": "soon"}}, "since must be a year"),
        ({**SAID, "filters": {"size": "1"}}, "filters.size.* is no field"),
        (
            {
                "kind": "right",
                "question": "x",
                "asked": "x",
                "quote": {"path": "a", "sha256": "b", "start": 5, "end": 6, "words": "ab"},
            },
            "the 2 characters quoted cannot stand at 5..6",
        ),
        (
            {
                "kind": "right",
                "question": "x",
                "asked": "x",
                "quote": {"path": "a", "sha256": "b", "start": "5", "end": 6, "words": "a"},
            },
            "\"quote.start\" is '5', expected a valid integer",
        ),
    ],
)
def test_what_is_no_feedback_is_refused_with_the_reason(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Feedback.from_dict(fields)


def test_another_place_belongs_to_one_kind_only(answerer: Answerer) -> None:
    answer = answerer.ask("When did trains stop?")
    with pytest.raises(ValueError, match="another place is given, and the kind is 'right'"):
        Feedback.of(answer, "right", model="m", elsewhere=passage(answerer, "water.txt", 1))


def test_a_place_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    file = FeedbackFile(tmp_path / "taken" / "feedback.jsonl")
    with pytest.raises(FeedbackError, match="cannot be written"):
        file.add(Feedback("right", "q", "q"))


def test_the_command_names_the_file_and_counts_and_removes(run: Run, file: FeedbackFile) -> None:
    assert run("feedback") == (0, f"no feedback yet\nThe file is {file.path}\n", "")
    file.add(Feedback("right", "q", "q"))
    file.add(Feedback("answer_is_elsewhere", "q", "q"))
    assert run("feedback")[1] == f"1 right, 1 answer is elsewhere\nThe file is {file.path}\n"
    said = json.loads(run("feedback", "--json")[1])
    assert said["file"] == str(file.path)
    assert said["counts"] == {"right": 1, "wrong_passage": 0, "does_not_answer": 0, "answer_is_elsewhere": 1}
    file.path.write_text("not json\n", encoding="utf-8")
    assert "wrong in line 1" in run("feedback")[2]
    assert run("feedback", "--remove")[1] == f"removed {file.path}\n"
    assert run("feedback", "--remove") == (0, f"there is no feedback at {file.path}\n", "")


def test_what_is_asked_again_is_measured(run: Run, answerer: Answerer, file: FeedbackFile) -> None:
    trains = answerer.ask("When did trains stop?")
    refused = answerer.ask("Who governs Kandahar province?")
    assert (trains.verdict, refused.verdict) == ("answered", "not_in_documents")
    wells, bridge = passage(answerer, "water.txt", 1), passage(answerer, "rail.txt", 2)
    said = [
        Feedback.of(trains, "right", model="m"),
        Feedback.of(trains, "wrong_passage", model="m"),
        Feedback.of(trains, "wrong_passage", model="m", quote=wells),
        Feedback.of(trains, "does_not_answer", model="m"),
        Feedback.of(refused, "does_not_answer", model="m"),
        Feedback.of(trains, "answer_is_elsewhere", model="m", elsewhere=bridge),
        Feedback.of(trains, "answer_is_elsewhere", model="m", elsewhere=wells),
        Feedback.of(trains, "answer_is_elsewhere", model="m"),
    ]
    for each in said:
        file.add(each)
    code, out, err = run("evaluate", file.path, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert {figure["name"]: (figure["value"], figure["n"]) for figure in found["figures"]} == {
        "right: mended": (1.0, 1),
        "wrong passage: mended": (0.5, 2),
        "does not answer: mended": (0.5, 2),
        "answer is elsewhere: mended": (pytest.approx(1 / 3), 3),
    }
    assert [each["mended"] for each in found["judgements"]] == [True, False, True, False, True, True, False, False]
    assert found["counts"] == {"right": 1, "wrong_passage": 2, "does_not_answer": 2, "answer_is_elsewhere": 3}
    text = run("evaluate", file.path)[1]
    why = found["judgements"][6]["why"]
    assert re.fullmatch(r"its place is not cited, found at rank [2-9]", why)
    assert text.startswith(
        "Not mended (4 of 8):\n"
        "  line 2, wrong passage (still cited): When did trains stop?\n"
        "  line 4, does not answer (still cited): When did trains stop?\n"
        f"  line 7, answer is elsewhere ({why}): When did trains stop?\n"
        "  line 8, answer is elsewhere (still cited): When did trains stop?\n\n"
    )
    assert len(json.loads(run("evaluate", file.path, "--limit", 3, "--json")[1])["judgements"]) == 3


def test_a_line_is_mended_where_what_was_said_of_the_answer_no_longer_holds(answerer: Answerer) -> None:
    trains, kandahar = "When did trains stop?", "Who governs Kandahar province?"
    (first,) = answerer.ask(trains).citations
    cited, other = Quoted.of(first.source), Quoted.of(passage(answerer, "water.txt", 1))
    rail = Filters(document="rail.txt")
    judged = [
        (Feedback("answer_is_elsewhere", "", trains, quote=other), ""),
        (Feedback("answer_is_elsewhere", "", trains), ""),
        (Feedback("answer_is_elsewhere", "", trains, quote=cited), "still cited"),
        (Feedback("answer_is_elsewhere", "", kandahar), "refused"),
        (Feedback("answer_is_elsewhere", "", kandahar, quote=cited), "refused"),
        (Feedback("answer_is_elsewhere", "", trains, elsewhere=cited), ""),
        (Feedback("answer_is_elsewhere", "", trains, rail, elsewhere=other), "its place is not cited, not found"),
        (Feedback("does_not_answer", "", trains), "still answered"),
        (Feedback("does_not_answer", "", trains, quote=cited), "still cited"),
        (Feedback("does_not_answer", "", trains, quote=other), ""),
        (Feedback("does_not_answer", "", kandahar), ""),
        (Feedback("wrong_passage", "", trains, quote=cited), "still cited"),
        (Feedback("wrong_passage", "", trains, quote=other), ""),
        (Feedback("wrong_passage", "", kandahar, quote=cited), ""),
        (Feedback("right", "", trains, quote=cited), ""),
        (Feedback("right", "", trains, quote=other), "no longer cited"),
        (Feedback("right", "", trains), "answered now"),
        (Feedback("right", "", kandahar), ""),
    ]
    found = evaluated_feedback("said", [(line, feedback) for line, (feedback, _) in enumerate(judged, 1)], answerer)
    assert [one.why for one in found.judgements] == [why for _, why in judged]
    assert [one.mended for one in found.judgements] == [not why for _, why in judged]


def test_lines_about_files_that_changed_or_went_are_listed_apart(
    run: Run, answerer: Answerer, file: FeedbackFile, folder: Path
) -> None:
    for question, path in (("When did trains stop?", "rail.txt"), ("Which wells are dry?", "water.txt")):
        answer = answerer.ask(question)
        assert answer.citations[0].source.path == path
        file.add(Feedback.of(answer, "wrong_passage", model="m"))
    file.add(replace(file.read()[0], filters=Filters(tag="war")))
    harbour = Feedback.of(answerer.ask("Do ships from China call?"), "right", model="m")
    file.add(harbour)
    (folder / "rail.txt").write_text("Trains run again.\n", encoding="utf-8")
    (folder / "water.txt").unlink()
    (folder / "harbour.md").rename(folder / "port.md")
    found = json.loads(run("evaluate", file.path, "--json")[1])
    assert [(each["line"], each["why"]) for each in found["judgements"][:3]] == [
        (1, "rail.txt has changed since"),
        (2, "water.txt is no longer among the documents"),
        (3, "rail.txt has changed since"),
    ]
    assert [each["mended"] for each in found["judgements"]] == [None, None, None, True]  # a new name is no change
    file.path.write_text("", encoding="utf-8")
    file.add(replace(harbour, filters=Filters(tag="war")))
    file.add(replace(harbour, asked="Ships?\nright: as it was 1.000", filters=Filters(tag="war")))
    text = run("evaluate", file.path)[1]
    assert "\nright: as it was" not in text
    assert "line 1, right: Do ships from China call?\n    no document has the tag 'war'." in text


def test_a_broken_line_and_options_that_do_not_fit_are_refused(run: Run, file: FeedbackFile, tmp_path: Path) -> None:
    file.add(Feedback("right", "q", "q"))
    assert "is feedback, which has no --run" in run("evaluate", file.path, "--run", tmp_path / "run")[2]
    with file.path.open("a", encoding="utf-8") as lines:
        lines.write('{"kind": "fine", "asked": "x"}\n')
    code, out, err = run("evaluate", file.path)
    assert (code, out) == (1, "")
    assert 'feedback.jsonl is wrong in line 2: "kind" is ' in err


def test_a_paragraph_that_was_shown_in_another_version_is_not_taken_down(
    answerer: Answerer, file: FeedbackFile
) -> None:
    turn = Turn("When did trains stop?", answerer.ask("When did trains stop?"))
    pointed = passage(answerer, "water.txt", 1)
    said = {
        "kind": "answer_is_elsewhere",
        "document": pointed.document_id,
        "start": pointed.start,
        "end": pointed.end,
        "sha256": pointed.sha256,
    }
    assert noted(Library(answerer), turn, said) == Note(f"the answer is elsewhere: {pointed.place}")
    for changed in ({"sha256": "0" * 64}, {"document": "gone"}, {"end": 9999}):
        note = noted(Library(answerer), turn, said | changed)
        assert (note.kept, note.words.partition(";")[0]) == (False, "the document is another one now")
    assert [feedback.elsewhere for feedback in file.read()] == [Quoted.of(pointed)]
