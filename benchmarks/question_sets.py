"""The sets on which numbers are chosen and reported: questions of several kinds, each with what answers it.

One half of each set chooses (`Put.chooses`), the other half reports. `squad20-a` is halved by article as everywhere in
the project, a set of conversations by conversation, the others by article or passage.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.asked import Answers
from benchmarks.beir import data_folder, index_rows, read_lines
from benchmarks.conversations import asked_last, read_talk
from benchmarks.squad import Corpus, Question, parts_of_squad20, read_corpus, read_unanswerable
from benchmarks.tasks import evenly
from embeddings.types import Encoder
from embeddings.words import is_stop_word, word_spans
from qa.evaluation.questions import locate, read_questions
from qa.reading.similarity import SimilarityReader, calibration_for
from qa.retrieval.retriever import Retriever
from qa.retrieval.topic_fit import IndexFit

__all__ = ["SETS", "Put", "QuestionSet", "in_keywords", "open_set"]

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
    """Questions with answers, questions without, and the retriever that they are asked of.

    ``spans`` tells whether it is known which sentences answer; else a whole passage counts as the answer.
    """

    name: str
    retriever: Retriever
    answerable: tuple[Put, ...]
    near: tuple[Put, ...]
    spans: bool

    def in_keywords(self) -> QuestionSet:
        """Return the same set with every question in its keywords."""
        return replace(self, answerable=_keywords(self.answerable), near=_keywords(self.near))

    def some(self, most: int) -> QuestionSet:
        """Return the same with at most so many questions of a kind, evenly spread."""
        return replace(self, answerable=tuple(evenly(self.answerable, most)), near=tuple(evenly(self.near, most)))


def in_keywords(question: str, random: Random) -> str:
    """Return the content words of a question, in half of the cases in another order; the question where it has none."""
    kept = [question[start:end] for word, start, end in word_spans(question) if not is_stop_word(word)]
    if random.random() < 0.5:
        random.shuffle(kept)
    return " ".join(kept) or question


def open_set(name: str, encoder_of: Callable[[str], Encoder]) -> QuestionSet:
    """Open one of SETS; ``encoder_of`` gives the encoder of a set's texts. Raises DatasetError where it is absent."""
    special = {"squad20-a": _squad, "mtrag-un-dev": _talks, "seeds": _seeds}
    return special.get(name, _plain)(name, encoder_of(name))


def _squad(name: str, encoder: Encoder) -> QuestionSet:
    folder = data_folder(name)
    corpus, unanswerable = read_corpus(folder), read_unanswerable(folder)
    chosen = parts_of_squad20(corpus)["calibrated"]
    answers = _answers(corpus)
    distinct = list({question.id: question for question in reversed(corpus.questions)}.values())[::-1]

    def put(questions: Sequence[Question], *, unused: bool = False) -> Iterator[Put]:
        for place, one in enumerate(questions):
            chooses = corpus.paragraphs[one.paragraph].article in chosen
            if chooses or place % 2 or not unused:  # the retriever's weights were chosen on the other reported ones
                yield Put(one.id, one.text, answers.get(one.id, {}) if unused else {}, chooses)

    return QuestionSet(
        name, _over(corpus, encoder), tuple(put(distinct, unused=True)), tuple(put(unanswerable)), spans=True
    )


def _plain(name: str, encoder: Encoder) -> QuestionSet:
    corpus = read_corpus(data_folder(name))
    answers = _answers(corpus)
    spans = any(one.answers[0][0] < one.answers[0][1] for one in corpus.questions)
    if not spans:
        whole = {one.id: (0, len(one.text)) for one in corpus.paragraphs.values()}
        answers = {asked: {passage: [whole[passage]] for passage in own} for asked, own in answers.items()}
    texts = {one.id: one.text for one in corpus.questions}
    places = {one.id: corpus.paragraphs[one.paragraph].article for one in corpus.questions}
    put = [Put(one, text, answers[one], _chooses(places[one])) for one, text in texts.items()]
    return QuestionSet(name, _over(corpus, encoder), tuple(put), (), spans)


def _talks(name: str, encoder: Encoder) -> QuestionSet:
    folder = data_folder(name)
    rows = read_lines(folder / "corpus.jsonl")
    retriever = Retriever(index_rows(rows, encoder), encoder, Path())
    reader, ground = SimilarityReader(calibration_for(encoder.name)), IndexFit(retriever.index, encoder)
    lengths = {row["_id"]: len(row["text"]) for row in rows}
    relevant: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for file in sorted((folder / "qrels").glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines()[1:]:
            asked, passage, score = line.split("\t")
            if int(score) > 0:
                relevant.setdefault(asked, {})[passage] = [(0, lengths[passage])]

    def quotes(_: int, asked: str) -> tuple[str, ...]:
        return tuple(mark.sentence.sentence.text for mark in reader.read(asked, retriever.search(asked, 5)).marks)

    def last(talk_id: str) -> Put:
        talk = talks[talk_id]
        return Put(talk_id, asked_last(talk.questions, ground, quotes).asked, relevant.get(talk_id, {}), talk.chosen_on)

    talks = {row["_id"]: read_talk(row) for row in read_lines(folder / "conversations.jsonl")}
    answerable, near = (
        tuple(last(row["_id"]) for row in read_lines(folder / f"{kind}.jsonl") if row["_id"] in talks)
        for kind in ("queries", "unanswerable")
    )
    return QuestionSet(name, retriever, tuple(one for one in answerable if one.answers), near, spans=False)


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
    return QuestionSet(name, Retriever(index, encoder, SEEDS), answerable, near, spans=True)


def _over(corpus: Corpus, encoder: Encoder) -> Retriever:
    rows = [{"_id": one.id, "title": one.title, "text": one.text} for one in corpus.paragraphs.values()]
    return Retriever(index_rows(rows, encoder), encoder, Path())


def _answers(corpus: Corpus) -> dict[str, dict[str, Sequence[tuple[int, int]]]]:
    found: dict[str, dict[str, Sequence[tuple[int, int]]]] = {}
    for question in corpus.questions:
        found.setdefault(question.id, {})[question.paragraph] = question.answers
    return found


def _chooses(name: str) -> bool:
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def _keywords(put: Sequence[Put]) -> tuple[Put, ...]:
    return tuple(replace(one, text=in_keywords(one.text, Random(one.id))) for one in put)  # noqa: S311
