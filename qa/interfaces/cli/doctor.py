"""Is everything in place? Each finding says what was looked at, what was found, and what to do."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from embeddings.documents.folder import scan
from embeddings.encoding.models import find_model
from embeddings.errors import FolderError, IndexMismatch, IndexMissing, QAError
from embeddings.formats.ocr import INSTALL, engine_name
from embeddings.index.sync import is_current, load_checked
from embeddings.location import cache_folder, data_folder
from qa.answering.feedback import feedback_place
from qa.answering.setup import Setup
from qa.interfaces.cli.offline import answered_offline
from qa.reading import PassageText, open_reader

_ROOM = 1_000_000_000  # bytes: an index of a large folder, written beside the one in use
_LIBRARIES = ("seeds-qa", "torch", "sentence-transformers", "onnxruntime", "faiss-cpu", "bm25s", "gradio", "numpy")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    good: bool
    detail: str


def examine(setup: Setup, port: int) -> list[Check]:
    """Look at the program, the model, the documents, what is kept, the port and the network.

    Nothing is changed or downloaded; a question over a document of our own is answered in a temporary folder.
    """
    setup = replace(setup, allow_download=False)
    return [
        Check("python", good=True, detail=sys.version.split()[0]),
        *_libraries(),
        _tried("model", lambda: _model(setup)),
        _tried("reader", _reader),
        Check("ocr", good=True, detail=engine_name() or f"none; pages without text are left out. {INSTALL}"),
        _tried("documents", lambda: _documents(setup.seeds)),
        _tried("index", lambda: _index(setup)),
        *_kept(setup),
        _room(setup.index or cache_folder()),
        _port(port),
        _tried("network", lambda: _network(setup)),
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
    except (QAError, OSError) as error:
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
    shut = [file.source for file in found.files if not os.access(file.path, os.R_OK)]
    if shut:
        raise FolderError(f"{len(shut)} files in {seeds} cannot be read: {', '.join(shut[:5])}. See to their rights.")
    left_out = "".join(f"\n          left out {item.source}: {item.reason}" for item in found.skipped)
    return f"{len(found.files)} readable files in {seeds}{left_out}"


def _index(setup: Setup) -> str:
    encoder = setup.encoder()
    folder = setup.index_folder(encoder)
    try:
        index = load_checked(setup.seeds, folder, encoder)
    except IndexMissing:
        place = _nearest(folder)
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


def _kept(setup: Setup) -> Iterator[Check]:
    """Look at the places of what is kept: how large they are, and whether other accounts can open them."""
    places = {"kept index": setup.index or cache_folder()}
    with suppress(QAError):  # which the look at the documents tells
        places["kept feedback"] = feedback_place(setup.seeds)
    for name, place in (places | {"kept token": data_folder() / "token"}).items():
        if not place.exists():
            yield Check(name, good=True, detail=f"none at {place}")
            continue
        mode = stat.S_IMODE(place.stat().st_mode)
        size = sum(path.lstat().st_size for path in (place, *place.rglob("*")) if not path.is_dir())
        own = os.name == "nt" or not mode & 0o077 or place == cache_folder()
        remedy = "" if own else f"; other accounts may open it: chmod -R go= {place}"
        yield Check(name, good=own, detail=f"{size:,} bytes at {place}, mode {mode:04o}{remedy}")


def _room(place: Path) -> Check:
    free = shutil.disk_usage(_nearest(place)).free
    enough = free >= _ROOM
    remedy = "" if enough else "; make room, or choose another place with --index"
    return Check("room", good=enough, detail=f"{free:,} bytes are free at {place}{remedy}")


def _network(setup: Setup) -> str:
    quotes, heard = answered_offline(setup)
    if heard:
        raise QAError(f"while a question was answered, {'; '.join(heard[:5])}. Please report this as a fault.")
    what = "answered" if quotes else "asked"
    return f"a question was {what}: 0 names looked up, 0 connections to other computers"


def _nearest(place: Path) -> Path:
    return next(parent for parent in (place, *place.absolute().parents) if parent.exists())


def _port(port: int) -> Check:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    detail = (
        f"{port} is in use, perhaps by a chat that runs; another can be served with --port"
        if taken
        else f"{port} is free"
    )
    return Check("port", good=True, detail=detail)
