"""What is asked in an evaluation, and what came out for one question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qa.types.answers import Verdict

DEPTH = 100
"""How many passages of each ranking are looked at and written."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Gold:
    """Where an answer stands: the passage's name, and every place of it in the document's text (half-open)."""

    passage: str
    spans: tuple[Span, ...]

    def is_marked_by(self, start: int, end: int) -> bool:
        """Return whether a sentence holds the answer, or lies inside an answer that is longer."""
        return any((start <= a and b <= end) or (a <= start and end <= b) for a, b in self.spans)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the passages that are relevant to it by name, with their grade (1 and up), and its answers.

    Without a relevant passage it is one that the documents do not answer.
    """

    id: str
    text: str
    relevant: Mapping[str, int] = field(default_factory=dict)
    gold: tuple[Gold, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions over the passages of an index; ``passages`` are their names by row."""

    name: str
    questions: tuple[Question, ...]
    passages: tuple[str, ...]

    @property
    def judged(self) -> list[Question]:
        """Return the questions that have a relevant passage."""
        return [question for question in self.questions if question.relevant]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage in a ranking: its name, and the score that put it there (higher is better)."""

    passage: str
    score: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the product did with one question.

    ``ranking`` is best first, at most `DEPTH`; ``answer`` is the first sentence the reader gave, or None where it gave
    none; ``cited`` are the passages of all that it gave, and ``verdict`` is what an answer would say. ``first_right``
    says whether the first passage is the right one and the sentence marked in it holds the answer; ``inside_right``
    whether the sentence marked in the right passage does, wherever that passage stands. Both are None where no answer
    is known, and the second also where the passage was not found.
    """

    question: Question
    ranking: tuple[Ranked, ...]
    answer: str | None
    verdict: Verdict
    cited: tuple[str, ...] = ()
    first_right: bool | None = None
    inside_right: bool | None = None

    @property
    def answered(self) -> bool:
        """Return whether the question was answered, surely enough."""
        return self.verdict == "answered"

    @property
    def cites_right(self) -> bool:
        """Return whether one of the first two passages cited is relevant."""
        return any(name in self.question.relevant for name in self.cited[:2])

    def rank(self, passage: str) -> int | None:
        """Return the rank of a passage, from 1, or None where it was not found."""
        names = [ranked.passage for ranked in self.ranking]
        return names.index(passage) + 1 if passage in names else None
