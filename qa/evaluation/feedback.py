"""Feedback asked again: which complaints still hold, and where the right passages stand now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.documents.corpus import Corpus
from embeddings.errors import FilterError, QuestionError
from embeddings.index.changes import Progress
from embeddings.types import Document
from qa.answering.answerer import Answerer
from qa.answering.feedback import KINDS, Feedback, FeedbackKind, Quoted
from qa.evaluation.lines import Line, read_json_lines
from qa.evaluation.result import Figure
from qa.evaluation.statistics import interval
from qa.evaluation.types import DEPTH
from qa.query.syntax import parse
from qa.types.answers import Answer
from qa.types.quotes import Citation, Quote

__all__ = ["Apart", "Asked", "FeedbackEvaluation", "evaluated_feedback", "is_feedback", "read_feedback"]

Entry = tuple[int, Feedback]


@dataclass(frozen=True, slots=True)
class Asked:
    """One line asked again.

    ``first`` and ``cited`` say whether the passage quoted is still found first, and still among the citations (None
    where none was quoted); ``rank`` is that of the passage where the answer stands, from 1 (None where it was not found
    among `DEPTH`, or is not known), ``answered_with_it`` whether it is cited.
    """

    line: int
    kind: FeedbackKind
    question: str
    answered: bool
    first: bool | None
    cited: bool | None
    elsewhere: bool = False
    rank: int | None = None
    answered_with_it: bool = False

    @property
    def mended(self) -> bool:
        """Whether the complaint no longer holds, or, for what was right, still holds.

        That an answer is elsewhere is mended by one that cites the place, or, where no place was named, by another one.
        """
        same = not self.answered if self.cited is None else self.cited
        if self.kind == "right":
            return same
        if self.kind == "answer_is_elsewhere":
            return self.answered_with_it if self.elsewhere else self.answered and not same
        return not (self.answered if self.cited is None else self.cited)

    @property
    def why(self) -> str:
        """Why it is not mended, in words; empty where it is."""
        if self.mended:
            return ""
        if self.kind == "right":
            return "no longer cited" if self.cited is False else "answered now"
        if self.kind == "answer_is_elsewhere":
            place = "" if not self.elsewhere else f", found at rank {self.rank}" if self.rank else ", not found"
            return f"its place is not cited{place}" if place else "refused" if not self.answered else "still cited"
        return "still cited" if self.cited else "still answered"


@dataclass(frozen=True, slots=True)
class Apart:
    """A line that cannot be asked again as it was, and why."""

    line: int
    kind: FeedbackKind
    question: str
    why: str


@dataclass(frozen=True, slots=True)
class FeedbackEvaluation:
    """What came of a file of feedback; the same index, file and program give the same bytes."""

    dataset: str
    model: str
    index_id: str
    passages: int
    counts: dict[str, int]
    figures: tuple[Figure, ...]
    asked: tuple[Asked, ...]
    apart: tuple[Apart, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values, ready for JSON."""
        return {
            **asdict(self),
            "asked": [{**asdict(each), "mended": each.mended, "why": each.why} for each in self.asked],
        }


