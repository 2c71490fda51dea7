"""The wheel holds both packages with their data, and nothing else of the repository."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_holds_what_the_program_needs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = {
        path.relative_to(ROOT).as_posix()
        for package in ("qa", "embeddings")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if ".dist-info/" not in name} == sources
    assert {
        "qa/interfaces/chat/static/page.css",
        "qa/interfaces/chat/static/thread.js",
        "qa/interfaces/chat/templates/source.html",
    } <= names
    assert {"LICENSE", "NOTICE"} <= {name.rsplit("/licenses/")[-1] for name in names}
    assert {"qa/py.typed", "embeddings/py.typed"} <= names  # so that others' type checkers read the annotations
