"""The work of a sync: the folder as it is now, compared with the index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from embeddings.documents.file_reading import read_file
from embeddings.documents.folder import SeedFile, Skipped, Snapshot, is_settled, limits_in, scan
from embeddings.documents.members import Content, documents_in, holds_documents, is_in
from embeddings.errors import FolderError, OutOfHandles, StoreError, UnreadableFile
from embeddings.formats.apart.pool import Limits
from embeddings.formats.ocr import engine_name
from embeddings.index.manifest import Remark
from embeddings.index.stamps import Read
from embeddings.index.store import Index
from embeddings.types import Document

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

_LISTED = 20
_Bytes: TypeAlias = tuple[str, str]  # path and sha256


def silent(_what: str, _done: int, _total: int) -> None:
    """Show no progress."""


class KnownFiles:
    """The contents of a folder's files, in memory: a file is read again only where its stamp changed or is too young.

    May be used by several threads.
    """

    def __init__(self) -> None:
        self._digests: dict[SeedFile, str] = {}
        self._contents: dict[_Bytes, tuple[Content, ...]] = {}
        self._recalled: dict[str, Read] = {}

    def recall(self, documents: Mapping[str, Read]) -> None:
        """Take over what another process read of the same folder, unless this one has looked at it."""
        if not self._digests:
            self._recalled = dict(documents)

    @property
    def settled(self) -> dict[str, Read]:
        """Return what was read of each file, by path, for `recall`."""
        return {file.source: (file.stamp, sha256) for file, sha256 in self._digests.items()}

    def forget(self, sources: Iterable[str]) -> None:
        """Read these files again at the next look, whatever their stamps say: a mapped file may change without one."""
        gone = set(sources)
        self._recalled = {}
        self._digests = {
            file: sha256
            for file, sha256 in self._digests.items()
            if not any(is_in(source, file.source) for source in gone)
        }

    def unread(self, snapshot: Snapshot, listed: Collection[str]) -> tuple[str, ...]:
        """Return the files that are not listed, or have another stamp than when they were read."""
        stamps = {file.source: file.stamp for file in self._digests}
        return tuple(
            file.source
            for file in snapshot.files
            if file.source not in listed or stamps.get(file.source, file.stamp) != file.stamp
        )

    def read(self, snapshot: Snapshot, old: Index | None, step: Progress) -> tuple[list[Content], dict[str, str]]:
        """Return what each file of the snapshot says, and the digests of those that hold documents inside them.

        What the old index has of the same bytes is taken over.
        """
        # what was read with OCR, or for lack of it was not, is read again where the engine is another one
        known = self._contents | (_contents_of(old) if old and old.manifest.ocr == engine_name() else {})
        digests: dict[SeedFile, str] = {}
        contents: dict[_Bytes, tuple[Content, ...]] = {}
        found: list[Content] = []
        for count, file in enumerate(snapshot.files):
            show = partial(step, "reading", count, len(snapshot.files))
            sha256, stamp = self._digests.get(file) or self._recall(file), file.stamp
            if sha256 is None or (file.source, sha256) not in known:
                show()
                try:
                    data, stamp = read_file(snapshot.root, file.source)
                except OSError as error:
                    OutOfHandles.check(error)
                    found.append((Skipped(file.source, f"cannot be read: {error.strerror or error}"), ()))
                    continue
                except UnreadableFile as error:  # exchanged since the walk
                    found.append((Skipped(file.source, str(error)), ()))
                    continue
                sha256 = hashlib.sha256(data).hexdigest()
                if (file.source, sha256) not in known:
                    limits = limits_in(snapshot.root, partial(step, f"reading {file.source} by OCR"))
                    known[file.source, sha256] = tuple(_documents(file, data, known, show, limits))
            if stamp == file.stamp and is_settled(stamp, snapshot.taken):
                digests[file] = sha256
            contents[file.source, sha256] = known[file.source, sha256]
            found.extend(known[file.source, sha256])
        self._digests, self._contents, self._recalled = digests, contents, {}
        return found, {source: sha256 for source, sha256 in contents if holds_documents(source)}

    def _recall(self, file: SeedFile) -> str | None:
        stamp, sha256 = self._recalled.get(file.source, (None, None))
        return sha256 if stamp == file.stamp else None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """The result of a sync; documents by their path. ``encoded`` and ``reused`` count texts by kind.

    ``known`` are the files as it read them, for the next one. ``unsaved`` is why the index is in memory alone, where it
    is.
    """

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
    known: KnownFiles = field(default_factory=KnownFiles, repr=False, compare=False)
    unsaved: StoreError | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON: what was done, not what was read of files or kept it from the disk."""
        values = asdict(replace(self, known=KnownFiles(), unsaved=None))
        del values["known"], values["unsaved"]
        return values


