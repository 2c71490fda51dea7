"""One generation of an index: its parts in memory, and the files that hold them."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from embeddings.disk import digest, sync_file, sync_folder, write
from embeddings.documents.abbreviations import Definition
from embeddings.documents.corpus import Corpus
from embeddings.documents.file_reading import Stamp, stamp_of
from embeddings.documents.folder import document_id, is_settled
from embeddings.errors import IndexDamaged, OutOfHandles
from embeddings.index.lexical.bm25 import BM25Index
from embeddings.index.manifest import Manifest
from embeddings.index.stamps import keep_files, read_stamps
from embeddings.index.vectors import load_vectors, rows_file
from embeddings.records import read_json
from embeddings.types import Document, LexicalIndex, VectorIndex

MANIFEST = "manifest.json"
_DOCUMENTS = "documents.jsonl"
_PASSAGES = "passages.npy"
_SENTENCES = "sentences.npy"
_PASSAGE_VECTORS = "passages.faiss"
_SENTENCE_VECTORS = "sentences.faiss"
_LEXICAL = "lexical"
_ALIASES = "aliases.json"


@dataclass(frozen=True, slots=True)
class Index:
    """All that a retriever needs, in memory. Rows of all parts are the rows of the corpus."""

    manifest: Manifest
    corpus: Corpus
    passage_vectors: VectorIndex
    sentence_vectors: VectorIndex
    lexical: LexicalIndex
    aliases: tuple[Definition, ...] = ()


def read_generation(folder: Path, name: str, manifest_sha256: str) -> Index:
    """Return a generation of an index's folder, checked. Raises IndexDamaged, IndexMismatch, OSError and others."""
    path = folder / name
    _check(path / MANIFEST, manifest_sha256)
    manifest = Manifest.from_json((path / MANIFEST).read_text(encoding="utf-8"), str(path))
    _check_files(folder, name, manifest.files)
    corpus = Corpus(
        documents=_read_documents(path / _DOCUMENTS),
        passage_spans=np.load(path / _PASSAGES, allow_pickle=False),
        sentence_spans=np.load(path / _SENTENCES, allow_pickle=False),
    )
    index = Index(
        manifest=manifest,
        corpus=corpus,
        passage_vectors=load_vectors(path / _PASSAGE_VECTORS),
        sentence_vectors=load_vectors(path / _SENTENCE_VECTORS),
        lexical=BM25Index.load(path / _LEXICAL),
        aliases=read_json(
            tuple[Definition, ...], (path / _ALIASES).read_bytes(), lambda what: damaged(path / _ALIASES, what)
        ),
    )
    _check_parts(index)
    return index


def _check_parts(index: Index) -> None:
    """Raise ValueError where the parts of an index are not of one index."""
    manifest, corpus, vectors = index.manifest, index.corpus, (index.passage_vectors, index.sentence_vectors)
    counts = {"documents": len(corpus.documents), "passages": len(corpus), "sentences": len(corpus.sentence_spans)}
    listed = {document.source: document.sha256 for document in corpus.documents}
    ids = all(document.id in (document_id(document.source), document.source) for document in corpus.documents)  # a row
    lengths = (len(index.lexical), *map(len, vectors)) == (len(corpus), len(corpus), len(corpus.sentence_spans))
    dimensions = all(part.dimension == manifest.dimension for part in vectors)
    if (counts, listed) != (manifest.counts, manifest.documents) or not (ids and lengths and dimensions):
        raise ValueError("its parts do not belong together")


def _check_files(folder: Path, name: str, files: dict[str, str]) -> None:
    """Raise IndexDamaged where a file of a generation is not what was written; keep what they were like."""
    known, kept = read_stamps(folder), dict[str, Stamp]()
    for file, sha256 in files.items():
        path, began = folder / name / file, time.time_ns()
        try:
            stamp = stamp_of(path.stat())
        except OSError as error:
            raise unread(path, error) from error
        if known.generation != name or known.files.get(file) != stamp:
            _check(path, sha256)
        if is_settled(stamp, began):
            kept[file] = stamp
    if kept:
        keep_files(folder, name, kept)


def _check(path: Path, expected: str) -> None:
    try:
        found = digest(path)
    except OSError as error:
        raise unread(path, error) from error
    if found != expected:
        raise damaged(path, f"its sha256 is {found}, written was {expected}")


def write_generation(folder: Path, index: Index) -> Manifest:
    """Write an index into a new folder; return its manifest with the checksums filled in. Raises OSError."""
    folder.mkdir()
    lines = [json.dumps(asdict(document), sort_keys=True) for document in index.corpus.documents]
    (folder / _DOCUMENTS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    np.save(folder / _PASSAGES, index.corpus.passage_spans, allow_pickle=False)
    np.save(folder / _SENTENCES, index.corpus.sentence_spans, allow_pickle=False)
    index.passage_vectors.save(folder / _PASSAGE_VECTORS)
    index.sentence_vectors.save(folder / _SENTENCE_VECTORS)
    index.lexical.save(folder / _LEXICAL)
    aliases = json.dumps([asdict(definition) for definition in index.aliases], indent=1)
    (folder / _ALIASES).write_text(aliases, encoding="utf-8", newline="\n")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in files:
        sync_file(path)
    manifest = replace(index.manifest, files={path.relative_to(folder).as_posix(): digest(path) for path in files})
    write(folder / MANIFEST, manifest.to_json())
    sync_folder(folder / _LEXICAL)
    sync_folder(folder)
    return manifest


def _read_documents(path: Path) -> tuple[Document, ...]:
    with path.open("rb") as lines:
        return tuple(read_json(Document, line, lambda what: damaged(path, what)) for line in lines)


def as_kept(index: Index, folder: Path) -> Index:
    """Return an index whose many vectors are those on the disk, where they take no memory; few stay as they are."""
    return replace(
        index,
        passage_vectors=_as_kept(index.passage_vectors, folder / _PASSAGE_VECTORS),
        sentence_vectors=_as_kept(index.sentence_vectors, folder / _SENTENCE_VECTORS),
    )


def _as_kept(vectors: VectorIndex, file: Path) -> VectorIndex:
    return load_vectors(file) if rows_file(file).exists() else vectors


def damaged(path: Path, what: str) -> IndexDamaged:
    """Return the error of a file that is not what was written."""
    return IndexDamaged(f"the index is damaged: {path}: {what}.")


def unread(path: Path, error: OSError) -> IndexDamaged:
    """Return what is wrong with a file that cannot be read. Raises OutOfHandles where nothing is known of it."""
    OutOfHandles.check(error)
    return damaged(path, error.strerror or str(error))
