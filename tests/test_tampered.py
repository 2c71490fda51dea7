"""An index that somebody changed, who made its checksums right again: refused, or read again, never a wrong quote."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from doors import Doors, Oracle
from fakes import BagEncoder

from embeddings.disk import digest
from embeddings.errors import IndexDamaged, IndexMismatch, QAError
from embeddings.index.manifest import Manifest
from embeddings.index.store import load
from embeddings.index.sync import load_checked, sync
from qa.answering.answerer import Answerer
from qa.answering.sources import Sources
from qa.library.library import Library
from qa.reading.similarity import SimilarityReader
from qa.retrieval.retriever import Retriever

QUESTIONS = ["Why did trains stop after a bridge fell?", "Which dam holds water?", "Which ships call at the harbour?"]
CHANGED = int(os.environ.get("SEEDS_TAMPERED", "40"))

Documents = list[dict[str, Any]]


def seal(place: Path) -> None:
    """Make every checksum right, as somebody would who knows the format."""
    (generation,) = place.glob("generation-*")
    path = generation / "manifest.json"
    state = json.loads(path.read_text())
    state["files"] = {name: digest(generation / name) for name in state["files"] if (generation / name).exists()}
    state.pop("index_id", None)
    try:
        manifest = Manifest.from_json(json.dumps({**state, "index_id": None}), "x")
    except (IndexDamaged, IndexMismatch) as error:
        found = str(error).rpartition("expected ")[2].rstrip(")")
        state["index_id"] = found
    else:
        state["index_id"] = manifest.index_id
    path.write_text(json.dumps(state))
    current = {"generation": generation.name, "manifest_sha256": digest(path)}
    (place / "CURRENT").write_text(json.dumps(current))


def documents_of(place: Path) -> tuple[Path, Documents]:
    (path,) = place.glob("generation-*/documents.jsonl")
    return path, [json.loads(line) for line in path.read_text().splitlines()]


def in_documents(change: Callable[[Documents], object]) -> Callable[[Path], None]:
    def changed(place: Path) -> None:
        path, documents = documents_of(place)
        change(documents)
        path.write_text("".join(json.dumps(document) + "\n" for document in documents))

    return changed


def in_manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def changed(place: Path) -> None:
        (path,) = place.glob("generation-*/manifest.json")
        state = json.loads(path.read_text())
        change(state)
        path.write_text(json.dumps(state))

    return changed


def in_array(name: str, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    def changed(place: Path) -> None:
        (path,) = place.glob(f"generation-*/{name}")
        np.save(path, change(np.load(path)))

    return changed


def sets(number: int, **fields: Any) -> Callable[[Path], None]:
    return in_documents(lambda documents: documents[number].update(fields))


def moved(column: int, by: int) -> Callable[[Any], Any]:
    def change(array: Any) -> Any:
        array[:, column] += by
        return array

    return change


def first_set(column: int, value: int) -> Callable[[Any], Any]:
    def change(array: Any) -> Any:
        array[0, column] = value
        return array

    return change


def swapped(documents: Documents) -> None:
    documents[0]["text"], documents[1]["text"] = documents[1]["text"], documents[0]["text"]


def said_otherwise(documents: Documents) -> None:
    for document in documents:
        document["text"] = document["text"].replace("Trains stopped", "Trains flew on").replace("water", "wine!")


TAMPERED: dict[str, Callable[[Path], None]] = {
    "other words": in_documents(said_otherwise),
    "texts exchanged": in_documents(swapped),
    "order of documents": in_documents(lambda documents: documents.reverse()),
    "a document less": in_documents(lambda documents: documents.pop()),
    "a document twice": in_documents(lambda documents: documents.append(documents[0])),
    "another title": sets(1, title="The Bolan Pass in 1887"),
    "another heading": in_documents(lambda documents: documents[0]["headings"][0].update(text="The airport")),
    "pages of a text": sets(1, pages=[{"number": 7, "start": 0, "end": 10}]),
    "another author": in_documents(lambda documents: documents[1]["metadata"].update(author="Nobody")),
    "another id": sets(1, id="0123456789ab"),
    "the same id": in_documents(lambda documents: documents[1].update(id=documents[0]["id"])),
    "another digest": sets(1, sha256="0" * 64),
    "a file outside": sets(1, source="../outside.txt"),
    "an absolute path": sets(1, source="/etc/hostname"),
    "no text": sets(1, text=""),
    "a short text": sets(1, text="Trains"),
    "passages moved": in_array("passages.npy", moved(1, 1)),
    "passages longer": in_array("passages.npy", moved(2, 1)),
    "passages of another document": in_array("passages.npy", moved(0, 1)),
    "a passage before the text": in_array("passages.npy", first_set(1, -3)),
    "a passage behind the text": in_array("passages.npy", first_set(2, 10**9)),
    "a passage of no document": in_array("passages.npy", first_set(0, -1)),
    "fewer passages": in_array("passages.npy", lambda array: array[:-1]),
    "passages of two columns": in_array("passages.npy", lambda array: array[:, :2]),
    "passages of fractions": in_array("passages.npy", lambda array: array.astype(float)),
    "sentences moved": in_array("sentences.npy", moved(1, -1)),
    "sentences of another passage": in_array("sentences.npy", moved(0, 1)),
    "sentences turned": in_array("sentences.npy", lambda array: array[::-1]),
    "no sentences": in_array("sentences.npy", lambda array: array[:0]),
    "terms of other passages": in_array("lexical/places.passages.npy", lambda array: array[::-1]),
    "places that are nowhere": in_array("lexical/places.pieces.npy", lambda array: array + 10**6),
    "rows that are nowhere": in_array("lexical/postings.rows.npy", lambda array: array + 10**6),
    "starts that are nowhere": in_array("lexical/postings.starts.npy", lambda array: array + 10**6),
    "scores that are none": in_array("lexical/postings.scores.npy", lambda array: array * np.nan),
    "other counts": in_manifest(lambda state: state["counts"].update(passages=10**6)),
    "another dimension": in_manifest(lambda state: state.update(dimension=3)),
    "other documents listed": in_manifest(lambda state: state["documents"].update({"none.txt": "0" * 64})),
}


@pytest.fixture
def place(folder: Path, tmp_path: Path) -> Path:
    (tmp_path / "outside.txt").write_text("Trains stopped in August after a bridge fell.\n", encoding="utf-8")
    sync(folder, tmp_path / "index", BagEncoder())
    return tmp_path / "index"


def shows_nothing_wrong(folder: Path, place: Path) -> bool:
    """Open the index as every program does, and ask through every door. Return whether it was refused."""
    encoder = BagEncoder()
    try:
        index = load_checked(folder, place, encoder)
    except (IndexDamaged, IndexMismatch):
        with pytest.raises((IndexDamaged, IndexMismatch)):
            sync(folder, place, encoder)
        return True
    oracle = Oracle(folder)
    for known in (None, place):  # as it was stored, and compared with the folder
        answerer = Answerer(Retriever(index, encoder, folder, None, known), SimilarityReader(None), Sources(folder))
        oracle.check(Doors(Library(answerer)).all(QUESTIONS))
    return False


@pytest.mark.parametrize("name", TAMPERED)
def test_a_changed_index_with_right_checksums_shows_no_wrong_quote(name: str, folder: Path, place: Path) -> None:
    TAMPERED[name](place)
    seal(place)
    shows_nothing_wrong(folder, place)


def test_what_cannot_be_an_index_is_refused_when_it_is_loaded(folder: Path, place: Path, tmp_path: Path) -> None:
    refused = set()
    for name, change in TAMPERED.items():
        copy = tmp_path / name
        shutil.copytree(place, copy)
        change(copy)
        seal(copy)
        try:
            load(copy)
        except (IndexDamaged, IndexMismatch):
            refused.add(name)
    loaded = {"other words", "another title", "another heading", "pages of a text", "another author", "passages longer"}
    assert set(TAMPERED) - refused == loaded  # only a look into the files tells these


def test_any_bytes_of_any_file_may_be_changed(folder: Path, place: Path, tmp_path: Path) -> None:
    random, refused = Random(int(os.environ.get("SEEDS_TAMPERED_SEED", "1"))), 0
    for number in range(CHANGED):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(place, copy)
        files = sorted(path for path in copy.glob("generation-*/**/*") if path.is_file())
        path = random.choice(files)
        data = bytearray(path.read_bytes())
        for _ in range(random.choice([1, 1, 2, 8])):
            at = random.randrange(len(data))
            data[at] = random.choice([data[at] ^ (1 << random.randrange(8)), random.randrange(256)])
        path.write_bytes(data[: random.choice([len(data)] * 5 + [len(data) // 2])])
        with suppress(QAError, ValueError, KeyError, AttributeError, TypeError):  # the manifest is no JSON any more
            seal(copy)
        refused += shows_nothing_wrong(folder, copy)
        shutil.rmtree(copy)
    assert 0 < refused < CHANGED
    sys.stdout.write(f"{CHANGED} changed indexes, {refused} refused\n")
