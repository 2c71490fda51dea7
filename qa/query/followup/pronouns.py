"""Which words of a question point at something said before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from embeddings.words import is_stop_word, word_spans
from qa.language.lexicon import AUXILIARIES, UNINFORMATIVE
from qa.language.tokens import listed

Kind: TypeAlias = Literal["he", "she", "it", "they", "this"]
"""What can be meant: a man, a woman, a thing, several; "this" is what cannot be exchanged for a name."""


_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("he", "him", "his", "himself"), "he"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "she"),
    **dict.fromkeys(("it", "its", "itself"), "it"),
    **dict.fromkeys(("they", "them", "their", "theirs", "themselves"), "they"),
}
_OWNERS = listed("his her its their")
_POINTING = listed("this these those that")
_DEICTIC = listed("year month week day days time morning evening century decade")
_EMPTY_IT = re.compile(  # "is it true that", "how long does it take to": the word stands for what follows
    r"\bgot\s+it\b|\b(?:they|he|she|we|you|people)\s+(?:do|did|does)\s+it\b|\bit\s+(?:rains?|snows?|makes?\s+sense)\b|"
    r"\bit\s+(?:(?:is|was|be|been|being)\s+)?(?:\w+\s+)?(?:takes?|took|costs?|possible|impossible|necessary|true|legal|"
    r"illegal|important|better|best|safe|hard|easy|difficult|common|likely|mean|ok|okay|right|wrong)\b[^?]*?\b(?:to|that|for|if)\b",
    re.IGNORECASE,
)
_OF_SEVERAL = re.compile(
    r"\b(?:which|who|one|two|three|some|any|each|all|both|none|most|many|few|half|\d+)\s+of\s+$", re.IGNORECASE
)
_PLURAL = re.compile(r"\b(?:are|were|have|do)(?:n['’]t)?\s+$", re.IGNORECASE)  # before its subject


@dataclass(frozen=True, slots=True)
class Pointer:
    """A word that points back: where it stands, at what kind of thing, and whether as an owner ("its leader").

    ``sure`` is false where the question may itself name what is meant.
    """

    start: int
    end: int
    kind: Kind
    owner: bool
    sure: bool


def pointers(text: str) -> list[Pointer]:
    """Return the words that point back, in order."""
    spans = word_spans(text)
    words = [word for word, _, _ in spans]
    empty = {place for match in _EMPTY_IT.finditer(text) for place in range(match.start(), match.end())}
    found = []
    for number, (word, start, end) in enumerate(spans):
        before, after = words[:number], words[number + 1 :]
        kind = _kind(word, before, after)
        if kind is None or start in empty or _is_abbreviation(text[start:end], text):
            continue
        owner = word in _OWNERS and bool(after) and not (word == "her" and is_stop_word(after[0]))
        capitals = any(text[at].isupper() and not is_stop_word(other) for other, at, _ in spans[1:number])
        itself = not _is_object(word, before, after) and (capitals or _says_itself(word, before, after))
        found.append(Pointer(start, end, kind, owner, not itself))
    return found


def fits(pointer: Pointer, name: str, text: str) -> bool:
    """Return whether a name can stand for "they" there: not "Which of PTM", and "Are the PTM", but not "Are PTM"."""
    if pointer.kind != "they" or pointer.owner:
        return True
    before = text[: pointer.start]
    plural = name.casefold().startswith("the ") or name.endswith("s")
    return not _OF_SEVERAL.search(before) and (plural or not _PLURAL.search(before))


def telling(text: str) -> int:
    """Return how many words say what a question is about."""
    return sum(_tells(word) for word, _, _ in word_spans(text))


def _is_abbreviation(word: str, text: str) -> bool:
    """Return whether a word in capitals is none of the pronouns, as in "the IT department"."""
    return len(word) > 1 and word.isupper() and not text.isupper()


def _says_itself(word: str, before: list[str], after: list[str]) -> bool:
    """Return whether the question may itself name what the word points at.

    "Which company sold its port?" does, "Who leads it?" and "When did it begin?" do not; "this city" says what it is.
    """
    content = [place for place, other in enumerate(before) if _tells(other)]
    verbs = [place for place, other in enumerate(before) if other in AUXILIARIES]
    if word in ("this", "these", "those") and after and not is_stop_word(after[0]):
        return True
    if not content:
        return False
    if _KINDS.get(word) in ("he", "she"):
        return not verbs and before[0] in ("which", "what")
    return not (verbs and verbs[-1] > content[-1]) and not (before[0] == "who" and len(content) == 1)


def _is_object(word: str, before: list[str], after: list[str]) -> bool:
    """Return whether a pronoun ends a question that has one verb, so is no subject: "What does ISKP call it?"."""
    return word in _KINDS and not after and sum(other in AUXILIARIES for other in before) == 1


def _tells(word: str) -> bool:
    """Return whether a word says what a question is about."""
    return not is_stop_word(word) and word not in UNINFORMATIVE


def _kind(word: str, before: list[str], after: list[str]) -> Kind | None:
    if word in _KINDS:
        return _KINDS[word]
    if word in _POINTING and not (after and after[0] in _DEICTIC):
        if word == "that":  # not the one that joins clauses
            return "this" if not after or (before and before[-1] in AUXILIARIES and len(before) <= 2) else None
        return None if word == "those" and after[:1] == ["who"] else "this"
    if word == "there" and before and not after:
        return "this"
    return "this" if word in ("one", "ones") and not after and before and before[-1] != "which" else None