def is_feedback(path: Path) -> bool:
    """Whether the first line of a file is one of feedback: an object with ``kind`` and ``asked``."""
    if not path.is_file():
        return False
    with path.open("rb") as lines:
        first = next((line for line in lines if line.strip()), b"")
    try:
        fields = json.loads(first.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(fields, dict) and {"kind", "asked"} <= fields.keys()


def read_feedback(path: Path, limit: int | None = None) -> list[Entry]:
    """Line numbers and what they say, the first ``limit`` of them. Raises DatasetError that names the line."""
    return [(line.number, _feedback(line)) for line in read_json_lines(path)[:limit]]


def evaluated_feedback(
    name: str, entries: Sequence[Entry], answerer: Answerer, progress: Progress | None = None
) -> FeedbackEvaluation:
    """Ask every line again, as it was asked and with its filters.

    A line whose documents are no longer what was quoted, or whose filters no document meets, is listed apart.
    """
    asked: list[Asked] = []
    apart: list[Apart] = []
    for count, (line, feedback) in enumerate(entries):
        if progress is not None:
            progress("asking questions", count, len(entries))
        why = _changed(feedback, answerer.retriever.index.corpus)
        try:
            if not why:
                asked.append(_asked(line, feedback, answerer))
        except (FilterError, QuestionError) as error:
            why = str(error)
        if why:
            apart.append(Apart(line, feedback.kind, feedback.asked, why))
    index = answerer.retriever.index
    return FeedbackEvaluation(
        dataset=name,
        model=index.manifest.made.model,
        index_id=index.manifest.index_id,
        passages=len(index.corpus),
        counts={kind: sum(feedback.kind == kind for _, feedback in entries) for kind in KINDS},
        figures=tuple(_figures(asked)),
        asked=tuple(asked),
        apart=tuple(apart),
    )


def _feedback(line: Line) -> Feedback:
    line.words("asked")
    try:
        return Feedback.from_dict(line.fields)
    except ValueError as error:
        raise line.error(f"{error}.") from error


def _changed(feedback: Feedback, corpus: Corpus) -> str:
    """Why what was quoted cannot be compared any more; empty where it can."""
    for quoted in (feedback.quote, feedback.elsewhere):
        if quoted is None:
            continue
        document = _document(quoted, corpus)
        if document is None:
            there = any(other.source == quoted.path for other in corpus.documents)
            return f"{quoted.path} has changed since" if there else f"{quoted.path} is no longer among the documents"
        if document.text[quoted.start : quoted.end] != quoted.words:
            return f"{quoted.path} is read otherwise than it was: the words quoted stand no longer at {quoted.start}"
    return ""


def _document(quoted: Quoted, corpus: Corpus) -> Document | None:
    """The document that was quoted, under whatever name, with the same bytes; the same name goes first."""
    same = [document for document in corpus.documents if document.sha256 == quoted.sha256]
    return next((document for document in same if document.source == quoted.path), next(iter(same), None))


def _asked(line: int, feedback: Feedback, answerer: Answerer) -> Asked:
    corpus, asked = answerer.retriever.index.corpus, feedback.asked
    answer = answerer.ask(asked, filters=feedback.filters)
    found = answerer.retriever.search(asked, DEPTH, filters=feedback.filters)
    hits = [hit.citation for hit in answerer.reader.read(parse(asked).whole, found).hits]
    rank = None
    if feedback.elsewhere is not None:
        holds = _holds(feedback.elsewhere, corpus)
        rank = next((rank for rank, hit in enumerate(hits, start=1) if holds(hit)), None)
    return Asked(
        line=line,
        kind=feedback.kind,
        question=asked,
        answered=answer.verdict == "answered",
        first=None if feedback.quote is None else any(map(_holds(feedback.quote, corpus), hits[:1])),
        cited=None if feedback.quote is None else _cites(answer, feedback.quote, corpus),
        elsewhere=feedback.elsewhere is not None,
        rank=rank,
        answered_with_it=feedback.elsewhere is not None and _cites(answer, feedback.elsewhere, corpus),
    )


def _cites(answer: Answer, quoted: Quoted, corpus: Corpus) -> bool:
    return any(map(_holds(quoted, corpus), answer.citations))


def _holds(quoted: Quoted, corpus: Corpus) -> Callable[[Citation], bool]:
    """Whether a citation, or a copy of it elsewhere, has words in common with what was quoted, where it stands."""
    document = _document(quoted, corpus)

    def same(quote: Quote) -> bool:
        is_there = document is not None and quote.document_id == document.id
        return is_there and quote.start < quoted.end and quoted.start < quote.end

    return lambda citation: any(map(same, (citation.source, *citation.also)))


def _figures(asked: Iterable[Asked]) -> Iterator[Figure]:
    kinds: dict[FeedbackKind, list[Asked]] = {kind: [] for kind in KINDS}
    for each in asked:
        kinds[each.kind].append(each)
    wrong, silent = kinds["wrong_passage"], kinds["does_not_answer"]
    placed = [each for each in kinds["answer_is_elsewhere"] if each.elsewhere]
    unplaced = [each for each in kinds["answer_is_elsewhere"] if not each.elsewhere]
    yield from _mended("wrong passage: no longer cited", wrong)
    yield from _figure("wrong passage: no longer first", [not each.first for each in wrong])
    yield from _mended("does not answer: refused or answered otherwise", silent)
    yield from _figure("does not answer: refused now", [not each.answered for each in silent])
    yield from _mended("answer elsewhere: answered with it", placed)
    yield from _figure("answer elsewhere: hit@1", [each.rank == 1 for each in placed])
    yield from _figure("answer elsewhere: MRR@10", [_reciprocal(each.rank) for each in placed])
    yield from _mended("answer elsewhere, place unknown: answered otherwise", unplaced)
    yield from _mended("right: as it was", kinds["right"])


def _mended(name: str, asked: Sequence[Asked]) -> Iterator[Figure]:
    """The share that is mended: what is not, is listed."""
    yield from _figure(f"{name} (mended)", [each.mended for each in asked])


def _figure(name: str, values: Sequence[float]) -> Iterator[Figure]:
    if values:
        numbers = np.asarray(values, dtype=np.float64)
        yield Figure(name, float(numbers.mean()), *interval(numbers), len(numbers))


def _reciprocal(rank: int | None) -> float:
    return 1 / rank if rank is not None and rank <= 10 else 0.0
