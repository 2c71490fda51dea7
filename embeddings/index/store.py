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
from dataclasses import replace
from pathlib import Path

from embeddings.disk import digest, make_folder, make_private, sync_folder, write
from embeddings.errors import IndexDamaged, IndexMismatch, IndexMissing, IndexUnwritable, OutOfHandles, QAError
from embeddings.index.generation import MANIFEST, Index, as_kept, damaged, read_generation, unread, write_generation
from embeddings.index.lock import take
from embeddings.index.stamps import NEW_STAMPS, STAMPS

__all__ = ["CURRENT", "GENERATION", "LOCK", "NEXT", "Index", "held", "load", "locked", "save", "tidy"]

CURRENT = "CURRENT"
NEXT = "CURRENT.new"
LOCK = "lock"
_OWN = frozenset((CURRENT, NEXT, LOCK, STAMPS, NEW_STAMPS))
_PREFIX = "generation-"
_UNFINISHED = ".unfinished-"
_UNFIT = "the index cannot be used: a file of it is missing, not what was written, or of another version."
GENERATION = re.compile(rf"(?:{re.escape(_UNFINISHED)})?{_PREFIX}\d{{6,}}")


def load(folder: Path, *, mend: str = "qa index --rebuild") -> Index:
    """Load the current generation and check its files, but for those that are as they were when they were checked last.

    Raises IndexMissing, IndexDamaged, or IndexMismatch for another format; ``mend`` is the command that is named.
    """
    if (folder / CURRENT).is_file():
        make_private(folder)  # an older program left it open to everybody
    generation: tuple[str, str] | None = None
    problem: IndexDamaged | IndexMismatch
    while generation != (current := _current(folder, mend)):
        generation = current
        try:
            return read_generation(folder, *generation)
        except (IndexDamaged, IndexMismatch) as error:
            problem = error  # unless another process replaced the generation while it was being read
        except OSError as error:
            problem = unread(folder / generation[0], error)
        except QAError:  # out of handles
            raise
        except Exception as error:  # noqa: BLE001 - its checksums are right, and it is not what this program writes
            problem = damaged(folder / generation[0], f"it cannot be read ({error})")
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
        manifest = write_generation(unfinished, index)
        unfinished.rename(folder / name)
        current = json.dumps({"generation": name, "manifest_sha256": digest(folder / name / MANIFEST)})
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
    return as_kept(replace(index, manifest=manifest), folder / name)


def tidy(folder: Path) -> None:
    """Remove what a process that was killed left beside the generation in use, unless another one is writing."""
    with suppress(IndexUnwritable, OutOfHandles, OSError):
        if {path.name for path in folder.iterdir()} - {CURRENT, LOCK, STAMPS, _named(folder)}:
            with locked(folder, wait_s=0):
                for name in (NEXT, NEW_STAMPS):
                    (folder / name).unlink(missing_ok=True)
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
        names = {path.name for path in folder.iterdir()} - _OWN
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


def _sweep(folder: Path, keep: str | None) -> None:
    """Remove unfinished and superseded generations."""
    for path in folder.iterdir():
        if GENERATION.fullmatch(path.name) and path.name != keep:
            shutil.rmtree(path, ignore_errors=True)
