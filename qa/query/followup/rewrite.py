"""A follow-up to the question that is actually asked: what it leaves out is taken from the conversation, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from embeddings.words import plain_words
from qa.language.names import named as names_in
from qa.language.names import names, spoken
from qa.query.followup.antecedents import REACH, SpokenTurn, meant
from qa.query.followup.asked_part import OF_US, parts_of
from qa.query.followup.ellipsis import completed, is_fragment
from qa.query.followup.pronouns import Kind, Pointer, fits, pointers, telling
from qa.query.followup.topic import topic
from qa.query.followup.topic_fit import CorpusFit, Fit
from qa.query.syntax import LONGEST_QUESTION, apart, checked, outside, parse, unwrapped
from qa.types.answers import Answer
from qa.types.arguments import check_fields, checked_arguments

TOGETHER, NEAR = 0.4, 0.48  # of `Fit`, from which two questions are about one thing
FOREIGN = 0.3  # below, the words of a question have nothing to do with the question before it
CLEAR = 1.48  # of `Fit`, from which a question that points at nothing is clear without the conversation
STANDS = 1.11
QUOTES, LONGEST_QUOTE = 3, 1_000  # sentences of an answer that are read, and characters of each


@dataclass(frozen=True, slots=True)
class Exchange:
    """One earlier turn of a conversation.

    ``question`` is as it was typed, ``asked`` as it was searched, ``quotes`` are the sentences that were quoted as the
    answer, verbatim. Raises QuestionError where either cannot be searched.

    >>> Exchange("Who leads it?", "Who leads the PTM?").quotes
    ()
    """

    question: str
    asked: str
    quotes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        parse(self.question)
        parse(self.asked)

    @classmethod
    def of(cls, answer: Answer) -> Exchange:
        """Return the turn that an answer was."""
        return cls(answer.question, answer.asked, tuple(citation.quote for citation in answer.citations))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question and what is asked for it.

    ``asked`` says everything that is searched: asked again alone it gives the same. ``taken`` are the words of the
    conversation in it, as written; none where the question stands alone, which is then ``asked`` as it is. What is said
    beside it in the same text counts as said before it.

    >>> earlier = Exchange("Who leads the PTM?", "Who leads the PTM?")
    >>> follow_up("And where was it founded?", [earlier])
    FollowUp(question='And where was it founded?', asked='And where was the PTM founded?', taken=('the PTM',))
    """

    question: str
    asked: str
    taken: tuple[str, ...] = ()


@checked_arguments
def follow_up(question: str, history: Sequence[Exchange], *, ground: CorpusFit | None = None) -> FollowUp:
    """Return the question that is meant after ``history``, oldest turn first.

    A pronoun gets the name or the thing it stands for, a piece of a question the rest of the one before; beside what
    else does not stand alone, the telling words of the last two questions are put, "(about: ...)". ``ground`` is what
    the documents know: without it no change of topic is noticed, and only pronouns and pieces are completed. What is
    taken from the conversation is words, never phrases in quotation marks or excluded words; those of the question stay
    as they are. Raises QuestionError where the question holds no words.

    >>> follow_up("Why?", [Exchange("Who attacked Mastung?", "Who attacked Mastung?")]).asked
    'Why? (about: attacked Mastung)'
    """
    whole = unwrapped(checked(question))
    parts = parts_of(whole)
    text, said = parts.question, parts.said
    alone = FollowUp(question, checked(question) if text == whole else text)
    turns = _once(_turn(exchange, ground) for exchange in history[-REACH:])
    if said and _needs(text, said):
        turns.append(SpokenTurn("", said, (), stated=True))
    if not turns:
        return alone
    asked, taken = _resolved(text, turns, ground)
    if not taken or len(asked) > LONGEST_QUESTION or not _same_operators(asked, text):
        return alone
    return replace(alone, asked=asked, taken=taken)


