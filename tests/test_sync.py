from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import BagEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from test_store import contents, names

import embeddings.documents.file_reading
import embeddings.documents.folder
import embeddings.documents.members
import embeddings.index.changes
from embeddings.documents.file_reading import Stamp, stamp_of
from embeddings.documents.folder import SeedFile, Skipped, document_of, scan
from embeddings.errors import FolderError, IndexMismatch, IndexMissing
from embeddings.formats.apart.pool import Limits
from embeddings.index.changes import KnownFiles, make_plan, silent
from embeddings.index.manifest import Remark
from embeddings.index.store import load
from embeddings.index.sync import is_current, load_checked, sync
from embeddings.types import Document

NAMES = st.sampled_from(["a.txt", "b.md", "sub/c.txt", "x.jpg"])
TEXTS = st.sampled_from(
    [
        *("", " \n", "# Port\n", "The port of Gwadar is open. It is.\n", "---\n- a\n---\nAll is well here now.\n"),
        "# Port\n\nThe port of Gwadar is open. It is.\n\n## Rail\n\nNo train goes there today.\n",
        "A title\n\nNo train goes there today.\n\nThe port of Gwadar is open. It is.\n",
    ]
)
EDITS = st.lists(st.tuples(NAMES, st.none() | TEXTS), max_size=4)

