"""Every hostile file is read, or left out with a reason within its limit, and the files beside it are indexed."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from fakes import BagEncoder
from hostile import FILES, SLOW

from embeddings.formats.apart import pool
from embeddings.index.changes import SyncReport
from embeddings.index.store import Index
from embeddings.index.sync import sync
from embeddings.types import Vectors

SECONDS = 2
GOOD = "The harbour of Gwadar was opened in 2007.\n"
LIMITS = r"reading it takes longer than|reading it takes more than|its text has [\d,]+ characters|it ends the program"
REFUSED = {
    r"larger than the 20 MiB allowed for text": "line-of-200-mb.txt",
    r"unpacked it would take 381 MiB": "zip-bomb.docx",
    r"the Word document is damaged|it is no readable zip archive": "zip-says-less zip-cut zip-no-parts laughs.docx laughs-wide "
    "links-up attributes-80000.docx controls-nested-100000",
    r"there is no text in it": "entity-outside",
    r"the PDF has 50000 pages": "pages-50000",
    r"no text layer": "page-tree-ring page-tree-deep page-tree-its stream-of-zeros stream-packed stream-of-brackets "
    "stream-of-dictionaries letters-on-one-place",
    r"it is no PDF, or a damaged one": "only-a-head arrays-in nothing-but",
    r"no main text was found": "nested-100000.html fonts-never code-nested comments-never cdata scripts",
    r"it is not text|it begins like UTF": "noughts utf-16-odd utf-32-beyond bytes-by-chance",
    r"reading it takes longer than 2 s|reading it takes more than 1 GB": "form-draws-itself forms-double",
    r"its text has [\d,]+ characters": "text-30-million",
}
"""Why a file is left out, by the beginning of its name; one that is not named here is read. A limit may end any."""
HEAVY = frozenset(
    [
        "lines-of-200000.txt",
        "line-of-2-mb-words.txt",
        "paragraphs-100000.docx",
        "front-never-closed.md",
        "line-of-4-mb-one-word.txt",
        "quotes-never-closed.txt",
        "scraps-300000.txt",
        "html-blocks-never-closed.md",
        "tags-never-closed.html",
        "entities-500000.html",
        "zip-bomb.docx",
        "zip-says-less-than-it-holds.docx",
        "zip-of-many-parts.docx",
        "stream-of-zeros.pdf",
        "tables-5000.html",
        "paragraphs-60000.html",
        "cells-200000.html",
        "cells-200000.docx",
        "links-100000.html",
        "attribute-of-5-mb.html",
        "headings-100000.md",
        "references-flood.md",
        "forms-nested-3000.pdf",
        "stream-of-text-100-mb.pdf",
        "pages-20000-one-object.pdf",
        "ticks-of-all-lengths.md",
        "quotes-nested-by-line.md",
        "lists-nested-1000.md",
        "tables-5000.docx",
    ]
)
"""Files that take seconds, of which there is one of the kind beside them: read by `make soak`."""


class QuickEncoder(BagEncoder):
    """All texts are one to it."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return np.tile(np.eye(1, self.dimension, dtype=np.float32), (len(texts), 1))


@dataclass(frozen=True)
class Outcome:
    index: Index
    report: SyncReport
    seconds: float
    reasons: dict[str, str]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    seeds = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(pool.VARIABLE, str(SECONDS))
        patch.setattr(pool, "MEMORY", 2**30)  # of the two that the program allows: who runs the tests has other uses
        for name in names():
            (seeds / name).write_bytes(FILES[name]())
        for number in range(3):
            (seeds / f"{'amz'[number]}-good.txt").write_text(GOOD, encoding="utf-8")
        began = time.monotonic()
        index, report = sync(seeds, tmp_path_factory.mktemp("index"), QuickEncoder())
        took = time.monotonic() - began
        for file in seeds.iterdir():
            file.unlink()
        yield Outcome(index, report, took, {one.source: one.reason for one in report.skipped})


def names() -> list[str]:
    """All files, or without those that take long where time matters: `make soak` reads all."""
    return [name for name in FILES if os.environ.get("SOAK") or name not in HEAVY]


def test_there_are_many_kinds() -> None:
    assert len(FILES) > 90
    assert not SLOW - FILES.keys()
    assert all(name in FILES for name in HEAVY)
    listed = [beginning for beginnings in REFUSED.values() for beginning in beginnings.split()]
    assert all(any(name.startswith(beginning) for name in FILES) for beginning in listed)


def test_the_files_beside_them_are_indexed(outcome: Outcome) -> None:
    assert {"a-good.txt", "m-good.txt", "z-good.txt"} <= set(outcome.report.added)


@pytest.mark.parametrize("name", names())
def test_a_hostile_file_is_read_or_left_out_with_a_reason(outcome: Outcome, name: str) -> None:
    reason = outcome.reasons.get(name)
    assert (reason is None) == (name in outcome.report.added)
    if reason is not None:
        assert re.search(f"{expected(name) or LIMITS}|{LIMITS}", reason), reason
    else:
        assert not expected(name), "it was read"


def test_no_file_holds_the_others_for_longer_than_its_limit(outcome: Outcome) -> None:
    assert outcome.seconds < len(FILES) * (SECONDS + 2)


def test_nothing_in_a_file_was_run(outcome: Outcome) -> None:
    assert not Path("ran").exists()
    assert not any("root:" in document.text for document in outcome.index.corpus.documents)


def expected(name: str) -> str:
    return next((reason for reason, beginnings in REFUSED.items() if name.startswith(tuple(beginnings.split()))), "")
