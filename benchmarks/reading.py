"""The worth of the reader: the answering sentence, the ranking, the refusals, the probabilities, the time.

    QA_DATA=folder python -m benchmarks.reading [--folder READER] [--most QUESTIONS]

Asks the reporting articles of ``squad20-a``: no training, no threshold and no other number of the project was chosen on
their unanswerable questions, and of their answerable ones the half is left out that the retriever's weights were chosen
on. As questions about something else, the same ones are asked of ``muc34``. Writes ``reading-<commit>.md``, ``.json``
and the reliability diagram ``.svg`` into ``benchmarks/results``. A run that was stopped goes on where it stood.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.asked import DEPTH, Asked, Asker, until
from benchmarks.beir import data_folder, read_lines
from benchmarks.conversations import asked_last, read_talk
from benchmarks.diagram import draw_reliability
from benchmarks.followups import Search
from benchmarks.machine import setting
from benchmarks.parts import Kinds, Part, asked_of, given, marked, open_part
from benchmarks.reading_figures import (
    Ranking,
    answered,
    as_read,
    early,
    end_to_end,
    in_the_paragraph,
    ranking,
    reliability,
)
from benchmarks.reading_speed import reading_times
from benchmarks.reading_tables import Result, as_markdown, as_values
from benchmarks.remembered import RememberedReader
from benchmarks.shared import SharedEncoder, default_cache
from benchmarks.tasks import evenly, open_task
from embeddings.encoding.encoder import open_encoder
from embeddings.encoding.models import find_model
from embeddings.errors import QAError
from embeddings.index.rows import index_rows
from qa.evaluation.plot import require_matplotlib
from qa.evaluation.types import Question
from qa.reading import Enough, TrainedReader, open_reader
from qa.reading.calibration import Nearness
from qa.reading.measured import measured_in
from qa.reading.trained.files import DESCRIPTION, describe
from qa.reading.trained.reader import SHIPPED
from qa.retrieval.retriever import Retriever

__all__ = ["main"]

RESULTS = Path(__file__).parent / "results"
MOST, ELSEWHERE, TIMED = 750, 300, 100  # questions


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; return 0, or 1 where there is nothing to measure with."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, default=SHIPPED, help="an exported reader; the one that is shipped")
    parser.add_argument("--most", type=int, default=MOST, help="questions of a kind, evenly spread")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the tables are written")
    options = parser.parse_args(arguments)
    try:
        require_matplotlib()
        reader = open_reader(find_model(), folder=options.folder)
        if reader is None:
            print(f"there is no reader in {options.folder}: train one, or name its folder", file=sys.stderr)
            return 1
        where = setting()
        result, title = measured(reader, options.folder, options.most), "First passage of the twenty that are read"
    except QAError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    text = as_markdown(where, result)
    print(text)
    options.results.mkdir(parents=True, exist_ok=True)
    page = options.results / f"reading-{where.commit}.md"
    page.write_text(text, encoding="utf-8")
    page.with_suffix(".json").write_text(json.dumps(as_values(where, result), indent=1) + "\n", encoding="utf-8")
    draw_reliability(page.with_suffix(".svg"), title, result.reliability)
    return 0


def measured(reader: TrainedReader, folder: Path, most: int) -> Result:
    """Ask everything, and keep the readings, so that the figures cost nothing a second time."""
    said = measured_in(folder / DESCRIPTION)
    limits, nearness = ((), Nearness()) if said is None else (said.limits, said.nearness)
    part = open_part("reported", unused=True).some(most)
    remembered = RememberedReader(reader, describe(folder), default_cache())
    encoder = _encoder("squad20-a")
    retriever = part.retriever(encoder)
    whole = _kinds(part, remembered, retriever, nearness)
    kinds = as_read(whole, Enough.of(reader.limit))
    _step("the right paragraph")
    own, near = (given(part, questions, remembered) for questions in (part.answerable, part.near))
    rankings = {"squad20-a, reporting articles": _of_part(part, kinds)}
    _step("conversations")
    rankings["mtrag-un-dev, last turns after their conversation"] = _of_talks(remembered, nearness, most, reader.limit)
    _step("time")
    timed = Retriever(retriever.index, open_encoder(), Path())
    times = reading_times(timed, reader, nearness, [one.text for one in evenly(part.answerable, TIMED)])
    encoder.save()
    return Result(
        reader=f"{reader.name}, {reader.digest[:12]}",
        articles=tuple(sorted(part.articles)),
        foreign=_foreign(part, kinds),
        paragraph=in_the_paragraph(own, near, marked(part.answerable, own, retriever)),
        end_to_end={**end_to_end(kinds), **early(whole, reader.limit)},
        rankings=rankings,
        shares={
            name: (limit, answered(as_read(whole, Enough.of(limit, reader.limit)), limit))
            for name, limit in {
                "as shipped": reader.limit,
                **{f"caution {caution}": value for caution, value in limits},
            }.items()
        },
        reliability=reliability(kinds),
        times=times,
    )


def _kinds(part: Part, reader: RememberedReader, retriever: Retriever, nearness: Nearness) -> Kinds:
    _step("questions about something else")
    foreign = open_task("muc34")
    encoder = SharedEncoder(open_encoder(), default_cache(), foreign.name)
    away = Asker(Retriever(index_rows(foreign.rows, encoder), encoder, Path()), reader, nearness)
    elsewhere = [away.ask(one.text, {}) for one in evenly(part.answerable, ELSEWHERE)]
    _step("questions and near-misses")
    return asked_of(part, Asker(retriever, reader, nearness), elsewhere)


def _of_part(part: Part, kinds: Kinds) -> Ranking:
    questions = [Question(one.id, one.text, dict.fromkeys(part.corpus.answers[one.id], 1)) for one in part.answerable]
    return ranking(questions, dict(zip([one.id for one in questions], kinds.answerable, strict=True)))


def _of_talks(reader: RememberedReader, nearness: Nearness, most: int, limit: float) -> Ranking:
    search = Search(open_task("mtrag-un-dev"))
    talks = {row["_id"]: read_talk(row) for row in read_lines(data_folder("mtrag-un-dev") / "conversations.jsonl")}
    asker = Asker(search.retriever, reader, nearness)
    found: dict[str, Asked] = {}
    questions = evenly(search.task.questions, most)
    for question in questions:
        meant = asked_last(talks[question.id].questions, search.ground, search.quotes)
        found[question.id] = until(asker.ask(meant.asked, {}), Enough.of(limit))
    search.encoder.save()
    return ranking(questions, found)


def _foreign(part: Part, kinds: Kinds) -> float:
    """Return the share of first passages from articles that are searched but not asked about."""
    found = [asked[0].passage for asked in (*kinds.answerable, *kinds.near) if asked]
    return sum(part.corpus.paragraphs[name].article not in part.articles for name in found) / max(1, len(found))


def _encoder(name: str) -> SharedEncoder:
    return SharedEncoder(open_encoder(), default_cache(), name)


def _step(what: str) -> None:
    print(f"reading the first {DEPTH} passages: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