def _resolved(text: str, turns: Sequence[SpokenTurn], ground: CorpusFit | None) -> tuple[str, tuple[str, ...]]:
    """Return the question as asked and the words taken; none of them where it stands alone."""
    free = outside(text)
    found = pointers(free)
    sure = [pointer for pointer in found if pointer.sure]
    piece = is_fragment(free)
    stated = turns[-1].stated
    fit = None if ground is None or stated else ground.fit(parse(text).text, turns[-1].whole)
    if piece and not found and free == text:
        whole = completed(text, spoken(turns[-1].asked.partition("?")[0]))
        if whole:
            return whole[0], (whole[1],)
    if piece or stated or (sure and telling(free) <= 1) or _belongs(found, fit):
        named = _named(
            text, sure or [pointer for pointer in found if not (pointer.owner and pointer.kind == "they")], turns
        )
        if named[1]:
            return named
        return _with_topic(text, topic(text, [turn for turn in turns if not _points_nowhere(turn)], ground))
    return text, ()


def _needs(text: str, said: str) -> bool:
    """Return whether a question leaves out what is said beside it: it points there, or names nothing, as that does."""
    free = outside(text)
    if is_fragment(free) or any(one.sure for one in pointers(free)):
        return True
    return not names_in(free) and bool(names_in(said, sentence=True)) and not OF_US.search(said)


def _points_nowhere(turn: SpokenTurn) -> bool:
    """Return whether an earlier question leaves open whom it means, and names nobody."""
    return (
        any(one.sure and one.kind != "this" for one in pointers(turn.whole))
        and not turn.about
        and not names(turn.asked)
    )


def _belongs(found: Sequence[Pointer], fit: Fit | None) -> bool:
    """Return whether a question with words of its own belongs to the conversation."""
    if any(pointer.sure for pointer in found):
        return fit is None or fit.together >= FOREIGN or fit.clear < STANDS
    if fit is None:
        return False
    about_one_thing = fit.together >= TOGETHER and fit.near >= NEAR
    return about_one_thing and (bool(found) or fit.clear < CLEAR)


def _named(text: str, found: Sequence[Pointer], turns: Sequence[SpokenTurn]) -> tuple[str, tuple[str, ...]]:
    """Return the question with a name for the first pronoun of each kind."""
    used = frozenset(plain_words(text))
    first: dict[Kind, Pointer] = {pointer.kind: pointer for pointer in reversed(found) if pointer.kind != "this"}
    names: dict[Kind, str] = {}
    for kind in sorted(first, key=lambda kind: first[kind].start):  # two pronouns of two kinds do not mean the same
        names[kind] = meant(kind, turns, used)
        used |= frozenset(plain_words(names[kind]))
    for pointer in sorted(first.values(), key=lambda pointer: -pointer.start):
        name = names[pointer.kind]
        if name and not fits(pointer, name, text):
            names[pointer.kind] = ""
        elif name:
            ending = ("'" if name.endswith("s") else "'s") if pointer.owner else ""
            text = f"{text[: pointer.start]}{name}{ending}{text[pointer.end :]}"
    return text, tuple(dict.fromkeys(filter(None, names.values())))


def _with_topic(text: str, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    return (f"{text} (about: {', '.join(words)})", words) if words else (text, ())


def _turn(exchange: Exchange, ground: CorpusFit | None) -> SpokenTurn:
    """Return what was said, without operators."""
    asked = parse(exchange.asked)
    also = () if ground is None else ground.renamed(asked.whole)
    quotes = tuple(quote[:LONGEST_QUOTE] for quote in exchange.quotes[:QUOTES])
    return SpokenTurn(
        parts_of(parse(exchange.question).text).question, asked.text, quotes, also, apart(exchange.asked)[1]
    )


def _once(turns: Iterable[SpokenTurn]) -> list[SpokenTurn]:
    """Return the turns with each quote only where it was said last: what is quoted again is not said more."""
    met: set[str] = set()
    found: list[SpokenTurn] = []
    for turn in reversed(list(turns)):
        found.append(replace(turn, quotes=tuple(quote for quote in turn.quotes if quote not in met)))
        met.update(turn.quotes)
    return found[::-1]


def _same_operators(asked: str, text: str) -> bool:
    mine, typed = parse(asked), parse(text)
    return (mine.phrases, mine.excluded) == (typed.phrases, typed.excluded)
