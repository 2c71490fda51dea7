from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import BagEncoder

import embeddings.index.generation
from embeddings.disk import digest
from embeddings.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnwritable
from embeddings.index.manifest import Remark
from embeddings.index.store import Index, load, locked, save, tidy
from embeddings.index.sync import sync

MEND = "qa index here --rebuild"


def contents(index: Index) -> dict[str, object]:
    """Everything an index holds, as values that can be compared."""
    vectors = {"passages": index.passage_vectors, "sentences": index.sentence_vectors}
    return {
        "manifest": replace(index.manifest, files={}),
        "documents": index.corpus.documents,
        "spans": (index.corpus.passage_spans.tolist(), index.corpus.sentence_spans.tolist()),
        "vectors": {kind: part.vectors(np.arange(len(part))).tobytes() for kind, part in vectors.items()},
        "lexical": {
            word: index.lexical.scores(word).tobytes()
            for document in index.corpus.documents
            for word in f"{document.title} {document.text}".split()
        },
    }


def names(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir() if path.name not in ("lock", "STAMPS"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path, place: Path, encoder: BagEncoder) -> Index:
    """An index of three documents, at `place`."""
    (folder / "paged.html").write_text("<title>T</title><h1>Déjà\u2028vu</h1><p>Rain fell on Quetta again today.</p>")
    return sync(folder, place, encoder)[0]


def test_what_is_loaded_is_what_was_saved(index: Index, place: Path) -> None:
    again = load(place)
    assert contents(again) == contents(index)
    assert again.manifest == index.manifest
    assert names(place) == ["CURRENT", "generation-000001"]
    assert again.manifest.counts == {"documents": 4, "passages": 7, "sentences": 8}
    written = {p.relative_to(place / "generation-000001").as_posix() for p in place.rglob("generation-*/**/*.*")}
    assert set(again.manifest.files) == written - {"manifest.json"}


def test_a_saved_index_replaces_the_one_before(index: Index, place: Path) -> None:
    other = replace(index, manifest=replace(index.manifest, remarks=(Remark("rail.txt", "short"),)))
    for number in (2, 3):
        with locked(place):
            saved = save(place, other)
        assert load(place).manifest == saved.manifest
        assert names(place) == ["CURRENT", f"generation-00000{number}"]


def test_every_changed_or_missing_file_is_named(index: Index, place: Path) -> None:
    generation = place / "generation-000001"
    files = [*index.manifest.files, "manifest.json"]
    assert len(files) > 10
    for name in files:
        path = generation / name
        kept = path.read_bytes()
        expected = (
            rf"damaged: {re.escape(str(path))}: its sha256 is \w{{64}}, written was \w{{64}}\. Make it anew: {MEND}$"
        )
        for at in {0, len(kept) // 2, len(kept) - 1}:
            path.write_bytes(kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :])
            with pytest.raises(IndexDamaged, match=expected):
                load(place, mend=MEND)
        path.write_bytes(kept[:-1])
        with pytest.raises(IndexDamaged, match=expected):
            load(place, mend=MEND)
        path.unlink()
        expected = rf"damaged: {re.escape(str(path))}: No such file or directory\. Make it anew: {MEND}$"
        with pytest.raises(IndexDamaged, match=expected):
            load(place, mend=MEND)
        path.write_bytes(kept)
    assert contents(load(place)) == contents(index)


@pytest.mark.parametrize(
    "text", ["", "garbage", "[]", "7", '"x"', "null", "{}", '{"generation": "generation-000001"}', "\udcff"]
)
def test_a_damaged_current_is_named(index: Index, place: Path, text: str) -> None:
    (place / "CURRENT").write_text(text, errors="surrogateescape")
    with pytest.raises(IndexDamaged, match=rf"damaged: {place / 'CURRENT'} cannot be read .*anew: {MEND}$"):
        load(place, mend=MEND)


def test_a_current_that_names_no_generation(index: Index, place: Path) -> None:
    state = {"generation": "generation-000009", "manifest_sha256": "0"}
    (place / "CURRENT").write_text(json.dumps(state))
    with pytest.raises(
        IndexDamaged, match=r"generation-000009/manifest\.json: No such file.*Make it anew: qa index --reb"
    ):
        load(place)


def test_no_index(index: Index, place: Path, folder: Path) -> None:
    (place / "CURRENT").unlink()
    for where in (place, place / "nowhere", folder / "rail.txt"):
        with pytest.raises(IndexMissing, match=f"there is no index at {where}. Make it: qa index$"):
            load(where)


def test_another_format_is_named(index: Index, place: Path) -> None:
    with locked(place):
        save(place, replace(index, manifest=replace(index.manifest, format=7)))
    with pytest.raises(
        IndexMismatch, match=rf"000002 has format 7, this program reads format 3\. Make it anew: {MEND}$"
    ):
        load(place, mend=MEND)


@pytest.mark.parametrize("change", [lambda state: state.pop("made"), lambda state: state.update(more=1)])
def test_a_manifest_of_other_fields_is_damaged(
    index: Index, place: Path, change: Callable[[dict[str, object]], object]
) -> None:
    path = place / "generation-000001" / "manifest.json"
    state = json.loads(path.read_text())
    change(state)
    path.write_text(json.dumps(state))
    current = {"generation": "generation-000001", "manifest_sha256": digest(path)}
    (place / "CURRENT").write_text(json.dumps(current))
    with pytest.raises(IndexDamaged, match=r"generation-000001 is no manifest of format 3 .*Make it anew"):
        load(place)


@pytest.mark.parametrize("name", ["photo.jpg", "generation-x", "generation-photos", "CURRENTLY", ".git"])
def test_a_folder_that_holds_other_things_is_not_written(index: Index, place: Path, name: str) -> None:
    (place / name).mkdir()
    with pytest.raises(IndexUnwritable, match=rf"index holds other things than an index \({name}\)\. .* with --index"):
        locked(place).__enter__()
    tidy(place)
    assert names(place) == sorted(["CURRENT", "generation-000001", name])


def test_a_file_is_no_place_for_an_index(folder: Path) -> None:
    for where in (folder / "rail.txt", folder / "rail.txt" / "sub"):
        with pytest.raises(
            IndexUnwritable, match=f"cannot be written at {where}: .* Choose another place with --index"
        ):
            locked(where).__enter__()


def test_only_one_writes_at_a_time(place: Path) -> None:
    with (
        locked(place),
        pytest.raises(
            IndexUnwritable, match=f"^process {os.getpid()} was still writing the index at {place} after 0 s"
        ),
    ):
        locked(place, wait_s=0.01).__enter__()
    with locked(place, wait_s=0):
        assert names(place) == []


def test_a_place_that_cannot_be_written_keeps_its_index(
    index: Index, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with locked(place), pytest.raises(IndexUnwritable, match=f"at {place}: No space left on device. Choose another"):
        save(place, index)
    assert contents(load(place)) == contents(index)


def leave(place: Path) -> None:
    """What processes that were killed can leave."""
    (place / ".unfinished-generation-000003").mkdir()
    (place / "generation-000002" / "lexical").mkdir(parents=True)
    (place / "generation-000002" / "lexical" / "vocabulary.json").write_text("{}")
    (place / "CURRENT.new").write_text("{")


def test_old_and_unfinished_generations_are_removed(index: Index, place: Path) -> None:
    leave(place)
    assert contents(load(place)) == contents(index)
    with locked(place):
        save(place, index)
    assert names(place) == ["CURRENT", "generation-000003"]
    leave(place)
    tidy(place)
    assert names(place) == ["CURRENT", "generation-000003"]


def test_nothing_is_removed_while_another_process_writes(index: Index, place: Path) -> None:
    leave(place)
    before = names(place)
    with locked(place):
        tidy(place)
    assert names(place) == before


def test_a_generation_that_is_replaced_while_it_is_read_is_read_anew(
    index: Index, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = embeddings.index.generation._read_documents
    paths: list[Path] = []

    def late(path: Path) -> object:
        if not paths:
            with locked(place):
                save(place, index)
        paths.append(path)
        return real(path)

    monkeypatch.setattr(embeddings.index.generation, "_read_documents", late)
    assert contents(load(place)) == contents(index)
    assert [path.parent.name for path in paths] == ["generation-000001", "generation-000002"]
    shutil.rmtree(place / "generation-000002" / "lexical")
    with pytest.raises(IndexDamaged, match=r"lexical/\S+: No such file"):
        load(place)


def test_the_same_content_has_the_same_id_in_two_places(tmp_path: Path, index: Index, folder: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    other, _ = sync(tmp_path / "copy", tmp_path / "other", BagEncoder())
    assert other.manifest.index_id == index.manifest.index_id
    assert other.manifest.files == index.manifest.files
    assert len({other.manifest.index_id, sync(folder, tmp_path / "third", BagEncoder("b"))[0].manifest.index_id}) == 2
    assert json.loads(index.manifest.to_json())["index_id"] == index.manifest.index_id
