"""A chat server of its own process, asked over HTTP by one person, by many at once, and by one for long."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.speed.documents import asked, paragraphs, write_articles
from benchmarks.speed.figures import Measured, percentile
from benchmarks.speed.indexes import product_index
from benchmarks.speed.plan import Plan
from benchmarks.speed.process import Memory, environment, memory

__all__ = ["Said", "chat_row", "people"]

_ALONE, _WARM_UP, _READY_S = 50, 20, 120.0
_FLAT_MIB = 50.0
_DIFFERENT = 3_000  # questions


@dataclass
class Said:
    """What a server answered: the seconds of each question that it answered, and the statuses of the others."""

    seconds: list[float] = field(default_factory=list)
    errors: list[int] = field(default_factory=list)


def people(plan: Plan) -> Measured:
    """Measure one person, then many at once, then memory over some thousand questions."""
    seeds = plan.folder(f"cold/articles-{plan.cold}")
    write_articles(seeds, paragraphs(plan.cold))
    place, _ = product_index(plan, "cold", seeds)
    questions = cycle(asked(_DIFFERENT))
    with _server(seeds, place) as (port, process):
        _ask(port, islice(questions, _WARM_UP))
        alone = _ask(port, islice(questions, _ALONE))
        held = {"before": memory(process)}
        crowd, took = _crowd(port, questions, plan)
        held["after the many"] = memory(process)
        done = 0
        for number in _steps(plan.later):
            _ask(port, islice(questions, number))
            done += number
            held[f"after {done:,} more"] = memory(process)
    return chat_row(alone, crowd, took, held)


def _steps(whole: int, parts: int = 4) -> list[int]:
    """Divide a number of questions into some steps."""
    return [whole * (part + 1) // parts - whole * part // parts for part in range(parts)]


def _crowd(port: int, questions: Iterator[str], plan: Plan) -> tuple[Said, float]:
    """Let people ask for some seconds, each the next question as soon as one is answered, and none of them the same."""
    until = time.monotonic() + plan.seconds

    def person(_: int) -> Said:
        said = Said()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        while time.monotonic() < until:
            _one(connection, next(questions), said)
        connection.close()
        return said

    start = time.monotonic()
    with ThreadPoolExecutor(plan.people) as pool:
        each = list(pool.map(person, range(plan.people)))
    took = time.monotonic() - start
    return Said([one for said in each for one in said.seconds], [one for said in each for one in said.errors]), took


def _ask(port: int, questions: Iterable[str]) -> Said:
    said = Said()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    for question in questions:
        _one(connection, question, said)
    connection.close()
    return said


def _one(connection: http.client.HTTPConnection, question: str, said: Said) -> None:
    start = time.perf_counter()
    try:
        body = json.dumps({"question": question})
        connection.request("POST", "/api/ask", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer, status = response.read(), response.status
        good = status == 200 and "verdict" in json.loads(answer)
    except (OSError, http.client.HTTPException, ValueError):
        good, status = False, 0
        connection.close()
    if good:
        said.seconds.append(time.perf_counter() - start)
    else:
        said.errors.append(status)


@contextmanager
def _server(seeds: Path, place: Path) -> Iterator[tuple[int, int]]:
    """Start ``qa chat`` and give its port and its process when it can be asked. Raises RuntimeError where it cannot."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    words = ["chat", "--seeds", str(seeds), "--index", str(place), "--port", str(port), "--no-token"]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "qa.interfaces.cli.main", *words],
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            until = time.monotonic() + _READY_S
            while not _is_ready(port):
                if time.monotonic() > until or process.poll() is not None:
                    errors.seek(0)
                    raise RuntimeError(f"qa chat cannot be asked: {errors.read()[-2000:].decode('utf-8', 'replace')}")
                time.sleep(0.2)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(30)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/api/status")
        told: dict[str, Any] = json.loads(connection.getresponse().read())
        return bool(told.get("index"))
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def chat_row(alone: Said, crowd: Said, took: float, held: Mapping[str, Memory]) -> Measured:
    """Return the row of one person and of many; the bars are no error, 12 times the one, and memory that stays."""
    both = {"one person": alone, "all at once": crowd}
    figures = {name: [percentile(said.seconds, share) for share in (0.5, 0.95)] for name, said in both.items()}
    grown = held[list(held)[-1]].rss - held["after the many"].rss
    values = {
        "errors": float(len(alone.errors) + len(crowd.errors)),
        "p95 of all at once, of the p50 of one": figures["all at once"][1] / figures["one person"][0],
        "RSS grown after the many, MiB": grown,
    }
    rows = [
        (name, str(len(said.seconds)), str(len(said.errors)), *(f"{1000 * one:.0f}" for one in figures[name]), "")
        for name, said in both.items()
    ]
    rows += [(f"memory {name}", "", "", "", "", f"{own.pss:.0f} / {own.rss:.0f}") for name, own in held.items()]
    return Measured(
        key="chat",
        title="Chat server",
        columns=("what", "answers", "errors", "p50, ms", "p95, ms", "PSS / RSS, MiB"),
        lines=tuple(rows),
        values=values,
        bars=dict(zip(values, (0.0, 12.0, _FLAT_MIB), strict=True)),
        notes=(
            (
                f"`qa chat`, asked at `/api/ask` by people who each ask again as soon as they are answered: "
                f"{len(crowd.seconds) / took:.1f} answers a second. The questions are real; none is asked twice among "
                f"{_DIFFERENT:,}. Client and server share the cores."
            ),
        ),
        raw={
            **{name: {"seconds": said.seconds, "errors": said.errors} for name, said in both.items()},
            "memory": {name: {"pss": own.pss, "rss": own.rss, "own": own.own} for name, own in held.items()},
            "took": took,
        },
    )
