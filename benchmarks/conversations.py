"""Conversations of data sets, and what the product makes of their last questions."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from embeddings.errors import QuestionError
from embeddings.words import content_words, is_stop_word
from qa.evaluation.types import Question
from qa.query.followup import Exchange, FollowUp, follow_up
from qa.query.followup.topic_fit import CorpusFit
from qa.query.syntax import LONGEST_QUESTION
from qa.reading.similarity import SimilarityReader, calibration_for
from qa.retrieval.retriever import Retriever

__all__ = [
    "Quotes",
    "Talk",
    "Words",
    "asked_last",
    "joined",
    "other_talks",
    "quotes_by",
    "read_talk",
    "recovered",
    "same_talks",
]

Quotes = Callable[[int, str], tuple[str, ...]]
"""The sentences quoted for a turn, by its number and the question asked."""

EARLIER = 3  # questions before one that stands alone


@dataclass(frozen=True, slots=True)
class Talk:
    """The questions of a conversation, the last of them to be understood, and the answers to the others."""

    id: str
    questions: tuple[str, ...]
    answers: tuple[str, ...]

    @property
    def chosen_on(self) -> bool:
        """Return whether the conversation is in the half on which rules and numbers were chosen."""
        name = self.id.partition("<::>")[0].partition("#")[0]
        return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2 == 0


def read_talk(row: Mapping[str, Any]) -> Talk:
    """Read a line of ``conversations.jsonl``, and cut what is too long for a question."""
    said = [(turn["speaker"], " ".join(turn["text"].split())[:LONGEST_QUESTION]) for turn in row["turns"]]
    users = tuple(text for speaker, text in said if speaker == "user")
    return Talk(row["_id"], users, tuple(text for speaker, text in said if speaker != "user"))


def asked_last(questions: Sequence[str], ground: CorpusFit | None, quotes: Quotes) -> FollowUp:
    """Ask the questions in order, each as a follow-up, and return the last. Skip what cannot be asked."""
    history: list[Exchange] = []
    *earlier, last = questions
    for number, question in enumerate(earlier):
        try:
            asked = follow_up(question, history, ground=ground).asked
            history.append(Exchange(question, asked, quotes(number, asked)))
        except QuestionError:
            continue
    return follow_up(last, history, ground=ground)


def quotes_by(retriever: Retriever) -> Quotes:
    """Return what the product quotes for a question, by similarity alone."""
    reader = SimilarityReader(calibration_for(retriever.index.manifest.made.model))

    def quotes(_: int, asked: str) -> tuple[str, ...]:
        marks = reader.read(asked, retriever.search(asked, 5)).marks
        return tuple(mark.sentence.text for mark in marks)

    return quotes


def joined(questions: Sequence[str], number: int | None) -> str:
    """Join the last so many questions, None for all; cut a text that is too long at its beginning."""
    return " ".join(questions if number is None else questions[-number:])[-LONGEST_QUESTION:]


def other_talks(
    questions: Sequence[Question], articles: Mapping[str, str], chosen: Sequence[Question]
) -> dict[str, tuple[str, ...]]:
    """Draw, by question, a few neighbouring questions of another article, with a seed."""
    draw = random.Random(1)  # noqa: S311 - not for secrets
    by_article: dict[str, list[str]] = {}
    for question in questions:
        by_article.setdefault(articles[question.id], []).append(question.text)
    talks = {}
    for question in chosen:
        other = by_article[draw.choice([name for name in sorted(by_article) if name != articles[question.id]])]
        start = draw.randrange(max(1, len(other) - EARLIER))
        talks[question.id] = tuple(other[start : start + EARLIER])
    return talks


def same_talks(
    questions: Sequence[Question], articles: Mapping[str, str], chosen: Sequence[Question]
) -> dict[str, tuple[str, ...]]:
    """Return, by question, those before it in the same article."""
    talks = {}
    for question in chosen:
        own = [other for other in questions if articles[other.id] == articles[question.id]]
        place = [other.id for other in own].index(question.id)
        talks[question.id] = tuple(other.text for other in own[max(0, place - EARLIER) : place])
    return talks


@dataclass(frozen=True, slots=True)
class Words:
    """Precision, recall and F1 of content words, over all turns together."""

    precision: float
    recall: float
    f1: float


def recovered(turns: Sequence[tuple[str, str, str]]) -> tuple[Words, Words]:
    """Compare turns (question, human rewrite, ours): the words added to the question, and all words."""
    added, every = [0, 0, 0], [0, 0, 0]
    for question, human, ours in turns:
        own, gold, got = map(_content, (question, human, ours))
        for counts, wanted, given in ((added, gold - own, got - own), (every, gold, got)):
            for place, number in enumerate((len(wanted & given), len(given), len(wanted))):
                counts[place] += number
    return _words(*added), _words(*every)


def _words(both: int, given: int, wanted: int) -> Words:
    precision, recall = both / given if given else 0.0, both / wanted if wanted else 0.0
    return Words(precision, recall, 2 * both / (given + wanted) if given + wanted else 0.0)


def _content(text: str) -> set[str]:
    return {term for word, term in content_words(text) if not is_stop_word(word.casefold())}
