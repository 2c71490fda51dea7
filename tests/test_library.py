"""A library is there at once, says how far it is, and answers as the answerer does."""

from __future__ import annotations

import builtins
import io
import mmap
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes import BagEncoder, WordReader

from embeddings.documents.folder import document_id
from embeddings.errors import NotReady
from embeddings.index.sync import sync
from embeddings.types import Vectors
from qa.answering.answerer import Answerer
from qa.answering.search import find
from qa.answering.setup import Setup
from qa.answering.sources import Sources
from qa.library.library import Library, State
from qa.library.watcher import Pace
from qa.reading.choice import ReaderChoice
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever


def settled(library: Library) -> str:
    while library.state.phase == "opening":
        time.sleep(0.01)
    return library.state.phase


def test_a_folder_that_is_not_there_is_a_state_and_an_error(tmp_path: Path) -> None:
    library = Library.opening(Setup(tmp_path / "none", tmp_path / "index"))
    assert settled(library) == "failed"
    assert "does not exist" in library.state.problem
    with pytest.raises(NotReady, match=r"cannot be asked: the documents folder .* does not exist"):
        library.ask("Who?")


def test_before_the_index_is_made_nothing_can_be_asked() -> None:
    with pytest.raises(NotReady, match="still being read"):
        Library().search("bridge")


