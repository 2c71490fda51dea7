"""Questions that name the same things as an answerable one, and that its paragraph does not answer.

A name, date, number or word is exchanged for another of its kind from the same article, a word for its opposite, or the
question is negated. What the paragraph might still answer is left out: no sentence of it may hold both the new word and
much of the rest of the question. What is put in stands in the paragraph itself where that can be, as in questions that
people write to mislead.

The same exchange can be made in the paragraph instead: then a question as people ask it is the near-miss, and the
exchanged one is answered. Trained on both, a reader cannot tell a near-miss by the question alone, nor by a paragraph
in which something was exchanged: it has to compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

from benchmarks.squad import Paragraph, Question, Span
from embeddings.words import is_stop_word, plain_words, terms, word_spans
from qa.language.dates import dates
from qa.language.names import names
from qa.language.numbers import numbers

__all__ = ["KINDS", "Article", "NearMiss", "near_miss", "renamed"]

KINDS = ("name", "date", "number", "word", "opposite", "negated")
NEAREST_FIRST = 0.6  # of the exchanges: the paragraph's own names are tried before those of its article
STILL_ANSWERED = 0.34  # of the other words of the question, in a sentence with the new word

_OPPOSITES = (
    "first last, largest smallest, biggest smallest, highest lowest, most least, more fewer, more less, oldest "
    "youngest, oldest newest, longest shortest, best worst, earliest latest, earlier later, before after, north "
    "south, northern southern, east west, eastern western, increase decrease, increased decreased, won lost, win "
    "lose, began ended, begin end, start finish, started stopped, allowed forbidden, allow prevent, accepted "
    "rejected, accept reject, support oppose, supported opposed, male female, men women, father mother, son daughter, "
    "brother sister, king queen, husband wife, born died, birth death, majority minority, public private, internal "
    "external, advantage disadvantage, maximum minimum, ancient modern, rural urban, above below, inside outside, "
    "gained lost, rise fall, strong weak, stronger weaker, hot cold, high low, large small, new old, rich poor, "
    "positive negative, success failure, successful unsuccessful, left right, upper lower, same different, common "
    "rare, entered left, opened closed, bought sold, buy sell, built destroyed, created abolished, ally enemy, "
    "attacked defended, attack defend, legal illegal, known unknown, faster slower, fastest slowest, import export, "
    "victory defeat, victories defeats, friend enemy, cause prevent, caused prevented"
)
_OPPOSITE: dict[str, list[str]] = {}
for _pair in _OPPOSITES.split(", "):
    _one, _other = _pair.split()
    _OPPOSITE.setdefault(_one, []).append(_other)
    _OPPOSITE.setdefault(_other, []).append(_one)
_NEGATED = {
    verb: f"{verb}n't"
    for verb in "is are was were did does do could would has had should have".split()  # noqa: SIM905
} | {"can": "can't", "will": "won't"}
_AUXILIARY = re.compile(rf"\b({'|'.join(_NEGATED)})\b")
_ENDINGS = ("ated", "ed", "ing", "tion", "sion", "ment", "ity", "ists", "ist", "ers", "er", "ness", "ies", "ism", "al")


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A question that its paragraph does not answer; ``new`` stands where ``old`` stood, both empty for a negation."""

    question: str
    kind: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Article:
    """The possible replacements: the names, dates, numbers and words of an article's paragraphs."""

    paragraphs: Sequence[Paragraph]
    questions: Sequence[str]

    @cached_property
    def by_kind(self) -> dict[str, list[str]]:
        """Return the exchangeable texts of each kind, each once, in the order of the article."""
        text = [paragraph.text for paragraph in self.paragraphs]
        found = {kind: _found(kind, *text) for kind in _SPANS if kind != "word"}
        return {**found, "word": _found("word", *self.questions)}


def near_miss(question: Question, paragraph: Paragraph, article: Article, random: Random) -> NearMiss | None:
    """Return a question near this one that the paragraph does not answer; None where none was found."""
    kinds = list(KINDS)
    random.shuffle(kinds)
    kinds.sort(key=lambda kind: kind == "negated")  # it is always to be had: only where nothing else is, or by its turn
    if random.random() < 1 / len(KINDS):
        kinds.insert(0, "negated")
    for kind in kinds:
        changed = _changed(kind, question.text, paragraph, article, random)
        if changed is not None:
            return changed
    return None


