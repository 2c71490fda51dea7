"""What a reader does on squad20-a: in the right paragraph, and end to end over what the retriever finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from benchmarks.beir import index_rows
from benchmarks.shared import SharedEncoder, default_cache
from embeddings.encoder import open_encoder
from embeddings.split import sentence_spans
from qa.reading.calibrated import Calibrated
from qa.reading.features import RowMaker
from qa.reading.types import Reading
from qa.retriever import Retriever
from qa.types import Hit
from training.calibrate import expected_error, probability
from training.corpora import Corpus, Question
from training.data import Example, example_of
from training.evaluate import auroc
from training.model import ReadingModel
from training.reading import read

__all__ = ["REFUSED", "Measure", "some", "threshold"]

REFUSED = 0.9  # of the unanswerable questions that calibrate
READ = 10  # passages of the retriever that are read end to end


@dataclass(frozen=True)
class Measure:
    """Asks one part of squad20-a; ``questions`` are answerable, ``unanswerable`` near misses on the same articles."""

    corpus: Corpus
    unanswerable: Sequence[Question]
    articles: set[str]
    model: ReadingModel
    maker: RowMaker

    def own(self, *, answerable: bool, most: int) -> list[tuple[Question, Reading]]:
        """Every n-th question read with the paragraph it was asked of, at most ``most``."""
        questions = some(self._of_part(self.corpus.questions if answerable else self.unanswerable), most)
        examples = [_example(question, self.corpus) for question in questions]
        return list(zip(questions, read(self.model, self.maker, examples), strict=True))

    def in_the_paragraph(self, calibrated: Calibrated, limit: float, *, most: int) -> dict[str, float]:
        """Figures where the right paragraph is given. ``limit`` is the probability from which an answer is given."""
        asked, near = self.own(answerable=True, most=most), self.own(answerable=False, most=most)
        right = [self._holds(question, reading.sentence) for question, reading in asked]
        positive = [probability(calibrated, reading) for _, reading in asked]
        negative = [probability(calibrated, reading) for _, reading in near]
        truth = [True] * len(positive) + [False] * len(negative)
        return {
            "sentence": float(np.mean(right)),
            "auroc near-miss": auroc(positive, negative),
            "calibration error": expected_error([*positive, *negative], truth),
            "answered": float(np.mean(np.asarray(positive) >= limit)),
            "near-miss answered": float(np.mean(np.asarray(negative) >= limit)),
        }

    def end_to_end(self, calibrated: Calibrated, limit: float, *, most: int) -> dict[str, float]:
        """Figures over the retriever's first passages: the one with the highest probability answers."""
        found: dict[bool, list[float]] = {True: [], False: []}
        right: list[bool] = []
        for answerable in (True, False):
            for question in some(self._of_part(self.corpus.questions if answerable else self.unanswerable), most):
                hits = self._retriever.search(question.text, READ)
                readings = read(self.model, self.maker, [_of_hit(question, hit) for hit in hits])
                stated = [probability(calibrated, reading) for reading in readings]
                found[answerable].append(max(stated, default=0.0))
                if answerable:
                    best = int(np.argmax(stated)) if stated else 0
                    right.append(bool(hits) and _answers(question, hits[best], readings[best].sentence))
        return {
            "end to end sentence at the top": float(np.mean(right)),
            "end to end auroc near-miss": auroc(found[True], found[False]),
            "end to end answered": float(np.mean(np.asarray(found[True]) >= limit)),
            "end to end near-miss answered": float(np.mean(np.asarray(found[False]) >= limit)),
        }

    def _of_part(self, questions: Sequence[Question]) -> list[Question]:
        """Each question once, of the articles of this part."""
        by_id = {one.id: one for one in reversed(questions)}
        return [one for one in by_id.values() if self.corpus.paragraphs[one.paragraph].article in self.articles]

    def _holds(self, question: Question, sentence: int) -> bool:
        start, end = self.corpus.paragraphs[question.paragraph].sentences[sentence]
        return any(start <= place < end for place, _ in question.answers)

    @cached_property
    def _retriever(self) -> Retriever:
        rows = [
            {"_id": paragraph.id, "title": paragraph.title, "text": paragraph.text}
            for paragraph in self.corpus.paragraphs.values()
            if paragraph.article in self.articles
        ]
        encoder = SharedEncoder(open_encoder(), default_cache(), "squad20-a")
        return Retriever(index_rows(rows, encoder), encoder, Path())


def some(questions: Sequence[Question], most: int) -> list[Question]:
    """Every n-th question, so that there are at most ``most``."""
    return list(questions[:: max(1, -(-len(questions) // most))])


def threshold(calibrated: Calibrated, unanswered: Sequence[Reading]) -> float:
    """The probability that the share REFUSED of these stays below."""
    return float(np.quantile([probability(calibrated, reading) for reading in unanswered], REFUSED))


def _example(question: Question, corpus: Corpus) -> Example:
    answer = question.answers[0] if question.answers else None
    return example_of(question.text, corpus.paragraphs[question.paragraph], answer, "asked")


def _of_hit(question: Question, hit: Hit) -> Example:
    text = hit.passage.text
    spans = tuple(sentence_spans(text, 0, len(text))) or ((0, len(text)),)
    return Example(question.text, hit.citation.source.title, text, spans, None, "asked")


def _answers(question: Question, hit: Hit, sentence: int) -> bool:
    """Whether the sentence of the hit holds the beginning of an answer in the paragraph the question was asked of."""
    text = hit.passage.text
    start, end = (sentence_spans(text, 0, len(text)) or [(0, len(text))])[sentence]
    inside = (hit.passage.start + start, hit.passage.start + end)
    return hit.passage.document_id == question.paragraph and any(
        inside[0] <= place < inside[1] for place, _ in question.answers
    )
