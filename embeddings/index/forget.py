"""Removes the index of a documents folder: what this program made, and nothing else."""

from __future__ import annotations

import glob
import json
import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from embeddings.errors import IndexMismatch, IndexMissing, IndexUnwritable
from embeddings.index.stamps import NEW_STAMPS, STAMPS
from embeddings.index.store import CURRENT, GENERATION, LOCK, NEXT, held
from embeddings.location import cache_folder, ocr_place

_MADE = re.compile(
    r"manifest\.json|documents\.jsonl|aliases\.json|(passages|sentences)\.(npy|faiss)|lexical/(vocabulary\.json|"
    r"postings\.(starts|rows|scores)\.npy|places\.(terms|pieces|passages)\.npy|"
    r"state\.json|(params|vocab)\.index\.json|(data|indices|indptr)\.csc\.index\.npy)"  # of format 2
)
_SCAN = re.compile(r"[0-9a-f]{64}\.jsonl")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An index that was removed: how many bytes it had, and what lies there still that this program did not make."""

    place: Path
    bytes: int
    left: tuple[str, ...]


def places_of(seeds: Path) -> tuple[list[Path], list[Path]]:
    """Return the places in the cache of a resolved folder's indexes, one for each model; and those that do not say.

    The folder need not be there. A place without a readable manifest, as a process leaves that was killed while it
    wrote the first index, does not say of which folder it is.
    """
    name = seeds.name or "root"
    named = re.compile(rf"{re.escape(name)}-[0-9a-f]{{16}}")
    found = sorted(cache_folder().glob(f"{glob.escape(name)}-*"))
    made = {place: made_from(place) for place in found if named.fullmatch(place.name) and is_index(place)}
    return [place for place in made if str(seeds) in made[place]], [place for place in made if not made[place]]


def made_from(place: Path) -> set[str]:
    """Return the documents folders that the manifests at a place name."""
    found = set()
    for path in place.glob("*generation-*/manifest.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found.add(str(json.loads(path.read_bytes())["made"]["seeds"]))
    return found


def is_index(place: Path) -> bool:
    """Return whether a folder holds an index, be it damaged or of another version."""
    return place.is_dir() and (any(_generations(place)) or _names_generation(place / CURRENT))


def forget(place: Path, seeds: Path, *, wait_s: float = 5) -> Forgotten:
    """Remove every generation at a place; the place too where it lies in the cache and nothing else is in it.

    Raises IndexMissing where there is no index, IndexMismatch for one of another folder, IndexUnwritable where a
    process is writing it or the rights are missing.
    """
    if not is_index(place):
        raise IndexMissing(f"there is no index at {place}; nothing was removed there.")
    made = made_from(place)
    if made and str(seeds) not in made:
        raise IndexMismatch(
            f"the index at {place} is of {', '.join(sorted(made))}, not of {seeds}. Name its folder with --seeds."
        )
    try:
        with held(place, wait_s=wait_s):
            own = (CURRENT, NEXT, STAMPS, NEW_STAMPS)
            size = sum(_remove(place / name) for name in own)  # first: no half an index is read
            size += sum(_removed(generation) for generation in list(_generations(place)))
            if os.name != "nt":  # while it is held, so that it is nobody else's; Windows keeps an open file
                (place / LOCK).unlink()
    except OSError as error:
        raise IndexUnwritable(f"the index at {place} cannot be removed: {error}. See to its rights.") from error
    if place.parent == cache_folder():
        with suppress(OSError):  # what is left in it is told
            place.rmdir()
    return Forgotten(place, size, tuple(sorted(path.relative_to(place).as_posix() for path in place.rglob("*"))))


def forget_scans(seeds: Path, keep: Collection[str] = ()) -> Forgotten:
    """Remove what OCR read in a resolved folder's files, but for those whose sha256 is to be kept."""
    place = ocr_place(seeds)
    found = [path for path in place.glob("*.jsonl") if _SCAN.fullmatch(path.name)]
    size = sum(_remove(path) for path in found if path.stem not in keep)
    with suppress(OSError):  # it was never made, or something is left in it
        place.rmdir()
    return Forgotten(place, size, tuple(sorted(path.name for path in place.glob("*"))))


def _generations(place: Path) -> Iterator[Path]:
    for path in place.iterdir():
        if GENERATION.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            yield path


def _names_generation(current: Path) -> bool:
    with suppress(OSError, ValueError, KeyError, TypeError):
        return GENERATION.fullmatch(str(json.loads(current.read_bytes())["generation"])) is not None
    return False


def _removed(generation: Path) -> int:
    """Remove what this program wrote into a generation, and the folder where it is empty then. Return the bytes."""
    size = 0
    for path in sorted(generation.rglob("*"), reverse=True):  # what is in a folder comes before the folder
        if path.is_dir() and not path.is_symlink():
            with suppress(OSError):
                path.rmdir()
        elif _MADE.fullmatch(path.relative_to(generation).as_posix()):
            size += _remove(path)
    with suppress(OSError):
        generation.rmdir()
    return size


def _remove(path: Path) -> int:
    try:
        size = path.lstat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    return size
