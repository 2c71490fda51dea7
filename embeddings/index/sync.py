"""The update of an index from its folder: what did not change is not parsed or encoded again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

import numpy as np

from embeddings.documents.corpus import Corpus
from embeddings.documents.splitter import PassageSpan, split
from embeddings.encoding.batches import embed
from embeddings.errors import IndexMissing
from embeddings.index.build import assemble, passage_inputs, sentence_inputs
from embeddings.index.changes import KnownFiles, Plan, Progress, SyncReport, make_plan, silent
from embeddings.index.manifest import Made
from embeddings.index.store import Index, load, locked, save, tidy
from embeddings.types import Document, Encoder, VectorIndex, Vectors

_Known: TypeAlias = tuple[dict[bytes, int], VectorIndex | None]  # rows by the digest of their text, and their vectors


def sync(  # noqa: PLR0913 - what, where, by whom, and three ways
    seeds: Path,
    folder: Path,
    encoder: Encoder,
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    known: KnownFiles | None = None,
) -> tuple[Index, SyncReport]:
    """Return an index of the seeds folder as it is now, writing a new generation only where something changed.

    With ``rebuild`` whatever lies at the index's place is made anew; without it an index of other parts is an
    IndexMismatch and a damaged one an IndexDamaged. ``known`` are the files that an earlier sync read: those that did
    not change are not read again. Raises FolderError where no file can be read.
    """
    made = Made.by(str(seeds.resolve()), encoder)
    step, known = progress or silent, known or KnownFiles()
    index = None if rebuild else _load_if_any(folder, made)
    plan = make_plan(seeds, index, step, known)
    if index is not None and plan.same_as(index):
        tidy(folder)
        return index, plan.report(index.manifest.index_id)
    with locked(folder):
        index = None if rebuild else _load_if_any(folder, made)  # another process may have written it meanwhile
        plan = make_plan(seeds, index, step, known)
        if index is not None and plan.same_as(index):
            return index, plan.report(index.manifest.index_id)
        index, encoded = _build(plan, made, encoder, index, step)
        index = save(folder, index)
    counts = index.manifest.counts
    reused = {kind: counts[kind] - number for kind, number in encoded.items()}
    return index, replace(plan.report(index.manifest.index_id), encoded=encoded, reused=reused)


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


def _load_if_any(folder: Path, made: Made) -> Index | None:
    try:
        return _load(folder, made)
    except IndexMissing:
        return None


def _load(folder: Path, made: Made) -> Index:
    words = ["qa", "index", made.seeds, "--index", str(folder), "--model", made.model, "--rebuild"]
    mend = shlex.join(words)
    index = load(folder, mend=mend)
    index.manifest.made.check(made, f"Make it anew: {mend}, or choose another place with --index.")
    return index


def _build(plan: Plan, made: Made, encoder: Encoder, old: Index | None, step: Progress) -> tuple[Index, dict[str, int]]:
    """Return the index of a plan and how many texts were encoded, by kind."""
    corpus = Corpus.build(plan.documents, _split_all(plan.documents, encoder, old, step))
    known: list[_Known] = [({}, None), ({}, None)]
    if old is not None:
        known[0] = _rows(passage_inputs(old.corpus, encoder)), old.passage_vectors
        known[1] = _rows(sentence_inputs(old.corpus)), old.sentence_vectors
    passages, new_passages = _vectors("passages", passage_inputs(corpus, encoder), known[0], encoder, step)
    sentences, new_sentences = _vectors("sentences", sentence_inputs(corpus), known[1], encoder, step)
    index = assemble(corpus, made, encoder, (passages, sentences))
    manifest = replace(index.manifest, skipped=plan.skipped, remarks=plan.remarks)
    return replace(index, manifest=manifest), {"passages": new_passages, "sentences": new_sentences}


def _split_all(
    documents: Sequence[Document], encoder: Encoder, old: Index | None, step: Progress
) -> list[list[PassageSpan]]:
    """Return each document's passages; those of a document that is the same as before are taken over."""
    known = {document: row for row, document in enumerate(old.corpus.documents)} if old else {}
    spans: list[list[PassageSpan]] = []
    for count, document in enumerate(documents):
        step("splitting", count, len(documents))
        row = known.get(document)
        spans.append(split(document, encoder) if old is None or row is None else old.corpus.spans_of(row))
    return spans


def _rows(texts: Sequence[str]) -> dict[bytes, int]:
    return {_key(text): row for row, text in enumerate(texts)}


def _vectors(kind: str, texts: Sequence[str], known: _Known, encoder: Encoder, step: Progress) -> tuple[Vectors, int]:
    """Return the vectors of texts, and how many were encoded: those of known texts are taken over."""
    row_of, stored = known
    rows = np.array([row_of.get(_key(text), -1) for text in texts], dtype=np.int64)
    missing = np.flatnonzero(rows < 0).tolist()
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    vectors[missing] = embed([texts[place] for place in missing], encoder, partial(step, f"encoding {kind}"))
    if stored is not None and len(missing) < len(texts):
        vectors[rows >= 0] = stored.vectors(rows[rows >= 0])
    return vectors, len(missing)


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
