"""A folder in the BEIR layout (Thakur et al. 2021): corpus, queries, judgements, and optionally answers.

``corpus.jsonl`` (``_id``, ``title``, ``text``), ``queries.jsonl`` (``_id``, ``text``) and ``qrels/*.tsv`` (a header,
then query, passage, grade) are BEIR's own. ``answers.jsonl`` (``_id`` of the query, ``passage_id``, ``start``,
``text``) and ``unanswerable.jsonl`` (``_id``, ``text``) are optional.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from embeddings.errors import DatasetError
from embeddings.index.rows import Row
from qa.evaluation.lines import Line, check_words, numbered_lines, read_lines
from qa.evaluation.types import Dataset, Gold, Question, Span

Judgements = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class _Text:
    """A line of the corpus or of the queries."""

    id: str = field(metadata={"alias": "_id"})
    text: str
    title: str = ""

    def __post_init__(self) -> None:
        check_words(_id=self.id)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A line of the answers; ``start`` is an offset in the passage's text."""

    query: str = field(metadata={"alias": "_id"})
    passage: str = field(metadata={"alias": "passage_id"})
    start: int = field(metadata={"ge": 0})
    text: str

    def __post_init__(self) -> None:
        check_words(_id=self.query, passage_id=self.passage, text=self.text)


@dataclass(frozen=True, slots=True)
class BeirFolder:
    """A corpus to index, and the questions over it."""

    rows: tuple[Row, ...]
    dataset: Dataset


def read_beir(folder: Path, limit: int | None = None, *, answers: bool = True) -> BeirFolder:
    """Read and check the whole folder; keep the first ``limit`` judged queries, and as many unanswerable ones.

    Without ``answers`` their file is not read: a ranking needs the judgements only. Raise DatasetError that names the
    file and the line.
    """
    corpus = _without_doubles(read_lines(folder / "corpus.jsonl", _Text), {})
    rows = [Row(line.id, line.title, line.text) for line in corpus]
    if not rows:
        raise DatasetError(f"{folder / 'corpus.jsonl'} holds no passage.")
    texts = {row.id: row.text for row in rows}
    ids: dict[str, Line[_Text]] = {}
    queries = _texts(folder / "queries.jsonl", ids)
    unanswerable = _texts(folder / "unanswerable.jsonl", ids) if (folder / "unanswerable.jsonl").exists() else {}
    judged = _judgements(folder / "qrels", queries, texts)
    spans = _answers(folder / "answers.jsonl", queries, texts) if answers else {}
    asked = [
        Question(name, text, judged[name], tuple(spans.get(name, ())))
        for name, text in queries.items()
        if name in judged
    ]
    if not asked:
        raise DatasetError(f"{folder / 'qrels'} judges no passage relevant to any query: there is nothing to measure.")
    open_ones = (Question(name, text) for name, text in unanswerable.items())
    questions = (*asked[:limit], *islice(open_ones, limit))
    return BeirFolder(tuple(rows), Dataset(folder.resolve().name, questions, tuple(texts)))


def _without_doubles(lines: Iterable[Line[_Text]], seen: dict[str, Line[_Text]]) -> list[_Text]:
    kept = []
    for line in lines:
        if other := seen.get(line.says.id):
            raise line.error(
                f"the _id {line.says.id!r} stands in {other.path.name}, line {other.number}, too. Keep one."
            )
        seen[line.says.id] = line
        kept.append(line.says)
    return kept


def _texts(path: Path, ids: dict[str, Line[_Text]]) -> dict[str, str]:
    return {line.id: line.text for line in _without_doubles(read_lines(path, _Text), ids)}


def _judgements(folder: Path, queries: Mapping[str, str], texts: Mapping[str, str]) -> Judgements:
    """Return the passages with a grade of 1 or more, by query."""
    files = sorted(folder.glob("*.tsv"))
    if not files:
        raise DatasetError(f"{folder} holds no .tsv file: the judgements (query, passage, grade) are missing.")
    grades: Judgements = defaultdict(dict)
    for path in files:
        for place, (query, passage, grade) in _rows_of(path):
            for kind, name, known in (("query", query, queries), ("passage", passage, texts)):
                if name not in known:
                    raise DatasetError(f"{place}: there is no {kind} {name!r}. Take the line out, or add the {kind}.")
            if grades[query].setdefault(passage, grade) != grade:
                raise DatasetError(f"{place}: {query!r} and {passage!r} were judged {grades[query][passage]} before.")
    positive = {query: {passage: grade for passage, grade in row.items() if grade > 0} for query, row in grades.items()}
    return {query: row for query, row in positive.items() if row}


def _rows_of(path: Path) -> Iterable[tuple[str, tuple[str, str, int]]]:
    for count, (number, text) in enumerate(numbered_lines(path)):
        place = f"{path}, line {number}"
        fields = text.split("\t")
        if len(fields) != 3:
            raise DatasetError(f"{place}: expected query, passage and grade with tabs between, found {text[:80]!r}.")
        if re.fullmatch(r"[+-]?\d+", fields[2].strip()):
            yield place, (fields[0], fields[1], int(fields[2]))
        elif count > 0:  # the first line is the header
            raise DatasetError(f"{place}: the grade is {fields[2]!r}, expected a whole number.")


def _answers(path: Path, queries: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, list[Gold]]:
    answers: dict[str, list[Gold]] = defaultdict(list)
    for line in read_lines(path, _Answer) if path.exists() else []:
        said = line.says
        if said.query not in queries:
            raise line.error(f"there is no query {said.query!r}. Take the line out, or add the query.")
        if said.passage not in texts:
            raise line.error(f"there is no passage {said.passage!r}. Take the line out, or add the passage.")
        text = texts[said.passage]
        if not text.startswith(said.text, said.start):
            found = text[said.start : said.start + len(said.text)]
            raise line.error(f"the passage {said.passage!r} says {found!r} at {said.start}, not {said.text!r}.")
        answers[said.query].append(Gold(said.passage, _places(said.text, said.start, text)))
    return answers


def _places(words: str, start: int, text: str) -> tuple[Span, ...]:
    """Return the given place, and every other place where the same words stand as whole words."""
    others = {match.span() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)}
    return tuple(sorted({(start, start + len(words)), *others}))
