"""The update of an index from its folder: what did not change is not parsed or encoded again."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

import numpy as np

from embeddings.documents.corpus import Corpus
from embeddings.documents.splitter import PassageSpan, split
from embeddings.encoding.batches import embed
from embeddings.errors import (
    DocumentsGone,
    IndexDamaged,
    IndexMismatch,
    IndexMissing,
    IndexUnwritable,
    StoreError,
)
from embeddings.index.build import assemble, passage_inputs, sentence_inputs
from embeddings.index.changes import KnownFiles, Plan, Progress, SyncReport, make_plan, silent
from embeddings.index.forget import forget_scans
from embeddings.index.manifest import Made
from embeddings.index.stamps import keep_documents, read_stamps
from embeddings.index.store import Index, load, locked, save, tidy
from embeddings.location import index_place
from embeddings.types import Document, Encoder, VectorIndex, Vectors

_Known: TypeAlias = tuple[dict[bytes, int], VectorIndex]  # rows by the digest of their text, and their vectors
_KINDS = ("passages", "sentences")
logger = logging.getLogger(__name__)

_WAIT_S, _HELD_WAIT_S = 3600.0, 10.0  # seconds for the lock; with an index in memory there is something to answer from
_FEW = 10  # documents; of fewer any number may go at once


def sync(  # noqa: PLR0913 - what, where, by whom, and five ways
    seeds: Path,
    folder: Path,
    encoder: Encoder,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    known: KnownFiles | None = None,
    held: Index | None = None,
    allow_shrink: bool = False,
) -> tuple[Index, SyncReport]:
    """Return an index of the seeds folder as it is now, writing a new generation only where something changed.

    With ``rebuild`` whatever lies at the index's place is made anew. Without it one of other parts is an IndexMismatch
    and a damaged one an IndexDamaged; but in the cache, where folder and model are part of the name, it is nobody's
    choice and made anew, and where an index is ``held`` that one is brought up to date in memory. ``known`` are the
    files that an earlier sync read: those that did not change are not read again; of ``held``, its index, texts need
    not be encoded again. Where the index cannot be written, or most documents are gone from the folder without
    ``allow_shrink``, it is in memory alone, and the report's ``unsaved`` says why. Raises FolderError where no file can
    be read.
    """
    made = Made.by(str(seeds.resolve()), encoder)
    step, known = progress or silent, known or KnownFiles()
    anew = folder == index_place(seeds, encoder)
    unsaved: StoreError | None = None
    try:
        stored = None if rebuild else _load_if_any(folder, made, anew=anew)
    except (IndexMismatch, IndexDamaged) as error:
        if held is None:
            raise
        stored, unsaved = None, _told(error)
    known.recall({} if stored is None else read_stamps(folder).documents)
    plan = make_plan(seeds, stored or held, step, known)
    if stored is not None and plan.same_as(stored):
        tidy(folder)
        keep_documents(folder, known.settled)
        return stored, plan.report(stored.manifest.index_id)
    with ExitStack() as lock:
        try:
            if not unsaved:
                lock.enter_context(locked(folder, step=step, wait_s=_WAIT_S if held is None else _HELD_WAIT_S))
        except IndexUnwritable as error:
            unsaved = _told(error)
        if not unsaved:
            stored = None if rebuild else _load_if_any(folder, made, anew=anew)  # another may have written it meanwhile
            plan = make_plan(seeds, stored or held, step, known)
            if stored is not None and plan.same_as(stored):
                return stored, plan.report(stored.manifest.index_id)
        olds = {one.manifest.index_id: one for one in (stored, held) if one}
        index, report = _update(plan, made, encoder, list(olds.values()), step)
        if stored is not None and not allow_shrink:
            unsaved = unsaved or _shrunk(stored, plan, report, folder)
        try:
            index = index if unsaved else _saved(folder, index, report)
        except IndexUnwritable as error:
            unsaved = _told(error)
    return index, replace(report, unsaved=unsaved)


def is_current(seeds: Path, index: Index, *, progress: Progress | None = None, known: KnownFiles | None = None) -> bool:
    """Return whether an index is what its folder holds now; ``known`` as for `sync`.

    Raises FolderError where nothing can be read.
    """
    return make_plan(seeds, index, progress or silent, known or KnownFiles()).same_as(index)


def load_checked(seeds: Path, folder: Path, encoder: Encoder) -> Index:
    """Load the index of a seeds folder as it is, without looking at the folder.

    Raises IndexMissing, IndexDamaged, and IndexMismatch where it was made from another folder or with other parts.
    """
    return _load(folder, Made.by(str(seeds.resolve()), encoder))


def _told(error: StoreError) -> StoreError:
    """Return what an error tells, without the calls that it came through: their index would be kept with it."""
    return type(error)(*error.args, public=error.public)


def _load_if_any(folder: Path, made: Made, *, anew: bool) -> Index | None:
    try:
        return _load(folder, made)
    except IndexMissing:
        return None
    except (IndexMismatch, IndexDamaged) as error:
        if not anew:
            raise
        logger.warning("the index is made anew: %s", error)
        return None


def _load(folder: Path, made: Made) -> Index:
    words = ["qa", "index", made.seeds, "--index", str(folder), "--model", made.model, "--rebuild"]
    mend = shlex.join(words)
    index = load(folder, mend=mend)
    index.manifest.made.check(made, f"Make it anew: {mend}, or choose another place with --index.")
    return index


def _saved(folder: Path, index: Index, report: SyncReport) -> Index:
    """Return an index as it is on the disk; what OCR read in files that are gone is removed with their texts."""
    index = save(folder, index)
    keep_documents(folder, report.known.settled)
    if report.removed or report.changed:
        left_out = (item.sha256 for item in index.manifest.skipped if item.sha256)
        forget_scans(Path(index.manifest.made.seeds), keep={*index.manifest.documents.values(), *left_out})
    return index


def _shrunk(stored: Index, plan: Plan, report: SyncReport, folder: Path) -> DocumentsGone | None:
    """Return why an index is not written that lacks most files of the one before: they may come back."""
    file_of = stored.manifest.file_of
    before = {file_of(document.source) for document in stored.corpus.documents}
    gone = {file_of(source) for source in report.removed} - plan.containers.keys()
    if len(before) < _FEW or 2 * len(gone) <= len(before):
        return None
    said = f"{len(report.removed):,} of {len(stored.corpus.documents):,} documents are gone from the folder"
    allow = shlex.join(["qa", "index", stored.manifest.made.seeds, "--index", str(folder), "--allow-shrink"])
    kept = f"{said} {stored.manifest.made.seeds}; the index on the disk keeps them. If they are to go: {allow}"
    return DocumentsGone(kept, public=f"{said}; the index on the disk keeps them for now.")


def _update(
    plan: Plan, made: Made, encoder: Encoder, olds: Sequence[Index], step: Progress
) -> tuple[Index, SyncReport]:
    """Return the index of a plan in memory, and what was done; what earlier indexes hold is not made again."""
    same = next((index for index in olds if plan.same_as(index)), None)
    index, encoded = (same, dict.fromkeys(_KINDS, 0)) if same else _build(plan, made, encoder, olds, step)
    counts = index.manifest.counts
    reused = {kind: counts[kind] - number for kind, number in encoded.items()}
    return index, replace(plan.report(index.manifest.index_id), encoded=encoded, reused=reused)


def _build(
    plan: Plan, made: Made, encoder: Encoder, olds: Sequence[Index], step: Progress
) -> tuple[Index, dict[str, int]]:
    """Return the index of a plan and how many texts were encoded, by kind."""
    corpus = Corpus.build(plan.documents, _split_all(plan.documents, encoder, olds, step))
    known = [(_rows(passage_inputs(old.corpus, encoder)), old.passage_vectors) for old in olds]
    passages, new_passages = _vectors("passages", passage_inputs(corpus, encoder), known, encoder, step)
    known = [(_rows(sentence_inputs(old.corpus)), old.sentence_vectors) for old in olds]
    sentences, new_sentences = _vectors("sentences", sentence_inputs(corpus), known, encoder, step)
    index = assemble(corpus, made, encoder, (passages, sentences))
    manifest = replace(index.manifest, skipped=plan.skipped, remarks=plan.remarks, containers=plan.containers)
    return replace(index, manifest=manifest), dict(zip(_KINDS, (new_passages, new_sentences), strict=True))


def _split_all(
    documents: Sequence[Document], encoder: Encoder, olds: Sequence[Index], step: Progress
) -> list[list[PassageSpan]]:
    """Return each document's passages; those of a document that is the same as before are taken over."""
    known = {document: (old, row) for old in olds for row, document in enumerate(old.corpus.documents)}
    spans: list[list[PassageSpan]] = []
    for count, document in enumerate(documents):
        step("splitting", count, len(documents))
        old, row = known.get(document, (None, 0))
        spans.append(old.corpus.spans_of(row) if old else split(document, encoder))
    return spans


def _rows(texts: Sequence[str]) -> dict[bytes, int]:
    return {_key(text): row for row, text in enumerate(texts)}


def _vectors(
    kind: str, texts: Sequence[str], known: Sequence[_Known], encoder: Encoder, step: Progress
) -> tuple[Vectors, int]:
    """Return the vectors of texts, and how many were encoded: those of known texts are taken over."""
    keys = [_key(text) for text in texts]
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    lacking = np.ones(len(texts), dtype=bool)
    for row_of, stored in known:
        rows = np.array([row_of.get(key, -1) for key in keys], dtype=np.int64)
        taken = lacking & (rows >= 0)
        vectors[taken] = stored.vectors(rows[taken])
        lacking &= ~taken
    missing = np.flatnonzero(lacking).tolist()
    vectors[missing] = embed([texts[place] for place in missing], encoder, partial(step, f"encoding {kind}"))
    return vectors, len(missing)


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
