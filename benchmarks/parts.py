"""Parts of squad20-a as questions to ask, and the readings of right paragraphs and of found passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.asked import Asked, Asker, marked_by
from benchmarks.beir import data_folder, index_rows
from benchmarks.squad import Corpus, Question, parts_of_squad20, read_corpus, read_unanswerable
from benchmarks.tasks import evenly
from embeddings.types import Encoder
from qa.reading import PassageReader, PassageText, Reading
from qa.retrieval.retriever import Retriever
from qa.types.hits import nearest

__all__ = ["Kinds", "Marked", "Part", "asked_of", "given", "marked", "open_part"]


@dataclass(frozen=True)
class Part:
    """The questions about some articles, and the articles whose paragraphs are searched for them.

    ``answerable`` are distinct questions, ``near`` those that the paragraph they name does not answer.
    """

    corpus: Corpus
    articles: frozenset[str]
    searched: frozenset[str]
    answerable: tuple[Question, ...]
    near: tuple[Question, ...]

    def some(self, most: int) -> Part:
        """Return the same with at most so many questions of a kind, evenly spread."""
        return Part(
            self.corpus,
            self.articles,
            self.searched,
            tuple(evenly(self.answerable, most)),
            tuple(evenly(self.near, most)),
        )

    def retriever(self, encoder: Encoder) -> Retriever:
        """Return a retriever over the paragraphs that are searched."""
        rows = [
            {"_id": one.id, "title": one.title, "text": one.text}
            for one in self.corpus.paragraphs.values()
            if one.article in self.searched
        ]
        return Retriever(index_rows(rows, encoder), encoder, Path())


@dataclass(frozen=True, slots=True)
class Marked:
    """The truth of the sentence marked in the paragraph that a question was asked of.

    ``right``: it is the sentence where an answer's words first stand. ``said``: it has the words of an answer.
    ``near``: the sentence marked without a reader is right.
    """

    right: bool
    said: bool
    near: bool


@dataclass(frozen=True, slots=True)
class Kinds:
    """The finds for answerable questions, for near-misses, and for questions about what no passage is about."""

    answerable: tuple[Asked, ...]
    near: tuple[Asked, ...]
    off: tuple[Asked, ...]


def open_part(name: str, *, folder: Path | None = None, unused: bool = False) -> Part:
    """Open one of the parts of `parts_of_squad20`, by its name.

    "reported" searches all paragraphs of the set, as the comparison with other systems does; the others search nothing
    of the reported articles. ``unused`` keeps only the answerable questions on which the weights of the retriever were
    not chosen: every second one of the set.
    """
    place = data_folder("squad20-a") if folder is None else folder
    corpus, unanswerable = read_corpus(place), read_unanswerable(place)
    parts = parts_of_squad20(corpus)
    own = frozenset(parts[name])
    searched = frozenset(corpus.articles) if name == "reported" else frozenset(corpus.articles) - parts["reported"]
    distinct = list({question.id: question for question in reversed(corpus.questions)}.values())[::-1]
    answerable, near = (
        tuple(question for question in questions if corpus.paragraphs[question.paragraph].article in own)
        for questions in (distinct[1::2] if unused else distinct, unanswerable)
    )
    return Part(corpus, own, searched, answerable, near)


def given(part: Part, questions: Sequence[Question], reader: PassageReader) -> list[Reading]:
    """Read each question with the paragraph that it was asked of."""
    found = []
    for question in questions:
        paragraph = part.corpus.paragraphs[question.paragraph]
        text = PassageText(paragraph.title, paragraph.text, tuple(paragraph.sentences))
        found += reader.read(question.text, [text])
    return found


def marked(questions: Sequence[Question], readings: Sequence[Reading], retriever: Retriever) -> list[Marked]:
    """Return what the product marks in the right paragraph, with these readings of it and without them."""
    found = []
    for question, reading in zip(questions, readings, strict=True):
        hits = retriever.search(question.text, len(retriever.index.corpus), collapse=False)
        (hit,) = (hit for hit in hits if hit.passage.document_id == question.paragraph)
        own, near = marked_by(reading, hit), nearest(hit).sentence
        starts = [start for start, _ in question.answers]
        text, begin = hit.passage.text, hit.passage.start
        words = text[own[0] - begin : own[1] - begin].casefold()
        found.append(
            Marked(
                any(own[0] <= start < own[1] for start in starts),
                any(text[start - begin : end - begin].casefold() in words for start, end in question.answers),
                any(near.start <= start < near.end for start in starts),
            )
        )
    return found


def asked_of(part: Part, asker: Asker, elsewhere: Sequence[Asked]) -> Kinds:
    """Ask the questions of a part end to end; ``elsewhere`` holds the finds for questions about something else."""
    return Kinds(
        tuple(asker.ask(one.text, part.corpus.answers[one.id]) for one in part.answerable),
        tuple(asker.ask(one.text, {}) for one in part.near),
        tuple(elsewhere),
    )
