"""The promise of the quote: what is shown equals the file at the cited place at that moment, through every door."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from doors import Doors, Oracle
from libraries import library_over
from written import FORMATS, Written, write, written

from qa.answering.sources import answer_now
from qa.export import quotes_in
from qa.interfaces.chat.feedback import file_of
from qa.types.quotes import Quote

ENOUGH = int(os.environ.get("SEEDS_QUOTES", "2000"))
"""Quotes that are made and compared: 2,000 of them with every run of the tests, 100,000 by ``make soak``."""

Change = Callable[[Random, Path, Quote], None]


def _edit(random: Random, path: Path, quote: Quote) -> None:
    """Another letter in the quote's own place; in a file that is no text, some byte."""
    data = bytearray(path.read_bytes())
    at = data.find(b"Gwadar") if b"Gwadar" in data else random.randrange(len(data))
    data[at : at + 1] = bytes([data[at] ^ 1])
    path.write_bytes(data)


def _edit_unseen(random: Random, path: Path, quote: Quote) -> None:
    """The same, with the size and the time of the last write as they were."""
    before = path.stat()
    _edit(random, path, quote)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replace(random: Random, path: Path, quote: Quote) -> None:
    other = write(random, random.randrange(10**6), path.suffix[1:])
    new = path.with_name(f".new{path.suffix}")
    new.write_bytes(other.data)
    new.replace(path)


def _remove(random: Random, path: Path, quote: Quote) -> None:
    path.unlink()


def _empty(random: Random, path: Path, quote: Quote) -> None:
    path.write_bytes(b"")


def _cut(random: Random, path: Path, quote: Quote) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _append(random: Random, path: Path, quote: Quote) -> None:
    with path.open("ab") as file:
        file.write(b"\n\nOne more.\n")


def _move(random: Random, path: Path, quote: Quote) -> None:
    path.write_bytes(b"Before it. \n\n" + path.read_bytes())


def _link(random: Random, path: Path, quote: Quote) -> None:
    outside = path.parents[2] / f"outside-{random.randrange(10**6)}{path.suffix}"
    shutil.move(path, outside)
    path.symlink_to(outside)


def _pipe(random: Random, path: Path, quote: Quote) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(random: Random, path: Path, quote: Quote) -> None:
    path.unlink()
    path.mkdir()


CHANGES: list[Change] = [
    *(_edit, _edit, _edit_unseen, _edit_unseen, _replace, _replace, _remove, _empty, _cut, _append, _move, _link),
    *(_pipe, _folder),
]


def put(folder: Path, documents: list[Written]) -> None:
    for document in documents:
        path = folder / document.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document.data)


def questions(random: Random, documents: list[Written]) -> list[str]:
    telling = [f"Was {random.choice(document.telling)} opened?" for document in random.sample(documents, 2)]
    return [*telling, "How many tonnes passed the harbour of Gwadar by Mr. Khan?"]


def a_round(place: Path, seed: int, *, settled: bool) -> Oracle:
    """Make documents, show quotes of them, change some of the files, show them again; all that is shown is compared."""
    random, folder = Random(seed), place / "a" / "documents"
    documents = written(seed, 5 * len(FORMATS))
    put(folder, documents)
    if settled:
        time.sleep(2.1)  # from then on a file is not read again while its stamp is the same
    doors, oracle = Doors(library_over(folder, place / "index")), Oracle(folder)
    now = oracle.documents()
    for document in documents:
        if document.text is not None and document.name in now:
            assert now[document.name].text == document.text, document.name
    asked = questions(random, documents)
    turns = doors.asked(asked[2], turns=doors.asked(asked[1], turns=doors.asked(asked[0])))
    oracle.check(doors.all(asked), now)
    oracle.check(doors.exported(asked[2]), now)
    oracle.check(doors.spans(), now)
    old = [quote for turn in turns if turn.answer for one in turn.answer.citations for quote in (one.source, *one.also)]
    for quote in {one.path: one for one in random.sample(old, min(8, len(old)))}.values():
        random.choice(CHANGES)(random, folder / quote.path, quote)
    if settled:
        time.sleep(2.1)
    oracle.check(doors.page(turns))  # what the page still holds of before
    oracle.check(doors.spans())
    for quote in old:
        oracle.check(doors.source(quote.document_id, quote.start, quote.end))
    oracle.check(doors.page(turns))
    if oracle.documents():
        oracle.check(doors.all(asked))
        oracle.check(doors.page(doors.asked(asked[2], turns=turns)))
    return oracle


