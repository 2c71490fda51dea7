"""The same question with another name for what it asks about, as the documents define it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from embeddings.aliases import Alias, Definition
from embeddings.lexical import is_ordinary_word, plain_words, word_spans

__all__ = ["Names", "Variant"]

MOST = 3  # variants of one question; each is one more vector to compare
USUAL = 0.9  # of the documents that define an abbreviation
TYPING_ERROR = 0.8  # two words are one with a typing error where they share this much of their letters

Words = tuple[str, ...]


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

    ``elsewhere`` are the documents that give it another meaning only; ``usual`` says that hardly any do.
    """

    alias: Alias
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
        """The question with each known name exchanged for the other one, in the order of the definitions, at most MOST.

        An abbreviation that the corpus gives two meanings is exchanged only within the documents that define each; the
        meaning that USUAL of them give also holds in those that define none.
        """
        spans = word_spans(text)
        words = tuple(word for word, _, _ in spans)
        found: dict[tuple[int, str], Variant] = {}
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest) + 1):
                for number, name, other in self._known.get(words[start:end], ()):
                    written = text[spans[start][1] : spans[end - 1][2]]
                    if _is_meant(written, name) and not _stands(tuple(plain_words(other)), words):
                        changed = f"{text[: spans[start][1]]}{other}{text[spans[end - 1][2] :]}"
                        found.setdefault((number, name), self._variant(number, changed, (name, other)))
        return [found[key] for key in sorted(found)][:MOST]

    def _variant(self, number: int, changed: str, names: tuple[str, str]) -> Variant:
        meaning = self._meanings[number]
        within = None if meaning.usual else frozenset(meaning.documents)
        return Variant(changed, *names, meaning.alias, meaning.documents, within, meaning.elsewhere)


def _is_meant(written: str, name: str) -> bool:
    """Whether a word of the question is that name and not another word: "who" is not the WHO, nor Mr Mir the MIR.

    A single word is meant if it is written like the name, or carelessly in small letters and not in the dictionary.
    """
    if written == name or len(plain_words(name)) > 1:
        return True
    return written.islower() and not is_ordinary_word(plain_words(name)[0])


def _stands(wanted: Words, words: Words) -> bool:
    size = len(wanted)
    return any(words[place : place + size] == wanted for place in range(len(words) - size + 1))


def _meanings(definitions: Sequence[Definition]) -> list[_Meaning]:
    """One for each abbreviation and meaning, in the order of the definitions; the wording of most documents stands."""
    groups: dict[str, list[list[Definition]]] = {}
    for definition in definitions:
        ours = groups.setdefault(definition.alias.short, [])
        like = next((group for group in ours if _same(group[0].alias.long, definition.alias.long)), None)
        if like is None:
            ours.append([definition])
        else:
            like.append(definition)
    return [_meaning(group, ours) for ours in groups.values() for group in ours]


def _meaning(group: Sequence[Definition], ours: Sequence[Sequence[Definition]]) -> _Meaning:
    own, every = _documents(group), {name for one in ours for name in _documents(one)}
    alias = max(group, key=lambda definition: len(definition.documents)).alias
    return _Meaning(alias, own, frozenset(every.difference(own)), usual=len(own) >= USUAL * len(every))


def _documents(group: Sequence[Definition]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for definition in group for name in definition.documents))


def _same(one: str, other: str) -> bool:
    """Whether two long forms are one but for spaces and hyphens, a plural, a typing error or added words."""
    mine, theirs = plain_words(one), plain_words(other)
    if "".join(mine).rstrip("s") == "".join(theirs).rstrip("s") or set(mine) <= set(theirs) or set(theirs) <= set(mine):
        return True
    alike = (SequenceMatcher(None, *pair).ratio() >= TYPING_ERROR for pair in zip(mine, theirs, strict=False))
    return len(mine) == len(theirs) and all(alike)
