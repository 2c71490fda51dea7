"""Citations that give the same value, and those that give another: only where both plainly speak of one thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from embeddings.words import is_ordinary_word
from qa.answering.agreement.claims import Said, Value, is_tied, value_in
from qa.answering.agreement.quantities import counted
from qa.language.answer_type import ExpectedAnswer, expected_answer
from qa.language.dates import dates, weekdays
from qa.language.names import is_in_capitals, names
from qa.language.numbers import Number
from qa.language.tokens import listed, tokens
from qa.language.values import Relation
from qa.reading.types import Mark
from qa.types.comparison import Agreement, Difference, Side, ValuePlace
from qa.types.hits import Hit
from qa.types.quotes import Citation, Quote

__all__ = ["compare_citations", "marks_that_differ"]

_SAYS = listed("said says told according reported announced reports spokesman spokesperson")
_NEAR_SAYING = 5  # words


@dataclass(frozen=True, slots=True)
class _Given:
    """A value, and the citation that gives it (0 where it is not cited)."""

    said: Said
    value: Value
    citation: int = 0

    def place(self) -> ValuePlace:
        start, end = self.said.start + self.value.start, self.said.start + self.value.end
        value = self.said.text[self.value.start : self.value.end]
        return ValuePlace(self.citation, self.said.document_id, self.said.path, start, end, value)


@dataclass(slots=True)
class _Sides:
    """Values of one thing, those that are the same together."""

    sides: list[list[_Given]] = field(default_factory=list)

    def takes(self, given: _Given, asked: ExpectedAnswer) -> bool:
        """Add a value if it is of the same thing as all that are here."""
        relations = [_relation(given, side[0], asked) for side in self.sides]
        if "same" in relations and relations.count("same") == 1 and "unclear" not in relations:
            self.sides[relations.index("same")].append(given)
        elif all(relation == "different" for relation in relations):
            self.sides.append([given])
        else:
            return False
        return True


def compare_citations(
    question: str, citations: Sequence[Citation]
) -> tuple[tuple[Agreement, ...], tuple[Difference, ...]]:
    """Which citations give the same, and which differ, in the number, date or name that the question asks for.

    Without such a value, or where it cannot be told, citations agree only where one stands word for word in several
    documents. Two values are compared only where both sentences have the question's terms and nothing says that they
    speak of two things; see docs/decisions.md.
    """
    asked = expected_answer(question)
    groups: list[_Sides] = []
    for given in _given(asked, citations):
        if asked is not None and not any(group.takes(given, asked) for group in groups):
            groups.append(_Sides([[given]]))
    kind = "name" if asked is None else asked.kind
    agreements = [
        Agreement(kind, count, tuple(given.citation for given in side), tuple(given.place() for given in side))
        for group in groups
        for side in group.sides
        if (count := _documents(citations, [given.citation for given in side])) > 1
    ]
    covered = {number for agreement in agreements for number in agreement.citations}
    agreements += [
        Agreement("wording", count, (citation.number,))
        for citation in citations
        if citation.number not in covered and (count := _documents(citations, [citation.number])) > 1
    ]
    differences = [
        Difference(kind, tuple(Side(tuple(given.place() for given in side)) for side in group.sides))
        for group in groups
        if len(group.sides) > 1
    ]
    return tuple(sorted(agreements, key=lambda agreement: agreement.citations)), tuple(differences)


def marks_that_differ(question: str, hits: Sequence[Hit], marks: Sequence[Mark]) -> list[Mark]:
    """Sentences of the hits that are not marked and give another value than a marked one, one of a hit at most.

    Without this a document that differs would not be seen where the reader leaves it out.
    """
    asked = expected_answer(question)
    if asked is None:
        return []
    first = [
        _Given(said, value)
        for mark in marks
        for said in [_said(mark.hit.citation.source, mark.sentence.sentence.start, mark.sentence.sentence.text)]
        if (value := value_in(said, asked)) is not None
    ]
    marked = {mark.hit.passage for mark in marks}
    found: list[Mark] = []
    for hit in hits if first else ():
        if hit.passage in marked:
            continue
        for score in hit.trace.sentences:
            said = _said(hit.citation.source, score.sentence.start, score.sentence.text)
            value = value_in(said, asked)
            if value and any(_relation(_Given(said, value), other, asked) == "different" for other in first):
                found.append(Mark(hit, score))
                break
    return found


def _given(asked: ExpectedAnswer | None, citations: Sequence[Citation]) -> Iterator[_Given]:
    for citation in citations if asked is not None else ():
        said = _said(citation.source, citation.source.start, citation.source.quote)
        value = value_in(said, asked) if asked is not None else None
        if value is not None:
            yield _Given(said, value, citation.number)


def _said(quote: Quote, start: int, text: str) -> Said:
    above = f"{quote.title}\n{quote.locator.rpartition(', ')[0]}"
    return Said(quote.document_id, quote.path, start, text, quote.paragraph.text, above)


def _relation(one: _Given, other: _Given, asked: ExpectedAnswer) -> Relation:
    """Give "same", "different", or "unclear" where the two may speak of two things, or stand in one document."""
    relation = one.value.relation(other.value)
    if relation == "different" and one.said.document_id == other.said.document_id:
        return "unclear"
    return relation if _one_thing(one, other, asked) else "unclear"


def _one_thing(one: _Given, other: _Given, asked: ExpectedAnswer) -> bool:
    if asked.kind == "name":
        return True
    if not asked.is_of_one_thing or not all(is_tied(given.said, given.value, asked) for given in (one, other)):
        return False
    if isinstance(one.value, Number) and isinstance(other.value, Number):
        mine = counted(one.value, tokens(one.said.text), asked)
        theirs = counted(other.value, tokens(other.said.text), asked)
        if mine != theirs or _other_days(one.said, other.said) or _one_is_plural(one.said, other.said, asked):
            return False
    if one.value.relation(other.value) == "same" and asked.kind == "date":
        return True  # a day is seldom the same by chance, a small number often
    return not (_strange(one.said, other.said, asked) and _strange(other.said, one.said, asked))


def _other_days(one: Said, other: Said) -> bool:
    """Whether the sentences are of two days."""
    mine, theirs = dates(one.text), dates(other.text)
    if mine and theirs and all(day.relation(another) == "different" for day in mine for another in theirs):
        return True
    return bool(weekdays(one.text) and weekdays(other.text) and not weekdays(one.text) & weekdays(other.text))


def _one_is_plural(one: Said, other: Said, asked: ExpectedAnswer) -> bool:
    """Whether a word of the question stands only in the plural in one of them: "attacks" are not the attack."""
    mine, theirs = ({token.plain for token in tokens(said.text)} for said in (one, other))
    only = [{word for word in asked.words if word not in words and f"{word}s" in words} for words in (mine, theirs)]
    return only[0] != only[1]


def _strange(said: Said, other: Said, asked: ExpectedAnswer) -> bool:
    """Whether a sentence names what neither the question nor the other passage does: another place, another person.

    Whoever is named as the source ("Khan said") does not count.
    """
    words = tokens(said.text)
    sources = [place for place, token in enumerate(words) if token.plain in _SAYS]
    known = {token.term for token in tokens(f"{other.passage}\n{other.above}")} | set(asked.terms)
    spans = [(name.start, name.end) for name in names(said.text)]
    capitals = is_in_capitals(said.text)
    for place, token in enumerate(words):
        named = any(start <= token.start < end for start, end in spans)
        if capitals:
            named = token.plain.isalpha() and len(token.plain) > 3 and not is_ordinary_word(token.plain)
        near_source = any(abs(place - source) <= _NEAR_SAYING for source in sources)
        if named and token.term and token.term not in known and not near_source:
            return True
    return False


def _documents(citations: Sequence[Citation], numbers: Sequence[int]) -> int:
    """In how many documents these citations stand, copies counted."""
    quotes = [
        quote for citation in citations if citation.number in numbers for quote in (citation.source, *citation.also)
    ]
    return len({quote.document_id for quote in quotes})