@dataclass(frozen=True, slots=True)
class Plan:
    """The documents of the next generation, and those of the one before (path to sha256)."""

    documents: tuple[Document, ...]
    skipped: tuple[Skipped, ...]
    remarks: tuple[Remark, ...]
    containers: dict[str, str]
    before: dict[str, str]
    known: KnownFiles

    @property
    def now(self) -> dict[str, str]:
        """Return the documents' sha256 by path."""
        return {document.source: document.sha256 for document in self.documents}

    def same_as(self, index: Index) -> bool:
        """Return whether the index already is what this plan would make."""
        manifest = index.manifest
        mine, its = (
            (self.now, self.skipped, self.containers, engine_name()),
            (manifest.documents, manifest.skipped, manifest.containers, manifest.ocr),
        )
        return mine == its

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
            known=self.known,
        )


def make_plan(seeds: Path, old: Index | None, step: Progress, known: KnownFiles) -> Plan:
    """Compare the folder with the old index; only files that are not known with the same bytes are parsed.

    Raises FolderError where nothing can be read. A file that cannot be read is left out and listed.
    """
    snapshot = scan(seeds)
    contents, containers = known.read(snapshot, old, step)
    documents = tuple(content for content, _ in contents if isinstance(content, Document))
    unreadable = [content for content, _ in contents if isinstance(content, Skipped)]
    skipped = tuple(sorted([*snapshot.skipped, *unreadable], key=lambda item: item.source))
    if not documents:
        raise FolderError(
            _nothing_to_read(f"documents folder {seeds}", skipped), public=_nothing_to_read("documents folder", skipped)
        )
    remarks = tuple(Remark(content.source, note) for content, said in contents for note in said)
    return Plan(documents, skipped, remarks, containers, old.manifest.documents if old else {}, known)


def _contents_of(index: Index) -> dict[_Bytes, tuple[Content, ...]]:
    """Return what an index has of each file by its bytes; what of a file was left out follows its documents."""
    manifest = index.manifest
    remarks: dict[str, list[str]] = {}
    for remark in manifest.remarks:
        remarks.setdefault(remark.source, []).append(remark.text)
    contents: dict[_Bytes, list[Content]] = {key: [] for key in manifest.containers.items()}
    items: tuple[Document | Skipped, ...] = (*index.corpus.documents, *manifest.skipped)
    for item in items:
        file = manifest.file_of(item.source)
        sha256 = manifest.containers.get(file, item.sha256)
        if sha256:
            said = tuple(remarks.get(item.source, ())) if isinstance(item, Document) else ()
            contents.setdefault((file, sha256), []).append((item, said))
    return {key: tuple(several) for key, several in contents.items()}


def _documents(
    file: SeedFile, data: bytes, known: Mapping[_Bytes, Iterable[Content]], step: Callable[[], None], limits: Limits
) -> Iterator[Content]:
    """Yield what each document in a file says; one inside it with the same bytes as before is not read again."""
    if not holds_documents(file.source):
        yield from documents_in(file, data, limits=limits)
        return
    each = (content for several in known.values() for content in several)
    same = {(content[0].source, content[0].sha256): content for content in each if content[0].sha256}
    for content in documents_in(file, data, same, limits=limits):
        step()
        yield content


def _nothing_to_read(folder: str, skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return f"the {folder} is empty. Put documents in, or name another one."
    listed = "".join(f"\n  {item.source}: {item.reason}" for item in skipped[:_LISTED])
    more = f"\n  and {len(skipped) - _LISTED} more" if len(skipped) > _LISTED else ""
    return f"nothing in the {folder} can be read:{listed}{more}"
