"""An index on disk: generations written beside each other and swapped in atomically.

``CURRENT`` names the generation in use and the sha256 of its manifest; the manifest holds the sha256 of every other
file. A new generation becomes visible only when ``CURRENT`` is replaced, the last step, so a crash at any instant
leaves the old one whole. The format is described in docs/index-format.md.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from embeddings.disk import digest, make_folder, make_private, sync_file, sync_folder, write
from embeddings.documents.abbreviations import Definition
from embeddings.documents.corpus import Corpus
from embeddings.documents.folder import document_id
from embeddings.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnwritable, OutOfHandles, QAError
from embeddings.index.bm25 import BM25Index
from embeddings.index.lock import take
from embeddings.index.manifest import Manifest
from embeddings.index.vectors import FlatIndex
from embeddings.records import read_json
from embeddings.types import Document, LexicalIndex, VectorIndex

CURRENT = "CURRENT"
NEXT = "CURRENT.new"
LOCK = "lock"
_MANIFEST = "manifest.json"
_DOCUMENTS = "documents.jsonl"
_PASSAGES = "passages.npy"
_SENTENCES = "sentences.npy"
_PASSAGE_VECTORS = "passages.faiss"
_SENTENCE_VECTORS = "sentences.faiss"
_LEXICAL = "lexical"
_ALIASES = "aliases.json"
_PREFIX = "generation-"
_UNFINISHED = ".unfinished-"
_UNFIT = "the index cannot be used: a file of it is missing, not what was written, or of another version."
GENERATION = re.compile(rf"(?:{re.escape(_UNFINISHED)})?{_PREFIX}\d{{6,}}")


@dataclass(frozen=True, slots=True)
class Index:
    """All that a retriever needs, in memory. Rows of all parts are the rows of the corpus."""

    manifest: Manifest
    corpus: Corpus
    passage_vectors: VectorIndex
    sentence_vectors: VectorIndex
    lexical: LexicalIndex
    aliases: tuple[Definition, ...] = ()


def load(folder: Path, *, mend: str = "qa index --rebuild") -> Index:
    """Load the current generation and check every byte of it.

    Raises IndexMissing, IndexDamaged, or IndexMismatch for another format; ``mend`` is the command that is named.
    """
    if (folder / CURRENT).is_file():
        make_private(folder)  # an older program left it open to everybody
    generation: tuple[str, str] | None = None
    problem: IndexDamaged | IndexMismatch
    while generation != (current := _current(folder, mend)):
        generation = current
        try:
            return _load_generation(folder, *generation)
        except (IndexDamaged, IndexMismatch) as error:
            problem = error  # unless another process replaced the generation while it was being read
        except OSError as error:
            problem = _unread(folder / generation[0], error)
        except QAError:  # out of handles
            raise
        except Exception as error:  # noqa: BLE001 - its checksums are right, and it is not what this program writes
            problem = _damaged(folder / generation[0], f"it cannot be read ({error})")
    raise type(problem)(f"{problem} Make it anew: {mend}", public=_UNFIT) from problem


def save(folder: Path, index: Index) -> Index:
    """Write a new generation, make it current, and return the index with its manifest's checksums filled in.

    Call it inside `locked`. Raises IndexUnwritable; the generation in use is not touched before the swap, and of one
    that cannot be written nothing is left.
    """
    numbers = [int(path.name.removeprefix(_PREFIX)) for path in folder.glob(f"{_PREFIX}*")]
    name = f"{_PREFIX}{max(numbers, default=0) + 1:06d}"
    unfinished = folder / f"{_UNFINISHED}{name}"
    swapped = False
    try:
        _sweep(folder, keep=_named(folder))
        manifest = _write_files(unfinished, index)
        unfinished.rename(folder / name)
        current = json.dumps({"generation": name, "manifest_sha256": digest(folder / name / _MANIFEST)})
        write(folder / NEXT, current)
        make_private(folder)
        sync_folder(folder)
        (folder / NEXT).replace(folder / CURRENT)
        swapped = True
        sync_folder(folder)
        _sweep(folder, keep=name)
    except OSError as error:
        for path in () if swapped else (unfinished, folder / name):
            shutil.rmtree(path, ignore_errors=True)
        with suppress(OSError):
            (folder / NEXT).unlink(missing_ok=True)
        raise _unwritable(folder, error) from error
    return replace(index, manifest=manifest)


def tidy(folder: Path) -> None:
    """Remove what a process that was killed left beside the generation in use, unless another one is writing."""
    with suppress(IndexUnwritable, OutOfHandles, OSError):
        if {path.name for path in folder.iterdir()} - {CURRENT, LOCK, _named(folder)}:
            with locked(folder, wait_s=0):
                (folder / NEXT).unlink(missing_ok=True)
                _sweep(folder, keep=_named(folder))


@contextmanager
def locked(
    folder: Path, *, wait_s: float = 3600, step: Callable[[str, int, int], None] = lambda *_: None
) -> Iterator[None]:
    """Make the folder and hold its lock, so that one process writes at a time. Raises IndexUnwritable.

    ``step`` is called every second while another process is waited for, and told which.
    """
    try:
        make_folder(folder)
        names = {path.name for path in folder.iterdir()} - {CURRENT, NEXT, LOCK}
        if strangers := sorted(name for name in names if not GENERATION.fullmatch(name)):
            raise IndexUnwritable(
                f"{folder} holds other things than an index ({', '.join(strangers[:3])}). "
                "Name an empty or a new folder with --index.",
                public="the index cannot be written: its place holds other things.",
            )
        make_private(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    with held(folder, wait_s=wait_s, step=step):
        yield


@contextmanager
def held(folder: Path, *, wait_s: float, step: Callable[[str, int, int], None] = lambda *_: None) -> Iterator[None]:
    """Hold the lock of a folder that is there, whatever lies in it. Raises IndexUnwritable."""
    try:
        lock = take(folder / LOCK, wait_s, step)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def _unwritable(folder: Path, error: OSError) -> IndexUnwritable:
    OutOfHandles.check(error)
    why = error.strerror or "the system does not say why"
    return IndexUnwritable(
        f"the index cannot be written at {folder}: {why}. Choose another place with --index.",
        public=f"the index cannot be written: {why}.",
    )


def _named(folder: Path) -> str | None:
    """Return the generation in use, None where there is none. Raises OSError: what may be whole is not swept."""
    try:
        return _current(folder, "")[0]
    except IndexMissing:
        return None
    except IndexDamaged as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        return None


def _current(folder: Path, mend: str) -> tuple[str, str]:
    path = folder / CURRENT
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        return str(state["generation"]), str(state["manifest_sha256"])
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(f"there is no index at {folder}. Make it: qa index") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, OSError):
            OutOfHandles.check(error)
        said = f"the index is damaged: {path} cannot be read ({error}). Make it anew: {mend}"
        raise IndexDamaged(said, public=_UNFIT) from error


def _damaged(path: Path, what: str) -> IndexDamaged:
    return IndexDamaged(f"the index is damaged: {path}: {what}.")


def _unread(path: Path, error: OSError) -> IndexDamaged:
    """Return what is wrong with a file that cannot be read. Raises OutOfHandles where nothing is known of it."""
    OutOfHandles.check(error)
    return _damaged(path, error.strerror or str(error))


def _load_generation(folder: Path, name: str, manifest_sha256: str) -> Index:
    path = folder / name
    _check(path / _MANIFEST, manifest_sha256)
    manifest = Manifest.from_json((path / _MANIFEST).read_text(encoding="utf-8"), str(path))
    for file, sha256 in manifest.files.items():
        _check(path / file, sha256)
    corpus = Corpus(
        documents=_read_documents(path / _DOCUMENTS),
        passage_spans=np.load(path / _PASSAGES, allow_pickle=False),
        sentence_spans=np.load(path / _SENTENCES, allow_pickle=False),
    )
    index = Index(
        manifest=manifest,
        corpus=corpus,
        passage_vectors=FlatIndex.load(path / _PASSAGE_VECTORS),
        sentence_vectors=FlatIndex.load(path / _SENTENCE_VECTORS),
        lexical=BM25Index.load(path / _LEXICAL),
        aliases=read_json(
            tuple[Definition, ...], (path / _ALIASES).read_bytes(), lambda what: _damaged(path / _ALIASES, what)
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


def _check(path: Path, expected: str) -> None:
    try:
        found = digest(path)
    except OSError as error:
        raise _unread(path, error) from error
    if found != expected:
        raise _damaged(path, f"its sha256 is {found}, written was {expected}")


def _write_files(folder: Path, index: Index) -> Manifest:
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
    write(folder / _MANIFEST, manifest.to_json())
    sync_folder(folder / _LEXICAL)
    sync_folder(folder)
    return manifest


def _read_documents(path: Path) -> tuple[Document, ...]:
    with path.open("rb") as lines:
        return tuple(read_json(Document, line, lambda what: _damaged(path, what)) for line in lines)


def _sweep(folder: Path, keep: str | None) -> None:
    """Remove unfinished and superseded generations."""
    for path in folder.iterdir():
        if GENERATION.fullmatch(path.name) and path.name != keep:
            shutil.rmtree(path, ignore_errors=True)