def test_what_is_shown_is_what_the_file_says(tmp_path: Path) -> None:
    first = int(os.environ.get("SEEDS_QUOTES_SEED", "0"))
    quotes = shown = 0
    seed = first
    while quotes < ENOUGH:
        place = tmp_path / str(seed)
        try:
            oracle = a_round(place, seed, settled=(seed - first) % 8 == 0)
        except AssertionError as error:
            raise AssertionError(f"the documents of seed {seed}") from error
        quotes, shown, seed = quotes + len(oracle.checked), shown + oracle.showings, seed + 1
        shutil.rmtree(place)
    made = (seed - first) * 5 * len(FORMATS)
    sys.stdout.write(f"{quotes:,} quotes of {made:,} documents, shown {shown:,} times\n")


@pytest.fixture
def doors(folder: Path, tmp_path: Path) -> Doors:
    for name, killed in (("a", "12"), ("b", "12"), ("c", "15")):
        text = f"The bombing of the Mastung bus station killed {killed} people, wrote paper {name}.\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return Doors(library_over(folder, tmp_path / "index"))


KILLED = "How many people did the bombing of the Mastung bus station kill?"


def test_an_export_of_the_page_holds_what_the_files_still_say(doors: Doors, folder: Path) -> None:
    turns = doors.asked(KILLED)
    (answer,) = [turn.answer for turn in turns if turn.answer]
    assert answer.agreements
    assert answer_now(answer, doors.library.answerer.sources) is answer
    (folder / "a.txt").unlink()
    left = answer_now(answer, doors.library.answerer.sources)
    assert [(one.number, one.source.path) for one in left.citations] == [(1, "c.txt"), (2, "b.txt")]
    assert (left.changed, left.agreements, left.differences) == (("a.txt",), (), ())
    assert left.reason == (
        "No longer in the folder and therefore not quoted: a.txt. Ask again when the index is up to date. "
        + answer.reason
    )
    for name in ("b.txt", "c.txt", "rail.txt", "harbour.md", "water.txt"):
        (folder / name).write_text("Something else is said here now.\n", encoding="utf-8")
    for name in ("markdown", "html", "json"):
        text = file_of(doors.library, [answer], name).text
        assert quotes_in(text) == []
        assert "wrote paper" not in text
    for name in ("bibtex", "csl"):
        assert ".txt" not in file_of(doors.library, [answer], name).text
    oracle = Oracle(folder)
    oracle.check(doors.page(turns))


def test_what_documents_agree_in_is_not_said_again_when_one_of_them_changed(doors: Doors, folder: Path) -> None:
    turns = doors.asked(KILLED)
    before = doors.handlers.thread(turns)
    assert ("<b>2 documents</b> say" in before, before.count('class="value"')) == (True, 2)
    (folder / "a.txt").write_text("Nobody was killed.\n", encoding="utf-8")
    (folder / "c.txt").unlink()
    after = doors.handlers.thread(turns)
    assert ("<b>2 documents</b> say" in after, after.count('class="value"')) == (False, 1)


def test_two_hits_with_the_same_text_keep_their_own_places_and_traces(folder: Path, tmp_path: Path) -> None:
    for name, before in (
        ("one.txt", "Another thing stands before it, and it is told in one sentence.\n\n"),
        ("two.txt", "Something else that is rather longer than that stands before it here, in a sentence too.\n\n"),
    ):
        (folder / name).write_text(f"{before}The lighthouse of Ormara was lit in 1929.\n", encoding="utf-8")
    answerer = library_over(folder, tmp_path / "index").answerer
    hits = answerer.retriever.search("When was the lighthouse of Ormara lit?", 2, collapse=False)
    assert sorted(hit.citation.source.path for hit in hits) == ["one.txt", "two.txt"]
    assert len({hit.passage.text for hit in hits}) == 1
    for hit in hits:
        (sentence,) = hit.trace.sentences
        assert (sentence.sentence.start, sentence.sentence.end) == (hit.passage.start, hit.passage.end)
    assert hits[0].passage.start != hits[1].passage.start
    read = answerer.reader.read("When was the lighthouse of Ormara lit?", hits)
    assert [hit.trace.sentences for hit in read.hits] == [hit.trace.sentences for hit in hits]
    assert [mark.sentence.start for mark in read.marks] == [hit.passage.start for hit in hits]