def test_one_that_is_closed_while_it_is_opened_watches_nothing(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    library = Library.opening(Setup(tmp_path / "none", tmp_path / "index"), watch=True)
    library.close()
    until(lambda: library.state.phase == "failed" and set(threading.enumerate()) <= before)


@pytest.mark.model
def test_progress_is_told_and_then_it_answers(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    library = Library.opening(
        Setup(folder, tmp_path / "index"), progress=lambda what, done, total: told.append((what, done, total))
    )
    assert settled(library) == "ready"
    assert told[-1][1] == told[-1][2] > 0
    assert library.ask("In which month did trains stop?").citations[0].source.path == "rail.txt"


def test_it_answers_and_searches_what_the_folder_holds_now(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    index, report = sync(folder, tmp_path / "index", encoder)
    retriever = Retriever(index, encoder, folder, report, tmp_path / "index")
    library = Library(Answerer(retriever, SimilarityReader(None), Sources(folder)))
    (folder / "rail.txt").write_text("Trains stopped in May after a tunnel fell in.\n", encoding="utf-8")
    answer = library.ask("When did trains stop?")
    assert answer.citations[0].quote == "Trains stopped in May after a tunnel fell in."
    found = library.search("tunnel", 1)
    assert [hit.passage.text for hit in found.hits] == ["Trains stopped in May after a tunnel fell in."]
    assert found.to_json() == find(library.answerer, "tunnel", 1).to_json()


@pytest.mark.parametrize("k", [0, -1, 1.5, True])
def test_a_number_of_hits_is_a_whole_number_from_1(folder: Path, tmp_path: Path, encoder: BagEncoder, k: int) -> None:
    index, report = sync(folder, tmp_path / "index", encoder)
    library = Library(Answerer(Retriever(index, encoder, folder, report), SimilarityReader(None), Sources(folder)))
    with pytest.raises(ValueError, match=rf"k must be (at least 1|a whole number), found {k}"):
        library.search("bridge", k)


def served(folder: Path, tmp_path: Path, encoder: BagEncoder) -> Library:
    index, report = sync(folder, tmp_path / "index", encoder)
    retriever = Retriever(index, encoder, folder, report, tmp_path / "index")
    return Library(Answerer(retriever, SimilarityReader(None), Sources(folder)))


@pytest.fixture
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file of the folder was opened."""
    counts: Counter[str] = Counter()

    def counting(real: Callable[..., object]) -> Callable[..., object]:
        def spy(file: object, *others: object, **options: object) -> object:
            if options.get("dir_fd") is not None and Path(str(file)).suffix:
                counts[str(file)] += 1
            elif isinstance(file, str | Path) and folder in Path(file).parents:
                counts[Path(file).relative_to(folder).as_posix()] += 1
            return real(file, *others, **options)

        return spy

    for module in (builtins, io, os):
        monkeypatch.setattr(module, "open", counting(module.open))
    return counts


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files have been there for ten seconds."""
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + 10 * 10**9)


@pytest.mark.usefixtures("later")
def test_a_question_opens_only_the_files_it_quotes_and_each_once(
    folder: Path, tmp_path: Path, encoder: BagEncoder, opened: Counter[str]
) -> None:
    trains = [f"Trains stopped in August at bridge number {number}." for number in range(5)]
    (folder / "rail.txt").write_text("\n\n".join(trains), encoding="utf-8")
    for number in range(20):
        (folder / f"other-{number}.txt").write_text(f"Nothing of it stands in paper {number}.\n", encoding="utf-8")
    library = served(folder, tmp_path, encoder)
    for question in ("In which month did trains stop?", "Why is Kharan dry?", "Who protests against fences?") * 2:
        opened.clear()
        assert not library.refresh()
        assert not opened
        answer = library.ask(question)
        quotes = [quote for citation in answer.citations for quote in (citation.source, *citation.also)]
        assert opened == dict.fromkeys({quote.path for quote in [*quotes, *answer.related]}, 1)
        opened.clear()
        found = library.search(question)
        assert opened == dict.fromkeys({hit.citation.source.path for hit in found.hits}, 1)
    assert len(library.search("trains bridge", 5).hits) == 5
    opened.clear()
    (folder / "water.txt").write_text("Wells in Kharan are full again.\n", encoding="utf-8")
    os.utime(folder / "rail.txt")
    assert library.refresh()
    assert set(opened) == {"water.txt", "rail.txt"}


@pytest.mark.parametrize(
    ("change", "quoted"),
    [
        (lambda rail: rail.write_bytes(rail.read_bytes().replace(b"August", b"Spring")), "Trains stopped in Spring"),
        (lambda rail: rail.rename(rail.with_name("line.txt")), "Trains stopped in August"),
        (lambda rail: rail.touch(), "Trains stopped in August"),
        (lambda rail: rail.chmod(0o600), "Trains stopped in August"),
        (lambda rail: rail.with_name("new.txt").write_text("When trains did stop it was June.\n"), "it was June."),
        (lambda rail: rail.unlink(), None),
        (lambda rail: rail.rename(rail.with_name("rail.away")).with_name("rail.txt").symlink_to("rail.away"), None),
    ],
)
def test_the_next_question_sees_a_change(
    folder: Path, tmp_path: Path, encoder: BagEncoder, change: Callable[[Path], object], quoted: str | None
) -> None:
    library = served(folder, tmp_path, encoder)
    assert "Trains stopped in August" in library.ask("When did trains stop?").citations[0].quote
    change(folder / "rail.txt")
    answer = library.ask("When did trains stop?")
    quotes = [citation.quote for citation in answer.citations]
    assert any(quoted in quote for quote in quotes) if quoted else not any("rains" in quote for quote in quotes)
    assert not answer.changed


@pytest.mark.usefixtures("later")
def test_a_file_that_changed_without_a_stamp_is_read_again_after_one_question(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    library, rail = served(folder, tmp_path, encoder), folder / "rail.txt"
    with rail.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:  # as a program writes that maps its files
        mapped[:] = mapped[:].replace(b"August", b"Spring")
        library.refresh()
        mapped[:] = mapped[:].replace(b"Spring", b"Autumn")
    asked = [library.ask("When did trains stop?") for _ in range(2)]
    assert "Trains stopped in Autumn" in asked[-1].citations[0].quote
    assert not asked[-1].changed


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.01)


FAST = Pace(every=0.01, settle=0.01, retry=0.02, longest=0.05, share=0.0)


def test_a_change_is_noticed_without_a_question(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    library = served(folder, tmp_path, encoder)
    library.watch(pace=FAST)
    first = library.revision
    (folder / "baker.txt").write_text("The baker of Norvik is Ylva.\n", encoding="utf-8")
    until(lambda: library.revision != first)
    assert library.answerer.retriever.index.manifest.counts["documents"] == 4
    second = library.revision
    (folder / "note.xyz").touch()
    until(lambda: library.revision != second)
    assert [item.source for item in library.answerer.retriever.index.manifest.skipped] == ["note.xyz"]
    library.close()


def test_the_log_names_what_is_left_out_once(
    folder: Path, tmp_path: Path, encoder: BagEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    library = served(folder, tmp_path, encoder)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and no more")
    library.refresh()
    library.refresh()
    library.close()
    (told,) = [record.getMessage() for record in caplog.records if record.name.startswith("qa.")]
    assert told.startswith("left out: broken.pdf: ")


def test_a_file_that_comes_and_goes_between_two_looks_is_gone(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    library = served(folder, tmp_path, encoder)
    library.watch(pace=Pace(every=0.5, settle=0.01))
    (folder / "baker.txt").write_text("The baker of Norvik is Ylva.\n", encoding="utf-8")
    assert library.refresh()
    (folder / "baker.txt").unlink()
    until(lambda: library.answerer.retriever.index.manifest.counts["documents"] == 3)
    library.close()


def test_while_the_folder_is_away_the_index_is_kept_and_the_problem_is_told(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    library = served(folder, tmp_path, encoder)
    library.watch(pace=FAST)
    revision = library.revision
    folder.rename(tmp_path / "away")
    until(lambda: bool(library.state.problem))
    assert (library.state.phase, library.revision) == ("ready", revision)
    assert "does not exist" in library.state.problem
    (tmp_path / "away").rename(folder)
    until(lambda: not library.state.problem)
    assert library.ask("Why did trains stop?").citations[0].source.path == "rail.txt"
    library.close()


def test_how_far_a_refresh_is_can_be_seen_while_it_goes_on(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    library = served(folder, tmp_path, encoder)
    seen: list[State] = []
    encode = encoder.encode_passages

    def looked_at(texts: Sequence[str]) -> Vectors:
        seen.append(library.state)
        return encode(texts)

    encoder.encode_passages = looked_at  # type: ignore[method-assign]
    (folder / "baker.txt").write_text("The baker of Norvik is Ylva.\n", encoding="utf-8")
    assert library.refresh()
    assert [(state.phase, state.doing != "", state.total > 0) for state in seen] == [("ready", True, True)] * len(seen)
    assert seen
    assert library.state == State("ready")
    assert not library.refresh()


class Slow:
    """An encoder's passages, held up until they may go on."""

    def __init__(self, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.begun = threading.Event(), threading.Event()
        encode = encoder.encode_passages

        def waiting(texts: Sequence[str]) -> Vectors:
            self.begun.set()
            assert self.go.wait(60)
            return encode(texts)

        monkeypatch.setattr(encoder, "encode_passages", waiting)
        monkeypatch.setattr("qa.library.library._PATIENCE", 0.2)


def test_while_a_file_is_encoded_questions_are_answered_and_told_what_is_missing(
    folder: Path, tmp_path: Path, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = served(folder, tmp_path, encoder)
    slow = Slow(encoder, monkeypatch)
    (folder / "baker.txt").write_text("The baker of Norvik is Ylva.\n", encoding="utf-8")
    for _ in range(3):
        answer = library.ask("When did trains stop?")
        assert "Trains stopped in August" in answer.citations[0].quote
        assert answer.reason.endswith("Still being read, and not searched yet: baker.txt.")
    assert library.state.doing
    slow.go.set()
    until(lambda: not library.state.doing)
    answer = library.ask("Who is the baker of Norvik?")
    assert answer.citations[0].source.path == "baker.txt"
    assert "Still being read" not in answer.reason


def test_what_is_removed_while_it_is_encoded_is_given_up(
    folder: Path, tmp_path: Path, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = served(folder, tmp_path, encoder)
    slow = Slow(encoder, monkeypatch)
    monkeypatch.setattr("qa.library.library._LOOK_AGAIN", 0.0)
    before = library.answerer
    (folder / "baker.txt").write_text("The baker of Norvik is Ylva.\n", encoding="utf-8")
    assert "not searched yet: baker.txt" in library.ask("When did trains stop?").reason
    assert slow.begun.wait(30)
    (folder / "baker.txt").unlink()
    slow.go.set()
    until(lambda: not library.state.doing)
    assert library.answerer is before
    assert not library.refresh()


def test_an_index_that_is_there_answers_at_once_when_a_library_is_opened(
    folder: Path, tmp_path: Path, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Setup, "encoder", lambda _: encoder)
    setup = Setup(folder, tmp_path / "index", reader=ReaderChoice(none=True))
    assert settled(Library.opening(setup)) == "ready"
    slow = Slow(encoder, monkeypatch)
    (folder / "baker.txt").write_text("The baker of Norvik is Ylva.\n", encoding="utf-8")
    library = Library.opening(setup)
    assert settled(library) == "ready"
    assert "not searched yet: baker.txt" in library.ask("When did trains stop?").reason
    slow.go.set()
    until(lambda: library.ask("Who is the baker of Norvik?").citations != ())


def test_an_answer_that_has_begun_ends_with_the_index_it_began_with(
    folder: Path, tmp_path: Path, encoder: BagEncoder
) -> None:
    library = served(folder, tmp_path, encoder)
    before = library.answerer
    (folder / "rail.txt").unlink()
    library.refresh()
    assert library.answerer is not before
    assert library.answerer.sources is before.sources
    assert before.retriever.search("trains", 1)[0].citation.source.path == "rail.txt"
    assert library.answerer.retriever.index.corpus.document(document_id("rail.txt")) is None


def test_many_threads_may_ask_while_the_folder_changes(folder: Path, tmp_path: Path, encoder: BagEncoder) -> None:
    library = served(folder, tmp_path, encoder)

    def asking(number: int) -> list[str]:
        if number % 3 == 0:
            (folder / f"more-{number}.txt").write_text(f"Trains stopped in May {number} times.\n", encoding="utf-8")
        answer = library.ask("When did trains stop?")
        return [citation.quote for citation in answer.citations] or [f"none: {answer.reason}"]

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(asking, range(24)))
    assert all("rains stopped in" in quotes[0] for quotes in answers)
    assert library.answerer.retriever.index.manifest.counts["documents"] == 11


@pytest.mark.model
def test_an_empty_folder_is_mended_by_a_document_without_a_restart(tmp_path: Path) -> None:
    place = tmp_path / "empty"
    place.mkdir()
    library = Library.opening(Setup(place, tmp_path / "index"), watch=True)
    assert settled(library) == "failed"
    assert "is empty" in library.state.problem
    (place / "baker.txt").write_text("The baker of Norvik is called Ylva Storm.\n", encoding="utf-8")
    until(lambda: library.state.phase == "ready")
    assert library.ask("Who is the baker of Norvik?").citations[0].source.path == "baker.txt"
    library.close()


def test_the_chosen_reader_is_loaded_before_one_is_told_that_it_is_ready(
    folder: Path, tmp_path: Path, encoder: BagEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = WordReader()
    monkeypatch.setattr(Setup, "encoder", lambda _: encoder)
    monkeypatch.setattr("qa.reading.choice.open_reader", lambda *_, **__: reader)
    monkeypatch.setattr("qa.reading.choice.measured_in", lambda _: None)
    library = Library.opening(Setup(folder, tmp_path / "index"))
    assert settled(library) == "ready"
    assert reader.texts == ["?"]
    assert library.ask("Who opened the harbour of Gwadar?").reader == library.answerer.reader.read_by
    (folder / "new.txt").write_text("The baker of Norvik is called Ylva.\n", encoding="utf-8")
    (citation,) = library.ask("Who is the baker of Norvik called?").citations
    assert (citation.source.path, citation.probability) == ("new.txt", 0.98)
    plain = Library.opening(Setup(folder, tmp_path / "index", reader=ReaderChoice(none=True)))
    assert settled(plain) == "ready"
    assert plain.ask("Who opened the harbour of Gwadar?").reader is None
