"""The state in which files were when they were last read: what still is in it need not be read and hashed again.

Kept beside the generations of an index. What cannot be used counts as nothing: then everything is read. Quotes are not
shown on its word, for a quoted file is read before it is quoted.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from embeddings.documents.file_reading import Stamp
from embeddings.errors import QAError
from embeddings.records import read_json

STAMPS = "STAMPS"
NEW_STAMPS = "STAMPS.new"
Read: TypeAlias = tuple[Stamp, str]
"""The stamp of a document's file, and the sha256 of what was read then."""


@dataclass(frozen=True, slots=True)
class Stamps:
    """Stamps of the files of a generation, whose sha256 the manifest has, and of the files of the documents folder."""

    generation: str = ""
    files: dict[str, Stamp] = field(default_factory=dict)
    documents: dict[str, Read] = field(default_factory=dict)


def read_stamps(folder: Path) -> Stamps:
    """Return what is kept in an index's folder; nothing where it cannot be read."""
    with suppress(OSError, QAError, ValueError):
        return read_json(Stamps, (folder / STAMPS).read_bytes(), ValueError)
    return Stamps()


def keep_files(folder: Path, generation: str, files: dict[str, Stamp]) -> None:
    """Keep the stamps of a generation's files, beside what is known of the documents."""
    known = read_stamps(folder)
    _keep(folder, known, replace(known, generation=generation, files=files))


def keep_documents(folder: Path, documents: dict[str, Read]) -> None:
    """Keep the stamps of the documents' files, beside what is known of the generation."""
    known = read_stamps(folder)
    _keep(folder, known, replace(known, documents=documents))


def forget_stamps(folder: Path) -> None:
    """Have every file read again."""
    with suppress(OSError):
        (folder / STAMPS).unlink(missing_ok=True)


def _keep(folder: Path, known: Stamps, stamps: Stamps) -> None:
    if stamps == known:
        return
    with suppress(OSError):  # a place that cannot be written: everything is read again the next time
        new = folder / NEW_STAMPS
        new.touch(mode=0o600)
        new.write_text(json.dumps(asdict(stamps)), encoding="utf-8", newline="\n")
        new.replace(folder / STAMPS)
