"""How fast the product is beside LangChain with FAISS, txtai and Haystack, in one run, each row with its bar.

    QA_DATA=folder python -m benchmarks.speed

Needs the extra ``peers``, Linux (memory is read from /proc), and the data sets ``squad20-a`` and ``squad11-train``. All
systems have the same weights and passages; each encodes with its own encoder and opens its own saved index.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from subprocess import SubprocessError

from benchmarks.machine import setting
from benchmarks.shared import default_cache
from benchmarks.speed.figures import Measured
from benchmarks.speed.plan import Plan, whole
from benchmarks.speed.tables import as_markdown, write
from embeddings.encoding.models import find_model
from embeddings.errors import QAError

RESULTS = Path(__file__).parents[1] / "results"
MODULES = ("haystack", "langchain_classic", "langchain_community", "matplotlib", "rank_bm25", "txtai")


def _rows() -> dict[str, Callable[[Plan], Sequence[Measured]]]:
    """Return what measures each row, in the order of a run."""
    from benchmarks.speed import chat, cold, growth, indexing, questions, resident, unchanged

    return {
        "cold": lambda plan: [cold.cold_start(plan)],
        "imports": lambda plan: [cold.imports(plan)],
        "search": lambda plan: [questions.searches(plan)],
        "answer": lambda plan: [questions.answers(plan)],
        "indexing": indexing.indexing,
        "unchanged": lambda plan: [unchanged.nothing_changed(plan)],
        "resident": lambda plan: [resident.resident(plan)],
        "growth": lambda plan: [growth.growth(plan)],
        "chat": lambda plan: [chat.people(plan)],
    }


def main() -> None:
    """Measure the rows that are named, print them, and write them."""
    rows = _rows()
    options = _parser(list(rows)).parse_args()
    if missing := [module for module in MODULES if find_spec(module) is None]:
        sys.exit(f"not installed: {', '.join(missing)}. Run make bench, or pip install '.[peers,plot]'")
    plan = Plan(options.cache.resolve() / "speed", find_model().folder)
    plan = plan.small() if options.small else plan
    plan = whole(plan) if options.million else plan
    where = setting()
    measured: list[Measured] = []
    failed: list[str] = []
    for name in options.rows:
        start = time.monotonic()
        say(f"{name}: begun")
        try:
            measured += rows[name](plan)
        except (ArithmeticError, LookupError, OSError, QAError, RuntimeError, SubprocessError, ValueError) as error:
            failed.append(name)  # the other rows are measured all the same
            say(f"{name}: FAILED: {error}")
        say(f"{name}: {time.monotonic() - start:.0f} s")
        if not options.small:
            write(RESULTS, where, measured)  # so that a run that is stopped leaves what it has
    print(as_markdown(where, measured))
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


def say(text: str) -> None:
    """Print the progress, apart from the results."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def _parser(rows: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--rows", nargs="+", choices=rows, default=rows, help="only these")
    parser.add_argument("--small", action="store_true", help="small sizes, to try it; nothing is written")
    parser.add_argument("--million", action="store_true", help="let the growth go to a million passages")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where files are kept ($QA_BENCH_CACHE)")
    return parser


if __name__ == "__main__":
    main()
