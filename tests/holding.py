"""Files that hold documents inside them, made here."""

from __future__ import annotations

import io
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def zipped(files: Mapping[str | ZipInfo, str | bytes], *, method: int = ZIP_DEFLATED) -> bytes:
    """A zip archive of files by name; the same files give the same bytes."""
    made = io.BytesIO()
    with ZipFile(made, "w") as archive:
        for name, data in files.items():
            info = name if isinstance(name, ZipInfo) else ZipInfo(name)
            archive.writestr(info, data, compress_type=method)
    return made.getvalue()
