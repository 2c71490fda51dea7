"""What a text names: people, places, parties, things, as it writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from embeddings.words import is_ordinary_word, is_stop_word, plain_words, word_spans
from qa.language.tokens import listed
from qa.language.values import Relation

__all__ = ["CALENDAR", "LINKS", "Mention", "Name", "is_in_capitals", "mentions", "named", "names", "spoken"]


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


ALIKE = 0.7  # of the letters of two words: Pashteen and Pashtin may be one name


_PART = r"[^\W\d_a-z][\w'’.]*(?:-[\w'’]+)*"


_LINK = r"(?:\s+(?:al|ul|bin|ibn|de|da|del|von|van|of(?:\sthe)?)\b)?[\s-]+"


_NAME = re.compile(rf"(?<![\w'’-]){_PART}(?:{_LINK}{_PART}){{0,7}}")


_DAYS = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)


_TITLES = listed(
    "mr mrs ms dr sir lord lady general gen colonel col major maj captain capt lieutenant lt sergeant commander "
    "admiral brigadier marshal president prime minister chief king queen prince princess sheikh sheik mullah maulana "
    "mawlawi maulvi molvi imam ayatollah haji hajji sayed syed senator sen governor gov professor prof judge justice "
    "amir emir vice deputy former the chairman leader spokesman director secretary emperor pope saint st"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands; ``words`` are its plain words without titles."""

    start: int
    end: int
    words: tuple[str, ...]

    def relation(self, other: object) -> Relation:
        """Give "same" where one has all the words of the other, "unclear" where they share or nearly share one."""
        if not isinstance(other, Name):
            return "unclear"
        mine, theirs = set(self.words), set(other.words)
        if mine <= theirs or theirs <= mine:
            return "same"
        if mine & theirs or _initials(self, other) or _initials(other, self):
            return "unclear"
        alike = any(SequenceMatcher(None, one, two).ratio() >= ALIKE for one in mine for two in theirs)
        return "unclear" if alike else "different"


def names(text: str) -> list[Name]:
    """All names of a text by their capitals, in order, without days, months, and titles that stand alone.

    An ordinary word at the beginning of a sentence is none; nor is there one in a text that is all in capitals.
    """
    if is_in_capitals(text):
        return []
    found = []
    for match in _NAME.finditer(text):
        start, end = _trimmed(text, *match.span())
        words = tuple(word for word in plain_words(text[start:end]) if word not in _TITLES and not is_stop_word(word))
        if words and not set(words) <= _DAYS:
            found.append(Name(start, end, words))
    return found


def is_in_capitals(text: str) -> bool:
    """Whether capitals tell nothing here."""
    letters = [sign for sign in text if sign.isalpha()]
    return sum(sign.isupper() for sign in letters) > 0.6 * len(letters)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without an ordinary word that begins the sentence and has its capital from that, without "'s" and a full stop."""
    first = re.match(r"[\w'’]+", text[start:end])
    begins = not re.search(r"\w", text[:start]) or re.search(r"[.!?:\"“”]\s*[\"“”]?$", text[:start])
    if first and begins and (is_stop_word(first[0].lower()) or (first.end() == end - start and _is_ordinary(first[0]))):
        rest = re.search(r"[^\W_]", text[start + first.end() : end])
        start = start + first.end() + rest.start() if rest else end
    said = re.sub(r"(?:['’]s?|[.,'’])$", "", text[start:end])
    return start, start + len(said)


def _is_ordinary(word: str) -> bool:
    plain = plain_words(word)
    return all(part not in _TITLES and is_ordinary_word(part) for part in plain)


def _initials(short: Name, long: Name) -> bool:
    return len(short.words) == 1 and len(long.words) > 1 and short.words[0] == "".join(word[0] for word in long.words)
