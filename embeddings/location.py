"""The only importer of platformdirs: places in the user's cache and data folders."""

from __future__ import annotations

import hashlib
from pathlib import Path

from embeddings.types import Encoder


def index_place(seeds: Path, encoder: Encoder) -> Path:
    """Return where the index of a resolved folder lies by default: one place in the cache for each folder and model."""
    return cache_place(seeds.name or "root", f"{seeds}\0{encoder.digest}")


def cache_place(name: str, key: str) -> Path:
    """Return a folder in the user's cache for what the key describes; the name is for people."""
    return cache_folder() / _named(name, key)


def cache_folder() -> Path:
    """Return the user's cache folder of this program; XDG_CACHE_HOME moves it where the platform has that variable."""
    from platformdirs import user_cache_path

    return user_cache_path("seeds-qa", appauthor=False)


def ocr_place(seeds: Path) -> Path:
    """Return where what OCR reads in a resolved folder's files is kept, one file by the sha256 of each of them."""
    return cache_place("ocr", str(seeds))


def data_place(name: str, key: str) -> Path:
    """Return a folder in the user's data folder, which no program empties; XDG_DATA_HOME moves it."""
    return data_folder() / _named(name, key)


def data_folder() -> Path:
    """Return the user's data folder of this program; XDG_DATA_HOME moves it."""
    from platformdirs import user_data_path

    return user_data_path("seeds-qa", appauthor=False)


def _named(name: str, key: str) -> str:
    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{name}-{digest[:16]}"
