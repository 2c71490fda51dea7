"""What a sync has to do: the folder as it is now beside what the index says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embeddings.documents.folder import SeedFile, Skipped, document_of, scan
from embeddings.errors import FolderError, UnreadableFile
from embeddings.index.manifest import Remark
from embeddings.index.store import Index
from embeddings.types import Document

__all__ = ["Plan", "Progress", "SyncReport", "make_plan", "silent"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

_LISTED = 20


def silent(_what: str, _done: int, _total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did; documents by their path. ``encoded`` and ``reused`` count texts by kind."""

    index_id: str
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    remarks: tuple[Remark, ...] = ()
    encoded: dict[str, int] = field(default_factory=dict)
    reused: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The documents of the next generation, and those of the one before (path to sha256)."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]
    remarks: tuple[Remark, ...]
    before: dict[str, str]

    @property
    def now(self) -> dict[str, str]:
        """Path to sha256 of the documents."""
        return {document.source: document.sha256 for document in self.documents}

    def same_as(self, index: Index) -> bool:
        """Whether the index already is what this plan would make."""
        return self.now == index.manifest.documents and self.skipped == index.manifest.skipped

    def report(self, index_id: str) -> SyncReport:
        """Name what is new, changed, renamed and gone."""
        now, before = self.now, self.before
        gone = {source: sha256 for source, sha256 in before.items() if source not in now}
        added: list[str] = []
        renamed: list[tuple[str, str]] = []
        for source in (source for source in now if source not in before):
            earlier = next((old for old, sha256 in gone.items() if sha256 == now[source]), None)
            if earlier is None:
                added.append(source)
            else:
                renamed.append((earlier, source))
                del gone[earlier]
        kept = [source for source in now if source in before]
        return SyncReport(
            index_id=index_id,
            added=tuple(added),
            changed=tuple(source for source in kept if before[source] != now[source]),
            renamed=tuple(renamed),
            removed=tuple(gone),
            unchanged=tuple(source for source in kept if before[source] == now[source]),
            skipped=self.skipped,
            remarks=self.remarks,
        )


def make_plan(seeds: Path, old: Index | None, step: Progress, *, earlier: Plan | None = None) -> Plan:
    """Scan the folder and read the files that the old index does not know with the same bytes.

    ``earlier`` is a plan for the same folder, made a moment ago: what it read is not parsed again.
    Raises FolderError where nothing can be read. A file that cannot be read is left out and listed.
    """
    files, skipped = scan(seeds)
    known = _Known(old, earlier)
    documents: list[Document] = []
    remarks: list[Remark] = []
    for count, file in enumerate(files):
        step("reading", count, len(files))
        outcome, notes = known.read(file)
        remarks.extend(notes)
        if isinstance(outcome, Document):
            documents.append(outcome)
        else:
            skipped.append(outcome)
    if not documents:
        raise FolderError(_nothing_to_read(seeds, skipped))
    skipped.sort(key=lambda item: item.source)
    return Plan(tuple(documents), tuple(skipped), tuple(remarks), old.manifest.documents if old else {})


class _Known:
    """Reads a file, or takes over what the old index or plan says about the same bytes at the same path."""

    def __init__(self, old: Index | None, earlier: Plan | None) -> None:
        documents = earlier.documents if earlier else old.corpus.documents if old else ()
        said = earlier or (old.manifest if old else None)
        self._documents = {(item.source, item.sha256): item for item in documents}
        self._skipped = {(item.source, item.sha256): item for item in said.skipped} if said else {}
        self._remarks = said.remarks if said else ()

    def read(self, file: SeedFile) -> tuple[Document | Skipped, list[Remark]]:
        try:
            data = file.path.read_bytes()
        except OSError as error:
            return Skipped(file.source, f"cannot be read: {error.strerror or error}"), []
        key = (file.source, hashlib.sha256(data).hexdigest())
        if key in self._documents:
            return self._documents[key], [remark for remark in self._remarks if remark.source == file.source]
        if key in self._skipped:
            return self._skipped[key], []
        try:
            document, notes = document_of(file, data)
        except UnreadableFile as error:
            return Skipped(file.source, str(error), key[1]), []
        return document, [Remark(file.source, note) for note in notes]


def _nothing_to_read(seeds: Path, skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return f"the documents folder {seeds} is empty. Put documents in, or name another one."
    listed = "".join(f"\n  {item.source}: {item.reason}" for item in skipped[:_LISTED])
    more = f"\n  and {len(skipped) - _LISTED} more" if len(skipped) > _LISTED else ""
    return f"nothing in the documents folder {seeds} can be read:{listed}{more}"
