"""From a folder's name to a retriever: finds the model, finds the place of the index, brings it up to date."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from embeddings.encoder import open_encoder
from embeddings.errors import FolderError, IndexMismatch
from embeddings.models import DEFAULT_MODEL
from embeddings.plan import Progress
from embeddings.sync import is_current, sync
from embeddings.types import Encoder
from qa.choosing import ReaderChoice
from qa.retriever import Retriever

__all__ = ["Setup", "cache_place", "feedback_place", "open_retriever"]


@dataclass(frozen=True, slots=True)
class Setup:
    """What a user chooses: the documents, where their index lies (None: in the cache), the model, and the reader."""

    seeds: Path
    index: Path | None = None
    model: str = DEFAULT_MODEL
    allow_download: bool = False
    reader: ReaderChoice = field(default_factory=ReaderChoice)

    def encoder(self) -> Encoder:
        """Find the model and check its files; it is loaded when it is used."""
        return open_encoder(self.model, allow_download=self.allow_download)

    def index_folder(self, encoder: Encoder) -> Path:
        """Where the index lies: by default a folder of its own in the user's cache, for each folder and model.

        The environment variable XDG_CACHE_HOME moves the cache where the platform has it.
        """
        if self.index is not None:
            return self.index
        seeds = self.seeds.resolve()
        return cache_place(seeds.name or "root", f"{seeds}\0{encoder.digest}")


def cache_place(name: str, key: str) -> Path:
    """A folder in the user's cache for what the key describes; the name is for people."""
    from platformdirs import user_cache_path

    return user_cache_path("seeds-qa", appauthor=False) / _named(name, key)


def feedback_place(seeds: Path) -> Path:
    """The file of feedback on a documents folder, in the user's data folder, whatever model is asked.

    The environment variable XDG_DATA_HOME moves the data folder where the platform has it.
    """
    from platformdirs import user_data_path

    resolved = _resolved(seeds)
    name = _named(resolved.name or "root", str(resolved))
    return user_data_path("seeds-qa", appauthor=False) / name / "feedback.jsonl"


def _named(name: str, key: str) -> str:
    digest = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{name}-{digest[:16]}"


def open_retriever(setup: Setup, *, rebuild: bool = False, progress: Progress | None = None) -> Retriever:
    """Bring the index of a folder up to date, or make it anew, and open it; see `Retriever.open`."""
    setup = replace(setup, seeds=_resolved(setup.seeds))
    encoder = setup.encoder()
    place = setup.index_folder(encoder)
    try:
        opened, report = sync(setup.seeds, place, encoder, rebuild=rebuild, progress=progress)
    except IndexMismatch:
        if setup.index is not None:
            raise
        # In the cache, where folder and model are part of the name, it is an earlier version's and nobody's choice.
        opened, report = sync(setup.seeds, place, encoder, rebuild=True, progress=progress)
    return Retriever(opened, encoder, setup.seeds, report, place)


def _resolved(seeds: Path) -> Path:
    try:
        return seeds.resolve()
    except RuntimeError as error:  # Python below 3.13 says so of links in a circle
        raise FolderError(f"the documents folder {seeds} is a link that leads to itself.") from error


def refreshed(retriever: Retriever, *, progress: Progress | None = None) -> Retriever:
    """Bring a retriever's index up to date; see `Retriever.refreshed`."""
    if retriever.place is None or is_current(retriever.seeds, retriever.index, progress=progress):
        return retriever
    opened, report = sync(retriever.seeds, retriever.place, retriever.encoder, progress=progress)
    return Retriever(opened, retriever.encoder, retriever.seeds, report, retriever.place)
