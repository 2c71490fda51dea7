"""Bring an index up to date with its folder: what did not change is not parsed or encoded again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from pathlib import Path

import numpy as np

from embeddings.documents.corpus import Corpus
from embeddings.documents.splitter import PassageSpan, split
from embeddings.encoding.batches import Counter, embed
from embeddings.errors import IndexMissing
from embeddings.index.build import assemble, passage_inputs, sentence_inputs
from embeddings.index.changes import KnownFiles, Plan, Progress, SyncReport, make_plan, silent
from embeddings.index.manifest import Made
from embeddings.index.store import Index, load, locked, save, tidy
from embeddings.types import Document, Encoder, VectorIndex, Vectors

__all__ = ["is_current", "load_checked", "sync"]


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
    corpus = Corpus.build(plan.documents, _split_all(plan.documents, encoder, old, step))
    known = (old.corpus, old.passage_vectors, old.sentence_vectors) if old else None
    inputs = passage_inputs(corpus, encoder)
    passages = _Texts("passages", inputs, _Cache(passage_inputs(known[0], encoder), known[1]) if known else None)
    cache = _Cache(sentence_inputs(known[0]), known[2]) if known else None
    sentences = _Texts("sentences", sentence_inputs(corpus), cache)
    index = assemble(corpus, made, encoder, (passages.vectors(encoder, step), sentences.vectors(encoder, step)))
    manifest = replace(index.manifest, skipped=plan.skipped, remarks=plan.remarks)
    encoded = {"passages": len(passages.missing), "sentences": len(sentences.missing)}
    return replace(index, manifest=manifest), encoded


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


class _Cache:
    """Vectors that the old index holds, by the text that was encoded."""

    def __init__(self, texts: Sequence[str], stored: VectorIndex) -> None:
        self._rows = {_key(text): row for row, text in enumerate(texts)}
        self._stored = stored

    def row(self, text: str) -> int | None:
        return self._rows.get(_key(text))

    def vectors(self, rows: Sequence[int]) -> Vectors:
        return self._stored.vectors(np.array(rows, dtype=np.int64))


class _Texts:
    """Texts to be encoded, and which of them the old index already has."""

    def __init__(self, kind: str, texts: Sequence[str], cache: _Cache | None) -> None:
        self.kind = kind
        self.texts = texts
        self._cache = cache
        self._rows = [cache.row(text) if cache else None for text in texts]
        self.missing = [place for place, row in enumerate(self._rows) if row is None]

    def vectors(self, encoder: Encoder, step: Progress) -> Vectors:
        vectors = np.empty((len(self.texts), encoder.dimension), dtype=np.float32)
        counter = Counter(partial(step, f"encoding {self.kind}"), len(self.missing))
        vectors[self.missing] = embed([self.texts[place] for place in self.missing], encoder, counter.add)
        kept = [(place, row) for place, row in enumerate(self._rows) if row is not None]
        if self._cache is not None and kept:
            vectors[[place for place, _ in kept]] = self._cache.vectors([row for _, row in kept])
        return vectors


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
