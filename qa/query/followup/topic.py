"""What a conversation is about, in a few of its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from embeddings.words import is_stop_word, plain_words, terms, word_spans
from qa.language.answer_type import asking
from qa.language.lexicon import CALENDAR, UNINFORMATIVE
from qa.query.followup.antecedents import SpokenTurn
from qa.query.followup.topic_fit import CorpusFit

WORDS = 3
TURNS = 2  # that are looked back
FADES = 0.5  # a word of the turn before counts half
LONGEST_WORD = 40
_OWNER = re.compile(r"['’]s?$")


def topic(text: str, turns: Sequence[SpokenTurn], ground: CorpusFit | None) -> tuple[str, ...]:
    """Return the most telling words that a question does not have, as written, in order; neighbours are one text.

    How much a word tells is how rare it is in the documents, and how lately it was said. A question for a date or a
    number takes none: a year that was asked about before is not the year it asks for.
    """
    asked = asking(text)
    countless = asked is not None and asked.kind in ("date", "number")
    met = {term for word in plain_words(text) for term in terms(word)}
    found: list[tuple[float, int, str]] = []
    place = 0
    for age, turn in enumerate(reversed(turns[-TURNS:])):
        for said, turns_ago in ((turn.question, age), (turn.whole, age + 1)):
            place += 1  # words of two texts are no neighbours
            for word, start, end in word_spans(said):
                place += 1
                term = terms(word)[0]
                if term in met or _says_little(word) or (countless and _is_date(word)):
                    continue
                met.add(term)
                rarity = 1.0 if ground is None else ground.rarity(term)
                found.append((rarity * FADES**turns_ago, place, _OWNER.sub("", said[start:end])))
    best = sorted((one for one in found if one[0]), key=lambda one: -one[0])[:WORDS]
    return tuple(_runs(sorted(best, key=lambda one: one[1])))


def _says_little(word: str) -> bool:
    return is_stop_word(word) or word in UNINFORMATIVE or len(word) > LONGEST_WORD


def _is_date(word: str) -> bool:
    return word in CALENDAR or any(map(str.isdecimal, word))


def _runs(found: Sequence[tuple[float, int, str]]) -> list[str]:
    runs: list[str] = []
    last = -1
    for _, place, word in found:
        if runs and place == last + 1:
            runs[-1] += f" {word}"
        else:
            runs.append(word)
        last = place
    return runs
