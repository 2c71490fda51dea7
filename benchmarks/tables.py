"""The comparison as Markdown tables and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.machine import Setting
from benchmarks.measured import Measured
from qa.evaluation.metrics import METRICS
from qa.evaluation.result import Comparison, Figure

__all__ = ["as_markdown", "figure_table", "speed_table", "table", "with_interval", "write"]


def as_markdown(setting: Setting, results: Sequence[Measured], times: Mapping[str, float]) -> str:
    """Return all measurements; ``times`` are median seconds by system, the first of the simplest search."""
    parts = ["# Peers, in one run", _setting(setting)]
    for result in results:
        ours = next(iter(result.systems))
        parts += [
            f"## {result.name}: {result.passages:,} passages, {result.questions:,} questions",
            figure_table("system", result.systems),
            f"{ours} minus each (p of the paired randomisation test; * significant at 0.05 with Holm over the row):",
            _differences(result.differences),
            f"The searches of {ours}, alone and fused:",
            figure_table("searches", {**result.stages, f"all ({ours})": result.systems[ours]}),
        ]
    if times:
        parts += ["## Time of a search", speed_table(times)]
    return "\n\n".join(parts) + "\n"


def with_interval(one: Figure) -> str:
    """Return the value, and its interval in brackets."""
    return f"{one.value:.3f} ({one.low:.3f}–{one.high:.3f})"


def figure_table(title: str, systems: Mapping[str, Sequence[Figure]]) -> str:
    """Return a row for each system: every metric with its 95 % interval."""
    rows = ((name, *map(with_interval, row)) for name, row in systems.items())
    return table((title, *METRICS), rows)


def speed_table(times: Mapping[str, float]) -> str:
    """Return median times as multiples of the first."""
    base = next(iter(times.values()))
    return table(
        ("system", "median, as a multiple", "median, ms"),
        ((name, f"{seconds / base:.2f}", f"{1000 * seconds:.1f}") for name, seconds in times.items()),
    )


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(folder: Path, setting: Setting, results: Sequence[Measured], times: Mapping[str, float]) -> Path:
    """Write ``<commit>.md`` and ``<commit>.json``; return the first."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{setting.commit}.md"
    page.write_text(as_markdown(setting, results, times), encoding="utf-8")
    everything = {
        "setting": asdict(setting),
        "data": [asdict(result) for result in results],
        "median_seconds": dict(times),
    }
    page.with_suffix(".json").write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")
    return page


def _setting(setting: Setting) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in setting.packages.items())
    return (
        f"Commit {setting.commit}, {setting.date}; {setting.processor}, {setting.cores} cores, OpenMP threads: "
        f"{setting.threads}; Python {setting.python}; {packages}."
    )


def _differences(differences: Mapping[str, Comparison]) -> str:
    rows = []
    for peer, comparison in differences.items():
        cells = (
            f"{one.difference:+.3f} ({one.low:+.3f} to {one.high:+.3f}), p {one.p:.4f}{'*' if one.significant else ''}"
            for one in comparison.differences
        )
        rows.append((peer, *cells))
    return table(("minus", *METRICS), rows)
