"""Feedback as judgements of answers: every question is asked again, and each judgement says whether it is met now."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from embeddings.documents.corpus import Corpus
from embeddings.errors import FilterError, QuestionError
from embeddings.index.changes import Progress, silent
from embeddings.records import read_json
from embeddings.types import Document
from qa.answering.answerer import Answerer
from qa.answering.feedback import KINDS, Feedback, FeedbackKind, Quoted, in_words
from qa.evaluation.result import Figure
from qa.evaluation.scoring import figure
from qa.evaluation.types import DEPTH
from qa.query.syntax import parse
from qa.types.answers import Answer
from qa.types.quotes import Citation
from qa.types.serialize import Plain


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of one line.

    ``mended`` is whether the complaint no longer holds, or, for what was right, still holds; None where the line cannot
    be asked again as it was. ``why`` says why it is not mended, or not asked.
    """

    line: int
    kind: FeedbackKind
    question: str
    mended: bool | None
    why: str


@dataclass(frozen=True, slots=True)
class FeedbackEvaluation(Plain):
    """What came of a file of feedback; the same index, file and program give the same bytes."""

    dataset: str
    model: str
    index_id: str
    passages: int
    counts: dict[str, int]
    figures: tuple[Figure, ...]
    judgements: tuple[Judgement, ...]


def is_feedback(path: Path) -> bool:
    """Return whether the first line of a file is one of feedback: an object with ``kind`` and ``asked``."""
    if not path.is_file():
        return False
    with path.open("rb") as lines:
        first = next((line for line in lines if line.strip()), b"")
    try:
        return {"kind", "asked"} <= read_json(dict[str, Any], first.removeprefix(BOM_UTF8), ValueError).keys()
    except ValueError:
        return False


def evaluated_feedback(
    name: str, entries: Sequence[tuple[int, Feedback]], answerer: Answerer, progress: Progress | None = None
) -> FeedbackEvaluation:
    """Ask every line again, as it was asked and with its filters."""
    judgements = []
    step = progress or silent
    for count, (line, feedback) in enumerate(entries):
        step("asking questions", count, len(entries))
        judgements.append(Judgement(line, feedback.kind, feedback.asked, *_judged(feedback, answerer)))
    values = {kind: [one.mended for one in judgements if one.kind == kind and one.mended is not None] for kind in KINDS}
    index = answerer.retriever.index
    return FeedbackEvaluation(
        dataset=name,
        model=index.manifest.made.model,
        index_id=index.manifest.index_id,
        passages=len(index.corpus),
        counts={kind: sum(feedback.kind == kind for _, feedback in entries) for kind in KINDS},
        figures=tuple(figure(f"{in_words(kind)}: mended", mended) for kind, mended in values.items() if mended),
        judgements=tuple(judgements),
    )


def _judged(feedback: Feedback, answerer: Answerer) -> tuple[bool | None, str]:
    """Return `Judgement.mended` and why it is not True."""
    quoted = [quote for quote in (feedback.quote, feedback.elsewhere) if quote is not None]
    if changed := next(filter(None, (_changed(quote, answerer.retriever.index.corpus) for quote in quoted)), ""):
        return None, changed
    try:
        why = _why_not_mended(feedback, answerer.ask(feedback.asked, filters=feedback.filters), answerer)
    except (FilterError, QuestionError) as error:
        return None, str(error)
    return not why, why


def _why_not_mended(feedback: Feedback, answer: Answer, answerer: Answerer) -> str:
    """Return why this answer does not mend the feedback; empty where it does.

    An answer that cites the named place mends "answer_is_elsewhere"; where no place was named, another answer does.
    A refusal does not mend it.
    """
    corpus, answered = answerer.retriever.index.corpus, answer.verdict in {"answered", "uncertain"}
    cited = feedback.quote is not None and _cites(answer, feedback.quote, corpus)
    if feedback.kind == "right":
        if feedback.quote is None:
            return "answered now" if answered else ""
        return "" if cited else "no longer cited"
    if feedback.elsewhere is not None:
        cited = _cites(answer, feedback.elsewhere, corpus)
        return "" if cited else f"its place is not cited, {_found(feedback.elsewhere, feedback, answerer)}"
    if feedback.kind == "answer_is_elsewhere":
        return "refused" if not answered else "still cited" if cited else ""
    return "still cited" if cited else "still answered" if feedback.quote is None and answered else ""


def _found(place: Quoted, feedback: Feedback, answerer: Answerer) -> str:
    """Return the rank at which a place is found, in words."""
    found = answerer.retriever.search(feedback.asked, DEPTH, filters=feedback.filters)
    hits = answerer.reader.read(parse(feedback.asked).whole, found).hits
    ranks = (rank for rank, hit in enumerate(hits, 1) if _holds(hit.citation, place, answerer.retriever.index.corpus))
    rank = next(ranks, None)
    return "not found" if rank is None else f"found at rank {rank}"


def _changed(quoted: Quoted, corpus: Corpus) -> str:
    """Return why the quoted words cannot be compared any more; empty where they can."""
    document = _document(quoted, corpus)
    if document is None:
        there = any(other.source == quoted.path for other in corpus.documents)
        return f"{quoted.path} has changed since" if there else f"{quoted.path} is no longer among the documents"
    if document.text[quoted.start : quoted.end] != quoted.words:
        return f"{quoted.path} is read otherwise than it was: the words quoted stand no longer at {quoted.start}"
    return ""


def _document(quoted: Quoted, corpus: Corpus) -> Document | None:
    """Return the quoted document: one with the same bytes under any name, but the same name goes first."""
    same = [document for document in corpus.documents if document.sha256 == quoted.sha256]
    return next((document for document in same if document.source == quoted.path), next(iter(same), None))


def _cites(answer: Answer, quoted: Quoted, corpus: Corpus) -> bool:
    answers = answer.verdict != "about_documents"  # how a document begins answers nothing
    return answers and any(_holds(citation, quoted, corpus) for citation in answer.citations)


def _holds(citation: Citation, quoted: Quoted, corpus: Corpus) -> bool:
    """Return whether a citation, or a copy of it elsewhere, overlaps the quoted words at their place."""
    document = _document(quoted, corpus)
    quotes = [quote for quote in (citation.source, *citation.also) if document and quote.document_id == document.id]
    return any(quote.start < quoted.end and quoted.start < quote.end for quote in quotes)
