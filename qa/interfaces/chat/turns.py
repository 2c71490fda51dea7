"""What a visitor said and what came of it: the typed form of what the browser sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from embeddings.documents.folder import printable
from embeddings.errors import FilterError, QuestionError
from qa.interfaces.chat.links import LinkTarget, filters_in, place_in
from qa.query.syntax import LONGEST_QUESTION, checked
from qa.types.answers import Answer
from qa.types.filters import Filters

Said: TypeAlias = dict[str, Any]
"""The data of one event of the page; nothing of it is trusted."""


@dataclass(frozen=True, slots=True)
class Note:
    """What was kept of what a visitor said, or why not; ``number`` is the citation it was said of, 0 for the answer."""

    words: str
    number: int = 0
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, the documents it is asked of, and what came of it; neither answer nor problem while it is searched.

    ``serial`` is the page's own count of what was sent: the network may bring two questions in another order. A
    ``literal`` question is asked as it is typed, not as a part of the conversation. ``place`` is what a link opens,
    ``noted`` is what the visitor said of the answer.
    """

    question: str
    answer: Answer | None = None
    problem: str = ""
    serial: int = 0
    filters: Filters = field(default_factory=Filters)
    literal: bool = False
    place: LinkTarget | None = None
    noted: tuple[Note, ...] = ()

    @property
    def ended(self) -> bool:
        """Tell whether the question was answered, or why it was not asked is known."""
        return self.answer is not None or bool(self.problem)


Turns: TypeAlias = tuple[Turn, ...]


def turn_of(said: Said) -> Turn:
    """Return what was sent: the question, its number, and the filters; what is wrong with these is its problem.

    Of a question that is too long no more is kept than could be asked.
    """
    question, serial, only = printable(str(said.get("ask", ""))), whole(said.get("serial")) or 0, said.get("only")
    link, literal = str(said.get("link", "")), said.get("literal") is True
    pairs = [f"{name}={value}" for name, value in only.items()] if isinstance(only, dict) else []
    if link:
        pairs, literal = filters_in(link), True
    try:
        if len(question) > LONGEST_QUESTION:
            checked(question)
        filters = Filters.of(pairs)
        return Turn(question, serial=serial, filters=filters, literal=literal, place=place_in(link))
    except (FilterError, QuestionError) as error:
        return Turn(question[:LONGEST_QUESTION], serial=serial, problem=str(error), literal=literal)


def turn_in(turns: Turns, said: Said) -> Turn | None:
    """Return the turn that is meant, by the page's own number of it; None where it is no longer kept."""
    serial = whole(said.get("turn"))
    return next((turn for turn in turns if turn.serial == serial), None)


def whole(value: object) -> int | None:
    """Return a number from the browser: nothing but a small non-negative whole one is one."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
