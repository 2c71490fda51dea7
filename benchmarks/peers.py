"""Peers, in one run: our retriever and others over the same passages, vectors and questions, on one machine.

    QA_DATA=folder python -m benchmarks.peers

Needs the extra ``peers`` (``make bench`` makes an environment that has it). All get each passage as its title, a line
end and its text, and the same vectors of all-MiniLM-L6-v2: a text is encoded once, kept in ``--cache``, and handed to
every system by that system's own way for vectors from elsewhere (see `benchmarks.systems`). Each is asked for ten
passages and for a hundred, and the better ranking counts. Searches are timed for ten, with the question's encoding, in
turns.

Data: ``squad20-a`` (every second question: the half that our weights were not chosen on), ``mtrag-un-dev``, and
``muc34`` cut to 3,000 passages and 300 questions: these checked which parts of the ranking were kept. ``selqa-dev``,
``tydi-en-dev`` and ``onestopqa-a`` chose nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from benchmarks.ablation import stage_rankings
from benchmarks.machine import setting
from benchmarks.measured import FEW, Measured, Run, in_its_favour, measured
from benchmarks.shared import SharedEncoder, default_cache
from benchmarks.speed.turns import BASE, dense_only, median_times
from benchmarks.systems import SYSTEMS, Search
from benchmarks.tables import as_markdown, write
from benchmarks.tasks import TASKS, Task, evenly, open_task
from embeddings.encoding.encoder import open_encoder
from embeddings.index.rows import index_rows
from qa.evaluation.types import DEPTH

RESULTS = Path(__file__).parent / "results"
MODULES = ("bm25s", "haystack", "langchain_classic", "langchain_community", "rank_bm25", "txtai")
TIMED = "squad20-a"
TIMED_QUESTIONS = 200


def main() -> None:
    """Compare on every data set, time on one, print and write."""
    options = _parser().parse_args()
    if missing := [module for module in MODULES if find_spec(module) is None]:
        sys.exit(f"not installed: {', '.join(missing)}. Run make bench, or pip install '.[peers]'")
    results = [compare(open_task(name, options.limit), options.cache) for name in options.data]
    times = timed(open_task(TIMED, options.limit), options.cache) if TIMED in options.data else {}
    where = setting()
    print(as_markdown(where, results, times))
    if options.limit is None and tuple(options.data) == TASKS:
        say(f"written: {write(RESULTS, where, results, times).name}")


def compare(task: Task, cache: Path) -> Measured:
    """Ask every system every question, and the searches of ours each alone and in pairs."""
    encoder = SharedEncoder(open_encoder(), cache, task.name)
    runs = {}
    for name, build in SYSTEMS.items():
        say(f"{task.name}: {name}")
        few, many = (_ask(build(task, encoder, depth), task) for depth in (FEW, DEPTH))
        runs[name] = in_its_favour(task.questions, few, many)
        encoder.save()
    say(f"{task.name}: the searches alone")
    texts = {question.id: question.text for question in task.questions}
    stages = stage_rankings(index_rows(task.rows, encoder), encoder, texts, DEPTH)
    return measured(task.title, len(task.rows), task.questions, runs, stages)


def _ask(search: Search, task: Task) -> Run:
    return {question.id: search(question.text) for question in task.questions}


def timed(task: Task, cache: Path) -> dict[str, float]:
    """Return median seconds of a search by system; our own simplest search is the first."""
    say(f"{task.name}: times")
    encoder = SharedEncoder(open_encoder(), cache, task.name, questions=False)
    searches = {BASE: dense_only(index_rows(task.rows, encoder), encoder, FEW)}
    searches |= {name: build(task, encoder, FEW) for name, build in SYSTEMS.items()}
    return median_times(searches, [question.text for question in evenly(task.questions, TIMED_QUESTIONS)])


def say(text: str) -> None:
    """Print the progress, apart from the results."""
    print(text, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", nargs="+", choices=TASKS, default=TASKS, help="only these; nothing is written")
    parser.add_argument("--limit", type=int, help="so many questions of each; nothing is written")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where vectors are kept ($QA_BENCH_CACHE)")
    return parser


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when torch is loaded; threads of a busy machine wait in turns
    main()
