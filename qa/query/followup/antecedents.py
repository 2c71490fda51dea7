"""Whom or what a pronoun means: the name that the conversation has said most, and last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from embeddings.words import is_stop_word, plain_words, terms, word_spans
from qa.language.answer_type import asking
from qa.language.names import LONGEST, Mention, named, spoken
from qa.query.followup.pronouns import Kind, pointers

REACH = 8  # turns that are looked back for a person
REACH_IT = 2  # for what is not a person: it changes sooner
FADES = 0.7  # a turn counts this much of the next one
TYPED, TAKEN, QUOTED = 1.0, 0.5, 0.7  # a name in a question, one that was put into it, one in an answer
TYPED_BESIDE = 0.3  # a name in a question whose answer names a person
SAME_WORD = 2.0  # times, for the name that was put in for the same pronoun before
QUOTED_THING = 0.35  # a thing asked about was more often named in a question
ODD = 0.3  # times, for a name that may be a person's where a thing is meant
_THING = re.compile(r"\bthe\s+[a-z][\w-]*|\b[Hh]ow many\s+\w+|\w['’]s\s+[a-z][\w-]*")  # that has no name
_SEVERAL = re.compile(r"\b(?:which|what)\s+(?:of\s+the\s+)?(?!(?:is|was|does|has)\b)[a-z]+s\b", re.IGNORECASE)
_AT_A_PLACE = re.compile(
    r"\b(?:the|an?)\s+(?P<thing>[a-z][\w-]*(?:\s+[a-z][\w-]*)?\s+(?:at|on|in|of|against|near)\s+(?:the\s+)?)$",
    re.IGNORECASE,
)
_DONE = re.compile(  # to someone or something: no name of a thing
    r"\s*\b(?:\w{3,}ed|\w+(?:olen|aken|iven|osen|oken|itten)|born|shot|held|built|found|made|won|lost|hit|sent|seen|done|"
    r"bought|sold|caught|left|kept|set|put|cut|hurt|shown|thrown|known|grown)$",
    re.IGNORECASE,
)
_SUBJECTS = [
    re.compile(rf"{before}\s+(?P<what>[^?.!,;:()]+?)\s*[?.!]*$", re.IGNORECASE)
    for before in (r"(?:what|who|where|when|why|how)\s*(?:['’]s|\s(?:is|are|was|were))", r"\babout")
]
_OTHER: dict[Kind, Kind] = {"he": "she", "she": "he"}


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A turn of the conversation without operators: the question as typed, as asked, and the sentences quoted.

    ``also`` is the question asked under other names that the documents define, ``about`` are the words beside it.
    ``stated``: it is no question, but what is said beside one, as ``asked``.
    """

    question: str
    asked: str
    quotes: tuple[str, ...]
    also: tuple[str, ...] = ()
    about: str = ""
    stated: bool = False

    @property
    def whole(self) -> str:
        """Return the question asked, and what it was about."""
        return f"{self.asked} {self.about}".rstrip()


def meant(kind: Kind, turns: Sequence[SpokenTurn], used: frozenset[str]) -> str:
    """Return the name, as written where it is written longest; empty where none was said.

    Turns are in the order they were asked. Of equal names the one that was said last. ``used`` are words it has not.
    """
    barred = [] if kind == "they" else _of_another(kind, turns)
    worth: dict[str, float] = {}
    longest: dict[str, Mention] = {}
    given = False  # who was just given as the answer is meant, and nobody before
    for age, turn in enumerate(reversed(turns[-(REACH if kind in _OTHER else REACH_IT) :])):
        said: dict[str, float] = {}
        for mention, weight in _said(kind, turn):
            key = next(
                (name for name, known in longest.items() if _is_same(mention, known, of_persons=kind in _OTHER)),
                " ".join(mention.words),
            )
            said[key] = max(weight, said.get(key, 0.0))
            if key not in longest or len(mention.words) > len(longest[key].words):
                longest[key] = mention
        for key, weight in said.items():
            if key in worth or not given:
                worth[key] = worth.get(key, 0.0) + weight * FADES**age
        given = given or (kind in _OTHER and (_gives_a_person(turn) or _names_a_person(turn)))
    for key in sorted(worth, key=lambda key: -worth[key]):
        if not used & set(longest[key].words) and not any(
            _is_same(longest[key], one, of_persons=True) for one in barred
        ):
            return longest[key].text
    return ""


def _said(kind: Kind, turn: SpokenTurn) -> Iterator[tuple[Mention, float]]:
    """Return the names of a turn that can be of this kind, each with what it counts."""
    if kind == "they" and _SEVERAL.search(turn.question):
        return  # several are meant, and they have no name together
    if turn.stated:
        yield from ((one, TYPED * (ODD if one.person and kind == "it" else 1.0)) for one in _stated(kind, turn.asked))
        return
    typed = _named(kind, turn.question)
    words = {word for mention in typed for word in mention.words}
    put_in = [mention for mention in _named(kind, turn.whole) if not set(mention.words) <= words]
    given = kind in _OTHER and _gives_a_person(turn)
    quoted = QUOTED if kind in _OTHER else QUOTED_THING
    for mention, weight in [
        *((mention, TYPED_BESIDE if given else TYPED) for mention in typed),
        *((mention, _of_taken(kind, turn)) for mention in put_in),
        *(
            (mention, quoted * near)
            for quote in turn.quotes
            for mention, near in _beside(quote, turn)
            if not (given and words & set(mention.words))
        ),
    ]:
        if weight and (mention.person or kind not in _OTHER):
            yield mention, weight * (ODD if mention.person and kind == "it" else 1.0)


