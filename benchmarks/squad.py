"""Questions with answers, from a folder in the BEIR layout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.beir import halves
from embeddings.documents.splitter import sentence_spans
from embeddings.errors import DatasetError

__all__ = [
    "Corpus",
    "Paragraph",
    "Question",
    "Span",
    "parts_of_squad20",
    "read_corpus",
    "read_rows",
    "read_unanswerable",
]


Span = tuple[int, int]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with the title of its article; ``spans`` are its sentences where they are known already."""

    id: str
    article: str
    title: str
    text: str
    spans: tuple[Span, ...] = ()

    @cached_property
    def sentences(self) -> list[Span]:
        """Return the spans of its sentences, in order; never empty."""
        return list(self.spans) or sentence_spans(self.text, 0, len(self.text)) or [(0, len(self.text))]


@dataclass(frozen=True, slots=True)
class Question:
    """A question asked of a paragraph; ``answers`` are spans of it, empty where it does not answer."""

    id: str
    text: str
    paragraph: str
    answers: tuple[Span, ...]


@dataclass(frozen=True)
class Corpus:
    """Paragraphs in their order, and the questions asked of them."""

    paragraphs: dict[str, Paragraph]
    questions: list[Question]

    @cached_property
    def answers(self) -> dict[str, dict[str, tuple[Span, ...]]]:
        """Return the places of the answers, by question and paragraph."""
        found: dict[str, dict[str, tuple[Span, ...]]] = {}
        for question in self.questions:
            found.setdefault(question.id, {})[question.paragraph] = question.answers
        return found

    @cached_property
    def articles(self) -> dict[str, list[Paragraph]]:
        """Return the paragraphs of each article."""
        found: dict[str, list[Paragraph]] = {}
        for paragraph in self.paragraphs.values():
            found.setdefault(paragraph.article, []).append(paragraph)
        return found


def parts_of_squad20(corpus: Corpus) -> dict[str, set[str]]:
    """Return the articles of squad20-a by use, "calibrated" and "reported"; none is trained on.

    No other threshold of this project is chosen on the reported half either.
    """
    fitting, reported = halves([{"metadata": {"article": article}} for article in corpus.articles])
    return {"calibrated": fitting, "reported": reported}


def read_corpus(folder: Path) -> Corpus:
    """Read corpus.jsonl, queries.jsonl and answers.jsonl; raises DatasetError."""
    paragraphs = {
        row["_id"]: Paragraph(row["_id"], row["metadata"]["article"], row["title"], row["text"])
        for row in read_rows(folder / "corpus.jsonl")
    }
    answers: dict[str, dict[str, list[Span]]] = {}
    for row in read_rows(folder / "answers.jsonl"):
        span = (row["start"], row["start"] + len(row["text"]))
        answers.setdefault(row["_id"], {}).setdefault(row["passage_id"], []).append(span)
    questions = [
        Question(row["_id"], row["text"].strip(), passage, tuple(dict.fromkeys(spans)))
        for row in read_rows(folder / "queries.jsonl")
        for passage, spans in answers.get(row["_id"], {}).items()
        if row["text"].strip()
    ]
    return Corpus(paragraphs, questions)


def read_unanswerable(folder: Path) -> list[Question]:
    """Return the questions that the paragraph they were asked of does not answer."""
    rows = read_rows(folder / "unanswerable.jsonl")
    return [Question(row["_id"], row["text"].strip(), row["metadata"]["near_passage"], ()) for row in rows]


def read_rows(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file of JSON lines; raises DatasetError."""
    try:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"{file} cannot be read ({error}): a data set in the BEIR layout is expected there. "
            "Set QA_DATA to the folder that holds squad11-train and squad20-a."
        ) from error