RAIL = [
    "rail\nThe railway from Quetta runs north through the Bolan Pass.",
    "rail\nTrains stopped in August after a bridge fell.",
]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that were parsed."""
    found: list[str] = []
    real = document_of

    def spy(file: SeedFile, data: bytes, limits: Limits) -> tuple[Document, tuple[str, ...]]:
        found.append(file.source)
        return real(file, data, limits)

    monkeypatch.setattr(embeddings.documents.members, "document_of", spy)
    return found


def test_the_first_sync_encodes_everything(folder: Path, place: Path, encoder: BagEncoder) -> None:
    steps: list[tuple[str, int, int]] = []
    index, report = sync(folder, place, encoder, progress=lambda *step: steps.append(step))
    assert report.added == ("harbour.md", "rail.txt", "water.txt")
    assert (report.changed, report.renamed, report.removed, report.unchanged, report.skipped) == ((),) * 5
    assert report.encoded == {"passages": 6, "sentences": 7}
    assert report.reused == {"passages": 0, "sentences": 0}
    assert index.manifest.counts == {"documents": 3, "passages": 6, "sentences": 7}
    assert report.index_id == index.manifest.index_id
    assert set(RAIL) < set(encoder.encoded)
    assert "The harbour\nFishermen protest against the fences around the port." in encoder.encoded
    assert [what for what, done, _ in steps if not done] == [
        *("reading", "reading", "splitting", "encoding passages", "encoding sentences")
    ]
    assert steps[-1] == ("encoding sentences", 7, 7)
    assert contents(load_checked(folder, place, encoder)) == contents(index)


def test_nothing_changed_nothing_done(folder: Path, place: Path, parsed: list[str]) -> None:
    first, _ = sync(folder, place, BagEncoder())
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    parsed.clear()
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    assert (encoder.encoded, parsed, report.encoded) == ([], [], {})
    assert report.unchanged == ("harbour.md", "rail.txt", "water.txt")
    assert contents(index) == contents(first)
    assert report.index_id == first.manifest.index_id
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before


def test_only_what_changed_is_read_and_encoded(folder: Path, place: Path, parsed: list[str]) -> None:
    first, _ = sync(folder, place, BagEncoder())
    parsed.clear()
    old, new = "Trains stopped in August after a bridge fell.", "Trains run again since May. All is well."
    text = (folder / "rail.txt").read_text()
    (folder / "rail.txt").write_text(text.replace(old, new))
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    assert encoder.encoded == [f"rail\n{new}", "Trains run again since May.", "All is well."]
    assert parsed == ["rail.txt"]
    assert (report.changed, report.unchanged) == (("rail.txt",), ("harbour.md", "water.txt"))
    assert (report.encoded, report.reused) == ({"passages": 1, "sentences": 2}, {"passages": 5, "sentences": 6})
    assert report.index_id == index.manifest.index_id != first.manifest.index_id
    assert names(place) == ["CURRENT", "generation-000002"]


def test_a_new_and_a_removed_file(folder: Path, place: Path) -> None:
    sync(folder, place, BagEncoder())
    (folder / "water.txt").unlink()
    (folder / "air.txt").write_text("No plane has landed in Panjgur.\n")
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    assert (report.added, report.removed, report.changed) == (("air.txt",), ("water.txt",), ())
    assert encoder.encoded == ["air\nNo plane has landed in Panjgur.", "No plane has landed in Panjgur."]
    assert list(index.manifest.documents) == ["air.txt", "harbour.md", "rail.txt"]
    assert index.lexical.document_frequency("kharan") == 0


def test_a_renamed_file_keeps_the_vectors_that_do_not_hold_its_name(folder: Path, place: Path) -> None:
    sync(folder, place, BagEncoder())
    (folder / "sub").mkdir()
    (folder / "harbour.md").rename(folder / "sub" / "gwadar.md")  # names its title inside
    encoder = BagEncoder()
    _, report = sync(folder, place, encoder)
    assert report.renamed == (("harbour.md", "sub/gwadar.md"),)
    assert (report.added, report.removed, report.encoded) == ((), (), {"passages": 0, "sentences": 0})
    assert encoder.encoded == []
    (folder / "rail.txt").rename(folder / "train.txt")  # is named after its file
    index, report = sync(folder, place, encoder)
    assert report.renamed == (("rail.txt", "train.txt"),)
    assert sorted(encoder.encoded) == [text.replace("rail\n", "train\n") for text in RAIL]
    assert [document.title for document in index.corpus.documents] == ["The harbour", "train", "water"]


def test_a_copy_is_another_document_with_the_same_vectors(folder: Path, place: Path) -> None:
    sync(folder, place, BagEncoder())
    shutil.copy(folder / "harbour.md", folder / "port.md")
    encoder = BagEncoder()
    index, report = sync(folder, place, encoder)
    assert (report.added, report.renamed, encoder.encoded) == (("port.md",), (), [])
    one, other = (index.corpus.passage_rows(index.corpus.documents[row].id) for row in (0, 1))
    assert len(one) == len(other) == 2
    assert len({document.id for document in index.corpus.documents}) == 4


def test_a_file_that_cannot_be_read_does_not_stop_the_others(folder: Path, place: Path, parsed: list[str]) -> None:
    (folder / "bad.pdf").write_bytes(b"no pdf")
    (folder / "odd.md").write_text("---\n- a\n---\nIt opened in the year before.\n")
    (folder / "x.jpg").write_bytes(b"x")
    _, report = sync(folder, place, BagEncoder())
    bad, picture = report.skipped
    assert (bad.source, picture.source) == ("bad.pdf", "x.jpg")
    assert (len(bad.sha256 or ""), picture.sha256) == (64, None)
    note = "the front matter is no list of names and values; it is read as text"
    assert report.remarks == (Remark("odd.md", note),)
    assert parsed == ["bad.pdf", "harbour.md", "odd.md", "rail.txt", "water.txt"]
    parsed.clear()
    _, again = sync(folder, place, BagEncoder())
    assert (again.skipped, again.remarks, parsed) == (report.skipped, report.remarks, [])
    (folder / "water.txt").unlink()
    index, third = sync(folder, place, BagEncoder())
    assert (third.skipped, third.remarks, parsed) == (report.skipped, report.remarks, [])
    assert index.manifest.skipped == report.skipped


def test_a_file_that_goes_between_listing_and_reading(
    folder: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ghost, found = SeedFile("ghost.txt", folder / "ghost.txt"), scan(folder)
    monkeypatch.setattr(embeddings.index.changes, "scan", lambda _: replace(found, files=(ghost, *found.files)))
    _, report = sync(folder, place, BagEncoder())
    assert report.skipped == (Skipped("ghost.txt", "cannot be read: No such file or directory"),)
    assert len(report.added) == 3


def turned(path: Path) -> None:
    """Write as many other bytes."""
    path.write_bytes(path.read_bytes()[::-1])


def turned_in_secret(path: Path) -> None:
    status = path.stat()
    turned(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def made_a_link(path: Path) -> None:
    path.rename(path.with_suffix(".away"))
    path.symlink_to(path.with_suffix(".away"))


def renamed(path: Path) -> None:
    path.rename(path.with_name(f"{path.name}.md"))


def exchanged(path: Path) -> None:
    """Put another file of the same size into its place."""
    other = path.with_suffix(".other")
    other.write_bytes(path.read_bytes()[::-1])
    other.replace(path)


CHANGES: list[Callable[[Path], object]] = [
    turned, turned_in_secret, made_a_link, renamed, exchanged, Path.unlink, Path.touch,
    lambda path: path.chmod(0o600),
    lambda path: path.write_bytes(b""),
    lambda path: path.with_name("new.txt").write_text("Something new is said here.\n"),
]  # fmt: skip


def coarse(status: os.stat_result) -> Stamp:
    """The stamp of a file on a disk whose clock ticks every two seconds."""
    written, changed, *others = stamp_of(status)
    return written // COARSE * COARSE, changed // COARSE * COARSE, *others  # type: ignore[return-value]


COARSE = 2 * 10**9


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(CHANGES), st.sampled_from("abc")), max_size=8),
    st.sampled_from([stamp_of, coarse]),
)
def test_every_change_is_seen_at_once_whatever_the_clock(
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[tuple[Callable[[Path], object], str]],
    stamp: Callable[[os.stat_result], Stamp],
) -> None:
    seeds, known = tmp_path_factory.mktemp("changing"), KnownFiles()
    for name in "abcd":
        (seeds / f"{name}.txt").write_text(f"What {name} says is said here.\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embeddings.documents.folder, "stamp_of", stamp)
        for change, name in changes:
            make_plan(seeds, None, silent, known)
            if (seeds / f"{name}.txt").is_file():
                change(seeds / f"{name}.txt")
            plan, fresh = make_plan(seeds, None, silent, known), make_plan(seeds, None, silent, KnownFiles())
            assert (plan.documents, plan.skipped, plan.remarks) == (fresh.documents, fresh.skipped, fresh.remarks)


@pytest.mark.parametrize("careful", [True, False])
def test_what_was_written_in_the_tick_before_the_look_is_read_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, careful: bool
) -> None:
    for module in (embeddings.documents.folder, embeddings.documents.file_reading):
        monkeypatch.setattr(module, "stamp_of", lambda status: (*coarse(status)[:3], 0, 0))
    while time.time_ns() % COARSE > COARSE // 2:
        time.sleep(0.05)
    if not careful:
        monkeypatch.setattr(embeddings.index.changes, "is_settled", lambda *_: True)
    (folder / "rail.txt").write_text("Trains stopped.\n")
    known = KnownFiles()
    before = make_plan(folder, None, silent, known)
    turned(folder / "rail.txt")
    assert (make_plan(folder, None, silent, known).now != before.now) == careful


def test_a_changed_file_is_parsed_once_for_the_question_and_the_index(
    folder: Path, place: Path, encoder: BagEncoder, parsed: list[str]
) -> None:
    index, report = sync(folder, place, encoder)
    turned(folder / "rail.txt")
    parsed.clear()
    assert not is_current(folder, index, known=report.known)
    index, _ = sync(folder, place, encoder, known=report.known)
    assert parsed == ["rail.txt"]
    assert is_current(folder, index, known=report.known)


class Counted(tuple[Remark, ...]):
    """Remarks that count how often one is looked at."""

    __slots__ = ()
    looks = 0

    def __iter__(self) -> Iterator[Remark]:
        for remark in super().__iter__():
            Counted.looks += 1
            yield remark


def test_five_thousand_remarks_are_gone_through_once(folder: Path, place: Path, encoder: BagEncoder) -> None:
    index, _ = sync(folder, place, encoder)
    sources: Iterable[str] = [*index.manifest.documents, *(f"{number}.pdf" for number in range(4_997))]
    remarks = Counted(Remark(source, "left out 12 running heads") for source in sources)
    plan = make_plan(folder, replace(index, manifest=replace(index.manifest, remarks=remarks)), silent, KnownFiles())
    assert plan.remarks == remarks[:3]
    assert Counted.looks == 5_000


def test_nothing_readable_leaves_the_index_as_it_is(folder: Path, place: Path, encoder: BagEncoder) -> None:
    first, _ = sync(folder, place, encoder)
    for path in folder.iterdir():
        path.unlink()
    with pytest.raises(FolderError, match=f"the documents folder {folder} is empty. Put documents in"):
        sync(folder, place, encoder)
    for number in range(22):
        (folder / f"{number:02}.txt").write_text(" \n")
    listed = "".join(f"\n  {number:02}.txt: there is no text in it" for number in range(20))
    for rebuild in (False, True):
        with pytest.raises(FolderError, match=f"{folder} can be read:{listed}\n  and 2 more$"):
            sync(folder, place, encoder, rebuild=rebuild)
    assert contents(load(place)) == contents(first)
    with pytest.raises(FolderError, match="does not exist"):
        sync(folder / "nowhere", place / "new", encoder)
    assert names(place) == ["CURRENT", "generation-000001"]


def test_an_index_of_another_model_or_folder_is_not_touched(folder: Path, place: Path, tmp_path: Path) -> None:
    first, _ = sync(folder, place, BagEncoder("one"))
    shutil.copytree(folder, tmp_path / "copy")
    command = f"Make it anew: qa index {folder} --index {place} --model {{}} --rebuild, or choose another .* --index"
    same_name = BagEncoder("one", dimension=32)
    digests = f"model digest {BagEncoder('one').digest}, asked for is {same_name.digest}"
    for seeds, encoder, message in (
        (folder, BagEncoder("two"), rf"with the model one, asked for is two\. {command.format('two')}"),
        (folder, same_name, rf"with the {digests}\. {command.format('one')}"),
        (
            tmp_path / "copy",
            BagEncoder("one"),
            f"the documents folder {folder}, asked for is {tmp_path / 'copy'}. Make",
        ),
    ):
        with pytest.raises(IndexMismatch, match=message):
            sync(seeds, place, encoder)
        with pytest.raises(IndexMismatch, match=message):
            load_checked(seeds, place, encoder)
        assert encoder.encoded == []
    assert contents(load(place)) == contents(first)


def test_the_same_model_under_another_name_is_the_same(folder: Path, place: Path) -> None:
    sync(folder, place, BagEncoder("one"))
    other = BagEncoder("one")
    other.name = "/models/one"
    assert sync(folder, place, other)[1].unchanged == ("harbour.md", "rail.txt", "water.txt")


def test_load_checked_does_not_look_at_the_folder(folder: Path, place: Path, encoder: BagEncoder) -> None:
    with pytest.raises(IndexMissing, match=f"there is no index at {place}"):
        load_checked(folder, place, encoder)
    index, _ = sync(folder, place, encoder)
    shutil.rmtree(folder)
    assert contents(load_checked(folder, place, encoder)) == contents(index)


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITS, max_size=4))
def test_syncing_gives_what_a_fresh_build_gives(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str | None]]]
) -> None:
    base = tmp_path_factory.mktemp("sync")
    seeds = base / "documents"
    (seeds / "sub").mkdir(parents=True)
    (seeds / "kept.txt").write_text("The port of Gwadar is open. It is.\n")
    index, _ = sync(seeds, base / "index", BagEncoder())
    for edits in rounds:
        for name, text in edits:
            (seeds / name).unlink(missing_ok=True)
            if text is not None:
                (seeds / name).write_text(text)
        index, _ = sync(seeds, base / "index", BagEncoder())
    fresh, _ = sync(seeds, base / "fresh", BagEncoder())
    assert contents(index) == contents(fresh) == contents(load(base / "index"))
    assert index.manifest.index_id == fresh.manifest.index_id
    assert len(names(base / "index")) == 2
