"""The facts an index states about itself: what it was made with and from, and the checksum of every file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from embeddings.documents.folder import Skipped
from embeddings.documents.members import first_file
from embeddings.documents.splitter import SPLITTER_VERSION
from embeddings.errors import IndexDamaged, IndexMismatch
from embeddings.formats import READERS_VERSION
from embeddings.records import read_json, read_record
from embeddings.types import Encoder
from embeddings.words import TOKENIZER_VERSION

FORMAT = 3
"""Raised whenever the files of an index change their meaning."""


@dataclass(frozen=True, slots=True)
class Made:
    """The parts an index was made with; two indexes can be exchanged only where all of these are equal."""

    seeds: str
    model: str
    model_digest: str
    readers: int = READERS_VERSION
    splitter: int = SPLITTER_VERSION
    tokenizer: int = TOKENIZER_VERSION

    @property
    def model_name(self) -> str:
        """Return the model's name without the folders on the way to it, which are nobody else's concern."""
        return Path(self.model).name if Path(self.model).is_absolute() else self.model

    @classmethod
    def by(cls, seeds: str, encoder: Encoder) -> Made:
        """Return what an index of this folder made by this encoder, with this program, would say."""
        return cls(seeds=seeds, model=encoder.name, model_digest=encoder.digest)

    def check(self, wanted: Made, remedy: str) -> None:
        """Raise IndexMismatch with both values of the first part that differs, and the command that mends it."""
        if self.model_digest == wanted.model_digest and self.seeds == wanted.seeds:
            parts: tuple[str, ...] = ("readers", "splitter", "tokenizer")
        else:
            parts = ("seeds", "model", "model_digest")
        for part in parts:
            found, asked = getattr(self, part), getattr(wanted, part)
            if found != asked:
                what = {"seeds": "documents folder", "model_digest": "model digest"}.get(part, part)
                raise IndexMismatch(f"the index was made with the {what} {found}, asked for is {asked}. {remedy}")


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark of a reader to the user about a document that was indexed."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of ``manifest.json``; see docs/index-format.md.

    ``ocr`` is the engine that was there when the files were read, empty for none.
    ``documents`` are digests by path; ``containers`` are those of the files that hold documents inside them.
    """

    format: int
    made: Made
    dimension: int
    max_tokens: int
    prompts: dict[str, str]
    counts: dict[str, int]
    documents: dict[str, str]
    skipped: tuple[Skipped, ...]
    remarks: tuple[Remark, ...]
    files: dict[str, str]
    ocr: str = ""
    pages_by_ocr: int = 0
    containers: dict[str, str] = field(default_factory=dict)

    def file_of(self, source: str) -> str:
        """Return the path of the file that a document is, or is in."""
        return first_file(source, self.containers.__contains__)

    @property
    def index_id(self) -> str:
        """Return 16 hexadecimal digits that name the answers, from the parts of `made` and the files' digests by path.

        The place of the folder is not part of it: the same documents give the same id on another machine.
        """
        made = {name: value for name, value in asdict(self.made).items() if name not in ("seeds", "model")}
        by_ocr = [self.ocr] if self.pages_by_ocr else []
        named = json.dumps([self.format, made, self.documents, *by_ocr], sort_keys=True)
        return hashlib.sha256(named.encode()).hexdigest()[:16]

    def to_json(self) -> str:
        """Return indented JSON, keys sorted: the same manifest gives the same bytes."""
        return json.dumps({**asdict(self), "index_id": self.index_id}, indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str, where: str) -> Manifest:
        """Read `to_json`; raises IndexMismatch for another format and IndexDamaged for anything else."""

        def damaged(what: str) -> IndexDamaged:
            return IndexDamaged(f"{where} is no manifest of format {FORMAT} ({what})")

        state = read_json(dict[str, Any], text, damaged)
        if state.get("format", FORMAT) != FORMAT:
            raise IndexMismatch(
                f"the index at {where} has format {state['format']!r:.60}, this program reads format {FORMAT}."
            )
        index_id = state.pop("index_id", None)
        manifest = read_record(cls, state, damaged)
        if index_id != manifest.index_id:
            raise damaged(f'"index_id" is {index_id!r:.60}, expected {manifest.index_id}')
        return manifest
