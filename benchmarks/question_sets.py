"""The sets on which numbers are chosen and reported: questions of several kinds, each with what answers it.

One half of each set chooses (`Put.chooses`), the other half reports. `squad20-a` is halved by article as everywhere in
the project, a set of conversations by conversation, the others by article or passage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.asked import Answers
from benchmarks.beir import data_folder, read_lines
from benchmarks.conversations import asked_last, quotes_by, read_talk
from benchmarks.parts import open_part
from benchmarks.squad import Corpus, read_corpus
from benchmarks.tasks import evenly, open_task
from embeddings.index import rows
from embeddings.types import Encoder
from embeddings.words import is_stop_word, word_spans
from qa.evaluation.questions import locate, read_questions
from qa.retrieval.retriever import Retriever
from qa.retrieval.topic_fit import IndexFit

__all__ = ["SETS", "Put", "QuestionSet", "content_words_of", "in_keywords", "open_set"]

SETS = ("squad20-a", "selqa-dev", "tydi-en-dev", "onestopqa-a", "mtrag-un-dev", "seeds")
SEEDS = Path(__file__).parents[1] / "seeds"
SEED_QUESTIONS = Path(__file__).with_name("seeds.jsonl")


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it is asked, and where its answers stand, by document; nowhere where nothing answers it."""

    id: str
    text: str
    answers: Answers
    chooses: bool


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions with answers, questions without, and the retriever that they are asked of."""

    name: str
    retriever: Retriever
    answerable: tuple[Put, ...]
    near: tuple[Put, ...]

    def in_keywords(self) -> QuestionSet:
        """Return the same set with every question in its keywords."""
        return replace(self, answerable=_keywords(self.answerable), near=_keywords(self.near))

    def some(self, most: int) -> QuestionSet:
        """Return the same with at most so many questions of a kind, evenly spread."""
        return replace(self, answerable=tuple(evenly(self.answerable, most)), near=tuple(evenly(self.near, most)))


def content_words_of(question: str) -> list[str]:
    """Return the words of a question, as written, that are no stop words."""
    return [question[start:end] for word, start, end in word_spans(question) if not is_stop_word(word)]


def in_keywords(question: str, random: Random) -> str:
    """Return the content words of a question, in half of the cases in another order; the question where it has none."""
    kept = content_words_of(question)
    if random.random() < 0.5:
        random.shuffle(kept)
    return " ".join(kept) or question


def open_set(name: str, encoder_of: Callable[[str], Encoder]) -> QuestionSet:
    """Open one of SETS; ``encoder_of`` gives the encoder of a set's texts. Raises DatasetError where it is absent."""
    special = {"squad20-a": _squad, "mtrag-un-dev": _talks, "seeds": _seeds}
    return special.get(name, _plain)(name, encoder_of(name))


def _squad(name: str, encoder: Encoder) -> QuestionSet:
    parts = {True: open_part("calibrated"), False: open_part("reported", unused=True)}
    corpus = parts[False].corpus
    answerable = [
        Put(one.id, one.text, corpus.answers[one.id], chooses)
        for chooses, part in parts.items()
        for one in part.answerable
    ]
    near = [Put(one.id, one.text, {}, chooses) for chooses, part in parts.items() for one in part.near]
    return QuestionSet(name, _over(corpus, encoder), tuple(answerable), tuple(near))


def _plain(name: str, encoder: Encoder) -> QuestionSet:
    """Open a set without near-misses; where no sentence is known to answer, the whole passage does."""
    corpus = read_corpus(data_folder(name))
    answers: dict[str, Answers] = dict(corpus.answers)
    if all(one.answers[0][0] == one.answers[0][1] for one in corpus.questions):
        whole = {one.id: (0, len(one.text)) for one in corpus.paragraphs.values()}
        answers = {asked: {passage: [whole[passage]] for passage in own} for asked, own in answers.items()}
    texts = {one.id: one.text for one in corpus.questions}
    places = {one.id: corpus.paragraphs[one.paragraph].article for one in corpus.questions}
    put = [Put(one, text, answers[one], _chooses(places[one])) for one, text in texts.items()]
    return QuestionSet(name, _over(corpus, encoder), tuple(put), ())


def _talks(name: str, encoder: Encoder) -> QuestionSet:
    folder, task = data_folder(name), open_task(name)
    retriever = Retriever(rows.index_rows(task.rows, encoder), encoder, Path())
    ground, quotes = IndexFit(retriever.index, encoder), quotes_by(retriever)
    lengths = {row.id: len(row.text) for row in task.rows}
    relevant = {one.id: {own: [(0, lengths[own])] for own in one.relevant} for one in task.questions}

    def last(talk_id: str) -> Put:
        talk = talks[talk_id]
        return Put(talk_id, asked_last(talk.questions, ground, quotes).asked, relevant.get(talk_id, {}), talk.chosen_on)

    talks = {row["_id"]: read_talk(row) for row in read_lines(folder / "conversations.jsonl")}
    near = [row["_id"] for row in read_lines(folder / "unanswerable.jsonl")]
    answerable = [one.id for one in task.questions]
    return QuestionSet(
        name, retriever, *(tuple(last(own) for own in asked if own in talks) for asked in (answerable, near))
    )


def _seeds(name: str, encoder: Encoder) -> QuestionSet:
    with TemporaryDirectory() as place:
        index = Retriever.open(SEEDS, index=place).index
    dataset = locate(read_questions(SEED_QUESTIONS), index, name)
    document = {own: index.corpus.passage(row).document_id for row, own in enumerate(dataset.passages)}
    put = [
        Put(one.id, one.text, {document[gold.passage]: gold.spans for gold in one.gold}, place % 2 == 0)
        for place, one in enumerate(dataset.questions)
    ]
    answerable, near = (tuple(one for one in put if bool(one.answers) == has) for has in (True, False))
    return QuestionSet(name, Retriever(index, encoder, SEEDS), answerable, near)


def _over(corpus: Corpus, encoder: Encoder) -> Retriever:
    texts = [rows.Row(one.id, one.title, one.text) for one in corpus.paragraphs.values()]
    return Retriever(rows.index_rows(texts, encoder), encoder, Path())


def _chooses(name: str) -> bool:
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def _keywords(put: Sequence[Put]) -> tuple[Put, ...]:
    return tuple(replace(one, text=in_keywords(one.text, Random(one.id))) for one in put)  # noqa: S311
