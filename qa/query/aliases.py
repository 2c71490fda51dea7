"""The same question with another name for what it asks about, as the documents define it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from embeddings.documents.abbreviations import Alias, Definition
from embeddings.words import is_ordinary_word, plain_words, without_points, word_spans

USUAL = 0.9  # of the documents that define an abbreviation
MEANINGS = 20  # an abbreviation with more of them stands for nothing
TYPING_ERROR = 0.85  # two words are one with a typing error where they share this much of their letters
_LONG = 6  # letters of such a word

Words = tuple[str, ...]

_POSSESSIVE = re.compile(r"['’][sS]?$")


@dataclass(frozen=True, slots=True)
class Variant:
    """A question with one name exchanged for another.

    It holds for passages that have the other name and not the one asked for, within ``documents`` (None: in all) and
    outside ``elsewhere``, the documents that give the abbreviation another meaning.
    """

    text: str
    asked: str
    other: str
    alias: Alias
    defined_in: tuple[str, ...]
    documents: frozenset[str] | None
    elsewhere: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Meaning:
    """An abbreviation and what it stands for.

    ``defined_in`` are the documents that say it in these words, ``documents`` all that say it, ``elsewhere`` those that
    give it another meaning only; ``usual`` says that hardly any do.
    """

    alias: Alias
    defined_in: tuple[str, ...]
    documents: tuple[str, ...]
    elsewhere: frozenset[str]
    usual: bool


class Names:
    """The names that a corpus defines, ready to be found in a question."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self._meanings = _meanings(definitions)
        self._known: dict[Words, list[tuple[int, str, str]]] = {}
        for number, meaning in enumerate(self._meanings):
            short, long = meaning.alias.short, meaning.alias.long
            for name, other in ((short, long), (long, short)):
                words = tuple(plain_words(name))
                if words:
                    self._known.setdefault(words, []).append((number, name, other))
        self._longest = max(map(len, self._known), default=0)

    def variants(self, text: str) -> list[Variant]:
        """Return the question with each known name exchanged for the other one; what most documents define comes first.

        An abbreviation that the corpus gives two meanings is exchanged only within the documents that define each; the
        meaning that USUAL of them give also holds in those that define none.
        """
        spans = word_spans(text)
        words = tuple(word for word, _, _ in spans)
        found: dict[tuple[int, str], Variant] = {}
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest) + 1):
                for number, name, other in self._known.get(words[start:end], ()):
                    written = _POSSESSIVE.sub("", text[spans[start][1] : spans[end - 1][2]])
                    if _is_meant(written, name) and not _stands(tuple(plain_words(other)), words):
                        changed = f"{text[: spans[start][1]]}{other}{text[spans[start][1] + len(written) :]}"
                        found.setdefault((number, name), self._variant(number, changed, (name, other)))
        return [found[key] for key in sorted(found, key=lambda key: (-len(self._meanings[key[0]].documents), *key))]

    def _variant(self, number: int, changed: str, names: tuple[str, str]) -> Variant:
        meaning = self._meanings[number]
        within = None if meaning.usual else frozenset(meaning.documents)
        return Variant(changed, *names, meaning.alias, meaning.defined_in, within, meaning.elsewhere)


@lru_cache(maxsize=2)
def names_defined(definitions: tuple[Definition, ...]) -> Names:
    """Return the names of an index, made once for all who ask for them."""
    return Names(definitions)


def _is_meant(written: str, name: str) -> bool:
    """Return whether a word of the question is that name: "who" is not the WHO, nor Mr Mir the MIR.

    A single word is meant if it is written like the name, or carelessly in small letters and not in the dictionary.
    """
    if without_points(written) == without_points(name) or len(plain_words(name)) > 1:
        return True
    return written.islower() and not is_ordinary_word(plain_words(name)[0])


def _stands(wanted: Words, words: Words) -> bool:
    size = len(wanted)
    return any(words[place : place + size] == wanted for place in range(len(words) - size + 1))


def _meanings(definitions: Sequence[Definition]) -> list[_Meaning]:
    """Return one for each abbreviation and meaning, in order; the wording of most documents stands."""
    worded: dict[str, dict[str, list[Definition]]] = {}
    for definition in definitions:
        joined = "".join(plain_words(definition.alias.long)).rstrip("s")  # spaces, hyphens and a plural
        worded.setdefault(without_points(definition.alias.short), {}).setdefault(joined, []).append(definition)
    return [
        _meaning(group, ours)
        for by_words in worded.values()
        if len(by_words) <= MEANINGS
        for ours in [_merged(list(by_words.values()))]
        for group in ours
    ]


def _merged(groups: Sequence[list[Definition]]) -> list[list[Definition]]:
    """Return the groups with those put together that mean the same."""
    merged: list[list[Definition]] = []
    for group in groups:
        words = plain_words(group[0].alias.long)
        like = next((other for other in merged if _same(plain_words(other[0].alias.long), words)), None)
        if like is None:
            merged.append([*group])
        else:
            like.extend(group)
    return merged


def _meaning(group: Sequence[Definition], ours: Sequence[Sequence[Definition]]) -> _Meaning:
    own, every = _documents(group), {name for one in ours for name in _documents(one)}
    stated = max(group, key=lambda definition: len(definition.documents))
    usual = len(own) >= USUAL * len(every)
    return _Meaning(stated.alias, stated.documents, own, frozenset(every.difference(own)), usual)


def _documents(group: Sequence[Definition]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for definition in group for name in definition.documents))


def _same(mine: list[str], theirs: list[str]) -> bool:
    """Return whether the words of two long forms mean one thing: one has words more, or there is one typing error."""
    if set(mine) <= set(theirs) or set(theirs) <= set(mine):
        return True
    other = [pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]]
    return len(mine) == len(theirs) and len(other) == 1 and _is_typing_error(*other[0])


def _is_typing_error(one: str, other: str) -> bool:
    """Return whether a long word is another one mistyped; "American" and "African" are two words of the dictionary."""
    if min(len(one), len(other)) < _LONG or (is_ordinary_word(one) and is_ordinary_word(other)):
        return False
    return SequenceMatcher(None, one, other).ratio() >= TYPING_ERROR
