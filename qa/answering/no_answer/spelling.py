"""The only importer of rapidfuzz: another spelling for a name of the question that no document has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice, product

from embeddings.index.store import Index
from embeddings.words import content_words, forms_of, is_ordinary_word, is_stop_word, plain_words, terms, word_spans
from qa.language.names import named
from qa.query.syntax import parse
from qa.retrieval.selection import with_phrase
from qa.types.answers import Spelling

FEWEST, ALONE, LONG = 4, 5, 8  # letters of a word that may be misspelt; in a name of its own; by two letters
MOST = 2  # letters that are other ones
_NEAREST, _LOOKED_AT = 3, 5  # spellings of a word that are tried, and passages that are looked at for each
_SOUNDS_LITTLE = re.compile(r"[aeiouyhw]|(.)(?=\1)")
_READ = 50  # passages, of a name that is also a word
_SOUNDS = 3  # consonants of a word that is known by these
_POSSESSIVE = re.compile(r"['’][sS]?$")

Span = tuple[str, int, int]


class Speller:
    """The spellings of one index: of names alone, by the words that its documents write as names."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def spelling(self, question: str) -> Spelling | None:
        """Return the question with names as the documents spell them; None where none is both unknown and near.

        A name is misspelt where a word of it stands in no document and in no dictionary. A spelling differs by one
        letter or two neighbours changed, by two in a word of LONG letters or where the consonants are the same; the
        first letter is right. The words of a name must stand together in a passage; of one word only one may be near.
        """
        spans, left_out = word_spans(question), {word for one in parse(question).excluded for word in one.words}
        lacking = {number for number, span in enumerate(spans) if self._lacks(span[0]) and span[0] not in left_out}
        if not lacking:
            return None
        mentions = [range(one.place, one.place + len(one.words)) for one in named(question)]
        inside = {number for mention in mentions for number in mention}
        names = [*mentions, *(range(number, number + 1) for number in sorted(lacking - inside))]
        found: dict[int, str] = {}
        for name in names:
            found |= self._name(name, spans, lacking)
        if not found:
            return None
        typed = {number: _POSSESSIVE.sub("", question[start:end]) for number, (_, start, end) in enumerate(spans)}
        for number in sorted(found, reverse=True):
            start = spans[number][1]
            question = f"{question[:start]}{found[number]}{question[start + len(typed[number]) :]}"
        return Spelling(tuple(typed[number] for number in found), tuple(found.values()), question, searched=False)

    def _lacks(self, word: str) -> bool:
        return len(word) >= FEWEST and word.isalpha() and not (is_ordinary_word(word) or self._stands(word))

    def _stands(self, word: str) -> bool:
        return is_stop_word(word) or any(map(self._index.lexical.document_frequency, forms_of(word)))

    def _name(self, name: range, spans: Sequence[Span], lacking: set[int]) -> dict[int, str]:
        """Return the words of a name that are written otherwise, by their number in the question."""
        wrong = [number for number in name if not self._stands(spans[number][0])] if lacking & {*name} else []
        near = [[*islice(self._near(spans[number][0]), _NEAREST)] for number in wrong]
        if not wrong or not all(near):
            return {}
        if len(name) == 1:
            best = self._alone(spans[wrong[0]][0], near[0])
            return {wrong[0]: best} if best else {}
        for chosen in product(*near):
            written = dict(zip(wrong, (own for _, own in chosen), strict=True))
            words = [word for number in name for word in plain_words(written.get(number, spans[number][0]))]
            if len(with_phrase(self._index, words)):
                return written
        return {}

    def _alone(self, word: str, near: Sequence[tuple[int, str]]) -> str:
        """Return the spelling of a name of one word, which nothing beside it supports; empty where that is not clear.

        One that is also a word of the dictionary must be a name wherever it stands: Chanel is no Channel.
        """
        (distance, best), *others = near
        sound = _consonants(word)
        if is_ordinary_word(best.casefold()):
            likely = distance == 1 and len(word) > ALONE and self._is_always_a_name(best)
        else:
            likely = distance == 1 or (len(sound) >= _SOUNDS and _consonants(best.casefold()) == sound)
        rivals = [own for far, own in others if far == distance or _consonants(own.casefold()) == sound]
        return best if likely and len(word) >= ALONE and not rivals else ""

    def _is_always_a_name(self, name: str) -> bool:
        rows = [row for term in terms(name) for row in self._index.lexical.rows_with(term)[:_READ].tolist()]
        small = re.compile(rf"(?<!\w){re.escape(name.lower())}")
        return not any(small.search(self._index.corpus.passage(row).text) for row in rows)

    def _near(self, word: str) -> Iterator[tuple[int, str]]:
        """Yield the spellings of a word with how many letters are other ones, nearest first."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        distances: dict[str, int] = {}
        for form in {word, *terms(word)}:
            near = process.extract(form, self._vocabulary, scorer=OSA.distance, score_cutoff=MOST, limit=None)
            for term, distance, _ in near:
                distances[term] = min(distance, distances.get(term, MOST))
        found: dict[str, int] = {}
        for term, distance in distances.items():
            if term[0] == word[0] and _alike(word, term, distance) and (written := self._written(term)):
                (own, *_) = plain_words(written)
                whole = min(OSA.distance(one, own) for one in (word, word.removesuffix("s")))  # a plural
                if whole <= MOST and _alike(word, own, whole):
                    found[written] = whole
        yield from sorted(((distance, written) for written, distance in found.items()))

    def _written(self, term: str) -> str:
        """Return a term as the documents write it in a name; empty where none of a few passages does."""
        for row in self._index.lexical.rows_with(term)[:_LOOKED_AT].tolist():
            passage = self._index.corpus.passage(row)
            for text in (passage.text, passage.heading, self._index.corpus.document_of(row).title):
                names = {word for one in named(text, sentence=True) for word in one.words}
                for own, other in content_words(text):
                    if other == term and names.issuperset(plain_words(own)):
                        return _POSSESSIVE.sub("", own)
        return ""

    @cached_property
    def _vocabulary(self) -> list[str]:
        return [term for term in self._index.lexical.vocabulary() if len(term) >= FEWEST - 1 and term.isalpha()]


def _alike(word: str, other: str, distance: int) -> bool:
    return distance == 1 or len(word) >= LONG or _consonants(word) == _consonants(other)


def _consonants(word: str) -> str:
    return _SOUNDS_LITTLE.sub("", word)
