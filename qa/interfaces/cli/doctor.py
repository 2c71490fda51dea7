"""Is everything in place? Each finding says what was looked at, what was found, and what to do."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from embeddings.documents.folder import scan
from embeddings.encoding.models import find_model
from embeddings.errors import IndexMismatch, IndexMissing, QAError
from embeddings.index.sync import is_current, load_checked
from qa.answering.setup import Setup
from qa.reading import PassageText, open_reader

_LIBRARIES = ("seeds-qa", "torch", "sentence-transformers", "faiss-cpu", "bm25s", "gradio", "numpy")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    good: bool
    detail: str


def examine(setup: Setup, port: int) -> list[Check]:
    """Look at the program, the model, the documents, the index and the port. Nothing is changed or downloaded."""
    setup = replace(setup, allow_download=False)
    return [
        Check("python", good=True, detail=sys.version.split()[0]),
        *_libraries(),
        _tried("model", lambda: _model(setup)),
        _tried("reader", _reader),
        _tried("documents", lambda: _documents(setup.seeds)),
        _tried("index", lambda: _index(setup)),
        _port(port),
    ]


def _libraries() -> Iterator[Check]:
    for name in _LIBRARIES:
        try:
            yield Check(name, good=True, detail=metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Check(name, good=False, detail=f"not installed; run pip install {name}")


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, good=True, detail=look())
    except QAError as error:
        return Check(name, good=False, detail=str(error))


def _model(setup: Setup) -> str:
    encoder = setup.encoder()
    return f"{encoder.name}, sha256 of its files {encoder.digest[:16]}…"


def _reader() -> str:
    reader = open_reader(find_model())
    if reader is None:
        return "none installed; the sentence nearest to the question is marked"
    reader.read("?", [PassageText("", "?", ((0, 1),))])  # its weights are compared when it first reads
    return f"{reader.name}, sha256 {reader.digest[:16]}…, loads"


def _documents(seeds: Path) -> str:
    found = scan(seeds)
    left_out = "".join(f"\n          left out {item.source}: {item.reason}" for item in found.skipped)
    return f"{len(found.files)} readable files in {seeds}{left_out}"


def _index(setup: Setup) -> str:
    encoder = setup.encoder()
    folder = setup.index_folder(encoder)
    try:
        index = load_checked(setup.seeds, folder, encoder)
    except IndexMissing:
        place = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
        writable = "" if os.access(place, os.W_OK) else f"; {place} cannot be written, choose another with --index"
        return f"none yet at {folder}{writable}"
    except IndexMismatch:
        if setup.index is not None:
            raise
        return f"made by another version of this program at {folder}; it is made anew when a question is asked"
    manifest = index.manifest
    counts = ", ".join(f"{number} {kind}" for kind, number in manifest.counts.items())
    state = "up to date" if is_current(setup.seeds, index) else "behind the folder; qa index brings it up to date"
    return f"{manifest.index_id}: {counts}, every checksum right, {state}, at {folder}"


def _port(port: int) -> Check:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    detail = (
        f"{port} is in use, perhaps by a chat that runs; another can be served with --port"
        if taken
        else f"{port} is free"
    )
    return Check("port", good=True, detail=detail)
