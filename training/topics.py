"""Questions in forms that people type and that data sets of questions lack: about a topic, about letters, keywords."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.question_sets import content_words_of
from benchmarks.squad import Paragraph, Span
from qa.language.names import names

__all__ = ["ABOUT", "Topic", "as_keywords", "elsewhere", "topic"]

ABOUT = (
    "What is said about {}?",
    "What do the documents say about {}?",
    "What is known about {}?",
    "Tell me about {}.",
    "What about {}?",
    "information on {}",
    "{}",
)
LETTERS = ("What does {} stand for?", "What do the letters {} stand for?", "{} stands for")
_DEFINED = re.compile(r"((?:\b[A-Z][\w'’-]{1,40} (?:of |the |and |for )?){2,6})\(([A-Z]{2,8})\)")
_FEWEST = 4  # characters of a name that is asked about


@dataclass(frozen=True, slots=True)
class Topic:
    """A question with a place for what it is about, what that is, and where the paragraph says it."""

    form: str
    about: str
    answer: Span

    @property
    def question(self) -> str:
        """Return the question as it is asked."""
        return self.form.format(self.about)


def topic(paragraph: Paragraph, random: Random) -> Topic | None:
    """Return a question the paragraph answers, about a name or what letters stand for; None where it has neither.

    The answer about a name is the first sentence that has it; letters stand for the name before their brackets.
    """
    found = list(_DEFINED.finditer(paragraph.text))
    if found:
        match = random.choice(found)
        return Topic(random.choice(LETTERS), match[2], (match.start(1), match.end(1) - 1))
    named = [one for one in names(paragraph.text) if one.end - one.start >= _FEWEST]
    if not named:
        return None
    chosen = random.choice(named)
    about = paragraph.text[chosen.start : chosen.end]
    first = paragraph.text.index(about)
    own = next((span for span in paragraph.sentences if span[0] <= first and first + len(about) <= span[1]), None)
    return None if own is None else Topic(random.choice(ABOUT), about, own)


def elsewhere(asked: Topic, paragraph: Paragraph, known: Sequence[str], random: Random) -> str | None:
    """Return the question about another known name, of which the paragraph says nothing; None without one."""
    if asked.form not in ABOUT:
        return None
    here = paragraph.text.casefold()
    others = [name for name in known if len(name) >= _FEWEST and "." not in name and name.casefold() not in here]
    return asked.form.format(random.choice(others)) if others else None


def as_keywords(question: str) -> str:
    """Return the question without words that say little; the question itself where nothing else is left."""
    return " ".join(content_words_of(question)) or question
