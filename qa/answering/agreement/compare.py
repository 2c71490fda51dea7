"""Citations that give the same value, and those that give another: only where both plainly speak of one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.answering.agreement.claims import Claim, claim_in, terms_in
from qa.language.answer_type import ExpectedAnswer, expected_answer
from qa.language.dates import dates, weekdays
from qa.language.names import names
from qa.language.tokens import term_of, tokens
from qa.language.values import Relation
from qa.reading.types import Mark
from qa.types.comparison import Agreement, Difference, Side, ValuePlace
from qa.types.hits import Hit
from qa.types.quotes import Citation


def compare_citations(
    question: str, citations: Sequence[Citation]
) -> tuple[tuple[Agreement, ...], tuple[Difference, ...]]:
    """Return which citations give the same, and which differ, in the number, date or name that the question asks for.

    Without such a value, or where it cannot be told, citations agree only where one occurs word for word in several
    documents.
    """
    asked = expected_answer(question)
    groups = [] if asked is None else _groups(citations, asked)
    kind = "name" if asked is None else asked.kind
    agreements = [
        Agreement(kind, count, tuple(place.citation for place in side.places), side.places)
        for group in groups
        for side in group
        if (count := _documents(citations, side.citations)) > 1
    ]
    covered = {number for agreement in agreements for number in agreement.citations}
    agreements += [
        Agreement("wording", count, (citation.number,))
        for citation in citations
        if citation.number not in covered and (count := _documents(citations, [citation.number])) > 1
    ]
    differences = tuple(Difference(kind, group) for group in groups if len(group) > 1)
    return tuple(sorted(agreements, key=lambda agreement: agreement.citations)), differences


def marks_that_differ(question: str, hits: Sequence[Hit], marks: Sequence[Mark]) -> list[Mark]:
    """Return sentences of hits without a mark that give another value than a marked one, one of a hit at most.

    Without this a document that differs would not be seen where the reader leaves it out.
    """
    asked = expected_answer(question)
    if asked is None:
        return []
    given = [claim for mark in marks if (claim := _claim_of(mark, asked)) is not None]
    marked = {mark.hit.passage for mark in marks}
    found: list[Mark] = []
    for hit in hits if given else ():
        for score in hit.trace.sentences if hit.passage not in marked else ():
            mark = Mark(hit, score.sentence)
            claim = _claim_of(mark, asked)
            if claim and any(_relation(claim, other, asked) == "different" for other in given):
                found.append(mark)
                break
    return found


def _groups(citations: Sequence[Citation], asked: ExpectedAnswer) -> list[tuple[Side, ...]]:
    """Return the sides of each thing that the citations speak of."""
    groups: list[list[list[tuple[int, Claim]]]] = []
    for citation in citations:
        claim = claim_in(citation.source, citation.words, asked)
        if claim is None:
            continue
        for group in groups:
            relations = [_relation(claim, side[0][1], asked) for side in group]
            if "unclear" not in relations and relations.count("same") < 2:
                if "same" not in relations:
                    group.append([])
                group[relations.index("same") if "same" in relations else -1].append((citation.number, claim))
                break
        else:
            groups.append([[(citation.number, claim)]])
    return [tuple(Side(tuple(_place(*given) for given in side)) for side in group) for group in groups]


def _claim_of(mark: Mark, asked: ExpectedAnswer) -> Claim | None:
    sentence = mark.sentence
    quote = replace(mark.hit.citation.source, start=sentence.start, end=sentence.end, quote=sentence.text)
    return claim_in(quote, mark.words, asked)


def _place(number: int, claim: Claim) -> ValuePlace:
    quote, start, end = claim.quote, claim.value.start, claim.value.end
    place = quote.start + start, quote.start + end
    return ValuePlace(number, quote.document_id, quote.path, *place, quote.quote[start:end])


def _relation(one: Claim, other: Claim, asked: ExpectedAnswer) -> Relation:
    """Return "unclear" where the two may speak of two things, or differ in one document."""
    relation = one.value.relation(other.value)
    if one.terms != other.terms or one.measure != other.measure:
        return "unclear"
    if relation == "different" and one.quote.document_id == other.quote.document_id:
        return "unclear"
    return relation if _is_of_one_thing(one, other, asked) else "unclear"


def _is_of_one_thing(one: Claim, other: Claim, asked: ExpectedAnswer) -> bool:
    mine, theirs = one.quote.quote, other.quote.quote
    if asked.kind != "date" and (_are_apart(mine, theirs) or _only_plural(mine, asked) != _only_plural(theirs, asked)):
        return False
    if asked.kind == "name":
        return True
    return asked.is_of_one_thing and not (_is_strange(one, other, asked) and _is_strange(other, one, asked))


def _are_apart(one: str, other: str) -> bool:
    """Return whether both sentences name days, and none that may be the same."""
    pairs = [(day, another) for day in dates(one) for another in dates(other)]
    if pairs and all(day.relation(another) == "different" for day, another in pairs):
        return True
    return bool(weekdays(one) and weekdays(other)) and not weekdays(one) & weekdays(other)


def _only_plural(text: str, asked: ExpectedAnswer) -> set[str]:
    """Return the question's words that the text has in the plural alone: "attacks" are not the attack."""
    own = {token.plain for token in tokens(text)}
    return {word for word in asked.words if word not in own and f"{word}s" in own}


def _is_strange(claim: Claim, other: Claim, asked: ExpectedAnswer) -> bool:
    """Return whether a sentence names what neither the question nor the other passage does: another place or person."""
    known = {*terms_in(f"{other.quote.paragraph.text}\n{other.quote.title}"), *asked.terms}
    return any(not known >= {*map(term_of, name.words)} for name in names(claim.quote.quote))


def _documents(citations: Sequence[Citation], numbers: Sequence[int]) -> int:
    """Return in how many documents these citations occur, copies counted."""
    chosen = [citation for citation in citations if citation.number in numbers]
    return len({quote.document_id for citation in chosen for quote in (citation.source, *citation.also)})
