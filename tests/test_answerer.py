"""The pipeline: quotes that are compared with the files, or the statement that there is no answer."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import BagEncoder

import qa.answering.sources
from embeddings.documents.file_reading import Stamp
from embeddings.errors import SourceChanged, SourceGone
from embeddings.index.sync import sync
from qa.answering.answerer import Answerer
from qa.answering.search import find
from qa.answering.sources import AnswerChecks, Sources, _read
from qa.reading.choice import ReaderChoice
from qa.reading.similarity import Calibration, SimilarityReader, calibration_for
from qa.retrieval.retriever import Retriever

STRICT = Calibration("bag-of-words", similarity=1, coverage=1, threshold=1.0, answered=1, near_miss=0, off_topic=0)


@pytest.fixture
def answerer(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Answerer:
    index, report = sync(folder, tmp_path / "index", encoder)
    return Answerer(Retriever(index, encoder, folder, report), SimilarityReader(STRICT), Sources(folder))


def test_an_answer_quotes_the_sentence_and_names_its_place(answerer: Answerer, folder: Path) -> None:
    answer = answerer.ask("When did  trains stop?")
    assert (answer.question, answer.asked) == ("When did  trains stop?", "When did trains stop?")
    assert answer.verdict == "answered"
    (citation,) = answer.citations
    assert citation.number == 1
    assert citation.quote == "Trains stopped in August after a bridge fell."
    assert citation.source.locator == "¶ 2"
    text = (folder / "rail.txt").read_text(encoding="utf-8")
    assert text[citation.source.start : citation.source.end] == citation.quote
    assert answer.reason == "Searched 6 passages in 3 documents."
    assert len(answer.related) == 4
    assert citation.source.paragraph.text not in [quote.quote for quote in answer.related]


def test_the_sentence_is_marked_not_the_paragraph(answerer: Answerer) -> None:
    (citation,) = answerer.ask("Do ships from China call?").citations
    assert citation.quote == "Ships from China call there."
    assert citation.source.paragraph.text == "The harbour of Gwadar was opened in 2007. Ships from China call there."


def test_what_is_not_there_is_said_not_to_be_there(answerer: Answerer) -> None:
    answer = answerer.ask("Who governs Kandahar province?")
    assert answer.verdict == "not_in_documents"
    assert answer.citations == ()
    assert answer.reason == (
        "Searched 6 passages in 3 documents. "
        "No passage has the words “Kandahar”, “governs” or “province”. "
        "Other words may find it: see the nearest passages."
    )
    assert len(answer.related) == 5


def test_a_changed_file_is_named_and_not_quoted(answerer: Answerer, folder: Path) -> None:
    path = folder / "rail.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("August", "July"), encoding="utf-8")
    answer = answerer.ask("When did trains stop?")
    assert answer.verdict == "not_in_documents"
    assert answer.changed == ("rail.txt",)
    assert answer.reason.startswith(
        "Changed since it was indexed and therefore not quoted: rail.txt. Ask again when the index is up to date."
    )
    assert "rail.txt" not in [quote.path for quote in answer.related]


def test_a_file_that_is_gone_is_not_quoted(answerer: Answerer, folder: Path) -> None:
    (folder / "rail.txt").unlink()
    answer = answerer.ask("When did trains stop?")
    assert answer.changed == ("rail.txt",)
    assert answer.reason.startswith(
        "No longer in the folder and therefore not quoted: rail.txt. Ask again when the index is up to date."
    )


def test_files_that_changed_and_files_that_are_gone_are_told_apart(answerer: Answerer, folder: Path) -> None:
    (folder / "rail.txt").unlink()
    (folder / "harbour.md").write_text("# The harbour\n\nIt is closed.\n", encoding="utf-8")
    assert answerer.ask("When did trains stop?").reason.startswith(
        "Changed since it was indexed and therefore not quoted: harbour.md. "
        "No longer in the folder and therefore not quoted: rail.txt. Ask again when the index is up to date."
    )
    found = find(answerer, "When did trains stop?")
    assert (set(found.changed), found.gone) == ({"rail.txt", "harbour.md"}, ("rail.txt",))


def test_a_file_below_a_folder_that_became_a_file_is_gone(answerer: Answerer, folder: Path) -> None:
    (citation,) = answerer.ask("When did trains stop?").citations
    (folder / "lines").write_text("A file.\n", encoding="utf-8")
    with pytest.raises(SourceGone, match=r"^lines/rail\.txt is no longer in the folder$"):
        Sources(folder).check(replace(citation.source, path="lines/rail.txt"))


def test_a_quote_is_checked_at_its_offsets_even_if_the_digest_is_right(answerer: Answerer, folder: Path) -> None:
    (citation,) = answerer.ask("When did trains stop?").citations
    Sources(folder).check(citation.source)
    around = citation.source.paragraph
    moved = replace(
        citation.source,
        start=citation.source.start + 1,
        end=citation.source.end + 1,
        paragraph=replace(around, start=around.start + 1, end=around.end + 1),
    )
    with pytest.raises(SourceChanged, match=r"rail\.txt does not say the quote at"):
        Sources(folder).check(moved)


def test_without_a_measured_threshold_the_answer_says_so(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    index, report = sync(folder, tmp_path / "index", encoder)
    answer = Answerer.over(Retriever(index, encoder, folder, report), ReaderChoice(none=True)).ask(
        "When did trains stop?"
    )
    assert answer.verdict == "answered"
    assert answer.reason.startswith("No threshold was measured for this model")


def test_the_same_question_gives_the_same_bytes(answerer: Answerer) -> None:
    assert answerer.ask("Who opened the harbour?").to_json() == answerer.ask("Who opened the harbour?").to_json()


def test_the_default_model_has_a_measured_error() -> None:
    measured = calibration_for("all-MiniLM-L6-v2")
    assert measured is not None
    assert measured.answered > measured.near_miss > measured.off_topic


def test_a_file_that_changed_elsewhere_is_not_quoted_either(answerer: Answerer, folder: Path) -> None:
    (citation,) = answerer.ask("When did trains stop?").citations
    with (folder / "rail.txt").open("a", encoding="utf-8") as file:
        file.write("\nOne more line.\n")
    with pytest.raises(SourceChanged, match=r"rail\.txt has changed since it was indexed"):
        answerer.sources.check(citation.source)
    assert not answerer.sources.still_says(citation.source)


def test_a_file_is_read_once_for_the_quotes_of_one_answer(
    answerer: Answerer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (citation,) = answerer.ask("When did trains stop?").citations
    reads: list[str] = []

    def reading(path: Path, source: str) -> tuple[bytes, Stamp]:
        reads.append(source)
        return _read(path, source)

    monkeypatch.setattr(qa.answering.sources, "_read", reading)
    young = AnswerChecks(answerer.sources)
    assert [young.passes(citation.source) for _ in range(5)] == [True] * 5
    assert len(reads) == 5  # it was written a moment ago: another write need not show in its stamp
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 10 * 10**9)
    reads.clear()
    for _ in range(2):
        checks = AnswerChecks(answerer.sources)
        assert [checks.passes(citation.source) for _ in range(5)] == [True] * 5
    assert reads == ["rail.txt"] * 2
    data = (folder / "rail.txt").read_bytes()
    (folder / "rail.txt").write_bytes(data.replace(b"August", b"Spring"))
    assert not checks.passes(citation.source)
    assert checks.changed == {"rail.txt": False}


def test_the_paragraph_around_a_quote_is_compared_too(answerer: Answerer) -> None:
    (citation,) = answerer.ask("Do ships from China call?").citations
    around = citation.source.paragraph
    other = replace(citation.source, paragraph=replace(around, text=around.text.replace("2007", "2008")))
    with pytest.raises(SourceChanged, match=r"harbour\.md does not say the quote"):
        answerer.sources.check(other)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(answerer: Answerer, folder: Path) -> None:
    (citation,) = answerer.ask("When did trains stop?").citations
    (folder / "rail.txt").unlink()
    os.mkfifo(folder / "rail.txt")
    with pytest.raises(SourceChanged, match=r"rail\.txt cannot be read any more \(not a regular file\)"):
        answerer.sources.check(citation.source)


def test_a_retriever_of_a_folder_that_changed_is_made_anew(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    index, report = sync(folder, tmp_path / "index", encoder)
    retriever = Retriever(index, encoder, folder, report, tmp_path / "index")
    assert retriever.refreshed() is retriever
    (folder / "baker.txt").write_text("The baker of Norvik is called Ylva.", encoding="utf-8")
    encoder.encoded.clear()
    fresh = retriever.refreshed()
    assert fresh.search("baker Norvik", 1)[0].citation.source.path == "baker.txt"
    assert encoder.encoded == ["baker\nThe baker of Norvik is called Ylva.", "The baker of Norvik is called Ylva."]
    assert retriever.search("baker Norvik", 1)[0].citation.source.path != "baker.txt"