def renamed(paragraph: Paragraph, answer: Span, change: NearMiss) -> tuple[Paragraph, Span] | None:
    """Return the paragraph and its title with old and new text in each other's place, and the answer's new place.

    It answers the exchanged question as the paragraph answered the first, and the first no more. Return None where the
    old text is not in the answering sentence, or either is in the answer itself or across the end of a sentence.
    """
    text, (start, end) = paragraph.text, answer
    own = next((span for span in paragraph.sentences if span[0] <= start < span[1]), None)
    if not change.old or own is None:
        return None
    both = re.compile(rf"(?<!\w)(?:{re.escape(change.old)}|{re.escape(change.new)})(?!\w)")
    found = list(both.finditer(text))
    here = [one for one in found if own[0] <= one.start() and one.end() <= own[1]]
    whole = all(any(a <= one.start() and one.end() <= b for a, b in paragraph.sentences) for one in found)
    if not whole or all(one[0] != change.old for one in here):
        return None
    if any(one.start() < end and start < one.end() for one in found):
        return None
    other = {change.old: change.new, change.new: change.old}
    longer = [(one.end(), len(other[one[0]]) - len(one[0])) for one in found]

    def moved(place: int) -> int:
        return place + sum(by for behind, by in longer if behind <= place)

    changed = replace(
        paragraph,
        title=both.sub(lambda one: other[one[0]], paragraph.title),
        text=both.sub(lambda one: other[one[0]], text),
        spans=tuple((moved(first), moved(last)) for first, last in paragraph.sentences),
    )
    return changed, (moved(start), moved(end))


def _changed(kind: str, text: str, paragraph: Paragraph, article: Article, random: Random) -> NearMiss | None:
    if kind == "negated":
        negated = _negated(text)
        return None if negated is None else NearMiss(negated, kind)
    if kind == "opposite":
        return _first(_opposites(text, random), paragraph)
    pools = [_found(kind, paragraph.text), article.by_kind[kind]]
    if random.random() >= NEAREST_FIRST:
        del pools[0]
    return _first((change for pool in pools for change in _exchanged(kind, text, pool, random)), paragraph)


def _first(changes: Iterator[NearMiss], paragraph: Paragraph) -> NearMiss | None:
    return next((change for change in changes if not _may_answer(change, paragraph)), None)


def _found(kind: str, *texts: str) -> list[str]:
    return list(dict.fromkeys(text[start:end] for text in texts for start, end in _SPANS[kind](text)))


def _negated(text: str) -> str | None:
    found = _AUXILIARY.search(text)
    return None if found is None else text[: found.start()] + _NEGATED[found[1]] + text[found.end() :]


def _opposites(text: str, random: Random) -> Iterator[NearMiss]:
    for word, start, end in word_spans(text):
        if word in _OPPOSITE:
            new = random.choice(_OPPOSITE[word])
            yield NearMiss(text[:start] + new + text[end:], "opposite", text[start:end], new)


def _exchanged(kind: str, text: str, pool: Sequence[str], random: Random) -> Iterator[NearMiss]:
    own = _SPANS[kind](text)
    for start, end in random.sample(own, len(own)):
        old = set(plain_words(text[start:end]))
        for new in random.sample(pool, min(len(pool), 40)):
            if not old & set(plain_words(new)) and _alike(kind, text[start:end], new):
                yield NearMiss(text[:start] + new + text[end:], kind, text[start:end], new)


def _alike(kind: str, old: str, new: str) -> bool:
    if kind == "word":
        return next(filter(old.endswith, _ENDINGS)) == next(filter(new.endswith, _ENDINGS))
    if kind == "date":
        return old.isdigit() == new.isdigit()
    return abs(len(old.split()) - len(new.split())) <= 1


def _may_answer(change: NearMiss, paragraph: Paragraph) -> bool:
    inserted = set(terms(change.new))
    others = set(terms(change.question)) - inserted
    for start, end in paragraph.sentences:
        words = set(terms(paragraph.text[start:end]))
        if inserted & words and len(others & words) > STILL_ANSWERED * len(others):
            return True
    return False


def _word_spans(text: str) -> list[tuple[int, int]]:
    """Return lower-case words with an ending that tells what kind of word they are."""
    return [
        (start, end)
        for word, start, end in word_spans(text)
        if len(word) > 4 and text[start:end].islower() and text[start:end].endswith(_ENDINGS) and not is_stop_word(word)
    ]


_SPANS: dict[str, Callable[[str], list[tuple[int, int]]]] = {
    "name": lambda text: [(name.start, name.end) for name in names(text)],
    "date": lambda text: [(day.start, day.end) for day in dates(text)],
    "number": lambda text: [(number.start, number.end) for number in numbers(text)],
    "word": _word_spans,
}
