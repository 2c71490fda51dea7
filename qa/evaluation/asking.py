"""Every question of a data set through the product: its retriever, and its reader."""

from __future__ import annotations

from collections.abc import Sequence

from embeddings.errors import QuestionError
from embeddings.index.changes import Progress, silent
from qa.answering.about_documents import AboutDocuments
from qa.answering.verdict import verdict_of
from qa.evaluation.types import DEPTH, Dataset, Outcome, Question, Ranked
from qa.query.syntax import parse
from qa.reading.types import Read, Reader
from qa.retrieval.retriever import Retriever
from qa.types.answers import Verdict
from qa.types.hits import Hit, nearest


def ask_all(retriever: Retriever, reader: Reader, dataset: Dataset, progress: Progress | None = None) -> list[Outcome]:
    """Return the outcome of each question, in order; one that cannot be asked finds nothing and is not answered.

    Each passage is judged by itself: passages that say the same are not collapsed. What would get a reply about the
    documents has that verdict, and cites nothing.
    """
    outcomes: list[Outcome] = []
    about = AboutDocuments(retriever.index)
    step = progress or silent
    for count, question in enumerate(dataset.questions):
        step("asking questions", count, len(dataset.questions))
        try:
            found = retriever.search(question.text, DEPTH, collapse=False)
            read = reader.read(parse(question.text).whole, found)
        except QuestionError:
            read = Read((), ())
        verdict = verdict_of(read.marks, reader.read_by)
        if about.concerns(question.text):
            read, verdict = Read(read.hits, ()), "about_documents"
        names = [_name(hit, retriever, dataset) for hit in read.hits]
        outcomes.append(_outcome(question, read, names, verdict))
    return outcomes


def _name(hit: Hit, retriever: Retriever, dataset: Dataset) -> str:
    return dataset.passages[retriever.index.corpus.row_of(hit.passage)]


def _outcome(question: Question, read: Read, names: Sequence[str], verdict: Verdict) -> Outcome:
    hits, marks = read.hits, read.marks
    named = {hit.passage: name for hit, name in zip(hits, names, strict=True)}
    expected = {gold.passage for gold in question.gold}
    right = next((place for place, name in enumerate(names) if name in expected), None)
    return Outcome(
        question=question,
        ranking=tuple(Ranked(name, hit.score) for name, hit in zip(names, hits, strict=True)),
        answer=marks[0].sentence.text if marks else None,
        verdict=verdict,
        cited=tuple(dict.fromkeys(named[mark.hit.passage] for mark in marks)),
        first_right=None if not expected else right == 0 and _marks(question, hits[0], names[0]),
        inside_right=None if right is None else _marks(question, hits[right], names[right]),
    )


def _marks(question: Question, hit: Hit, name: str) -> bool:
    sentence = nearest(hit).sentence
    return any(gold.passage == name and gold.is_marked_by(sentence.start, sentence.end) for gold in question.gold)
