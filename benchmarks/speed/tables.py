"""The rows as Markdown and as JSON, kept by the commit that was measured."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.machine import Setting
from benchmarks.speed.figures import Measured
from benchmarks.tables import table

__all__ = ["as_markdown", "as_values", "summary", "write"]


def summary(rows: Sequence[Measured]) -> str:
    """Return the table of all bars: what was measured, how high or low it may be, and whether it is."""
    lines = []
    for row in rows:
        for name, value in row.values.items():
            met = row.met(name)
            if met is not None:
                sign = "≥" if name in row.least else "≤"
                lines.append((row.title, name, f"{value:.3g}", f"{sign} {row.bars[name]:.3g}", "yes" if met else "no"))
    return table(("row", "figure", "measured", "bar", "met"), lines)


def as_markdown(setting: Setting, rows: Sequence[Measured]) -> str:
    """Return the page of one run."""
    packages = ", ".join(f"{name} {version}" for name, version in setting.packages.items())
    parts = [
        "# Speed, in one run",
        (
            f"Commit {setting.commit}, {setting.date}; {setting.processor}, {setting.cores} cores, load before the run "
            f"{setting.load}; OpenMP threads: {setting.threads}; Python {setting.python}; {packages}."
        ),
        summary(rows),
    ]
    for row in rows:
        parts += [f"## {row.title}", table(row.columns, row.lines), *row.notes]
    return "\n\n".join(parts) + "\n"


def as_values(setting: Setting, rows: Sequence[Measured]) -> dict[str, Any]:
    """Return all of it as plain values."""
    plain = [{**asdict(row), "least": sorted(row.least)} for row in rows]
    return {"setting": asdict(setting), "rows": {row["key"]: row for row in plain}}


def write(folder: Path, setting: Setting, rows: Sequence[Measured]) -> Path:
    """Write ``speed-<commit>.md`` and ``.json``; rows of an earlier run of the commit that were not measured stay.

    Those are in the JSON alone. Return the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"speed-{setting.commit}.md"
    file = page.with_suffix(".json")
    values = as_values(setting, rows)
    if file.exists():
        before = json.loads(file.read_text(encoding="utf-8"))["rows"]
        values["rows"] = {**before, **values["rows"]}
    page.write_text(as_markdown(setting, rows), encoding="utf-8")
    file.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    return page
