"""The same question with another name for what it asks about, as the documents define it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from embeddings.aliases import Alias, Definition
from embeddings.lexical import is_ordinary_word, plain_words, word_spans

__all__ = ["Variant", "variants"]

MOST = 3  # variants of one question; each is one more vector to compare


@dataclass(frozen=True, slots=True)
class Variant:
    """A question with one name exchanged for another.

    It holds for passages that have the other name and not the one asked for, within ``documents`` (None: in all).
    """

    text: str
    asked: str
    other: str
    alias: Alias
    defined_in: tuple[str, ...]
    documents: frozenset[str] | None


def variants(text: str, definitions: Sequence[Definition]) -> list[Variant]:
    """The question with each known name exchanged for the other one, in the order of the definitions, at most MOST.

    An abbreviation that the corpus gives two meanings is exchanged only within the documents that define each of them.
    """
    found: dict[str, Variant] = {}
    for definition in definitions:
        documents = None if _one_meaning(definition, definitions) else frozenset(_defining(definition, definitions))
        for name, other in _directions(definition.alias):
            changed = _exchanged(text, name, other)
            if changed is not None and changed not in found:
                found[changed] = Variant(changed, name, other, definition.alias, definition.documents, documents)
    return list(found.values())[:MOST]


def _directions(alias: Alias) -> Iterator[tuple[str, str]]:
    yield alias.short, alias.long
    yield alias.long, alias.short


def _exchanged(text: str, name: str, other: str) -> str | None:
    """The text with a name exchanged; None where it does not stand in it, or the other name does already."""
    words = word_spans(text)
    wanted = plain_words(name)
    plain = [word for word, _, _ in words]
    if _place(plain, plain_words(other)) is not None:
        return None
    place = _place(plain, wanted)
    if place is None:
        return None
    start, end = words[place][1], words[place + len(wanted) - 1][2]
    if len(wanted) == 1 and text[start:end] != name and is_ordinary_word(wanted[0]):
        return None  # "who leads" does not ask about the WHO, and "a safe room" not about SAFE
    return f"{text[:start]}{other}{text[end:]}"


def _place(words: Sequence[str], wanted: Sequence[str]) -> int | None:
    size = len(wanted)
    places = (place for place in range(len(words) - size + 1) if list(words[place : place + size]) == list(wanted))
    return next(places, None) if size else None


def _one_meaning(definition: Definition, definitions: Sequence[Definition]) -> bool:
    return all(
        _meaning(other) == _meaning(definition) for other in definitions if other.alias.short == definition.alias.short
    )


def _defining(definition: Definition, definitions: Sequence[Definition]) -> Iterator[str]:
    for other in definitions:
        if other.alias.short == definition.alias.short and _meaning(other) == _meaning(definition):
            yield from other.documents


def _meaning(definition: Definition) -> str:
    """The long form without spaces, hyphens and a plural's s: "Post-traumatic" and "Posttraumatic" are one meaning."""
    return re.sub(r"s$", "", "".join(plain_words(definition.alias.long)))
