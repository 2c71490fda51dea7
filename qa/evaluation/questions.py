"""Questions over the user's own documents: a JSON-lines file of ``question``, ``document`` and ``quote``.

``document`` is a path below the documents folder, ``quote`` words that stand in it; both are null for a question that
the documents do not answer. Lines with the same question are one question with several places.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embeddings.documents.corpus import Corpus
from embeddings.errors import DatasetError
from embeddings.index.store import Index
from embeddings.types import Document
from qa.evaluation.lines import Line, check_words, read_lines
from qa.evaluation.types import Dataset, Gold, Question, Span


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A line of the file; both None where the documents do not answer the question."""

    question: str
    quote: str | None
    document: str | None = None

    def __post_init__(self) -> None:
        check_words(question=self.question)
        if self.quote is None:
            if self.document is not None:
                raise ValueError("a document is named without a quote. Give the quote, or null for both")
            return
        if self.document is None:
            raise ValueError('"document" is null, expected the path that the quote stands in')
        check_words(quote=self.quote, document=self.document)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the file has it; without lines that name a place it is one the documents do not answer."""

    id: str
    text: str
    places: tuple[Line[QuestionLine], ...]


def read_questions(path: Path, limit: int | None = None) -> list[Asked]:
    """Read and check the file; keep the first ``limit`` questions. The id is ``q`` and the line's number.

    Raise DatasetError that names the line.
    """
    lines: dict[str, list[Line[QuestionLine]]] = {}
    for line in read_lines(path, QuestionLine):
        lines.setdefault(line.says.question, []).append(line)
    asked: list[Asked] = []
    for text, same in list(lines.items())[:limit]:
        places = tuple(line for line in same if line.says.quote is not None)
        if len(same) > 1 and len(places) < len(same):
            raise same[1].error(f"the question of line {same[0].number} again, and only one of them has a quote.")
        asked.append(Asked(f"q{same[0].number}", text, places))
    if not any(question.places for question in asked):
        raise DatasetError(f"{path} holds no question with a quote: there is nothing to measure.")
    return asked


def locate(asked: list[Asked], index: Index, name: str) -> Dataset:
    """Find each quote in the documents of the index; the passages that contain it are relevant.

    A passage is named by its path and its number, ``report.md#3``. White space may differ between quote and document.
    Raise DatasetError for a document that is not in the index, and for a quote that does not stand in it.
    """
    corpus = index.corpus
    names = tuple(_name(corpus, row) for row in range(len(corpus)))
    documents = {document.source: document for document in corpus.documents}
    skipped = {item.source: item.reason for item in index.manifest.skipped}
    questions: list[Question] = []
    for question in asked:
        gold = tuple(
            Gold(names[row], spans)
            for line in question.places
            for row, spans in _rows(line, _document(line, documents, skipped), corpus).items()
        )
        questions.append(Question(question.id, question.text, {item.passage: 1 for item in gold}, gold))
    return Dataset(name, tuple(questions), names)


def _document(line: Line[QuestionLine], documents: Mapping[str, Document], skipped: Mapping[str, str]) -> Document:
    source = line.says.document or ""
    if source in documents:
        return documents[source]
    if source in skipped:
        raise line.error(f"the document {source} was left out of the index: {skipped[source]}.")
    raise line.error(f"there is no document {source!r}. Give its path below the documents folder (see --seeds).")


def _rows(line: Line[QuestionLine], document: Document, corpus: Corpus) -> dict[int, tuple[Span, ...]]:
    """Return the rows of the passages that contain the quote, or, where it crosses borders, of those it touches."""
    quote = line.says.quote or ""
    pattern = r"\s+".join(re.escape(word) for word in quote.split())
    found = [match.span() for match in re.finditer(pattern, document.text)]
    if not found:
        raise line.error(f"{document.source} does not say {quote!r}. Copy the words from the document.")
    rows = corpus.passage_rows(document.id)
    spans = {row: tuple(int(value) for value in corpus.passage_spans[row, 1:]) for row in rows}
    inside = {row: tuple(s for s in found if start <= s[0] and s[1] <= end) for row, (start, end) in spans.items()}
    touched = {row: tuple(s for s in found if start < s[1] and s[0] < end) for row, (start, end) in spans.items()}
    kept = inside if any(inside.values()) else touched
    if not any(kept.values()):
        raise line.error(f"{quote!r} stands in no paragraph of {document.source}: short headings are not quoted.")
    return {row: places for row, places in kept.items() if places}


def _name(corpus: Corpus, row: int) -> str:
    """Return path and number; white space, which would divide a line of a run file, is written as in a web address."""
    source = "".join(
        "".join(f"%{byte:02X}" for byte in sign.encode()) if sign.isspace() or sign == "%" else sign
        for sign in corpus.document_of(row).source
    )
    passage = corpus.passage(row)
    return f"{source}#{passage.number or f'heading@{passage.start}'}"