def _stated(kind: Kind, said: str) -> Iterator[Mention]:
    """Return the names in what is said beside a question, a thing with its place: "the attack at Abbey Gate"."""
    for mention in named(said, sentence=True):
        thing = _AT_A_PLACE.search(said[: mention.start])
        if kind in _OTHER:
            if mention.person:
                yield mention
        elif thing:
            yield replace(mention, text=spoken(f"the {said[thing.start('thing') : mention.end]}"), person=False)
        else:
            yield mention


def _names_a_person(turn: SpokenTurn) -> bool:
    """Return whether a question names a person in full, and points at nobody else."""
    if any(pointer.kind in _OTHER for pointer in pointers(turn.question)):
        return False
    return any(one.person and len(one.words) > 1 for one in _mentions(turn.question))


def _gives_a_person(turn: SpokenTurn) -> bool:
    """Return whether a question asks who, and its answer names a person whom the question does not name."""
    asked = asking(turn.asked)
    if asked is None or asked.form != "who":
        return False
    known = set(plain_words(turn.whole))
    return any(
        one.person and not known & set(one.words) for quote in turn.quotes for one in named(quote, sentence=True)
    )


def _of_another(kind: Kind, turns: Sequence[SpokenTurn]) -> list[Mention]:
    """Return the persons that were meant by "she" where "he" is asked for, and the other way round; for "it" both."""
    found: list[Mention] = []
    for turn in turns:
        kinds = {pointer.kind for pointer in pointers(turn.question)}
        others = {_OTHER[kind]} if kind in _OTHER else set(_OTHER)
        if others & kinds and kind not in kinds:
            typed = {word for mention in _mentions(turn.question) for word in mention.words}
            put_in = _mentions(turn.asked)
            found += [mention for mention in put_in if mention.person and not set(mention.words) <= typed]
    return found


def _named(kind: Kind, question: str) -> list[Mention]:
    """Return what a question names; for "it" and "they" no name that only says which thing: "the raid on Mastung"."""
    found = _mentions(question)
    thing = None if kind in _OTHER else _THING.search(question)
    return found if thing is None else [mention for mention in found if thing[0] in mention.text]


def _mentions(question: str) -> list[Mention]:
    """Return the names in a question; a first word alone is none.

    A question that asks about one thing only names that thing, whatever names are in it: "What is the port of Gwadar?".
    """
    found = [mention for mention in named(question) if mention.place > 0 or len(mention.words) > 1]
    for pattern in _SUBJECTS[: 1 if found else 2]:
        match = pattern.search(question)
        what = _DONE.sub("", spoken(match["what"])) if match and not pointers(match["what"]) else ""
        words = tuple(plain_words(what))
        if match and 0 < len(words) <= LONGEST and not is_stop_word(words[-1]):
            whole = Mention(what, words, 0, person=False, start=match.start("what"), end=match.end("what"))
            return [whole] if not found or _goes_further(what, found[-1].text) else found
    return found


def _goes_further(topic: str, name: str) -> bool:
    """Return whether a topic begins before the name it ends in: "the port of Gwadar", but not "Gwadar called"."""
    return topic != name and topic.endswith(f" {name}") and topic.partition(" ")[0].casefold() in ("the", "a", "an")


def _of_taken(kind: Kind, turn: SpokenTurn) -> float:
    """Return what a name counts that was put into a question: the same pronoun again means it, the other one cannot."""
    kinds = {pointer.kind for pointer in pointers(turn.question)}
    if kind in kinds:
        return TAKEN * SAME_WORD
    return 0.0 if _OTHER.get(kind) in kinds else TAKEN


def _beside(quote: str, turn: SpokenTurn) -> Iterator[tuple[Mention, float]]:
    """Return the names in a quote, and how near the question's words stand, 0.5 to 1: there the answer is."""
    asked = {term for text in (turn.whole, *turn.also) for term in terms(text)}
    places = [
        (number, term) for number, (word, _, _) in enumerate(word_spans(quote)) for term in terms(word) if term in asked
    ]
    for mention in named(quote, sentence=True):
        own, gaps = set(terms(mention.text)), dict[str, int]()
        for number, term in places:
            if term not in own:
                gap = max(mention.place - number, number - mention.place - len(mention.words) + 1, 1) - 1
                gaps[term] = min(gap, gaps.get(term, gap))
        yield mention, 0.5 + 0.5 * sum(1 / (1 + gap) for gap in gaps.values()) / max(1, len(gaps))


def _is_same(one: Mention, other: Mention, *, of_persons: bool) -> bool:
    """Return whether two names are one: "PTM" and "the PTM", and of persons "Pashteen" and "Manzoor Pashteen"."""
    mine, others = set(one.words), set(other.words)
    return mine == others or (of_persons and (mine <= others or others <= mine))
