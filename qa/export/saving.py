"""Exports into files: all or nothing, and never over what is no export."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from embeddings.disk import write
from embeddings.errors import ExportError
from embeddings.formats import reader_for
from qa.export.registry import ENDINGS, Format, format_of, is_export

MAX_BYTES = 100 * 1024 * 1024
"""The largest export that is read."""


def check_place(path: Path, seeds: Path) -> Format:
    """Return the format of the file's name. Raise ExportError where no export may be written there.

    An export never replaces a file that is no export of this format, nor becomes a document in the documents folder.
    """
    known = format_of(path)
    if known is None:
        raise ExportError(f"the name of an export ends in one of {', '.join(ENDINGS)}, found {path.name}.")
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise ExportError(f"the folder of {path} does not exist. Make it, or choose another place.")
    if reader_for(target) and Path(os.path.realpath(seeds)) in target.parents:
        raise ExportError(
            f"{path} lies in the documents folder, where it would be read as a document. Choose another place."
        )
    if target.exists() and not (target.is_file() and _holds(target, known)):
        raise ExportError(f"{path} is there and is no export ({known.name}). Choose another name, or remove it.")
    return known


def save(path: Path, text: str) -> None:
    """Write a file in one step: it is there as a whole or as it was. Raise ExportError where it cannot be."""
    target = Path(os.path.realpath(path))
    place = target.with_name(f".{target.name[:40]}.{token_hex(8)}")
    try:
        write(place, text)
        place.replace(target)
    except OSError as error:
        raise ExportError(f"the export cannot be written at {path}: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            place.unlink(missing_ok=True)


def text_in(path: Path) -> str:
    """Return the text of a file. Raise ExportError where it cannot be read, is too large, or is no text."""
    try:
        if not path.is_file():
            raise ExportError(f"there is no file {path}. Give a file that qa ask --export or the chat wrote.")
        if path.stat().st_size > MAX_BYTES:
            raise ExportError(f"{path} is larger than the {MAX_BYTES >> 20} MiB of an export that are read.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ExportError(f"{path} is no export: it is not UTF-8. Give the file as it was exported.") from error


def _holds(path: Path, known: Format) -> bool:
    try:
        return is_export(text_in(path), known)
    except ExportError:
        return False
