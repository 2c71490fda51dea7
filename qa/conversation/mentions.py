"""What a text names: people, places, parties, things, as it writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from embeddings.words import is_ordinary_word, is_stop_word, word_spans

__all__ = ["CALENDAR", "LINKS", "Mention", "mentions", "named", "spoken"]


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


LONGEST = 8  # words of a name
_SIGNS = "-‐‑'’&."  # inside a word
_JOINS = re.compile(r"[ ]|[-‐‑]|[’']|\. |\.|&| & ")  # what may stand between two words of one name
LINKS = _listed("of de del der van von bin ibn ul al el la le")
_BEFORE_PLACES = _listed("in at near from to into across around outside inside")
_BODIES = _listed(
    "party movement army front force forces group council government ministry university college school "
    "company bank agency department office court court's church association organisation organization "
    "committee commission union league club team foundation institute authority police program programme "
    "project act agreement treaty war album song film book series show festival award awards city town village "
    "district province state county country river valley road street park port airport station museum library "
    "hospital service services system"
)
CALENDAR = _listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july "
    "august september october november december"
)
_IS = re.compile(
    r"(?:what|who|where)\s*(?:['’]s|\s(?:is|are|was|were))\s+(?P<what>[^?.!,;:()]+?)\s*[?.!]*$", re.IGNORECASE
)
_ABOUT = re.compile(r"\babout\s+(?P<what>[^?.!,;:()]+?)\s*[?.!]*$", re.IGNORECASE)
_BEGINS = re.compile(r"[.?!:]\s*[\"“„«'‘(]*$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as it is written, with "the" where that stands before it.

    ``place`` is the number of its first word in the text, from 0; ``person``: it can be one.
    """

    text: str
    words: tuple[str, ...]
    place: int
    person: bool


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    plain: str
    start: int
    end: int
    name: bool


def mentions(text: str, *, question: bool = False) -> list[Mention]:
    """The names in a text, in order: words with capitals where these mean something, else words of no dictionary.

    A question that asks about one thing only names that thing, whatever names are in it: "What is the port of Gwadar?".
    The first word of a question alone is no name.
    """
    found = [mention for mention in named(text) if not (question and mention.place == 0 and len(mention.words) == 1)]
    for topic in _topic(text, (_IS,) if found else (_IS, _ABOUT)):
        if not found or _goes_further(topic, found[-1].text):
            found = [Mention(topic, tuple(word for word, _, _ in word_spans(topic)), 0, person=False)]
    return found


def named(text: str) -> list[Mention]:
    """The names in a text, in order, whatever it asks about."""
    words = list(_words(text))
    return [_mention(run, words, text) for run in _runs(words, text)]


def _goes_further(topic: str, name: str) -> bool:
    """Whether a topic ends in a name and begins before it: "the port of Gwadar", but not "Gwadar called"."""
    return topic != name and topic.endswith(f" {name}") and topic.partition(" ")[0].casefold() in ("the", "a", "an")


def spoken(text: str) -> str:
    """Give the words of a text, a space between: no brackets, no quotation marks, no sign before or behind a word."""
    kept = "".join(character if _is_spoken(character) else " " for character in text)
    return " ".join(word for token in kept.split() if (word := token.strip(_SIGNS)))


def _is_spoken(character: str) -> bool:
    return character in _SIGNS or unicodedata.category(character)[0] in "LMN"


def _words(text: str) -> Iterator[_Word]:
    spans = word_spans(text)
    written = [text[start:end] for _, start, end in spans]
    capitals = not text.isupper() and any(map(str.isupper, text))  # otherwise they say nothing
    for number, ((plain, start, end), word) in enumerate(zip(spans, written, strict=True)):
        first = number == 0 or bool(_BEGINS.search(text[max(0, start - 8) : start]))
        yield _Word(word, plain, start, end, _is_name(word, plain, first=first, capitals=capitals))


def _is_name(word: str, plain: str, *, first: bool, capitals: bool) -> bool:
    if (
        is_stop_word(plain)
        or is_stop_word(plain.partition("'")[0])
        or plain in CALENDAR
        or not plain[:1].isalpha()
        or not 1 < len(plain) <= 40
    ):
        return False
    if capitals and any(map(str.isupper, word)):
        return not first or not word[1:].islower() or not is_ordinary_word(plain)
    return not capitals and not is_ordinary_word(plain)


def _runs(words: Sequence[_Word], text: str) -> Iterator[list[int]]:
    run: list[int] = []
    for number, word in enumerate(words):
        joined = run and _joined(words, run[-1], number, text)
        if word.name and not (joined and len(run) < LONGEST):
            if run:
                yield run
            run = [number]
        elif word.name:
            run = list(range(run[0], number + 1))
    if run:
        yield run


def _joined(words: Sequence[_Word], last: int, number: int, text: str) -> bool:
    """Whether two words stand in one name: side by side, or with "of", "of the" and the like between."""
    between = words[last + 1 : number]
    gaps = [
        text[one.end : other.start] for one, other in zip(words[last:number], words[last + 1 : number + 1], strict=True)
    ]
    links = [word.plain for word in between]
    return all(map(_JOINS.fullmatch, gaps)) and (
        not links or links == ["of", "the"] or (len(links) == 1 and links[0] in LINKS)
    )


def _mention(run: Sequence[int], words: Sequence[_Word], text: str) -> Mention:
    first, last = words[run[0]], words[run[-1]]
    before = [word.plain for word in words[max(0, run[0] - 2) : run[0]]]
    the = before[-1:] == ["the"]
    written = spoken(re.sub(r"['’][sS]?$", "", text[first.start : last.end]))
    plain = tuple(words[number].plain for number in run)
    place = bool(set(before[-2 if the else -1 :]) & _BEFORE_PLACES)
    short = any(words[n].text.isupper() and len(words[n].plain) > 1 for n in run)
    person = not (the or place or short or len(run) > 4 or any(word in _BODIES for word in plain))
    return Mention(f"the {written}" if the else written, plain, run[0], person)


def _topic(text: str, patterns: Sequence[re.Pattern[str]]) -> Iterator[str]:
    for pattern in patterns:
        found = pattern.search(text)
        what = spoken(found["what"]) if found else ""
        words = [word for word, _, _ in word_spans(what)]
        if words and len(words) <= LONGEST and not is_stop_word(words[-1]):
            yield what
            return
