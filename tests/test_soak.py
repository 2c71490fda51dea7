"""Questions to a running server while its folder changes: answers from one whole generation, nothing piles up."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx2
import pytest
from libraries import library_over

from qa.interfaces.server import Server

PEOPLE = 30
SECONDS = int(os.environ.get("SEEDS_SECONDS", "3"))
ASKED = int(os.environ.get("SEEDS_QUESTIONS", "150"))
"""Questions: 150 with every run of the tests, 10,000 by ``make soak``."""
FILES = 6
LEAKED = 0.01  # MiB for each question, beside what is needed once
ONCE = 40.0  # MiB

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts handles and memory as Linux tells")


def write(folder: Path, generation: int) -> None:
    """Every file says the same generation; each is exchanged in one step."""
    for number in range(FILES):
        text = (
            f"The ferry number {number} carried people across.\n\nThe ledger of ferry {number} has page {generation}.\n"
        )
        new = folder / f".new-{number}"
        new.write_text(text, encoding="utf-8")
        new.replace(folder / f"ferry-{number}.txt")


def held() -> tuple[float, int]:
    """Memory in MiB, and open handles."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, len(list(Path("/proc/self/fd").iterdir()))


def is_of_one_generation(answer: dict[str, Any], listed: dict[str, dict[str, str]]) -> None:
    """Assert that every quote is of the generation of the answer, as the server listed it then."""
    quotes = [*answer["citations"], *(also for one in answer["citations"] for also in one["also"]), *answer["related"]]
    assert bool(answer["citations"]) == (answer["verdict"] == "answered"), answer
    for quote in quotes:
        known = listed.get(answer["index_id"])
        assert known is None or known[quote["path"]] == quote["sha256"], answer
    for path in {quote["path"] for quote in quotes}:
        assert len({quote["sha256"] for quote in quotes if quote["path"] == path}) == 1, answer


def test_ten_thousand_questions_while_the_folder_changes(tmp_path: Path) -> None:
    folder, stop = tmp_path / "documents", Event()
    folder.mkdir()
    write(folder, 0)
    library = library_over(folder, tmp_path / "index")
    changes = 0

    def change() -> None:
        nonlocal changes
        while not stop.wait(0.5):
            changes += 1
            write(folder, changes)

    async def composed() -> Server:
        return Server(library, host="127.0.0.1", port=0)

    changing = Thread(target=change, daemon=True)
    with asyncio.run(composed()) as server, httpx2.Client(base_url=server.address, timeout=60) as client:
        listed: dict[str, dict[str, str]] = {}
        quoted = 0

        def ask(number: int) -> None:
            nonlocal quoted
            answer = client.post("/api/ask", json={"question": f"Which page has the ledger of ferry {number % FILES}?"})
            assert answer.status_code == 200, answer.text
            if number % 5 == 0:
                documents = client.get("/api/documents").json()
                listed[documents["index_id"]] = {one["path"]: one["sha256"] for one in documents["documents"]}
            is_of_one_generation(answer.json(), listed)
            quoted += len(answer.json()["citations"])

        for number in range(50):
            ask(number)
        before, began = held(), time.monotonic()
        changing.start()
        for number in range(ASKED):
            ask(number)
        stop.set()
        changing.join()
        took = time.monotonic() - began
        for number in range(20):
            ask(number)
        after = held()
    sys.stdout.write(
        f"{ASKED:,} questions in {took:.0f} s beside {changes} changes, {quoted:,} quotes, {len(listed)} generations; "
        f"memory {before[0]:.0f} -> {after[0]:.0f} MiB, handles {before[1]} -> {after[1]}\n"
    )
    assert quoted >= ASKED / 2
    assert changes
    assert after[1] <= before[1] + 10
    assert after[0] <= before[0] + ONCE + LEAKED * ASKED


def test_people_who_ask_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    write(folder, 0)
    library = library_over(folder, tmp_path / "index")
    until = Event()
    statuses: Counter[int] = Counter()
    longest = 0.0

    async def composed() -> Server:
        return Server(library, host="127.0.0.1", port=0)

    def ask(person: int) -> None:
        nonlocal longest
        number = person
        with httpx2.Client(base_url=server.address, timeout=60) as client:
            while not until.is_set():
                began, number = time.monotonic(), number + PEOPLE
                question = f"Which page has the ledger of ferry {number % FILES}?"
                statuses[client.post("/api/ask", json={"question": question}).status_code] += 1
                longest = max(longest, time.monotonic() - began)

    with asyncio.run(composed()) as server:
        before = held()
        people = [Thread(target=ask, args=(person,)) for person in range(PEOPLE)]
        for one in people:
            one.start()
        time.sleep(SECONDS)
        until.set()
        for one in people:
            one.join()
        after = held()
    sys.stdout.write(
        f"{PEOPLE} people for {SECONDS} s: {statuses}, longest {longest:.1f} s; "
        f"memory {before[0]:.0f} -> {after[0]:.0f} MiB, handles {before[1]} -> {after[1]}\n"
    )
    assert statuses.keys() == {200}
    assert statuses[200] >= PEOPLE
    assert after[1] <= before[1] + PEOPLE
